"""The bans and mutes of bans.csv."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred

from chatd.chat.moderation import KINDS, Ban, network
from chatd.chat.moments import iso
from chatd.stores.rows import BadRow, moment, name, quoted
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("id", "kind", "who", "address", "where", "by", "until", "why", "at")

_DIGITS = 18


def _row(ban: Ban) -> Sequence[str]:
    return (
        str(ban.id),
        ban.kind,
        ban.who,
        ban.address,
        ban.where,
        ban.by,
        iso(ban.until),
        ban.why,
        iso(ban.at),
    )


def _ban(row: Sequence[str]) -> Ban:
    number, kind, who, address, where, by, until, why, at = row
    if kind not in KINDS:
        raise BadRow(f"kind must be {' or '.join(KINDS)}, not {quoted(kind)}")
    if not who and not address:
        raise BadRow("who or address must say whom it is about")
    if address and network(address) is None:
        raise BadRow(f"address must be an IP address or network, not {quoted(address)}")
    return Ban(
        id=_number(number),
        kind=kind,
        who=name(who) if who else "",
        address=network(address) or "",
        where=name(where) if where else "",
        by=by,
        until=moment("until", until),
        why=why,
        at=moment("at", at),
    )


def _number(field: str) -> int:
    if not (field.isascii() and field.isdigit() and len(field) <= _DIGITS):
        raise BadRow(f"id must be a number, not {quoted(field)}")
    return int(field)


class CsvBans:
    """Keeps what bans and mutes there are.

    :param path: bans.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("kind"), _row, _ban), str, in_thread)

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        self._table.load()

    def all(self) -> list[Ban]:
        """Every ban and mute that is kept, those that are over too."""
        return self._table.all()

    def save(self, ban: Ban) -> Deferred[None]:
        """Keep one more; fires when it is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.save(ban)

    def remove(self, number: int) -> Deferred[None]:
        """Forget the one of that number; fires when that is on disk.

        :raises OSError: (in the Deferred) where that could not be written
        """
        return self._table.remove(str(number))

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._table.close()
