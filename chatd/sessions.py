"""Every session there is, by user; what comes back from the logs is told to those whom it concerns."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from chatd.chat import events as e
from chatd.chat.answers import StatusChanged
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.room import Room
from chatd.chat.user import User
from chatd.delivery import Channel, Delivery
from chatd.hearing import Hearing
from chatd.session import Session

CROWD = 200
"""Members above which a room is told of who enters and leaves as a sum, once in :data:`SUM_SECONDS`."""

SUM_SECONDS = 1.0


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
        self.hearing = Hearing(hub.ignores, self.of)
        self.arrived: list[Callable[[e.Entry], None]] = []
        """Called with each entry of a user's log that has come back, before it is told."""
        self.departed: list[Callable[[User], None]] = []
        """Called with each user whose last session has ended."""

    def of(self, name: str) -> list[Session]:
        """The sessions of the user called ``name``, oldest first."""
        return list(self._by_user.get(key(name), ()))

    def reaches(self, name: str) -> bool:
        """Whether the user called ``name`` would be told something now: a session may be at its end, and not over."""
        return any(not session.outlet.closed for session in self._by_user.get(key(name), ()))

    def begin(self, session: Session, user: User) -> None:
        """``session`` is one of ``user``'s from now on."""
        session.user = user
        session.awaken = self.awaken
        user.heard_at = self._clock.seconds()
        self._by_user.setdefault(user.key, []).append(session)
        self._hub.arrive(user)
        self.hearing.begin(session)

    def end(self, session: Session) -> None:
        """``session`` is nobody's any more."""
        user, session.user = session.user, None
        self.hearing.end(session)
        if user is None:
            return
        mine = self._by_user[user.key]
        mine.remove(session)
        if not mine:
            del self._by_user[user.key]
        self._hub.depart(user)
        if not mine:
            for tell in self.departed:
                tell(user)

    def all(self) -> list[Session]:
        """Every session that is somebody's."""
        return [session for mine in self._by_user.values() for session in mine]

    def channel(self, room: Room) -> Channel:
        """What the members of ``room`` hear it by."""
        channel = self._channels.get(room)
        if channel is None:
            channel = self._channels[room] = Channel(room.recent[-1] if room.recent else None)
        return channel

    def arrive(self, entry: e.Entry) -> None:
        """``entry`` has come back from its log: it holds from now on, and is told."""
        room = self._hub.apply(entry)
        if room is not None:
            self._tell_room(room, entry)
        elif entry.log.startswith("@"):
            self._tell_user(entry.log[1:], entry)

    def _tell_user(self, name: str, entry: e.Entry) -> None:
        event = entry.event
        if isinstance(event, e.Renamed) and key(name) in self._by_user:
            self._by_user[key(event.name)] = self._by_user.pop(key(name))
        for note in self.arrived:
            note(entry)
        if not isinstance(event, (*e.ACCOUNT_EVENTS, e.Renamed)) and not self._hub.ignores.covers(name, event.user):
            for session in self.of(name):
                session.voice.tell_entry(entry)

    # Status: neither logged nor told again

    def tell_status(self, user: User, asking: Session | None = None) -> None:
        """Tell the status of ``user`` once to each session of whoever shares a room with her, but not to ``asking``."""
        self._tell_status(user, self._hub.neighbours(user), asking)

    def awaken(self, user: User) -> None:
        """``user``, who was inactive, has said something."""
        user.inactive = False
        self.tell_activity(user)

    def tell_activity(self, user: User) -> None:
        """Tell that ``user`` became active or inactive, which nobody chose: no crowd is told."""
        self._tell_status(user, self._hub.neighbours(user, CROWD) - {user}, None)

    def _tell_status(self, user: User, neighbours: set[User], asking: Session | None) -> None:
        told = StatusChanged(user.person)
        for neighbour in neighbours:
            if not self._hub.ignores.covers(neighbour.name, user.name):
                for session in self.of(neighbour.name):
                    if session is not asking and session not in self.hearing.quiet:
                        session.tell(told)

    # Rooms

    def _tell_room(self, room: Room, entry: e.Entry) -> None:
        event = entry.event
        if isinstance(event, e.Entered | e.Left) and len(room.members) > CROWD:
            self._sum_up(room, event)
            return
        self._publish(room, entry)
        if isinstance(event, e.Kicked | e.Banned):
            why = "kicked" if isinstance(event, e.Kicked) else "banned"
            for session in self.of(event.target):
                if room in session.rooms:
                    session.thrown_out(room, why)
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
            self._publish(room, e.Entry(room.name, 0, self._now(), e.Moved("", entered, left)))

    def _publish(self, room: Room, entry: e.Entry) -> None:
        deaf = self.hearing.deaf(room, entry.event)
        named = self.hearing.named(room, entry.event, deaf)
        self._delivery.publish(self.channel(room), entry, deaf, named)
