"""The files of the journal: ``log.csv``, which grows, and those it was before, ``log-20240229T120000Z-7.csv``.

The number at the end rises with every file, and it alone says which is older: clocks are set back at times.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from twisted.logger import Logger

from chatd.stores import journal_rows
from chatd.stores.datadir import open_private, sync_directory
from chatd.stores.rowfile import RowFile

NAME = "log.csv"
CHUNK = 1 << 22
"""How many bytes are read in one go: 20 ms of work."""

_NEW = "log.csv.new"
_ROTATED = re.compile(r"log-\d{8}T\d{6}Z-(\d+)\.csv")
_BLOCK = 1 << 16
_log = Logger()


def rotated(directory: Path) -> list[Path]:
    """The files that no longer grow, oldest first."""
    found = [(int(match[1]), file) for file in directory.iterdir() if (match := _ROTATED.fullmatch(file.name))]
    return [file for _, file in sorted(found)]


def chunks(file: Path) -> Iterator[list[bytes]]:
    """The lines of ``file``, some megabytes at a time.

    :raises OSError: where it cannot be read
    """
    with file.open("rb") as opened:
        while lines := opened.readlines(CHUNK):
            yield lines


def newest(directory: Path, older: list[Path]) -> Path | None:
    """The file that was written last, ``log.csv`` unless it has no rows, mended; None where there is none at all.

    :raises OSError: where it cannot be read or mended
    """
    (directory / _NEW).unlink(missing_ok=True)
    current = directory / NAME
    if current.exists():
        mend(current)
        if current.stat().st_size > len(journal_rows.HEADER):
            return current
    return older[-1] if older else None


def mend(file: Path) -> None:
    """Cut off a last row that was not written to its end, and keep it in FILE.torn as far as that can be done.

    :raises OSError: where the file cannot be read or cut
    """
    size, torn = _whole_rows(file)
    if not torn:
        return
    try:
        RowFile(file, journal_rows.HEADER).set_aside(size, torn)
        _log.warn("{file} ended in the middle of a row; it was moved to {file}.torn", file=file.name)
    except OSError as error:
        # A full disk must not keep half a row in the file.
        os.truncate(file, size)
        _log.warn("{file} ended in the middle of a row, which is gone: {error}", file=file.name, error=error)


def _whole_rows(file: Path) -> tuple[int, bytes]:
    """How many bytes of ``file`` are whole rows, and what follows them."""
    with file.open("rb") as opened:
        size, block = opened.seek(0, os.SEEK_END), _BLOCK
        while True:
            start = opened.seek(max(0, size - block))
            torn = opened.read(size - start)
            end = torn.rfind(b"\n") + 1
            if end or not start:
                return start + end, torn[end:]
            block *= 4


def open_current(directory: Path) -> tuple[int, int]:
    """A descriptor that writes at the end of ``log.csv``, and its size.

    :raises OSError: where it cannot be opened
    """
    descriptor = open_private(directory / NAME, os.O_WRONLY | os.O_APPEND)
    return descriptor, os.fstat(descriptor).st_size


def begin(directory: Path, rows: Iterable[bytes]) -> tuple[int, int]:
    """A descriptor of what is to be the new ``log.csv``, with ``rows`` in it and on disk, and its size.

    :raises OSError: where it cannot be written
    """
    descriptor = open_private(directory / _NEW, os.O_WRONLY | os.O_APPEND | os.O_TRUNC)
    try:
        with open(descriptor, "wb", closefd=False) as opened:
            opened.write(journal_rows.HEADER)
            opened.writelines(rows)
            size = opened.tell()
        os.fsync(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, size


def install(directory: Path) -> None:
    """Have what :func:`begin` made take the place of ``log.csv``, if there is one.

    :raises OSError: where that cannot be; nothing is changed then
    """
    os.replace(directory / _NEW, directory / NAME)


def switch(directory: Path, at: int) -> None:
    """Give ``log.csv`` the name of a file that no longer grows, and its own to what :func:`begin` made.

    A crash between the two leaves no ``log.csv``, which :func:`newest` knows.

    :param at: milliseconds since 1970-01-01 UTC
    :raises OSError: where that cannot be; nothing is changed then
    """
    current = directory / NAME
    time = re.sub(r"[-:]|\.\d+", "", journal_rows.stamp(at))
    old = directory / f"log-{time}-{_next_number(directory)}.csv"
    os.replace(current, old)
    try:
        install(directory)
    except OSError:
        os.replace(old, current)
        raise


def _next_number(directory: Path) -> int:
    numbers = (int(match[1]) for name in os.listdir(directory) if (match := _ROTATED.fullmatch(name)))
    return max(numbers, default=0) + 1


def retire(descriptor: int, directory: Path, keep: int) -> None:
    """Have a file that no longer grows on disk, under its new name, and close it; delete what is not to be kept.

    :param keep: how many files that no longer grow are kept, 0 for all
    :raises OSError: where something of this failed
    """
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_directory(directory)
    for file in rotated(directory)[:-keep] if keep else ():
        with suppress(FileNotFoundError):
            file.unlink()


def tell_broken(file: Path, broken: Collection[bytes]) -> None:
    """Log how many rows of ``file`` cannot be read, if any, and where the first of them is."""
    if not broken:
        return
    rows = frozenset(broken)
    lines = enumerate(chain.from_iterable(chunks(file)), 1)
    _log.warn(
        "{file}: {count} of its rows cannot be read and were skipped, the first in line {line}",
        file=file.name,
        count=len(broken),
        line=next((number for number, line in lines if line in rows), 0),
    )
