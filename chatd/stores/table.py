"""A table that is a CSV file which grows by whole rows, one for each change; the last row of a key holds.

A change is confirmed once its row is on disk, and only then is it in memory. Rows that come while others are being
written are written together and share an fsync. When too many rows are stale the file is replaced by a compact one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.logger import Logger

from chatd.stores.rowfile import RowFile
from chatd.stores.rows import BadRow, decode, decode_all, encode

REMOVED = "removed"
"""What stands in the mark column of the row that removes a key."""

STALE_AT_LEAST = 100
"""Fewer stale rows than these are not worth a new file."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

T = TypeVar("T")

InThread = Callable[[Callable[[], None]], "Deferred[None]"]
"""Runs a function in a worker thread; the Deferred fires, in the reactor's thread, when it has returned or raised."""


class BrokenTable(Exception):
    """A file that must be mended by a person before it can be read; nothing on disk was changed.

    :param file: its name
    :param row: the line in question, from 1, which is the header
    :param reason: what is wrong with it
    """

    def __init__(self, file: str, row: int, reason: str) -> None:
        super().__init__(file, row, reason)
        self.file, self.row, self.reason = file, row, reason

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.reason}"


class Columns(NamedTuple, Generic[T]):
    """How a value is a row.

    :param names: the header; the first column is the key's name, and a field of the last one can be read only as a
        whole or when nothing is left of it, as a time can: so is a whole row known from one that was cut off
    :param mark: the index of the column that reads :data:`REMOVED` in the row of a removed key, and never elsewhere
    :param write: the fields of a value; called in the worker thread too
    :param read: the value of as many fields as there are names, or :class:`~chatd.stores.rows.BadRow`
    :param later: columns that a file of an older version has not, and what stands for them there
    """

    names: tuple[str, ...]
    mark: int
    write: Callable[[T], Sequence[str]]
    read: Callable[[Sequence[str]], T]
    later: Mapping[str, str] = MappingProxyType({})

    @property
    def older(self) -> tuple[str, ...]:
        """The header of a file of an older version."""
        return tuple(name for name in self.names if name not in self.later)


class _Change(NamedTuple, Generic[T]):
    key: str
    value: T | None
    line: bytes
    done: Deferred[None]


