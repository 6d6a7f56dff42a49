"""The letters of mail.csv: private messages that wait for their readers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred

from chatd.chat.events import Entry, Private
from chatd.chat.letters import Letter
from chatd.chat.moments import iso
from chatd.stores.rows import BadRow, moment, name, quoted
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("id", "to", "seq", "user", "text", "at")

_DIGITS = 18


def _row(letter: Letter) -> Sequence[str]:
    entry, event = letter.entry, letter.entry.event
    assert isinstance(event, Private)
    return str(letter.id), event.to, str(entry.seq), event.user, event.text, iso(entry.at)


def _letter(row: Sequence[str]) -> Letter:
    number, to, seq, user, text, at = row
    event = Private(name(user), name(to), text)
    return Letter(_number("id", number), Entry(f"@{event.to}", _number("seq", seq), moment("at", at), event))


def _number(column: str, field: str) -> int:
    if not (field.isascii() and field.isdigit() and len(field) <= _DIGITS):
        raise BadRow(f"{column} must be a number, not {quoted(field)}")
    return int(field)


class CsvLetters:
    """Keeps letters.

    :param path: mail.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("at"), _row, _letter), str, in_thread)

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        self._table.load()

    def all(self) -> list[Letter]:
        """Every letter that is kept."""
        return self._table.all()

    def save(self, letter: Letter) -> Deferred[None]:
        """Keep one; fires when it is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.save(letter)

    def remove(self, letter: Letter) -> Deferred[None]:
        """Forget one; fires when that is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return self._table.remove(str(letter.id))

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._table.close()
