"""Writing at the end of a file that ends with a whole row, whatever fails."""

from __future__ import annotations

import errno
import os
from contextlib import suppress


class Output:
    """The end of a file of the journal.

    :param descriptor: it, opened to append
    :param size: its bytes, all of them whole rows
    :ivar error: why rows were lost, of the last that were
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self.size = size
        self.error: OSError | None = None
        self._torn = False

    def write(self, lines: bytes, together: bool = False) -> int:
        """Hand ``lines`` to the operating system.

        :param together: whether those that fit are worth nothing without the rest
        :returns: how many of them could not be written; of those nothing is left in the file
        """
        done = 0
        try:
            self._cut()
            while done < len(lines):
                self._torn = True
                done += _write(self.descriptor, lines[done:] if done else lines)
        except OSError as error:
            self.error = error
            whole = 0 if together else lines.rfind(b"\n", 0, done) + 1
            self.size += whole
            with suppress(OSError):
                self._cut()
            return lines.count(b"\n", whole)
        self._torn = False
        self.size += done
        return 0

    def _cut(self) -> None:
        """Cut off what a failed write left behind."""
        if self._torn:
            os.ftruncate(self.descriptor, self.size)
            self._torn = False


def _write(descriptor: int, data: bytes) -> int:
    done = os.write(descriptor, data)
    if not done:
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    return done
