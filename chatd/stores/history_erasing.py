"""Taking out of history.sqlite what is not to be found any more, and of what was redacted every trace.

What takes long is done a little at a time: :func:`drop` and :func:`scrub` say whether there was anything to do.
"""

from __future__ import annotations

import sqlite3

from chatd.chat.redacted import blanked
from chatd.stores import history_words, journal_rows

_NONE_LATER = 1 << 62


def forget(database: sqlite3.Connection, log: str) -> None:
    """Have nothing that the log with this key has so far be found; what comes from now on begins anew.

    The rows stay until the journal no longer has them either. To delete them here and there would have SQLite move
    their neighbours about, which leaves copies behind, and those may be redacted some day.
    """
    database.execute("DELETE FROM logs WHERE key = ?", (log,))


def redact(database: sqlite3.Connection, log: str, seq: int) -> None:
    """Take the text out of an entry, if it is there; ``log`` is its log's key. :func:`scrub` is to follow."""
    query = "SELECT e.id, l.id, kind, user, text FROM entries e JOIN logs l ON l.id = e.log WHERE key = ? AND seq = ?"
    for entry, number, kind, user, text in database.execute(query, (log, seq)).fetchall():
        event = journal_rows.event_of(kind, user, text)
        blank = blanked(event)
        if blank != event:
            if said := history_words.said(event):
                _cross_out(database, entry, history_words.tags(number, user), history_words.fold(said))
            database.execute("UPDATE entries SET text = ? WHERE id = ?", (journal_rows.text_of(blank), entry))


def drop(database: sqlite3.Connection) -> bool:
    """Delete one of the tables whose file of the journal is gone, with its entries."""
    query = "SELECT id FROM shards WHERE file NOT IN (SELECT number FROM files) LIMIT 1"
    for (first,) in database.execute(query).fetchall():
        (end,) = database.execute("SELECT min(id) FROM shards WHERE id > ?", (first,)).fetchone()
        database.execute("DELETE FROM entries WHERE id >= ? AND id < ?", (first, end or _NONE_LATER))
        database.execute("DELETE FROM shares WHERE shard = ?", (first,))
        database.execute("DELETE FROM shards WHERE id = ?", (first,))
        database.execute(f"DROP TABLE words_{first}")
        return True
    return False


def scrub(database: sqlite3.Connection) -> bool:
    """Have the words that were crossed out in one of the tables leave the file."""
    for (shard,) in database.execute("SELECT id FROM shards WHERE dirty LIMIT 1").fetchall():
        database.execute(f"INSERT INTO words_{shard} (words_{shard}) VALUES ('optimize')")
        for table in (f"words_{shard}_data", f"words_{shard}_idx"):
            # Where rows were moved about, copies are left between the others. New pages have nothing between.
            database.execute(f"CREATE TABLE moved AS SELECT * FROM {table}")
            database.execute(f"DELETE FROM {table}")
            database.execute(f"INSERT INTO {table} SELECT * FROM moved ORDER BY 1, 2")
            database.execute("DROP TABLE moved")
        database.execute("UPDATE shards SET dirty = 0 WHERE id = ?", (shard,))
        return True
    return False


def _cross_out(database: sqlite3.Connection, entry: int, tags: str, text: str) -> None:
    """Have the words of an entry not be found; FTS5 keeps no texts here, and is told what it was once given."""
    (shard,) = database.execute("SELECT max(id) FROM shards WHERE id <= ?", (entry,)).fetchone()
    query = f"INSERT INTO words_{shard} (words_{shard}, rowid, tags, text) VALUES ('delete', ?, ?, ?)"
    database.execute(query, (entry, tags, text))
    database.execute("UPDATE shards SET dirty = 1 WHERE id = ?", (shard,))
