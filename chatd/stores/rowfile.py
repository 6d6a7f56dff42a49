"""A file that grows by whole rows and ends with one, failed writes included.

Its methods wait for the disk, so they are for one worker thread at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chatd.stores.datadir import open_private, sync_directory


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class RowFile:
    """The file at ``path``; ``header`` is its first row, written with the first of the others.

    It is opened for each change: what an editor has put in its place meanwhile is the file from then on.
    """

    def __init__(self, path: Path, header: bytes) -> None:
        self.path = path
        self.header = header
        # Where the last whole row ends, while what a failed write left behind it could not be cut off.
        self._whole: int | None = None

    def append(self, lines: bytes) -> None:
        """Have ``lines`` on disk, or none of them and an OSError."""
        descriptor = open_private(self.path, os.O_WRONLY | os.O_APPEND)
        try:
            self._cut(descriptor)
            size = self._whole = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, lines if size else self.header + lines)
                os.fsync(descriptor)
                if not size:
                    sync_directory(self.path.parent)
            except OSError:
                with suppress(OSError):
                    self._cut(descriptor)
                raise
            self._whole = None
        finally:
            os.close(descriptor)

    def _cut(self, descriptor: int) -> None:
        if self._whole is not None:
            os.ftruncate(descriptor, self._whole)
            os.fsync(descriptor)
            self._whole = None

    def replace(self, lines: Callable[[], bytes]) -> None:
        """Have the header and ``lines()`` on disk in place of all that is there, or what is there and an OSError."""
        temporary = self.path.with_name(self.path.name + ".new")
        try:
            self._write_new(temporary, self.header + lines())
            os.replace(temporary, self.path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        self._whole = None
        sync_directory(self.path.parent)

    def _write_new(self, file: Path, data: bytes) -> None:
        descriptor = open_private(file, os.O_WRONLY | os.O_TRUNC)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def set_aside(self, size: int, torn: bytes) -> Path:
        """Move what follows the first ``size`` bytes to the end of another file; that file."""
        aside = self.path.with_name(self.path.name + ".torn")
        descriptor = open_private(aside, os.O_WRONLY | os.O_APPEND)
        try:
            _write_all(descriptor, torn + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(self.path.parent)
        descriptor = open_private(self.path, os.O_WRONLY)
        try:
            self._whole = size
            self._cut(descriptor)
        finally:
            os.close(descriptor)
        return aside
