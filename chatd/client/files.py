"""Files on this machine: those to be given, and those on their way into the downloads folder."""

from __future__ import annotations

import os
import re
import secrets
import shlex
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

from chatd.chat.files import safe_name, unused

_SEND = re.compile(r"\s*Send(:)?\s+(\S.*?)\s*", re.DOTALL)
_BLOCK = 1 << 20


class NotGiven(Exception):
    """A file cannot be given; the argument is a sentence that says why."""


class Gift:
    """A file to be given, held open so that what is hashed is what is sent.

    :param name: what the others are to call it, without spaces, since the server takes words
    """

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.file = file
        self.name = safe_name(os.path.basename(path)).replace(" ", "_")
        self.size = os.fstat(file.fileno()).st_size

    def digest(self, stopped: Callable[[], bool]) -> str:
        """The SHA-256 sum in hexadecimal; for a thread.

        :param stopped: says that it is not wanted any more
        :raises NotGiven: then, or where the file cannot be read
        """
        total = sha256()
        try:
            self.file.seek(0)
            while block := self.file.read(_BLOCK):
                if stopped():
                    raise NotGiven(f"{self.name} is not given")
                total.update(block)
        except OSError as error:
            raise NotGiven(f"{self.name} cannot be read: {error.strerror}") from None
        return total.hexdigest()


def gift(line: str) -> Gift | None:
    """The file that a typed line wants given: ``Send: PATH``, or ``Send PATH`` where there is such a file.

    :raises NotGiven: it is a directory, or cannot be read, or is not there although a colon says that it is meant
    """
    match = _SEND.fullmatch(line)
    if match is None:
        return None
    for path in _readings(match[2]):
        if os.path.lexists(path):
            return _opened(path)
    if match[1]:
        raise NotGiven(f"there is no file {match[2]}")
    return None


def _readings(text: str) -> list[str]:
    """The paths that ``text`` may mean: as it stands, and with the quotes or backslashes of a shell taken away."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    return [os.path.expanduser(path) for path in dict.fromkeys([text, *(words if len(words) == 1 else [])])]


def _opened(path: str) -> Gift:
    try:
        # A FIFO would block here otherwise.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NotGiven(f"{path} cannot be read: {error.strerror}") from None
    mode = os.fstat(descriptor).st_mode
    if S_ISREG(mode):
        return Gift(os.fdopen(descriptor, "rb"), path)
    os.close(descriptor)
    raise NotGiven(f"{path} is {'a directory' if S_ISDIR(mode) else 'no ordinary file'}; only a file can be given")


class Part:
    """A file that has not come whole yet, under a name that says so.

    :param folder: made where there is none
    :param name: what it is to be called, as somebody else wants it
    :raises OSError: it cannot be made
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = safe_name(name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / f".{self._name[:50]}.{secrets.token_hex(4)}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.fdopen(os.open(self._path, flags, 0o600), "wb")
        self._sum = sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        :raises OSError: they cannot be kept
        """
        self._file.write(data)
        self._sum.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """The sum of what has come so far, in hexadecimal."""
        return self._sum.hexdigest()

    def keep(self) -> Path:
        """Give the whole file its name, or the next one that no file bears; the path that it has then.

        :raises OSError: it cannot be kept
        """
        umask = os.umask(0o077)
        os.umask(umask)
        os.fchmod(self._file.fileno(), 0o666 & ~umask)
        self._file.close()
        kept = self._folder / unused(self._name, lambda name: not self._takes(name))
        self._path.unlink(missing_ok=True)
        return kept

    def _takes(self, name: str) -> bool:
        target = self._folder / name
        try:
            os.link(self._path, target, follow_symlinks=False)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            return _replaced(self._path, target)
        return True

    def discard(self) -> None:
        """Throw away what has come."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _replaced(path: Path, target: Path) -> bool:
    """Rename, but only onto a name that was made for it here and now."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    os.replace(path, target)
    return True
