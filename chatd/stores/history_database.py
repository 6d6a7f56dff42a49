"""The file history.sqlite: its tables, how it is opened for filling and for reading, and when it is beyond use.

``entries`` has the rows of the journal, in its order. Their words are in tables of their own, ``words_N``, each for
the entries from N on until the next such table: what a search costs in one of them is bounded, however much there is.
``shards`` lists these tables, ``shares`` says how many rows of each log they have, ``files`` how far each file of the
journal was read. A log that is forgotten loses its row in ``logs``, whereby nothing of it is found any more.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from chatd.stores import history_words
from chatd.stores.datadir import open_private

NAME = "history.sqlite"

VERSION = 1
"""Of the tables. A file with another one is made anew."""

_TABLES = """
    CREATE TABLE files (number INTEGER PRIMARY KEY, head BLOB NOT NULL, read INTEGER NOT NULL, mark BLOB NOT NULL);
    CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
    CREATE TABLE entries (
        id INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
        kind TEXT NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL
    );
    CREATE UNIQUE INDEX numbers ON entries (log, seq);
    CREATE TABLE shards (
        id INTEGER PRIMARY KEY, file INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0,
        since INTEGER NOT NULL DEFAULT 9223372036854775807, until INTEGER NOT NULL DEFAULT -1,
        dirty INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE shares (
        shard INTEGER NOT NULL, log INTEGER NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (shard, log)
    ) WITHOUT ROWID;
"""

_UNUSABLE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT))
_MISTYPED = ("fts5:", "unterminated")


class Damaged(sqlite3.DatabaseError):
    """The file is none that this program made."""


def is_damage(error: Exception) -> bool:
    """Whether ``error`` says that only a new file can help."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Values that nobody has put there.
        return isinstance(error, sqlite3.Error | TypeError | ValueError)
    # Tables that are missing are this one; so would be an expression that is none.
    mistyped = code == sqlite3.SQLITE_ERROR and str(error).startswith(_MISTYPED)
    return code & 0xFF in _UNUSABLE or (code == sqlite3.SQLITE_ERROR and not mistyped)


def open_to_fill(file: Path) -> sqlite3.Connection:
    """A connection that writes; the file is made if need be, and open to its owner alone.

    :raises OSError: where it cannot be made
    :raises sqlite3.Error: where it cannot be used
    """
    os.close(open_private(file, os.O_RDWR))
    # SQLite gives the files beside it the mode of this one.
    database = _connect(file, "rw")
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        # What is deleted is overwritten.
        database.execute("PRAGMA secure_delete=ON")
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def open_to_read(file: Path) -> sqlite3.Connection:
    """A connection that only reads, for a file that is open to be filled.

    :raises sqlite3.Error: where it cannot be used
    """
    database = _connect(file, "ro")
    database.execute("PRAGMA temp_store=MEMORY")
    database.execute("CREATE TEMP TABLE readable (log INTEGER PRIMARY KEY)")
    return database


def remove(file: Path) -> None:
    """Delete the file, and those that SQLite keeps beside it.

    :raises OSError: where that cannot be
    """
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def create_shard(database: sqlite3.Connection, first: int, file: int) -> None:
    """Begin a table of words for the entries from ``first`` on, which come from the file of this number."""
    database.execute("INSERT INTO shards (id, file) VALUES (?, ?)", (first, file))
    # Neither texts nor their lengths are kept a second time.
    database.execute(
        f"CREATE VIRTUAL TABLE words_{first} USING fts5 "
        f'(tags, text, content="", columnsize=0, tokenize="{history_words.TOKENIZER}")'
    )


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    # Only one thread at a time uses a connection, but not always the same one.
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def _prepare(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if (version, tables) == (0, 0):
        database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={VERSION}; COMMIT;")
    elif version != VERSION:
        raise Damaged(f"it is of version {version}")
