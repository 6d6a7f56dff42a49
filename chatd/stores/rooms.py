"""The rooms of rooms.csv."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred

from chatd.chat import names
from chatd.chat.moments import iso
from chatd.chat.room import ACCESS, RoomRecord
from chatd.stores.rows import BadRow, moment, name, quoted
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("name", "owner", "topic", "access", "password", "limit", "hidden", "invited", "created")

_HIDDEN = {"yes": True, "no": False}
_LIMIT_DIGITS = 9


def _row(record: RoomRecord) -> Sequence[str]:
    return (
        record.name,
        record.owner,
        record.topic,
        record.access,
        record.password,
        str(record.limit),
        "yes" if record.hidden else "no",
        " ".join(record.invited),
        iso(record.created),
    )


def _record(row: Sequence[str]) -> RoomRecord:
    shown, owner, topic, access, password, limit, hidden, invited, created = row
    if access not in ACCESS:
        raise BadRow(f"access must be {' or '.join(ACCESS)}, not {quoted(access)}")
    if hidden not in _HIDDEN:
        raise BadRow(f"hidden must be yes or no, not {quoted(hidden)}")
    return RoomRecord(
        name=name(shown),
        owner=owner,
        topic=topic,
        access=access,
        password=password,
        limit=_limit(limit),
        hidden=_HIDDEN[hidden],
        invited=tuple(invited.split()),
        created=moment("created", created),
    )


def _limit(field: str) -> int:
    if not (field.isascii() and field.isdigit() and len(field) <= _LIMIT_DIGITS):
        raise BadRow(f"limit must be a number of members, 0 for any, not {quoted(field)}")
    return int(field)


class CsvRooms:
    """Keeps what rooms are; who is in them is not its business.

    :param path: rooms.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("access"), _row, _record), names.key, in_thread)

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        self._table.load()

    def all(self) -> list[RoomRecord]:
        """Every room that is kept."""
        return self._table.all()

    def save(self, record: RoomRecord) -> Deferred[None]:
        """Keep a room, in place of what was kept under its name; fires when it is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.save(record)

    def remove(self, name: str) -> Deferred[None]:
        """Forget a room; fires when that is on disk.

        :raises OSError: (in the Deferred) where that could not be written
        """
        return self._table.remove(name)

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._table.close()
