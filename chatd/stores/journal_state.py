"""What each file of the journal must tell at its beginning, so that a start need not read older ones.

That is the last number of each log, and where each user was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from chatd import roomlog
from chatd.chat.events import (
    Banned,
    Entered,
    Entry,
    Event,
    Kicked,
    Left,
    LoggedOut,
    Registered,
    Renamed,
    RoomCreated,
    RoomDeleted,
    Unregistered,
)
from chatd.chat.names import key
from chatd.stores import journal_rows
from chatd.stores.journal_rows import Row
from chatd.stores.rows import BadRow

MOVES: frozenset[type[Event]] = frozenset(
    (Entered, Left, Kicked, Banned, Renamed, RoomCreated, RoomDeleted, LoggedOut, Registered, Unregistered)
)
"""The events that change more of a :class:`State` than the last number of their log."""

Rooms = Collection[str]
_R = TypeVar("_R", bound=Rooms)

log_key = lru_cache(maxsize=1 << 14)(roomlog.log_key)
"""As in :mod:`chatd.roomlog`, for those who ask for the same few again and again."""


class State:
    """Follows the entries of a journal, in order.

    :ivar last: the last number of each log, by :func:`log_key`
    :ivar first: the number from which on the entries of a log are its own, where it is not 1; older ones belong to
        another room, or user, of that name
    :ivar rooms: the rooms of each user's last session that has ended, by :func:`key`
    :ivar left: the number with which each account left each room last, by :func:`log_key` and :func:`key`
    :ivar inside: the rooms each user is in, in the order they were entered, by :func:`key`
    """

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.first: dict[str, int] = {}
        self.rooms: dict[str, tuple[str, ...]] = {}
        self.inside: dict[str, dict[str, None]] = {}
        self.left: dict[str, dict[str, int]] = {}
        self._guests: set[str] = set()

    def copy(self) -> State:
        """This state as it is now."""
        other = State()
        other.last, other.first = self.last.copy(), self.first.copy()
        other.rooms, other.inside = self.rooms.copy(), {user: rooms.copy() for user, rooms in self.inside.items()}
        other._guests = self._guests.copy()
        return other

    def apply(self, entry: Entry) -> None:
        """Take note of ``entry``."""
        log, seq = log_key(entry.log), entry.seq
        if seq > self.last.get(log, 0):
            self.last[log] = seq
        if type(entry.event) in MOVES:
            self._move(entry)

    def enter(self, user: str, room: str, guest: bool) -> None:
        """Take note that ``user`` is in ``room``."""
        name = key(user)
        self.inside.setdefault(name, {})[room] = None
        if guest:
            self._guests.add(name)
        else:
            self._guests.discard(name)

    def leave(self, user: str, room: str, seq: int) -> None:
        """Take note that ``user`` is not in ``room`` from entry ``seq`` on."""
        name = key(user)
        if name not in self._guests:
            self.left.setdefault(log_key(room), {})[name] = seq
        rooms = self.inside.get(name)
        if rooms is not None:
            rooms.pop(room, None)
            if not rooms:
                del self.inside[name]

    def apply_own(self, row: Row) -> None:
        """Take note of a row that is no event.

        :raises BadRow: where it is none that anything here writes
        """
        if row.event == journal_rows.CHECKPOINT:
            self._checkpoint(row)
        elif row.event == journal_rows.ROOMS:
            _set(self.rooms, row.user, tuple(row.text.split()))
        elif row.event == journal_rows.INSIDE:
            _set(self.inside, row.user, dict.fromkeys(row.text.split()))
        elif row.event in (journal_rows.STARTED, journal_rows.STOPPED):
            self.everyone_out()
        elif row.event != journal_rows.GAP:
            raise BadRow(f"nothing is called {row.event!r}")

    def everyone_out(self) -> None:
        """The daemon ended, if without a word: where users were is where they were last."""
        self.rooms.update((user, tuple(rooms)) for user, rooms in self.inside.items() if rooms)
        for user, rooms in self.inside.items():
            for room in rooms if user not in self._guests else ():
                self.left.setdefault(log_key(room), {})[user] = self.last.get(log_key(room), 0)
        self.inside.clear()

    def jump(self, numbers: int) -> None:
        """Go on ``numbers`` higher in each log, since nobody knows how many were given out after the last row."""
        for log, last in self.last.items():
            if self.first.get(log, 0) > last:
                self.first[log] += numbers
            self.last[log] = last + numbers

    def rows(self, at: int, since: State | None = None) -> Iterator[bytes]:
        """The rows from which :meth:`apply_own` makes this state, or makes it of ``since``.

        :param at: milliseconds since 1970-01-01 UTC
        """
        then = since or State()
        logs = [*_changes(self.last, then.last), *_changes(self.first, then.first)]
        yield from self.checkpoints(at, dict.fromkeys(logs))
        for event, now, before in (
            (journal_rows.ROOMS, self.rooms, then.rooms),
            (journal_rows.INSIDE, _in_order(self.inside), _in_order(then.inside)),
        ):
            for user in [*_changes(now, before), *(before.keys() - now.keys())]:
                yield journal_rows.note(at, event, user=user, text=" ".join(now.get(user, ())))

    def forget_guests(self) -> None:
        """Forget where guests were that are gone; otherwise there would be ever more of them."""
        for user in self._guests - self.inside.keys():
            self._guests.discard(user)
            self.rooms.pop(user, None)

    def checkpoints(self, at: int, logs: Iterable[str]) -> Iterator[bytes]:
        """The rows that tell the last numbers of ``logs``."""
        for log in logs:
            first = str(self.first.get(log, ""))
            yield journal_rows.note(at, journal_rows.CHECKPOINT, log=log, seq=self.last[log], text=first)

    def _move(self, entry: Entry) -> None:
        match entry.event:
            case Entered(user, guest):
                self.enter(user, entry.log, guest)
            case Left(user):
                self.leave(user, entry.log, entry.seq)
            case Kicked(target=target) | Banned(target=target):
                self.leave(target, entry.log, entry.seq)
            case Renamed(user, name) if not entry.log.startswith("@"):
                self.leave(user, entry.log, entry.seq)
                self.enter(name, entry.log, guest=True)
            case RoomCreated():
                self.first[log_key(entry.log)] = entry.seq
            case RoomDeleted():
                self._delete(entry.log)
            case LoggedOut(user, text):
                if text:
                    self.rooms[key(user)] = tuple(text.split())
            case Registered(user) | Unregistered(user):
                self._change_hands(user)

    def _delete(self, room: str) -> None:
        self._end(log_key(room))
        for user in [user for user, rooms in self.inside.items() if room in rooms]:
            self.leave(user, room, 0)
        self.left.pop(log_key(room), None)

    def _change_hands(self, user: str) -> None:
        self._end(log_key(f"@{user}"))
        self.rooms.pop(key(user), None)
        for left in self.left.values():
            left.pop(key(user), None)
        self._guests.discard(key(user))

    def _end(self, log: str) -> None:
        if log in self.last:
            self.first[log] = self.last[log] + 1

    def _checkpoint(self, row: Row) -> None:
        try:
            last, first = int(row.seq), int(row.text or 1)
        except ValueError as error:
            raise BadRow(str(error)) from None
        log = log_key(row.log)
        self.last[log] = last
        if first > 1:
            self.first[log] = first


def _set(places: dict[str, _R], user: str, rooms: _R) -> None:
    if rooms:
        places[user] = rooms
    else:
        places.pop(user, None)


def _changes(now: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
    return [key for key, value in now.items() if before.get(key) != value]


def _in_order(inside: Mapping[str, Rooms]) -> dict[str, tuple[str, ...]]:
    return {user: tuple(rooms) for user, rooms in inside.items()}
