"""Rooms: making, entering, leaving and deleting them, and what their owners may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
from twisted.internet.defer import Deferred, DeferredLock

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Done, Refusal, RoomInfo, RoomList, Setting, TopicIs, YouEntered, YouLeft
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.room import ACCESS, PASSWORD, Room, RoomRecord
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.history import Histories
from chatd.verbs.talking import room_of, user_of

LONGEST_TOPIC = 300
"""Characters."""


class RoomStore(Protocol):
    """Where rooms are kept."""

    def save(self, record: RoomRecord) -> Deferred[None]:
        """Keep a new room, or new values for one; fires when it is on disk."""

    def remove(self, name: str) -> Deferred[None]:
        """Forget a room; fires when that is on disk."""


class FileRights(Protocol):
    """Who may put and get files."""

    def forget_room(self, room: str) -> Deferred[None]:
        """End all tickets of a room, and throw away its files."""

    def revoke(self, user: str, room: str = "") -> None:
        """End a user's tickets of a room; with an empty ``room``, all."""


class Rooms:
    """Handlers for rooms.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        sessions: Sessions,
        store: RoomStore,
        pool: HashPool,
        files: FileRights,
        histories: Histories,
        now: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._store = store
        self._pool = pool
        self._files = files
        self._histories = histories
        self._now = now
        self._making: set[str] = set()
        self._changing = DeferredLock()

    def listing(self, session: Session, request: r.Rooms) -> RoomList:
        """All rooms that the user may know of."""
        rooms = self._hub.listing(user_of(session)).rooms
        mine = {room.name for room in session.rooms}
        return RoomList(tuple(msgspec.structs.replace(s, here=True) if s.room in mine else s for s in rooms))

    def info(self, session: Session, request: r.Info) -> RoomInfo:
        """All about one; whoever asks."""
        return (self._hub.room(request.room) if request.room else room_of(session, self._hub, "")).info

    async def create(self, session: Session, request: r.Create) -> Answer:
        """The room is kept before it is there."""
        user = user_of(session)
        name = self._hub.check_create(user, request.room)
        if key(name) in self._making:
            raise Refusal("room-exists", name)
        record = RoomRecord(name, owner=user.name, created=self._now())
        self._making.add(key(name))
        try:
            await self._keep(self._store.save(record))
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
        async with self._changing:
            room = self._hub.room(request.room)
            self._hub.check_delete(user, room)
            if key(again.strip()) != room.key:
                raise Refusal("not-deleted", room.name)
            await self._keep(self._store.remove(room.name))
            self._files.forget_room(room.name)
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
        room = self._hub.room(request.room)
        if room in session.rooms:
            session.focus = room
            return Setting("focus", room.name)
        password = request.password
        if room.record.access == PASSWORD and not password:
            password = await session.ask("room-password", f"password of {room.name}:", secret=True)
        user = user_of(session)
        if room.record.access == PASSWORD and not await self._pool.verify(room.record.password, password):
            raise Refusal("wrong-room-password", room.name)
        new = await self._histories.news(user, room)
        self._hub.check_enter(user, room)
        if room.attend(user, session):
            self._logs.append(room.name, e.Entered(user.name, user.guest), session.address)
        await self._logs.settled()
        if not room.is_attended(user, session):
            raise Refusal("no-such-room" if room.is_closed else "not-in-room", room.name)
        session.join(room, self._sessions.channel(room))
        self._histories.recap(session, room)
        session.tell(YouEntered(room.name, room.record.topic, len(room.members), new))
        return None

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

    def topic(self, session: Session, request: r.Topic) -> Answer | Handling:
        """Told to all where it is set."""
        room = room_of(session, self._hub, request.room)
        if not request.text:
            return TopicIs(room.name, room.record.topic)
        text = "" if request.text.strip() == "-" else request.text.strip()
        if len(text) > LONGEST_TOPIC:
            raise Refusal("topic-too-long", limit=LONGEST_TOPIC)
        user = user_of(session)
        self._hub.check_owner(user, room)
        return self._change(session, room, e.TopicSet(user.name, text), topic=text)

    async def access(self, session: Session, request: r.Access) -> Answer | None:
        """Who may enter; a password is asked for whoever asks."""
        room = room_of(session, self._hub, request.room)
        if not request.access:
            return Setting("access", f"{room.name}: {room.record.access}")
        if request.access not in ACCESS:
            raise Refusal("bad-access")
        hashed = ""
        if request.access == PASSWORD:
            password = await session.ask("new-room-password", f"new password of {room.name}:", secret=True)
            self._hub.check_owner(user_of(session), room)
            hashed = await self._pool.hash(password)
        self._hub.check_owner(user_of(session), room)
        event = e.AccessSet(user_of(session).name, request.access)
        await self._change(session, room, event, access=request.access, password=hashed)
        return None

    async def _change(self, session: Session, room: Room, event: e.Event, **values: str) -> None:
        if not await self._save(room, **values):
            raise Refusal("no-such-room", room.name)
        self._logs.append(room.name, event, session.address)
        await self._logs.settled()

    async def _save(self, room: Room, **values: str) -> bool:
        """Whether the room is still there to be changed."""
        # One change at a time, or the row of a second one would hold what the first has changed already, and that of a
        # room which is being deleted would bring it back.
        async with self._changing:
            if room.is_closed:
                return False
            record = msgspec.structs.replace(room.record, **values)
            await self._keep(self._store.save(record))
            room.record = record
            return True

    def kick(self, session: Session, request: r.Kick) -> None:
        """Told to all, in the room's log."""
        user, room = user_of(session), room_of(session, self._hub, request.room)
        target = self._hub.check_kick(user, room, request.name)
        self._files.revoke(target.name, room.name)
        room.put_out(target)
        self._logs.append(room.name, e.Kicked(user.name, target.name, request.text), session.address)

    async def orphan(self, owner: str) -> None:
        """Let the rooms of ``owner``, whose account is gone, belong to nobody, so that no namesake gets them."""
        self._files.revoke(owner)
        for room in [room for room in self._hub.rooms.values() if key(room.record.owner) == key(owner)]:
            await self._save(room, owner="")

    @staticmethod
    async def _keep(on_disk: Deferred[None]) -> None:
        try:
            await on_disk
        except OSError:
            raise Refusal("not-kept") from None
        except KeyError as error:
            raise Refusal("no-such-room", str(error.args[0])) from None


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
        r.Access: rooms.access,
        r.Kick: rooms.kick,
    }
