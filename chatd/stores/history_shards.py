"""Putting entries into history.sqlite, and their words into one table after the other, each of a bounded size."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from chatd.stores import history_database, history_words

SHARD = 1 << 15
"""Entries whose words are in one table, a few more or less."""


class Row(NamedTuple):
    """An entry.

    :param log: the number of its log in the file
    :param seq: its number in that log
    :param at: milliseconds since 1970-01-01 UTC
    :param kind: the tag of its event
    :param user: as in the journal
    :param text: as in the journal
    :param said: by what it is found, empty for nothing
    """

    log: int
    seq: int
    at: int
    kind: str
    user: str
    text: str
    said: str


class Shards:
    """The tables of words, of which the last one grows."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        found = database.execute("SELECT id, file, rows FROM shards ORDER BY id DESC LIMIT 1").fetchone()
        self._first: int
        self._file: int
        self._size: int
        self._first, self._file, self._size = found or (1, 0, 0)
        self._times: list[int] = []
        self._shares: Counter[int] = Counter()

    def add(self, rows: Sequence[Row], file: int) -> None:
        """Put in some ``rows`` that come from the file of this number; :meth:`save` is to follow."""
        if file != self._file or self._size >= SHARD:
            self.save()
            self._first, self._file, self._size = self._first + self._size, file, 0
            history_database.create_shard(self._database, self._first, file)
        numbered = list(enumerate(rows, self._first + self._size))
        self._insert("entries", [(number, *row[:6]) for number, row in numbered])
        words = [
            (number, history_words.tags(row.log, row.user), history_words.fold(row.said))
            for number, row in numbered
            if row.said
        ]
        self._insert(f"words_{self._first} (rowid, tags, text)", words)
        self._size += len(rows)
        self._times += (row.at for row in rows)
        self._shares.update(row.log for row in rows)

    def save(self) -> None:
        """Note how much the table has of what."""
        if not self._times:
            return
        self._database.execute(
            "UPDATE shards SET rows = ?, since = min(since, ?), until = max(until, ?) WHERE id = ?",
            (self._size, min(self._times), max(self._times), self._first),
        )
        self._database.executemany(
            "INSERT INTO shares VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
            [(self._first, log, count) for log, count in self._shares.items()],
        )
        self._times.clear()
        self._shares.clear()

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        # One statement for all: Python's lock is taken for each, and held by nobody while one runs.
        if rows:
            places = f"({','.join('?' * len(rows[0]))})"
            values = [value for row in rows for value in row]
            self._database.execute(f"INSERT INTO {table} VALUES {','.join([places] * len(rows))}", values)
