"""Following the files of the journal: whole lines, from where reading stopped, and over to the next file.

A file is known by its first row, whatever its name is by now, and what was read of it by the bytes at the end of that.
Nothing else tells a file that has grown from one that lost its end with the power, or that was put in its place.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from chatd.stores import journal_files

SLICE = 1 << 17
"""How many bytes are read in one go, at most: some 1500 rows."""

_LONGEST_HEAD = 1 << 16
_MARK = 256  # bytes, at most, by which one knows how far a file was read


class Known(NamedTuple):
    """What was read of a file.

    :param number: by which it is called, rising from older to newer ones
    :param head: by which it is known again
    :param read: how many bytes
    :param mark: by which one knows whether they are still those that were read
    """

    number: int
    head: bytes
    read: int = 0
    mark: bytes = b""


class Plan(NamedTuple):
    """How to go on.

    :param gone: what is no longer there, or no longer as it was read
    :param file: what to read next; None where there is nothing
    :param known: what was read of it
    """

    gone: Sequence[Known]
    file: Path | None
    known: Known


def plan(directory: Path, known: Sequence[Known]) -> Plan:
    """How to go on after ``known`` was read, oldest first.

    :raises OSError: where the files cannot be looked at
    """
    there = _heads(directory)
    order = list(there)
    kept = [file for file in known if file.head in there]
    if [file.head for file in kept] != order[: len(kept)]:
        kept = []  # Others came before them, or between: nothing that was read stands where it belongs.
    if kept and not _holds(there[kept[-1].head], kept[-1]):
        kept.pop()
    gone = [file for file in known if file not in kept]
    new = order[len(kept) :]
    if kept and (not new or there[kept[-1].head].stat().st_size > kept[-1].read):
        return Plan(gone, there[kept[-1].head], kept[-1])
    begun = Known(known[-1].number + 1 if known else 1, new[0] if new else b"")
    return Plan(gone, there[new[0]] if new else None, begun)


class Reader:
    """Reads on in one file.

    :param known: what was read of it
    :ivar known: what was read of it by now
    :raises OSError: where it cannot be opened
    """

    def __init__(self, file: Path, known: Known) -> None:
        self.known = known
        self._file = file.open("rb", buffering=0)
        self._current = file.with_name(journal_files.NAME)

    def lines(self) -> list[bytes]:
        """The next whole lines; none where there are no more by now.

        :raises OSError: where they cannot be read
        """
        grows = self.grows()
        start = max(0, self.known.read - _MARK)
        before = self.known.read - start
        self._file.seek(start)
        data = self._file.read(before + SLICE)
        end = data.rfind(b"\n", before) + 1
        if not end and (len(data) == before + SLICE or not grows):
            end = len(data)  # It is no line, and will never be.
        if end <= before:
            return []
        self.known = self.known._replace(read=start + end, mark=_digest(data[max(0, end - _MARK) : end]))
        return data[before:end].removesuffix(b"\n").split(b"\n")

    def grows(self) -> bool:
        """Whether this is still the file that grows.

        :raises OSError: where that cannot be told
        """
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._current.stat())
        except FileNotFoundError:
            return True  # A moment ago it was, and in a moment there will be another.

    def close(self) -> None:
        """Leave the file."""
        self._file.close()


def _heads(directory: Path) -> dict[bytes, Path]:
    """The files that have rows, by what they are known by, oldest first."""
    files = [*journal_files.rotated(directory), directory / journal_files.NAME]
    heads = {_head(file): file for file in files if file.exists()}
    heads.pop(b"", None)
    return heads


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        opened.readline(_LONGEST_HEAD)
        row = opened.readline(_LONGEST_HEAD)
    return _digest(row) if row.endswith(b"\n") else b""


def _holds(file: Path, known: Known) -> bool:
    """Whether what was read of ``file`` is still in it."""
    if not known.read:
        return True
    with file.open("rb") as opened:
        opened.seek(max(0, known.read - _MARK))
        return _digest(opened.read(min(_MARK, known.read))) == known.mark


def _digest(data: bytes) -> bytes:
    # Not the bytes themselves: a message that is to be gone from the history must not be kept by this.
    return sha256(data).digest()[:16]
