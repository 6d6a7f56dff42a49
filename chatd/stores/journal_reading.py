"""Reading files of the journal, fast: of most rows the beginning alone is looked at.

A broken row is skipped and counted, since one of them must neither keep a daemon from starting nor hide all others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache

from chatd.chat.events import ACCOUNT_EVENTS, Entered, Entry, Event, Left, Registered, Unregistered
from chatd.stores import journal_rows, rows
from chatd.stores.journal_rows import Row
from chatd.stores.journal_state import MOVES, State, log_key
from chatd.stores.rows import BadRow


def _tags(kinds: Iterable[type[Event]]) -> frozenset[bytes]:
    return frozenset(str(kind.__struct_config__.tag).encode() for kind in kinds)


_PASSING = _tags((Entered, Left))
_ENTERED = _tags((Entered,))
_NUMBERED = frozenset(tag.encode() for tag in journal_rows.KINDS) - _tags(ACCOUNT_EVENTS)
# What changes no more than the last number of its log, and need not be understood to go on.
_TALK = _NUMBERED - _tags(MOVES)
# The event of the last row of a file that was closed; the first is the header's.
_AT_REST = frozenset((b"event", journal_rows.STOPPED.encode()))
_OUT = (journal_rows.STARTED, journal_rows.STOPPED)
_CHECKPOINT = journal_rows.CHECKPOINT.encode()
_GUEST = f",{journal_rows.text_of(Entered('', guest=True))}\n".encode()

_decoded = lru_cache(maxsize=1 << 16)(bytes.decode)
_event_of = lru_cache(maxsize=1 << 13)(journal_rows.event_of)


class Tail:
    """The last rows of one log in one file, but those of who entered and left.

    :param bound: how many rows are kept
    :ivar lines: they
    :ivar passing: the last of those who entered and left
    :ivar before: the last number of the log in older files
    """

    def __init__(self, bound: int) -> None:
        self.lines: deque[bytes] = deque(maxlen=bound)
        self.before = 0
        self.passing = b""

    def add(self, event: bytes, line: bytes) -> None:
        """Put one more row of this log at the end."""
        if event in _PASSING:
            self.passing = line
        else:
            self.lines.append(line)

    def last(self) -> int:
        """The last number that can be read, 0 where there is none."""
        numbers = (_number(line) for line in reversed(self.lines))
        return max(_number(self.passing), next(filter(None, numbers), 0))

    def entries(self, first: int, broken: list[bytes]) -> list[Entry]:
        """The entries of the rows, in order.

        :param first: the lowest number that counts
        :param broken: gets the rows that are no entries
        """
        entries = []
        for line in self.lines:
            try:
                entry = journal_rows.entry(journal_rows.fields(line))
            except BadRow:
                broken.append(line)
            else:
                if entry.seq >= first:
                    entries.append(entry)
        return entries


def _number(line: bytes) -> int:
    with suppress(ValueError, IndexError):
        return int(line.split(b",", 4)[3])
    return 0


def _entries(tails: Mapping[str, Tail], first: Mapping[str, int], broken: list[bytes]) -> dict[str, list[Entry]]:
    return {log: tail.entries(first.get(log, 1), broken) for log, tail in tails.items()}


class Scan:
    """Reads the newest file, from its first line to its last.

    :param bound: how many entries of each log are enough
    :ivar tails: the last rows of each log, by :func:`log_key`
    :ivar broken: the rows that cannot be read
    """

    def __init__(self, bound: int) -> None:
        self.tails: dict[str, Tail] = {}
        self.broken: list[bytes] = []
        self._bound = bound
        self._state = State()
        self._event = b"event"
        self._by_field: dict[bytes, Tail] = {}

    def feed(self, lines: Iterable[bytes]) -> None:
        """Read the next lines of the file."""
        by_field, event = self._by_field, self._event
        for line in lines:
            try:
                _, event, log, _ = line.split(b",", 3)
            except ValueError:
                event = b""
                self.broken.append(line)
                continue
            tail = by_field.get(log)
            if tail is not None and event in _TALK:
                tail.lines.append(line)
            elif tail is not None and event in _PASSING and self._pass(event, line):
                tail.passing = line
            else:
                self._read(line, log)
        self._event = event

    def entries(self) -> dict[str, list[Entry]]:
        """The last entries of each log of which there are any."""
        found = _entries(self.tails, self._state.first, self.broken)
        return {log: entries for log, entries in found.items() if entries}

    def state(self) -> State:
        """What the rows read so far tell."""
        for log in self.tails:
            self._catch_up(log)
        return self._state

    def is_closed(self) -> bool:
        """Whether the file says that the daemon stopped, or nothing at all."""
        return self._event in _AT_REST

    def _pass(self, event: bytes, line: bytes) -> bool:
        """Take note of who entered or left; whether that could be done without reading all of ``line``."""
        if b'"' in line or b"\\" in line:
            return False
        try:
            _, _, log, number, user, rest = line.split(b",", 5)
            if event in _ENTERED:
                self._state.enter(_decoded(user), _decoded(log), rest.endswith(_GUEST))
            else:
                self._state.leave(_decoded(user), _decoded(log), int(number) if number.isdigit() else 0)
        except ValueError:
            return False
        return True

    def _read(self, line: bytes, field: bytes) -> None:
        try:
            row = journal_rows.decode(line)
            if row.event in journal_rows.OWN:
                if row.event in _OUT and self._state.inside:
                    self.state()
                self._state.apply_own(row)
                if row.event == journal_rows.CHECKPOINT:
                    tail = self._tail(row.log)
                    tail.before = tail.before or int(row.seq)
            elif line != journal_rows.HEADER:
                self._take(row, line, field)
        except BadRow:
            self.broken.append(line)

    def _take(self, row: Row, line: bytes, field: bytes) -> None:
        event = _event_of(row.event, row.user, row.text)
        try:
            entry = Entry(row.log, int(row.seq or 0), 0, event)
        except ValueError as error:
            raise BadRow(str(error)) from None
        if isinstance(event, Registered | Unregistered):
            self._catch_up(log_key(f"@{event.user}"))
        self._state.apply(entry)
        if entry.seq:
            tail = self._tail(row.log)
            tail.add(row.event.encode(), line)
            # A quoted field may have been split within.
            if b'"' not in field:
                self._by_field[field] = tail

    def _catch_up(self, log: str) -> None:
        """Have the state know the last number of a log, which most rows do not tell it."""
        if log in self.tails:
            self._state.last[log] = max(self.tails[log].last(), self._state.last.get(log, 0))

    def _tail(self, log: str) -> Tail:
        key = log_key(log)
        tail = self.tails.get(key)
        if tail is None:
            tail = self.tails[key] = Tail(self._bound)
        return tail


class Search:
    """Reads an older file for the last rows of some logs.

    :param logs: the logs in question, by :func:`log_key`
    :param bound: how many entries of each are enough
    :ivar tails: the last rows of each
    :ivar broken: the rows among those that cannot be read
    """

    def __init__(self, logs: Iterable[str], bound: int) -> None:
        self.tails = {log: Tail(bound) for log in logs}
        self.broken: list[bytes] = []
        self._by_field: dict[bytes, Tail | None] = {}

    def feed(self, lines: Iterable[bytes]) -> None:
        """Read the next lines of the file."""
        for line in lines:
            try:
                _, event, log, _ = line.split(b",", 3)
                tail = self._by_field[log]
            except ValueError:
                continue
            except KeyError:
                tail = self._find(log)
            if tail is None:
                continue
            if event in _NUMBERED:
                tail.add(event, line)
            elif event == _CHECKPOINT:
                tail.before = tail.before or _number(line)

    def entries(self, first: Mapping[str, int]) -> dict[str, list[Entry]]:
        """The last entries of each log.

        :param first: the lowest number that counts, where it is not 1
        """
        return _entries(self.tails, first, self.broken)

    def _find(self, field: bytes) -> Tail | None:
        tail = None
        with suppress(ValueError):
            tail = self.tails.get(log_key(rows.unescape(field.decode())))
        self._by_field[field] = tail
        return tail
