"""The rows of ignores.csv: whom each account ignores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred

from chatd.chat import names
from chatd.chat.ignores import IgnoreRecord
from chatd.chat.moments import iso
from chatd.stores.rows import moment, name
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("user", "ignored", "changed")


def _row(record: IgnoreRecord) -> Sequence[str]:
    return record.user, " ".join(record.ignored), iso(record.changed)


def _record(row: Sequence[str]) -> IgnoreRecord:
    user, ignored, changed = row
    return IgnoreRecord(name(user), tuple(map(name, ignored.split())), moment("changed", changed))


class CsvIgnores:
    """Keeps whom accounts ignore.

    :param path: ignores.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("changed"), _row, _record), names.key, in_thread)

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        self._table.load()

    def all(self) -> list[IgnoreRecord]:
        """Everybody's."""
        return self._table.all()

    def save(self, record: IgnoreRecord) -> Deferred[None]:
        """Keep one user's, in place of what was kept; fires when it is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.save(record)

    def remove(self, user: str) -> Deferred[None]:
        """Forget one user's; fires when that is on disk.

        :raises OSError: (in the Deferred) where that could not be written
        """
        return self._table.remove(user)

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._table.close()
