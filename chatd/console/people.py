"""Who is here, what is said to everybody, and who is sent away: the console's commands about people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from twisted.internet.task import deferLater

from chatd.auth import Account
from chatd.chat import events as e
from chatd.chat import operating as o
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Closing, Done, Lines
from chatd.chat.moderation import BanList
from chatd.chat.moments import Moment
from chatd.chat.names import key
from chatd.chat.reports import SessionLine, SessionList, UserLine, UserList
from chatd.chat.user import OFFLINE, User
from chatd.console.conversation import ADDRESS
from chatd.house import House
from chatd.session import Session
from chatd.verbs.moderation import line
from chatd.verbs.talking import user_of

PIECE = 200
"""Lines of one answer; the reader gets the next ones when these have gone out."""

T = TypeVar("T")


class People:
    """Handlers about whoever is here."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def users(self, session: Session, command: o.Users) -> None:
        """Who is here, by name; or all accounts, as they came, and then whoever else is here."""
        house = self._house
        names = [user.name for _, user in sorted(house.hub.users.items())]
        if command.everybody:
            # There may be a hundred thousand: they are not put in order, nor looked at more than a few at a time.
            accounts = house.stores.accounts
            names = [*accounts.names(), *(name for name in names if accounts.get(name) is None)]
        await self._in_pieces(session, names, lambda some, more: UserList(tuple(map(self._user, some)), more))

    def _user(self, name: str) -> UserLine:
        house = self._house
        user, account = house.hub.users.get(key(name)), house.stores.accounts.get(name)
        if user is None:
            return _absent(account) if account is not None else _absent(Account(name, ""))
        rooms = tuple(room.name for room in house.hub.rooms_of(user))
        created, seen = (account.created, account.last_seen) if account is not None else (0, 0)
        disabled = account is not None and account.is_disabled
        status = user.person.status
        return UserLine(
            user.name, user.guest, user.role, disabled, status, user.sessions, rooms, Moment(created), Moment(seen)
        )

    async def _in_pieces(
        self, session: Session, items: Sequence[T], answer: Callable[[Sequence[T], bool], Answer]
    ) -> None:
        for start in range(0, max(len(items), 1), PIECE):
            session.tell(answer(items[start : start + PIECE], start + PIECE < len(items)))
            await session.outlet.ready()
            # What others wait for comes between.
            await deferLater(self._house.world.clock, 0)

    def rooms(self, session: Session, command: o.Rooms) -> Answer:
        """All, as an operator sees them."""
        return self._house.hub.listing(user_of(session))

    async def sessions(self, session: Session, command: o.Sessions) -> None:
        """Every connection, the oldest first."""
        everybody = sorted((protocol.session for protocol in self._house.open), key=lambda other: other.since)
        await self._in_pieces(session, everybody, lambda some, more: SessionList(tuple(map(self._session, some)), more))

    def _session(self, session: Session) -> SessionLine:
        world, user = self._house.world, session.user
        since = world.now() - int((world.clock.seconds() - session.since) * 1000)
        return SessionLine(
            user.name if user is not None else "",
            user is not None and user.guest,
            session.frontend,
            session.address,
            Moment(since),
            int(world.clock.seconds() - user.heard_at) if user is not None else 0,
            tuple(room.name for room in session.rooms),
            session.outlet.queued,
        )

    async def announce(self, session: Session, command: o.Announce) -> Answer:
        """Journalled before anybody hears it, as all that is said."""
        self._house.logs.append("", e.Announced("", command.text), ADDRESS)
        await self._house.logs.settled()
        return Done("announced", str(len(self._house.hub.users)))

    def kick(self, session: Session, command: o.Kick) -> Answer:
        """All sessions of one user end."""
        user = self._house.hub.user(command.name)
        self.send_away(user, Closing("kicked", why=command.text))
        return Done("disconnected", user.name)

    def send_away(self, user: User, why: Closing) -> None:
        """End all sessions of ``user``."""
        for other in self._house.sessions.of(user.name):
            other.end(why)

    # Bans and mutes: the handlers of the chat do it, and here it is told

    async def ban(self, session: Session, command: o.Ban) -> Answer:
        """From all of the server."""
        await self._house.moderation.server_ban(session, r.ServerBan(command.name, command.time, command.text))
        return Done("server-banned", command.name)

    async def unban(self, session: Session, command: o.Unban) -> Answer:
        """Onto the server."""
        await self._house.moderation.server_unban(session, r.ServerUnban(command.name))
        return Done("server-unbanned", command.name)

    def bans(self, session: Session, command: o.Bans) -> Answer:
        """Those of one room, or all."""
        bans = self._house.hub.bans
        if command.room:
            room = self._house.hub.room(command.room)
            return BanList(room.name, tuple(line(ban, True) for ban in bans.holding(room.name)))
        over = set(bans.over())
        return BanList("", tuple(line(ban, True) for ban in bans.all() if ban not in over))

    async def mute(self, session: Session, command: o.Mute) -> Answer:
        """In one room, which is told."""
        room = self._house.hub.room(command.room)
        request = r.Mute(command.name, command.time, command.text, room.name)
        await self._house.moderation.mute_in(session, room, request)
        return Done("muted-in", f"{command.name} in {room.name}")

    async def unmute(self, session: Session, command: o.Unmute) -> Answer:
        """In one room, which is told."""
        room = self._house.hub.room(command.room)
        await self._house.moderation.unmute_in(session, room, r.Unmute(command.name, room.name))
        return Done("unmuted-in", f"{command.name} in {room.name}")

    def motd(self, session: Session, command: o.Motd) -> Answer:
        """Shown, or set for whoever comes now."""
        if not command.text:
            return Lines(self._house.motd)
        self._house.motd = () if command.text.strip() == "-" else (command.text,)
        return Done("motd-set")


def _absent(account: Account) -> UserLine:
    times = Moment(account.created), Moment(account.last_seen)
    return UserLine(account.name, False, account.role, account.is_disabled, OFFLINE, 0, (), *times)


def handlers(people: People) -> dict[type[o.Command], Callable[..., Any]]:
    """Which handler serves which command."""
    return {
        o.Users: people.users,
        o.Rooms: people.rooms,
        o.Sessions: people.sessions,
        o.Announce: people.announce,
        o.Kick: people.kick,
        o.Ban: people.ban,
        o.Unban: people.unban,
        o.Bans: people.bans,
        o.Mute: people.mute,
        o.Unmute: people.unmute,
        o.Motd: people.motd,
    }
