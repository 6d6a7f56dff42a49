"""Every session there is, by user; what comes back from the logs is told to those whom it concerns."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from chatd.chat import events as e
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.room import Room
from chatd.chat.user import User
from chatd.delivery import Channel, Delivery
from chatd.session import Session

CROWD = 200
"""Members above which a room is told of who enters and leaves as a sum, once in :data:`SUM_SECONDS`."""

SUM_SECONDS = 1.0

_MESSAGES = {e.Said, e.Emoted, e.Private}


class Sessions:
    """The sessions of every user who is here, oldest first, and the channel of every room.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, hub: Hub, delivery: Delivery, clock: IReactorTime, now: Callable[[], int]) -> None:
        self._clock = clock
        self._now = now
        self._moved: dict[Room, tuple[int, int]] = {}
        self._hub = hub
        self._delivery = delivery
        self._by_user: dict[str, list[Session]] = {}
        self._channels: dict[Room, Channel] = {}
        self.messages = 0
        """How many things were said, in rooms and in private."""
        self.unechoed: set[Session] = set()
        """The sessions that do not want to hear what their own user says."""

    def of(self, name: str) -> list[Session]:
        """The sessions of the user called ``name``, oldest first."""
        return list(self._by_user.get(key(name), ()))

    def begin(self, session: Session, user: User) -> None:
        """``session`` is one of ``user``'s from now on."""
        session.user = user
        self._by_user.setdefault(user.key, []).append(session)
        self._hub.arrive(user)

    def end(self, session: Session) -> None:
        """``session`` is nobody's any more."""
        user, session.user = session.user, None
        self.unechoed.discard(session)
        if user is None:
            return
        mine = self._by_user[user.key]
        mine.remove(session)
        if not mine:
            del self._by_user[user.key]
        self._hub.depart(user)

    def all(self) -> list[Session]:
        """Every session that is somebody's."""
        return [session for mine in self._by_user.values() for session in mine]

    def channel(self, room: Room) -> Channel:
        """What the members of ``room`` hear it by."""
        channel = self._channels.get(room)
        if channel is None:
            last_at = room.recent[-1].at if room.recent else 0
            channel = self._channels[room] = Channel(last_at)
        return channel

    def arrive(self, entry: e.Entry) -> None:
        """``entry`` has come back from its log: it holds from now on, and is told."""
        room = self._hub.apply(entry)
        self.messages += type(entry.event) in _MESSAGES
        if room is not None:
            self._tell_room(room, entry)
        elif entry.log.startswith("@") and not isinstance(entry.event, e.ACCOUNT_EVENTS):
            for session in self.of(entry.log[1:]):
                session.voice.tell_entry(entry)

    def _tell_room(self, room: Room, entry: e.Entry) -> None:
        event = entry.event
        if isinstance(event, e.Entered | e.Left) and len(room.members) > CROWD:
            self._sum_up(room, event)
            return
        spoke = self.unechoed and isinstance(event, e.Said | e.Emoted)
        deaf = [s.outlet for s in self.of(event.user) if s in self.unechoed] if spoke else ()
        self._delivery.publish(self.channel(room), entry, deaf)
        if isinstance(event, e.Kicked):
            for session in self.of(event.target):
                if room in session.rooms:
                    session.thrown_out(room, "kicked")
        elif isinstance(event, e.RoomDeleted):
            for session in self.all():
                if room in session.rooms:
                    session.thrown_out(room, "room-deleted")
            del self._channels[room]

    def _sum_up(self, room: Room, event: e.Entered | e.Left) -> None:
        # A crowd whose every member hears of every other's coming and going hears little else.
        entered, left = self._moved.get(room, (0, 0))
        if not entered + left:
            self._clock.callLater(SUM_SECONDS, self._tell_sum, room)
        came = isinstance(event, e.Entered)
        self._moved[room] = entered + came, left + (not came)

    def _tell_sum(self, room: Room) -> None:
        entered, left = self._moved.pop(room)
        if room in self._channels:
            entry = e.Entry(room.name, 0, self._now(), e.Moved("", entered, left))
            self._delivery.publish(self._channels[room], entry)
