"""Keeping history.sqlite up with the journal, a little at a time.

Rows, and how far they were read, come in together: whatever stops it, it goes on where it was, with nothing missing and
nothing twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chatd.stores import history_database, history_erasing, history_files, journal_files
from chatd.stores.history_files import Known, Reader
from chatd.stores.history_rows import Rows

_SLICES = 2
"""How often a step reads; the second time mostly finds that there is no more."""

ALONE, BESIDE = 0.2, 9.0
"""How long it rests for each second of work: while nothing is said, and while others want the interpreter's lock."""


class Progress(NamedTuple):
    """How far it has come.

    :param caught_up: all of the journal was read
    :param idle: nothing else is to be done either
    """

    caught_up: bool
    idle: bool


class Filler:
    """Fills the file of one directory; not to be used by two threads at once.

    :param first: the number from which on the entries of a log are its own, where it is not 1, as the journal knew it
        when it was opened
    :param seconds: a clock that is not set back
    :param sleep: takes seconds
    """

    def __init__(
        self,
        directory: Path,
        first: Mapping[str, int],
        seconds: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._directory = directory
        self._first = first
        self._seconds = seconds
        self._sleep = sleep
        self._awake, self._share = 0.0, ALONE
        self._database: sqlite3.Connection | None = None
        self._rows: Rows | None = None
        self._reader: Reader | None = None
        self._rotated: list[Path] = []
        self._scrubbed = True  # What an earlier process took out may still be in the file beside this one.

    def step(self, redactions: Collection[tuple[str, int]] = (), rest: float = ALONE) -> Progress:
        """Do a little.

        :param redactions: entries, by the key of their log and their number, that have no text by the time when all of
            the journal was read
        :param rest: seconds for each second of work
        :raises OSError: where a file cannot be read or made
        :raises sqlite3.Error: where this one cannot be used
        """
        self._awake, self._share = self._seconds(), rest
        try:
            with self._transaction() as database:
                progress = self._do(database, redactions)
            if progress.idle and self._scrubbed:
                (busy, _, _) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                self._scrubbed = bool(busy)
        except BaseException:
            self.close()
            raise
        return progress

    def reset(self) -> None:
        """Begin anew with an empty file.

        :raises OSError: where the old one cannot be deleted
        """
        self.close()
        history_database.remove(self._directory / history_database.NAME)

    def close(self) -> None:
        """Leave the files; a next step opens them again."""
        self._leave()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _leave(self) -> None:
        """Forget what is known of the files beside what they tell."""
        self._rows = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._database is None:
            self._database = history_database.open_to_fill(self._directory / history_database.NAME)
        self._database.execute("BEGIN IMMEDIATE")
        yield self._database
        self._database.execute("COMMIT")

    def _do(self, database: sqlite3.Connection, redactions: Collection[tuple[str, int]]) -> Progress:
        if history_erasing.drop(database):
            self._leave()
            return Progress(False, False)
        if self._read(database):
            return Progress(False, False)
        for log, seq in redactions:
            history_erasing.redact(database, log, seq)
        if history_erasing.scrub(database):
            self._scrubbed = True
            return Progress(True, False)
        return Progress(True, True)

    def _read(self, database: sqlite3.Connection) -> bool:
        """Bring in some rows; whether there may be more."""
        for _ in range(_SLICES):
            lines = self._lines(database)
            if not lines:
                return lines is None
            assert self._reader is not None
            self._rows = self._rows or Rows(database, self._first, self._rest)
            self._rows.take(lines, self._reader.known.number)
            number, _, read, mark = self._reader.known
            database.execute("UPDATE files SET read = ?, mark = ? WHERE number = ?", (read, mark, number))
        return True

    def _rest(self) -> None:
        """Leave Python's lock alone for a while, for others go on with one hand meanwhile."""
        self._sleep((self._seconds() - self._awake) * self._share)
        self._awake = self._seconds()

    def _lines(self, database: sqlite3.Connection) -> list[bytes] | None:
        """The next lines, of the next file where one has come to its end; None where something must go before that."""
        rotated = journal_files.rotated(self._directory)
        if self._reader is not None and rotated == self._rotated:
            lines = self._reader.lines()
            if lines or self._reader.grows():
                return lines
        self._rotated = rotated
        known = [Known(*row) for row in database.execute("SELECT number, head, read, mark FROM files ORDER BY number")]
        gone, file, begun = history_files.plan(self._directory, known)
        self._leave()
        if gone:
            database.executemany("DELETE FROM files WHERE number = ?", [(old.number,) for old in gone])
            return None
        if file is None:
            return []
        database.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?)", begun)
        self._reader = Reader(file, begun)
        return self._reader.lines()
