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

COLUMNS = (
    "name",
    "owner",
    "topic",
    "access",
    "password",
    "limit",
    "hidden",
    "invited",
    "moderated",
    "voiced",
    "created",
)

_LATER = {"moderated": "no", "voiced": ""}
"""Columns that files of older versions have not, and what stands for them."""

_YES_NO = {"yes": True, "no": False}
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
        "yes" if record.moderated else "no",
        " ".join(record.voiced),
        iso(record.created),
    )


def _record(row: Sequence[str]) -> RoomRecord:
    shown, owner, topic, access, password, limit, hidden, invited, moderated, voiced, created = row
    if access not in ACCESS:
        raise BadRow(f"access must be one of {', '.join(ACCESS)}, not {quoted(access)}")
    return RoomRecord(
        name=name(shown),
        owner=owner,
        topic=topic,
        access=access,
        password=password,
        limit=_limit(limit),
        hidden=_yes_no("hidden", hidden),
        invited=tuple(invited.split()),
        moderated=_yes_no("moderated", moderated),
        voiced=tuple(voiced.split()),
        created=moment("created", created),
    )


def _yes_no(column: str, field: str) -> bool:
    if field not in _YES_NO:
        raise BadRow(f"{column} must be yes or no, not {quoted(field)}")
    return _YES_NO[field]


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
        columns = Columns(COLUMNS, COLUMNS.index("access"), _row, _record, _LATER)
        self._table = Table(path, columns, names.key, in_thread)

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
