"""Reading history.sqlite: what was said where, and searching it by words."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from chatd.chat.events import Entry
from chatd.stores import history_database, history_words, journal_rows
from chatd.stores.history_shards import SHARD

LONG_ENOUGH = 0.03
"""Seconds after which a search begins no other table of words."""

_MANY = 200
"""So many entries can be looked at one by one, whatever log they are in."""

_FEW = 32
"""So many logs can be named in an expression; each makes every step of it a little longer."""

_FOREVER = 1 << 62

_ENTRY = "l.name, e.seq, e.at, e.kind, e.user, e.text"


class Query(NamedTuple):
    """What is searched for; as in :meth:`chatd.history.History.search`, but here ``logs`` are keys.

    :param match: an FTS5 expression, empty for any text
    """

    match: str
    logs: Sequence[str]
    user: str = ""
    since: int = 0
    until: int = 0
    before: int = 0
    limit: int = 20


class Searcher:
    """Reads the file of one directory while it is filled; not to be used by two threads at once.

    :param seconds: a clock that is not set back
    """

    def __init__(self, directory: Path, seconds: Callable[[], float]) -> None:
        self._file = directory / history_database.NAME
        self._seconds = seconds
        self._database: sqlite3.Connection | None = None

    def close(self) -> None:
        """Leave the file; it is opened again when it is needed."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def search(self, query: Query) -> tuple[list[Entry], int]:
        """What is found, newest first, and where to go on, 0 where there is no more.

        :raises sqlite3.Error: where the file cannot be used; so do all others
        """
        end = self._seconds() + LONG_ENOUGH
        found: list[Any] = []
        more = 0
        with self._snapshot() as database:
            database.execute("DELETE FROM temp.readable")
            readable = "INSERT INTO temp.readable SELECT id FROM logs WHERE key IN (SELECT value FROM json_each(?))"
            database.execute(readable, (json.dumps(query.logs),))
            for shard in _shards(database, query):
                if more and self._seconds() > end:
                    break
                found += _in_shard(database, shard, query, query.limit - len(found))
                if len(found) == query.limit:
                    more = found[-1][0]
                    break
                more = shard
            else:
                more = 0
        return [_entry(*fields) for _, *fields in found], more

    def page(self, log: str, before: int, count: int) -> list[Entry]:
        """The last ``count`` entries of the log with this key whose numbers are below ``before``, the oldest first."""
        where = "e.seq < ? ORDER BY e.seq DESC LIMIT ?"
        return self._entries(log, where, before or _FOREVER, count)[::-1]

    def since(self, log: str, at: int, limit: int) -> list[Entry]:
        """The first ``limit`` entries of the log with this key that are not older than ``at``, the oldest first."""
        return self._entries(log, "e.seq >= ? AND e.at >= ? ORDER BY e.seq LIMIT ?", self._start(log, at), at, limit)

    def count(self, log: str, after: int) -> int:
        """How many entries of the log with this key have numbers above ``after``."""
        query = "SELECT count(*) FROM entries WHERE log = (SELECT id FROM logs WHERE key = ?) AND seq > ?"
        with self._snapshot() as database:
            (count,) = database.execute(query, (log, after)).fetchone()
        return int(count)

    def _entries(self, log: str, where: str, *values: int) -> list[Entry]:
        query = f"SELECT {_ENTRY} FROM logs l JOIN entries e ON e.log = l.id WHERE l.key = ? AND {where}"
        with self._snapshot() as database:
            return [_entry(*fields) for fields in database.execute(query, (log, *values))]

    def _start(self, log: str, at: int) -> int:
        """A number of the log before which all entries are older than ``at``, and not by much."""
        oldest = "SELECT coalesce(min(id), ?) FROM shards WHERE until >= ?"
        query = "SELECT e.id FROM logs l JOIN entries e ON e.log = l.id WHERE l.key = ? AND e.seq >= ? ORDER BY e.seq"
        with self._snapshot() as database:
            (start,) = database.execute(oldest, (_FOREVER, at)).fetchone()

            def entry(number: int) -> int:
                found = database.execute(f"{query} LIMIT 1", (log, number)).fetchone()
                return int(found[0]) if found else _FOREVER

            return bisect_left(range(_FOREVER), start, key=entry)

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        """What the file has now, whatever comes meanwhile."""
        try:
            if self._database is None:
                self._database = history_database.open_to_read(self._file)
            self._database.execute("BEGIN")
            yield self._database
            self._database.execute("COMMIT")
        except BaseException:
            self.close()
            raise


def _shards(database: sqlite3.Connection, query: Query) -> list[int]:
    """The tables of words that may have something, the newest first."""
    readable = "EXISTS (SELECT 1 FROM shares WHERE shard = s.id AND log IN temp.readable)"
    where = f"s.id < ? AND s.until >= ? AND s.since < ? AND {readable} ORDER BY s.id DESC"
    return [shard for (shard,) in database.execute(f"SELECT s.id FROM shards s WHERE {where}", _bounds(query))]


def _bounds(query: Query) -> tuple[int, int, int]:
    return query.before or _FOREVER, query.since, query.until or _FOREVER


def _in_shard(database: sqlite3.Connection, shard: int, query: Query, limit: int) -> list[Any]:
    """What one table of words has: the id of each entry, and its fields."""
    expression = _wanted(query)
    there = f"SELECT 1 FROM words_{shard} WHERE words_{shard} MATCH ? AND rowid < ? LIMIT {_MANY}"
    bounds = _bounds(query)
    (count,) = database.execute(f"SELECT count(*) FROM ({there})", (expression, bounds[0])).fetchone()
    if not count:
        return []
    if count == _MANY:
        expression = _narrowed(database, shard, expression)
    # No other order of the tables will do, and SQLite cannot know that. Whether a log may be read is asked here in any
    # case: the expression only keeps most of those away that may not.
    return database.execute(
        f"SELECT e.id, {_ENTRY} "
        f"FROM words_{shard} w CROSS JOIN entries e ON e.id = w.rowid CROSS JOIN logs l ON l.id = e.log "
        f"WHERE words_{shard} MATCH ? AND w.rowid < ? AND e.at >= ? AND e.at < ? AND e.log IN temp.readable "
        "ORDER BY w.rowid DESC LIMIT ?",
        (expression, *bounds, limit),
    ).fetchall()


def _wanted(query: Query) -> str:
    """What FTS5 is to look for."""
    text = [f"text : ({query.match})"] if query.match else []
    return " AND ".join([*text, *([f'tags : "{history_words.user_tag(query.user)}"'] if query.user else [])])


def _narrowed(database: sqlite3.Connection, shard: int, expression: str) -> str:
    """``expression`` for few logs of one table of words: those that may be read, or but the large ones that may not."""

    def logs(where: str) -> list[str]:
        found = database.execute(f"SELECT log FROM shares WHERE shard = ? AND log {where}", (shard,))
        return [history_words.log_tag(log) for (log,) in found]

    may = logs(f"IN temp.readable LIMIT {_FEW + 1}")
    if len(may) <= _FEW:
        return f"{expression} AND tags : ({' OR '.join(may)})"
    large = logs(f"NOT IN temp.readable AND rows > {SHARD // _FEW}")
    return f"({expression}) NOT tags : ({' OR '.join(large)})" if large else expression


def _entry(log: str, seq: int, at: int, kind: str, user: str, text: str) -> Entry:
    return Entry(log, seq, at, journal_rows.event_of(kind, user, text))
