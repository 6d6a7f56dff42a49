"""Rooms: making, entering, leaving and deleting them, and their topics."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

import msgspec
from twisted.internet.defer import Deferred

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import check_delete, check_owner, is_expected, knows
from chatd.chat.answers import Answer, Done, Refusal, RoomInfo, RoomList, Setting, TopicIs, YouEntered, YouLeft
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.room import PASSWORD, Room, RoomRecord
from chatd.chat.user import User
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.access import forget_name
from chatd.verbs.history import Histories
from chatd.verbs.records import Records, keep
from chatd.verbs.sanctions import Sanctions
from chatd.verbs.talking import room_of, user_of

LONGEST_TOPIC = 300
"""Characters."""


class FileRights(Protocol):
    """Who may put and get files."""

    def forget_room(self, room: str) -> Deferred[None]:
        """End all tickets of a room, and throw away its files."""

    def revoke(self, user: str, room: str = "") -> None:
        """End a user's tickets of a room; with an empty ``room``, all."""


class Guard(Protocol):
    """Slows down who guesses passwords."""

    def try_room(self, room: str, name: str, address: str) -> None:
        """A password of ``room`` has come from the user ``name``; :meth:`judge_room` is to follow.

        :raises Refusal: ``too-many-guesses``
        """

    def judge_room(self, room: str, name: str, address: str, fits: bool | None) -> None:
        """Whether it was the right one; None where that was not looked at."""


