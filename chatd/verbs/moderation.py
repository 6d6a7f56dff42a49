"""Moderation: throwing out, muting and banning, in a room and, for operators, on the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import check_kick, check_moderate, check_owner, check_target
from chatd.chat.answers import Answer, Closing, Refusal
from chatd.chat.durations import parse_duration
from chatd.chat.hub import Hub
from chatd.chat.moderation import BAN, MUTE, SERVER, Ban, BanLine, BanList, covers, limits, network
from chatd.chat.moments import Moment
from chatd.chat.names import closest, key
from chatd.chat.room import Room
from chatd.chat.user import OPERATOR, User
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.sanctions import Sanctions
from chatd.verbs.talking import nobody_called, room_of, user_of


class FileRights(Protocol):
    """Who may put and get files."""

    def revoke(self, user: str, room: str = "") -> None:
        """End a user's tickets of a room."""


class Moderation:
    """Handlers for what moderates.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        sessions: Sessions,
        accounts: Accounts,
        sanctions: Sanctions,
        files: FileRights,
        now: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._accounts = accounts
        self._sanctions = sanctions
        self._files = files
        self._now = now

    # In a room

    def kick(self, session: Session, request: r.Kick) -> None:
        """Told to all, in the room's log."""
        user, room = user_of(session), room_of(session, self._hub, request.room)
        target = check_kick(user, room, request.name)
        self._throw_out(session, room, e.Kicked(user.name, target.name, request.text))

    def _throw_out(self, session: Session, room: Room, event: e.Kicked | e.Banned) -> None:
        self._files.revoke(event.target, room.name)
        target = self._hub.users.get(key(event.target))
        if target is not None:
            room.put_out(target)
        self._logs.append(room.name, event, session.address)

    async def mute(self, session: Session, request: r.Mute) -> None:
        """By name: who shares an address with a muted guest is not muted too."""
        await self.mute_in(session, room_of(session, self._hub, request.room), request)

    async def mute_in(self, session: Session, room: Room, request: r.Mute) -> None:
        """As :meth:`mute`, in whatever room."""
        user = user_of(session)
        check_moderate(user, room)
        name, _ = self._subject(user, request.name)
        ban = self._ban(MUTE, (name, ""), room.name, user, request)
        await self._impose(room, ban)
        await self._tell(session, room.name, e.Muted(user.name, name, Moment(ban.until), ban.why))

    async def unmute(self, session: Session, request: r.Unmute) -> None:
        """Told to all."""
        await self.unmute_in(session, room_of(session, self._hub, request.room), request)

    async def unmute_in(self, session: Session, room: Room, request: r.Unmute) -> None:
        """As :meth:`unmute`, in whatever room."""
        user = user_of(session)
        check_moderate(user, room)
        for mute in self._found(MUTE, room.name, request.name):
            await self._sanctions.lift(mute)
            await self._tell(session, room.name, e.Unmuted(user.name, mute.who))

    async def ban(self, session: Session, request: r.Ban) -> None:
        """A user, who is thrown out, or everybody from some addresses; an operator is kept out of nothing."""
        user, room = user_of(session), room_of(session, self._hub, request.room)
        check_owner(user, room)
        name, address = self._banned(session, user, request.name)
        ban = self._ban(BAN, (name, address), room.name, user, request)
        await self._impose(room, ban)
        self._throw_out(session, room, e.Banned(user.name, name, Moment(ban.until), ban.why))
        if not name:
            for target in self._inside(room, address):
                self._throw_out(session, room, e.Kicked(user.name, target.name, ban.why))
        await self._logs.settled()

    async def _impose(self, room: Room, ban: Ban) -> None:
        await self._sanctions.impose(ban)
        if room.is_closed:
            self._sanctions.forget_room(room.name)
            raise Refusal("no-such-room", room.name)

    def _inside(self, room: Room, address: str) -> list[User]:
        return [
            user
            for user in room.members.values()
            if user.role != OPERATOR
            and any(covers(address, s.address) for s in self._sessions.of(user.name) if room in s.rooms)
        ]

    async def unban(self, session: Session, request: r.Unban) -> None:
        """Told to all."""
        user, room = user_of(session), room_of(session, self._hub, request.room)
        check_owner(user, room)
        for ban in self._found(BAN, room.name, request.name):
            await self._sanctions.lift(ban)
            await self._tell(session, room.name, e.Unbanned(user.name, ban.who))

    def bans(self, session: Session, request: r.Bans) -> BanList:
        """Addresses of guests are told to operators alone, as everywhere."""
        user, room = user_of(session), room_of(session, self._hub, request.room)
        check_moderate(user, room)
        found = self._hub.bans.holding(room.name)
        if user.role == OPERATOR:
            found += self._hub.bans.holding(SERVER)
        return BanList(room.name, tuple(line(ban, user.role == OPERATOR) for ban in found))

    # On the server

    async def server_ban(self, session: Session, request: r.ServerBan) -> None:
        """Ends the sessions that it is about; told to the operator in her own log."""
        user = self._operator(session)
        name, address = self._banned(session, user, request.name)
        ban = self._ban(BAN, (name, address), SERVER, user, request)
        await self._sanctions.impose(ban)
        await self._tell(session, user.log, e.Banned(user.name, name or address, Moment(ban.until), ban.why))
        for other in self._sessions.all():
            banned = other.user
            if banned is None or banned.role == OPERATOR:
                continue
            if key(banned.name) == key(name) if name else covers(address, other.address):
                other.end(Closing("banned", **limits(ban)))

    async def server_unban(self, session: Session, request: r.ServerUnban) -> None:
        """Told to the operator in her own log."""
        user = self._operator(session)
        for ban in self._found(BAN, SERVER, request.name):
            await self._sanctions.lift(ban)
            await self._tell(session, user.log, e.Unbanned(user.name, ban.who or ban.address))

    @staticmethod
    def _operator(session: Session) -> User:
        user = user_of(session)
        if user.role != OPERATOR:
            raise Refusal("not-operator")
        return user

    # What all of them need

    async def _tell(self, session: Session, log: str, event: e.Event) -> None:
        self._logs.append(log, event, session.address)
        await self._logs.settled()

    def _banned(self, session: Session, user: User, given: str) -> tuple[str, str]:
        """The name, and the network, that a ban of what was given is about."""
        address = network(given)
        if address is None:
            return self._subject(user, given)
        if covers(address, session.address):
            raise Refusal("own-address", given)
        return "", address

    def _subject(self, user: User, given: str) -> tuple[str, str]:
        """The shown name of somebody who is here or has an account, and a guest's address."""
        target = self._hub.users.get(key(given))
        account = self._accounts.get(given)
        if target is user:
            raise Refusal("not-yourself")
        if target is None and account is None:
            raise nobody_called(self._hub, self._accounts, given)
        for known in (target, account):
            if known is not None:
                check_target(user, known.name, known.role)
        name = target.name if target is not None else account.name if account is not None else given
        addresses = (s.address for s in self._sessions.of(name)) if target is not None and target.guest else ()
        return name, next(filter(None, map(network, addresses)), "")

    def _found(self, kind: str, where: str, given: str) -> list[Ban]:
        found = self._hub.bans.about(kind, where, given)
        if not found:
            held = self._hub.bans.holding(where)
            known = (ban.who or ban.address for ban in held if ban.kind == kind)
            raise Refusal("not-banned" if kind == BAN else "not-muted", given, closest(given, known))
        return found

    def _ban(
        self, kind: str, subject: tuple[str, str], where: str, by: User, request: r.Ban | r.Mute | r.ServerBan
    ) -> Ban:
        now = self._now()
        try:
            until = now + round(parse_duration(request.time) * 1000) if request.time else 0
        except ValueError:
            raise Refusal("bad-time", request.time) from None
        return Ban(0, kind, *subject, where, by.name, until, request.text.strip(), now)


def line(ban: Ban, operator: bool) -> BanLine:
    """``ban`` as one who is an operator, or none, is told of it."""
    address = ban.address if operator or not ban.who else ""
    return BanLine(ban.kind, ban.who, address, ban.where, ban.by, Moment(ban.at), Moment(ban.until), ban.why)


def handlers(moderation: Moderation) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {
        r.Kick: moderation.kick,
        r.Mute: moderation.mute,
        r.Unmute: moderation.unmute,
        r.Ban: moderation.ban,
        r.Unban: moderation.unban,
        r.Bans: moderation.bans,
        r.ServerBan: moderation.server_ban,
        r.ServerUnban: moderation.server_unban,
    }
