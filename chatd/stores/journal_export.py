"""The whole history of one room, out of all files of the journal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from chatd.chat.events import Emoted, Entry, Said
from chatd.stores import journal_files, journal_rows, rows
from chatd.stores.journal_state import log_key
from chatd.stores.rows import BadRow

Kept = tuple[str, Entry]
"""A row as it stands in the file, and what it says."""

_CHUNK = 1 << 18
"""Bytes that are read in one go."""


def history(directory: Path, room: str, first: int) -> Iterator[list[Kept]]:
    """What happened in a room, oldest first, some at a time; waits for the disk.

    :param first: the lowest number that counts
    :raises OSError: where a file cannot be read
    """
    wanted = log_key(room)
    known: dict[bytes, bool] = {}
    for file in _files(directory):
        with file:
            while lines := file.readlines(_CHUNK):
                yield [kept for line in lines if (kept := _kept(line, wanted, known, first)) is not None]


def _files(directory: Path) -> Iterator[BinaryIO]:
    # The one that grows is opened first, for it may be renamed meanwhile.
    current, inode = None, 0
    with suppress(FileNotFoundError):
        current = (directory / journal_files.NAME).open("rb")
        inode = os.fstat(current.fileno()).st_ino
    try:
        for path in journal_files.rotated(directory):
            with suppress(FileNotFoundError):
                file = path.open("rb")
                if os.fstat(file.fileno()).st_ino == inode:
                    file.close()
                else:
                    yield file
        if current is not None:
            yield current
    finally:
        if current is not None:
            current.close()


def _kept(line: bytes, wanted: str, known: dict[bytes, bool], first: int) -> Kept | None:
    try:
        _, _, log, _ = line.split(b",", 3)
        ours = known.get(log)
        if ours is None:
            ours = known[log] = log_key(rows.unescape(log.decode())) == wanted
        entry = journal_rows.entry(journal_rows.fields(line)) if ours else None
    except (ValueError, BadRow):
        return None  # the header, a note of the journal's own, or broken
    if entry is None or entry.seq < max(first, 1):
        return None
    if isinstance(entry.event, Said | Emoted) and not entry.event.text.strip():
        return None  # taken back
    return line.decode().rstrip("\r\n"), entry
