"""What a program writes, read as it comes: every wait is for something, and has a deadline."""

from __future__ import annotations

import os
import select
import time

DEADLINE = 30.0
"""Seconds after which something that has not come is taken not to come; far more than anything takes."""


class Reading:
    """The reading end of a pipe, a pseudo-terminal or a socket, which others keep open and close.

    :param descriptor: where it reads
    :param name: of who writes there, for a person who reads a failure
    """

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name
        self._ended = False
        self._at = 0
        self.received = b""
        """All that has come."""

    def line(self, text: str, seconds: float = DEADLINE) -> str:
        """The next whole line that holds ``text``, without its end; those before it are passed over."""
        wanted = text.encode()
        until = time.monotonic() + seconds
        searched = self._at
        while True:
            while (end := self.received.find(b"\n", searched)) >= 0:
                line, searched = self.received[searched:end], end + 1
                if wanted in line:
                    self._at = searched
                    return line.decode(errors="replace").rstrip("\r")
            if not self._more(until):
                raise AssertionError(f"{self._name}: no line with {text!r} came, but\n{self._shown(self._at)[-5000:]}")

    def rest(self, seconds: float = DEADLINE) -> str:
        """All further lines, when there will be no more."""
        until = time.monotonic() + seconds
        while self._more(until):
            pass
        assert self._ended, f"{self._name} has not ended, after\n{self._shown(self._at)[-5000:]}"
        at, self._at = self._at, len(self.received)
        return self._shown(at)

    def so_far(self) -> str:
        """All that has come from the first byte on, without waiting."""
        while self._more(0):
            pass
        return self._shown(0)

    def _more(self, until: float) -> bool:
        """Read what there is, waiting for some; whether there was any before ``until``."""
        if self._ended or not select.select([self._descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._descriptor, 1 << 20)
        except OSError:
            # A pseudo-terminal whose other end is closed, a connection that was cut.
            data = b""
        self.received += data
        self._ended = not data
        return not self._ended

    def _shown(self, at: int) -> str:
        return self.received[at:].decode(errors="replace").replace("\r\n", "\n")
