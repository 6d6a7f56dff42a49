"""Access: who may enter a room and speak in it, as its owner sets it, and who is invited."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import msgspec

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import (
    MOST_NAMES,
    OWNER,
    changed,
    check_moderate,
    check_owner,
    described,
    has_voice,
    is_named,
    without,
)
from chatd.chat.answers import Answer, Done, Refusal, Setting
from chatd.chat.hub import Hub
from chatd.chat.names import closest, key
from chatd.chat.room import PASSWORD, Room, RoomRecord
from chatd.chat.user import User
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.records import Records
from chatd.verbs.talking import room_of, user_of


class Access:
    """Handlers for what owners set."""

    def __init__(self, hub: Hub, logs: Logs, records: Records, pool: HashPool, accounts: Accounts) -> None:
        self._hub = hub
        self._logs = logs
        self._records = records
        self._pool = pool
        self._accounts = accounts

    async def access(self, session: Session, request: r.Access) -> Answer | None:
        """Shown, or set; a password is asked for whoever asks."""
        room = room_of(session, self._hub, request.room)
        if not request.access:
            return Setting("access", f"{room.name}: {described(room.record)}")
        what, value = request.access.casefold(), request.value
        if what != OWNER:
            value = value.casefold()
        changed(room.record, what, value)
        hashed = ""
        if what == PASSWORD:
            password = await session.ask("new-room-password", f"new password of {room.name}:", secret=True)
            check_owner(user_of(session), room)
            hashed = await self._pool.hash(password)
        user = user_of(session)
        check_owner(user, room)
        if what == OWNER:
            value = self._account(value)

        def change(record: RoomRecord) -> RoomRecord:
            new = changed(record, what, value)
            return msgspec.structs.replace(new, password=hashed) if hashed else new

        await self._records.change(session, room, e.AccessSet(user.name, f"{what} {value}".rstrip()), change)
        return None

    async def invite(self, session: Session, request: r.Invite) -> Answer:
        """Kept with the room, and told to the invited alone."""
        user, room = self._owned(session, request.room)
        name = self._account(request.name)
        self._check_names(room, room.record.invited, name)
        await self._records.save(room, lambda record: _with(record, "invited", name))
        self._logs.append(f"@{name}", e.Invited(user.name, room.name), session.address)
        await self._logs.settled()
        return Done("invited", name)

    async def uninvite(self, session: Session, request: r.Uninvite) -> Answer:
        """Who is in the room already stays there."""
        _, room = self._owned(session, request.room)
        name = next((one for one in room.record.invited if key(one) == key(request.name)), "")
        if not name:
            raise Refusal("not-invited", request.name, closest(request.name, room.record.invited))
        await self._records.save(room, lambda record: _lacking(record, "invited", name))
        return Done("uninvited", name)

    async def voice(self, session: Session, request: r.Voice) -> None:
        """Kept with the room; a guest's until she leaves it."""
        user, room = self._moderated(session, request.room)
        guest = room.members.get(key(request.name))
        if guest is not None and guest.guest:
            await self._tell(session, room, e.Voiced(user.name, guest.name, True))
            return
        name = self._account(request.name)
        self._check_names(room, room.record.voiced, name)
        event = e.Voiced(user.name, name, True)
        await self._records.change(session, room, event, lambda record: _with(record, "voiced", name))

    async def unvoice(self, session: Session, request: r.Unvoice) -> None:
        """What owners, moderators and operators have by their role cannot be taken away."""
        user, room = self._moderated(session, request.room)
        guest = room.members.get(key(request.name))
        if guest is not None and guest.guest and has_voice(guest, room):
            await self._tell(session, room, e.Voiced(user.name, guest.name, False))
            return
        name = next((one for one in room.record.voiced if key(one) == key(request.name)), "")
        if not name:
            raise Refusal("no-voice", request.name, closest(request.name, room.record.voiced))
        event = e.Voiced(user.name, name, False)
        await self._records.change(session, room, event, lambda record: _lacking(record, "voiced", name))

    async def _tell(self, session: Session, room: Room, event: e.Event) -> None:
        self._logs.append(room.name, event, session.address)
        await self._logs.settled()

    def _owned(self, session: Session, name: str) -> tuple[User, Room]:
        user, room = user_of(session), room_of(session, self._hub, name)
        check_owner(user, room)
        return user, room

    def _moderated(self, session: Session, name: str) -> tuple[User, Room]:
        user, room = user_of(session), room_of(session, self._hub, name)
        check_moderate(user, room)
        return user, room

    def _account(self, name: str) -> str:
        """The shown name of the account called ``name``.

        :raises Refusal: ``no-such-account``
        """
        account = self._accounts.get(name)
        if account is not None:
            return account.name
        # An account that is not kept here is known while its user is here.
        user = self._hub.users.get(key(name))
        if user is None or user.guest:
            here = (user.name for user in self._hub.users.values() if not user.guest)
            raise Refusal("no-such-account", name, closest(name, chain(here, self._accounts.names())))
        return user.name

    @staticmethod
    def _check_names(room: Room, names: tuple[str, ...], name: str) -> None:
        if len(names) >= MOST_NAMES and not is_named(names, name):
            raise Refusal("too-many-names", room.name, limit=MOST_NAMES)


def _with(record: RoomRecord, field: str, name: str) -> RoomRecord:
    names = getattr(record, field)
    return record if is_named(names, name) else msgspec.structs.replace(record, **{field: (*names, name)})


def _lacking(record: RoomRecord, field: str, name: str) -> RoomRecord:
    return msgspec.structs.replace(record, **{field: without(getattr(record, field), name)})


def forget_name(record: RoomRecord, name: str) -> RoomRecord:
    """``record`` without what an account called ``name`` had of the room: a namesake must not get it."""
    lost = _lacking(_lacking(record, "invited", name), "voiced", name)
    return msgspec.structs.replace(lost, owner="") if key(record.owner) == key(name) else lost


def handlers(access: Access) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {
        r.Access: access.access,
        r.Invite: access.invite,
        r.Uninvite: access.uninvite,
        r.Voice: access.voice,
        r.Unvoice: access.unvoice,
    }
