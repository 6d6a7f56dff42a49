"""The data directory: who may look into it and its files, and the lock that keeps a second daemon out.

Modes are set, not asked for: what umask the daemon was started with makes no difference.
"""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600


class Unusable(Exception):
    """The data directory, or a file in it, cannot be used as it is; the message says why and what would mend it."""


class Locked(Exception):
    """Another daemon holds the data directory; the message is one line that names its process."""


def prepare(directory: Path) -> None:
    """Make the data directory, and those above it, unless it is there; a new one is open to its owner alone.

    :raises Unusable: where it cannot be made, is something else, or cannot be written to
    """
    try:
        if not directory.is_dir():
            directory.parent.mkdir(parents=True, exist_ok=True)
            directory.mkdir(DIRECTORY_MODE)
            directory.chmod(DIRECTORY_MODE)
    except FileExistsError as error:
        raise Unusable(f"{error.filename} is not a directory; name another one, or move it away") from None
    except OSError as error:
        raise Unusable(f"the data directory {directory} cannot be made: {error.strerror}") from None
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise Unusable(f"the data directory {directory} must be readable and writable for the user who starts chatd")


def check_private(file: Path) -> None:
    """Refuse a file that others than its owner may read or write; one that is not there yet is fine.

    :raises Unusable: with the command that closes it
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return
    if mode & 0o077:
        raise Unusable(
            f"{file.name} is open to others than its owner (mode {mode:04o}), and holds secrets: chmod 600 {file}"
        )


def open_private(file: Path, flags: int) -> int:
    """A descriptor of ``file``, made if need be, which from now on is open to its owner alone.

    :param flags: as for :func:`os.open`, without those for making the file
    :raises OSError: where it cannot be opened
    """
    descriptor = os.open(file, flags | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        os.fchmod(descriptor, FILE_MODE)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def sync_directory(directory: Path) -> None:
    """Have the names in ``directory`` on disk, those of new and replaced files included.

    :raises OSError: where they may not be
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Lock:
    """The file ``lock`` of a data directory, held from :meth:`acquire` until :meth:`release` or the process's end.

    The lock belongs to whoever opened the file, so a daemon takes it after it has become one.
    """

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def acquire(self, directory: Path) -> None:
        """Take the lock, and write this process's number into it.

        :raises Locked: where another daemon holds it
        :raises OSError: where the file cannot be written
        """
        descriptor = open_private(directory / "lock", os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise Locked(f"chatd is already running on {directory} (process {holder})") from None
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another daemon have the directory; harmless when it was never taken."""
        # The file stays: unlinking it would let two others hold a lock each, one on the old file and one on the new.
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