class Table(Generic[T]):
    """The values of the file, by key.

    :param path: the file, which need not be there yet
    :param key: what makes two names the same
    :param in_thread: runs what waits for the disk; it must go on until :meth:`close` has fired
    """

    log = Logger()

    def __init__(self, path: Path, columns: Columns[T], key: Callable[[str], str], in_thread: InThread) -> None:
        # A link stays one: the file is replaced where it really is.
        self._file = RowFile(path.resolve(), encode([columns.names]))
        self._columns, self._key, self._in_thread = columns, key, in_thread
        self._is_old = False
        self._values: dict[str, T] = {}
        self._rows = 0  # in the file, without the header
        self._touched = False
        self._compact_from = 0  # rows
        self._waiting: list[_Change[T]] = []
        self._closers: list[Deferred[None]] = []
        self._working = False

    def get(self, name: str) -> T | None:
        """The value of that key, as it is on disk."""
        return self._values.get(self._key(name))

    def all(self) -> list[T]:
        """Every value, as it is on disk."""
        return list(self._values.values())

    def load(self) -> None:
        """Read the file, once, before anything else; without a file the table is empty.

        A last row without its LF was being written when the machine or the daemon stopped, and never confirmed, or a
        person's editor left the LF out. It is taken where it can be read and its last field is not empty; otherwise it
        is moved to the end of FILE.torn, and the log says so. A file of an older version gets the columns it has not.

        :raises BrokenTable: where a person has to mend the file first
        :raises OSError: where it cannot be read, or its torn row not be moved
        """
        try:
            data = self._file.path.read_bytes()
        except FileNotFoundError:
            return
        size = data.rfind(b"\n") + 1
        self._read(data[:size])
        if data[size:]:
            self._finish(size, data[size:])
        if self._is_old:
            # Rows that come later would have another number of fields.
            self._file.replace(partial(self._encode, self.all()))
            self._rows = len(self._values)

    def _read(self, data: bytes) -> None:
        header, number = 0, 1
        try:
            for number, row in decode_all(data.removeprefix(_BYTE_ORDER_MARK)):
                if header:
                    self._take(row)
                else:
                    self._check_header(row)
                    header = number
            if data and not header:
                self._check_header([])
        except BadRow as error:
            raise BrokenTable(self._file.path.name, error.line or number, str(error)) from None

    def _check_header(self, row: Sequence[str]) -> None:
        self._is_old = bool(self._columns.later) and tuple(row) == self._columns.older
        if tuple(row) != self._columns.names and not self._is_old:
            raise BadRow(f"the header must be {','.join(self._columns.names)}")

    def _take(self, row: Sequence[str]) -> None:
        names, mark, _, read, later = self._columns
        written = self._columns.older if self._is_old else names
        if len(row) != len(written):
            raise BadRow(f"there must be {len(written)} fields ({','.join(written)}), not {len(row)}")
        if self._is_old:
            fields = {**later, **dict(zip(written, row, strict=True))}
            row = [fields[name] for name in names]
        if row[mark] == REMOVED:
            self._values.pop(self._key(row[0]), None)
        else:
            value = read(row)
            self._values[self._key(row[0])] = value
        self._rows += 1

    def _finish(self, size: int, last: bytes) -> None:
        header = self._file.header.rstrip(b"\n")
        if not size and (last == header or not header.startswith(last)):
            self._read(last)
            self._file.append(b"\n")
        elif self._take_whole(last):
            self._file.append(b"\n")
        else:
            aside = self._file.set_aside(size, last)
            self.log.warn(
                "{file} ended in the middle of a row, which nobody had been told was kept; it was moved to {aside}",
                file=self._file.path.name,
                aside=aside.name,
            )

    def _take_whole(self, last: bytes) -> bool:
        """Take a last row without LF, unless it is cut off or could be."""
        with suppress(BadRow):
            row = decode(last)
            if row[-1]:
                self._take(row)
                return True
        return False

    def save(self, value: T) -> Deferred[None]:
        """Keep ``value`` under its key, in place of what was there; fires when it is on disk and in memory.

        :raises ValueError: (in the Deferred) where its row could not be read again
        :raises OSError: (in the Deferred) where it could not be written; nothing has changed then
        """
        try:
            row = self._columns.write(value)
            line = encode([row])
            self._columns.read(decode(line))
        except (ValueError, OverflowError) as error:
            return fail(error)
        return self._change(row[0], value, line)

    def remove(self, name: str) -> Deferred[None]:
        """Forget that key, if it is known; fires when that is on disk and in memory.

        :raises OSError: (in the Deferred) where it could not be written; nothing has changed then
        """
        row = [""] * len(self._columns.names)
        row[0], row[self._columns.mark] = name, REMOVED
        return self._change(name, None, encode([row]))

    def touch(self) -> None:
        """The rows of some values read differently now, which the next compaction, or :meth:`close`, is to write."""
        self._touched = True

    def close(self) -> Deferred[None]:
        """Write what is waiting, and a compact file where that makes a difference; fires when nothing is left to do.

        It never fails: what was confirmed is on disk, and the log tells where the file could not be made compact.
        """
        done: Deferred[None] = Deferred()
        self._closers.append(done)
        self._start()
        return done

    def _change(self, name: str, value: T | None, line: bytes) -> Deferred[None]:
        done: Deferred[None] = Deferred()
        self._waiting.append(_Change(self._key(name), value, line, done))
        self._start()
        return done

    def _start(self) -> None:
        if not self._working:
            self._working = True
            working = Deferred.fromCoroutine(self._work())
            working.addErrback(lambda failure: self.log.failure("a table is no longer written", failure))

    async def _work(self) -> None:
        """One thing at a time in the worker thread, until there is nothing more to do."""
        while self._waiting or self._closers:
            if self._waiting:
                await self._append()
                if self._is_wasteful():
                    await self._compact()
            else:
                if self._touched or self._stale():
                    await self._compact()
                if not self._waiting:
                    self._tell_closers()
        self._working = False

    def _tell_closers(self) -> None:
        closers, self._closers = self._closers, []
        for closer in closers:
            closer.callback(None)

    async def _append(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._in_thread(partial(self._file.append, b"".join(change.line for change in batch)))
        except Exception as error:  # whatever it was, everybody in the batch waits to hear of it
            for change in batch:
                change.done.errback(error)
            return
        self._rows += len(batch)
        for change in batch:
            if change.value is None:
                self._values.pop(change.key, None)
            else:
                self._values[change.key] = change.value
        for change in batch:
            change.done.callback(None)

    def _stale(self) -> int:
        return self._rows - len(self._values)

    def _is_wasteful(self) -> bool:
        stale = self._stale()
        return stale >= STALE_AT_LEAST and stale * 3 >= self._rows >= self._compact_from

    async def _compact(self) -> None:
        values = self.all()
        self._touched = False
        try:
            await self._in_thread(partial(self._file.replace, partial(self._encode, values)))
        except Exception as error:  # the file is as good as it was, if longer than need be
            self._touched = True
            self._compact_from = self._rows + STALE_AT_LEAST
            self.log.error("{file} could not be made compact: {error}", file=self._file.path.name, error=error)
        else:
            self._rows = len(values)
            self._compact_from = 0

    def _encode(self, values: Iterable[T]) -> bytes:
        return encode(map(self._columns.write, values))