class Rooms:
    """Handlers for rooms.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        sessions: Sessions,
        records: Records,
        histories: Histories,
        sanctions: Sanctions,
        guard: Guard,
        pool: HashPool,
        files: FileRights,
        now: Callable[[], int],
    ) -> None:
        self._guard = guard
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._records = records
        self._histories = histories
        self._sanctions = sanctions
        self._pool = pool
        self._files = files
        self._now = now
        self._making: set[str] = set()

    def listing(self, session: Session, request: r.Rooms) -> RoomList:
        """All rooms that the user may know of."""
        rooms = self._hub.listing(user_of(session)).rooms
        mine = {room.name for room in session.rooms}
        return RoomList(tuple(msgspec.structs.replace(s, here=True) if s.room in mine else s for s in rooms))

    def info(self, session: Session, request: r.Info) -> RoomInfo:
        """All about one; whoever asks."""
        user = session.user
        room = self._hub.room_for(user, request.room) if request.room else room_of(session, self._hub, "")
        return room.info(inside=room in session.rooms or (user is not None and room.owned_by(user)))

    async def create(self, session: Session, request: r.Create) -> Answer:
        """The room is kept before it is there."""
        user = user_of(session)
        name = self._hub.check_create(user, request.room)
        if key(name) in self._making:
            raise Refusal("room-exists", name)
        record = RoomRecord(name, owner=user.name, created=self._now())
        self._making.add(key(name))
        try:
            await keep(self._records.store.save(record))
        finally:
            self._making.discard(key(name))
        self._hub.add_room(record)
        self._logs.append(name, e.RoomCreated(user.name), session.address)
        await self._logs.settled()
        return Done("room-created", name)

    async def delete(self, session: Session, request: r.Delete) -> Answer:
        """The name is asked once more, whatever comes of it."""
        again = await session.ask("room-again", f"to delete the room {request.room}, type its name again:")
        user = user_of(session)
        async with self._records.changing:
            room = self._hub.room_for(user, request.room)
            check_delete(user, room)
            if key(again.strip()) != room.key:
                raise Refusal("not-deleted", room.name)
            await keep(self._records.store.remove(room.name))
            self._files.forget_room(room.name)
            self._sanctions.forget_room(room.name)
            if room in session.rooms:
                # Whoever deletes it is not thrown out, and may have sent more words ahead.
                session.part(room)
                session.tell(YouLeft(room.name, session.focus.name if session.focus is not None else ""))
            room.close()
            self._logs.append(room.name, e.RoomDeleted(user.name), session.address)
            await self._logs.settled()
        return Done("room-deleted", room.name)

    async def enter(self, session: Session, request: r.Enter) -> Answer | None:
        """A password is asked where the room has one, and everything is refused afterwards.

        What was said last is told first, then that one is in the room, and nothing comes between.
        """
        room = self._hub.rooms.get(key(request.room))
        if room is None or not knows(session.user, room):
            await self._enter_unknown(session, room, request)
            return None
        if room in session.rooms:
            session.focus = room
            return Setting("focus", room.name)
        password = request.password
        if room.record.access == PASSWORD and not password:
            password = await session.ask("room-password", f"password of {room.name}:", secret=True)
        user = user_of(session)
        fits = room.record.access != PASSWORD or is_expected(user, room)
        fits = fits or await self._fits(session, room.name, room.record.password, password)
        await self.enter_known(session, user, room, fits)
        return None

    async def _enter_unknown(self, session: Session, room: Room | None, request: r.Enter) -> None:
        """Whether a room is hidden or not there at all is told by nothing but being let in.

        So no password is asked for, one that was given takes as long to check, and every refusal is the same.
        """
        locked = room is not None and room.record.access == PASSWORD
        hashed = room.record.password if room is not None and locked else None
        fits = bool(request.password) and await self._fits(session, request.room, hashed, request.password)
        user = session.user
        if room is None or user is None:
            raise self._hub.no_such_room(request.room)
        try:
            await self.enter_known(session, user, room, fits)
        except Refusal:
            raise self._hub.no_such_room(request.room) from None

    async def _fits(self, session: Session, room: str, hashed: str | None, password: str) -> bool:
        who = room, session.user.name if session.user is not None else "", session.address
        self._guard.try_room(*who)
        fits = None
        try:
            fits = await self._pool.verify(hashed, password)
        finally:
            self._guard.judge_room(*who, fits)
        return fits

    async def enter_known(self, session: Session, user: User, room: Room, fits: bool) -> None:
        """As :meth:`come_in`; what was said last is told, and how much was new."""
        new = 0

        async def count() -> None:
            nonlocal new
            new = await self._histories.news(user, room)

        await self.come_in(session, user, room, fits, count, lambda: self._histories.recap(session, room))
        session.tell(msgspec.structs.replace(entered(room), new=new))

    async def come_in(
        self,
        session: Session,
        user: User,
        room: Room,
        fits: bool,
        before: Callable[[], Coroutine[Deferred[Any], Any, None]],
        tell: Callable[[], None],
    ) -> None:
        """Let ``session`` hear ``room``, if it may.

        :param fits: whether the password of the room was given
        :param before: what is to be done when it is known that it may; this may take its time
        :param tell: tells what was said before, in the moment from which on the room is heard
        :raises Refusal: it may not
        """
        self._hub.check_enter(user, room, fits, session.address)
        await before()  # and much may have happened meanwhile
        self._hub.check_enter(user, room, fits, session.address)
        if room.attend(user, session):
            self._logs.append(room.name, e.Entered(user.name, user.guest), session.address)
        await self._logs.settled()
        if not room.is_attended(user, session):
            raise Refusal("no-such-room" if room.is_closed else "not-in-room", room.name)
        session.join(room, self._sessions.channel(room))
        tell()

    async def leave(self, session: Session, request: r.Leave) -> Answer:
        """What was said before it is still heard."""
        room = room_of(session, self._hub, request.room)
        await self._logs.settled()
        if room not in session.rooms:
            raise Refusal("not-in-room", room.name)  # one was thrown out meanwhile
        self._part(session, room, "")
        await self._logs.settled()
        return YouLeft(room.name, session.focus.name if session.focus is not None else "")

    async def menu(self, session: Session, request: r.Menu) -> None:
        """All rooms are left."""
        await self.leave_all(session, "")

    async def leave_all(self, session: Session, reason: str) -> None:
        """Let ``session`` leave every room, telling the others ``reason``."""
        await self._logs.settled()
        all_of_them = session.last_rooms
        for room in list(session.rooms):
            self._part(session, room, reason)
        session.last_rooms = all_of_them
        await self._logs.settled()

    def _part(self, session: Session, room: Room, reason: str) -> None:
        user = session.user
        if user is not None and room in session.rooms:
            session.part(room)
            if room.depart(user, session):
                self._logs.append(room.name, e.Left(user.name, reason), session.address)

    def focus(self, session: Session, request: r.Focus) -> Setting:
        """Of this session alone."""
        session.focus = room_of(session, self._hub, request.room)
        return Setting("focus", session.focus.name)

    async def topic(self, session: Session, request: r.Topic) -> Answer | None:
        """Told to all where it is set."""
        room = room_of(session, self._hub, request.room)
        if not request.text:
            return TopicIs(room.name, room.record.topic)
        text = "" if request.text.strip() == "-" else request.text.strip()
        if len(text) > LONGEST_TOPIC:
            raise Refusal("topic-too-long", limit=LONGEST_TOPIC)
        user = user_of(session)
        check_owner(user, room)
        change = partial(msgspec.structs.replace, topic=text)
        await self._records.change(session, room, e.TopicSet(user.name, text), change)
        return None

    async def orphan(self, owner: str) -> None:
        """Let the rooms of ``owner``, whose account is gone, belong to nobody, so that no namesake gets them."""
        self._files.revoke(owner)
        for room in list(self._hub.rooms.values()):
            try:
                await self._records.save(room, lambda record: forget_name(record, owner))
            except Refusal as refusal:
                if refusal.answer.error != "no-such-room":
                    raise


def entered(room: Room) -> YouEntered:
    """What is told to whoever is in ``room`` from now on."""
    # Not the last number that was given out: what bears that may not have come back yet, and is still to be heard.
    last = room.recent[-1].seq if room.recent else 0
    return YouEntered(room.name, room.record.topic, len(room.members), seq=last)


def handlers(rooms: Rooms) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request; leaving and the focus are for :mod:`chatd.verbs.chats` to direct."""
    return {
        r.Rooms: rooms.listing,
        r.Info: rooms.info,
        r.Create: rooms.create,
        r.Delete: rooms.delete,
        r.Enter: rooms.enter,
        r.Menu: rooms.menu,
        r.Topic: rooms.topic,
    }
