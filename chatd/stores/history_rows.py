"""What the rows of the journal mean for the history: what comes into it, and what ends with them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import msgspec

from chatd.chat import events as e
from chatd.chat.redacted import blanked
from chatd.stores import history_erasing, history_words, journal_rows
from chatd.stores.history_shards import Row, Shards
from chatd.stores.journal_state import log_key
from chatd.stores.rows import BadRow

_TOGETHER = 100
_HIGHEST = 1 << 62

_ABSENT = (e.Entered, e.Left, e.Moved, e.RoomDeleted, *e.ACCOUNT_EVENTS)
"""Events that are no part of the history."""

_PASSED_OVER = frozenset(
    [str(kind.__struct_config__.tag).encode() for kind in (e.Entered, e.Left, e.LoggedIn, e.LoggedOut, e.LoginFailed)]
    + [name.encode() for name in journal_rows.OWN if name != journal_rows.CHECKPOINT]
)
"""Rows that change nothing, and need not be understood."""

_REDACTED = "redacted"
_read_number = re.compile(r"id=([0-9]{1,18}) .*").match
"""Of a row that says which other was redacted."""


class _Log:
    """A log: its number in the file, and the last number in it."""

    __slots__ = ("last", "number")

    def __init__(self, number: int, last: int) -> None:
        self.number = number
        self.last = last


class Rows:
    """Brings rows in, in the order of the journal, as long as nobody else does.

    :param first: the number from which on the entries of a log are its own, where it is not 1, by :func:`log_key`.
        What comes before belongs to another room, or user, of that name, and must not be found even until the row is
        read that says so.
    :param rest: called between two of many pieces of work
    """

    def __init__(self, database: sqlite3.Connection, first: Mapping[str, int], rest: Callable[[], object]) -> None:
        self._database = database
        self._first = first
        self._rest = rest
        self._shards = Shards(database)
        self._logs: dict[str, _Log] = {}
        self._redacted: list[tuple[str, int]] = []

    def take(self, lines: Sequence[bytes], file: int) -> None:
        """Bring in the rows that ``lines`` of the file of this number are; those that cannot be read are left out."""
        for start in range(0, len(lines), _TOGETHER):
            if start:
                self._rest()
            rows = [row for line in lines[start : start + _TOGETHER] if (row := self._read(line))]
            if rows:
                self._shards.add(rows, file)
        self._shards.save()
        while self._redacted:
            history_erasing.redact(self._database, *self._redacted.pop())

    def _read(self, line: bytes) -> Row | None:
        if line.partition(b",")[2].partition(b",")[0] in _PASSED_OVER:
            return None
        with suppress(BadRow):
            fields = journal_rows.fields(line)
            if fields[1] == journal_rows.CHECKPOINT:
                self._check(fields)
                return None
            if fields[1] == _REDACTED and (found := _read_number(fields[6])):
                self._redacted.append((log_key(fields[2]), int(found[1])))
            return self._place(fields)
        return None

    def _place(self, fields: Sequence[str]) -> Row | None:
        log, seq, at, event = msgspec.structs.astuple(journal_rows.entry(fields))
        name = log_key(log)
        match event:
            case e.RoomCreated() | e.RoomDeleted():
                self._forget(name)
            case e.Registered(user) | e.Unregistered(user):
                self._forget(log_key(f"@{user}"))
        if isinstance(event, _ABSENT) or not self._first.get(name, 1) <= seq < _HIGHEST:
            return None
        place = self._logs.get(name) or self._known(name) or self._begin(name, log)
        if seq <= place.last:
            return None
        place.last = seq
        said, text = history_words.said(event), fields[6]
        if said.isspace():
            # The journal has spaces where something was redacted.
            said, text = "", journal_rows.text_of(blanked(event))
        return Row(place.number, seq, at, fields[1], fields[4], text, said)

    def _check(self, fields: Sequence[str]) -> None:
        """Take note of a row that repeats from which number on the entries of a log are its own."""
        with suppress(ValueError):
            name, first = log_key(fields[2]), int(fields[6] or 1)
            place = self._logs.get(name) or self._known(name)
            # It is told once more by every file; what began with that number is here then, and stays.
            if place and place.last < first:
                self._forget(name)

    def _known(self, name: str) -> _Log | None:
        query = "SELECT id, (SELECT coalesce(max(seq), 0) FROM entries WHERE log = l.id) FROM logs l WHERE key = ?"
        found = self._database.execute(query, (name,)).fetchone()
        if found:
            self._logs[name] = _Log(*found)
        return self._logs.get(name)

    def _begin(self, name: str, shown: str) -> _Log:
        cursor = self._database.execute("INSERT INTO logs (key, name) VALUES (?, ?)", (name, shown))
        place = self._logs[name] = _Log(cursor.lastrowid or 0, 0)
        return place

    def _forget(self, name: str) -> None:
        self._logs.pop(name, None)
        history_erasing.forget(self._database, name)
