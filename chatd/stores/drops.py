"""The files of drops.csv: which were given to which room, by whom, and until when they are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred, succeed

from chatd.chat.files import Drop, safe_name
from chatd.chat.moments import iso
from chatd.stores.rows import BadRow, moment, quoted
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("id", "room", "name", "size", "sha256", "user", "at", "expires")

_SHA256 = re.compile("[0-9a-f]{64}")
_DIGITS = 18


def _row(drop: Drop) -> Sequence[str]:
    return (
        str(drop.id),
        drop.room,
        drop.name,
        str(drop.size),
        drop.sha256,
        drop.user,
        iso(drop.at),
        iso(drop.expires),
    )


def _drop(row: Sequence[str]) -> Drop:
    number, room, name, size, sha256, user, at, expires = row
    if not _SHA256.fullmatch(sha256):
        raise BadRow(f"sha256 must be 64 hexadecimal digits, not {quoted(sha256)}")
    return Drop(
        id=_number("id", number),
        room=room,
        name=safe_name(name),
        size=_number("size", size),
        sha256=sha256,
        user=user,
        at=moment("at", at),
        expires=moment("expires", expires),
    )


def _number(column: str, field: str) -> int:
    if not (field.isascii() and field.isdigit() and len(field) <= _DIGITS):
        raise BadRow(f"{column} must be a number, not {quoted(field)}")
    return int(field)


def _retired(number: int) -> Drop:
    """What stands for the highest number after its file is forgotten, so that it is not given out again."""
    return Drop(number, room="", name=safe_name(""), size=0, sha256="0" * 64, user="", at=1, expires=1)


class CsvDrops:
    """Keeps what the files are; the files themselves are elsewhere.

    :param path: drops.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("sha256"), _row, _drop), str, in_thread)
        self._last = 0

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        self._table.load()
        self._last = max((drop.id for drop in self._table.all()), default=0)

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._table.close()

    def get(self, number: int) -> Drop | None:
        """The file of that number, expired or not."""
        return self._table.get(str(number))

    def all(self) -> list[Drop]:
        """Every file that is known, expired ones too; what stands for a retired number has an empty room."""
        return self._table.all()

    def next_id(self) -> int:
        """A number above all that were given out before."""
        self._last += 1
        return self._last

    def save(self, drop: Drop) -> Deferred[None]:
        """Keep a new file's row; fires when it is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.save(drop)

    def remove(self, drop: Drop) -> Deferred[None]:
        """Forget a file, but never that its number was given out; fires when that is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        if drop.id != self._last:
            return self._table.remove(str(drop.id))
        return self._table.save(_retired(drop.id)) if drop.room else succeed(None)
