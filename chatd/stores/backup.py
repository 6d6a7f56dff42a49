"""A backup: the data directory as it is at one moment, in one compressed file that is never half there.

What is copied is what a start after a crash at that moment would find. The journal is fixed before the tables, so that
no event is in the copy whose account or room is not.
"""

from __future__ import annotations

import errno
import os
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import BinaryIO

from chatd.stores import journal_files
from chatd.stores.datadir import FILE_MODE, sync_directory

_NOT_KEPT = ("lock", "console", "log.csv.new")
_NOT_KEPT_ENDINGS = (".part", ".new", ".tmp")
_INDEX = "history.sqlite"  # which is made again from the journal


class Fixed:
    """What a backup holds: files, and how much of each.

    :param directory: the data directory
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: list[tuple[str, BinaryIO, int]] = []
        self._later: list[Path] = []
        with ExitStack() as held:
            self._fix(held)
            self._held = held.pop_all()

    def _fix(self, held: ExitStack) -> None:
        directory = self._directory
        journal = directory / journal_files.NAME
        self._journal = self._hold(held, journal, whole_rows=True)
        older = set(journal_files.rotated(directory))
        for path in sorted(_kept(directory)):
            if path.parent == directory and path.suffix == ".csv" and path not in older:
                if path != journal:
                    self._hold(held, path)
            else:
                self._later.append(path)

    def _hold(self, held: ExitStack, path: Path, whole_rows: bool = False) -> int:
        """Open a file that grows, or is replaced, while it is copied; its inode, 0 where it is not there."""
        try:
            file = held.enter_context(path.open("rb"))
        except FileNotFoundError:
            return 0
        status = os.fstat(file.fileno())
        self._files.append((path.name, file, _rows_end(file, status.st_size) if whole_rows else status.st_size))
        return status.st_ino

    def close(self) -> None:
        """Let everything go."""
        self._held.close()

    def write(self, archive: tarfile.TarFile) -> None:
        """Copy everything into ``archive``.

        :raises OSError: where something cannot be read or written
        """
        for name, file, size in self._files:
            file.seek(0)
            _add(archive, name, file, size)
        for path in self._later:
            # What has gone meanwhile was no longer to be kept.
            with suppress(FileNotFoundError), path.open("rb") as file:
                status = os.fstat(file.fileno())
                # It may have been the one that grew when it was opened.
                if status.st_ino != self._journal:
                    _add(archive, str(path.relative_to(self._directory)), file, status.st_size)


def _kept(directory: Path) -> Iterator[Path]:
    for path in directory.rglob("*"):
        name = path.name
        kept = name not in _NOT_KEPT and not name.endswith(_NOT_KEPT_ENDINGS) and not name.startswith((".", _INDEX))
        if kept and path.is_file():
            yield path


def _rows_end(file: BinaryIO, size: int) -> int:
    """Behind the last whole row: one may be on its way just now."""
    block = 1 << 16
    while True:
        start = max(0, size - block)
        file.seek(start)
        end = file.read(size - start).rfind(b"\n") + 1
        if end or not start:
            return start + end
        block *= 4


def _add(archive: tarfile.TarFile, name: str, file: BinaryIO, size: int) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode, about.mtime = size, FILE_MODE, int(os.fstat(file.fileno()).st_mtime)
    archive.addfile(about, file)


def check(directory: Path, target: Path) -> None:
    """May a backup of ``directory`` be written to ``target``?

    :raises FileExistsError: there is something
    :raises ValueError: it would be a part of itself
    """
    if target.resolve().is_relative_to(directory.resolve()):
        raise ValueError(str(target))
    if os.path.lexists(target):
        raise FileExistsError(str(target))


def write(fixed: Fixed, target: Path) -> int:
    """Write a backup, and let ``fixed`` go; waits for the disk.

    ``target`` is there when all of it is on disk, and not before.

    :returns: its size in bytes
    :raises OSError: where it cannot be written; nothing is left of it then
    """
    with closing(fixed):
        return _write(fixed, target)


def _write(fixed: Fixed, target: Path) -> int:
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, FILE_MODE)
            # Tables and talk become a tenth of their size even so, and files that people give are often packed.
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
                fixed.write(archive)
            file.flush()
            os.fsync(descriptor)
            size = file.tell()
        _name(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    sync_directory(target.parent)
    return size


def _name(partial: Path, target: Path) -> None:
    try:
        os.link(partial, target)  # which replaces nothing, as another name would
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
        os.rename(partial, target)  # the file system knows no links
