"""Changing what a room is: on disk first, then here, one change at a time, and then it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from twisted.internet.defer import Deferred, DeferredLock

from chatd.chat import events as e
from chatd.chat.answers import Refusal
from chatd.chat.room import Room, RoomRecord
from chatd.roomlog import Logs
from chatd.session import Session

T = TypeVar("T")
Change = Callable[[RoomRecord], RoomRecord]


class RoomStore(Protocol):
    """Where rooms are kept."""

    def save(self, record: RoomRecord) -> Deferred[None]:
        """Keep a new room, or new values for one; fires when it is on disk."""

    def remove(self, name: str) -> Deferred[None]:
        """Forget a room; fires when that is on disk."""


async def keep(on_disk: Deferred[T]) -> T:
    """What ``on_disk`` gives.

    :raises Refusal: ``not-kept`` where it cannot be written
    """
    try:
        return await on_disk
    except OSError:
        raise Refusal("not-kept") from None


class Records:
    """Changes rooms.

    One change at a time, or the row of a second one would hold what the first has changed already, and that of a room
    which is being deleted would bring it back.

    :ivar changing: held by whoever changes a room, or deletes one
    """

    def __init__(self, logs: Logs, store: RoomStore) -> None:
        self._logs = logs
        self.store = store
        self.changing = DeferredLock()

    async def save(self, room: Room, change: Change) -> None:
        """Have ``room`` be what ``change`` makes of it.

        :raises Refusal: ``not-kept``, ``no-such-room`` where it has gone meanwhile
        """
        async with self.changing:
            if room.is_closed:
                raise Refusal("no-such-room", room.name)
            record = change(room.record)
            if record != room.record:
                await keep(self.store.save(record))
                room.record = record

    async def change(self, session: Session, room: Room, event: e.Event, change: Change) -> None:
        """As :meth:`save`, and let the room know by ``event``.

        :raises Refusal: as :meth:`save`
        """
        await self.save(room, change)
        self._logs.append(room.name, event, session.address)
        await self._logs.settled()
