"""The terminal: what is typed comes in by lines, what is shown goes out, and secrets are not echoed.

File descriptors 0 and 1 are often one and the same terminal, and shared with the shell. So neither is ever made
non-blocking, and echoing is switched back on whenever the program ends or is suspended.
"""

from __future__ import annotations

import os
import select
import termios
from collections.abc import Callable
from typing import Any, Protocol

from twisted.internet.interfaces import IPushProducer, IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.chat.text import clean

_CHUNK = 1 << 16
LONGEST = 1 << 20
"""Bytes without a line end after which what is typed is no line any more."""

_LFLAGS = 3


class Echo:
    """Whether the terminal shows what is typed.

    :param descriptor: of the terminal; where it is none, nothing is done
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._modes = termios.tcgetattr(descriptor) if os.isatty(descriptor) else None
        self._hidden = False

    def hide(self) -> None:
        """Show no more of what is typed than the ends of its lines."""
        self._hidden = True
        self.apply()

    def show(self) -> None:
        """Show what is typed, if it was shown at first."""
        if self._hidden:
            self._set(self._modes)
            self._hidden = False

    def suspend(self) -> None:
        """Give the terminal back for a while; :meth:`apply` takes it again."""
        if self._hidden:
            self._set(self._modes)

    def apply(self) -> None:
        """Make the terminal what it is to be, whatever somebody else made of it."""
        if self._hidden and self._modes is not None:
            modes = self._modes.copy()
            modes[_LFLAGS] = modes[_LFLAGS] & ~termios.ECHO | termios.ECHONL
            self._set(modes)

    def _set(self, modes: list[Any] | None) -> None:
        try:
            # From the background this would stop the program, and the terminal is somebody else's then.
            if modes is not None and os.tcgetpgrp(self._descriptor) == os.getpgrp():
                termios.tcsetattr(self._descriptor, termios.TCSANOW, modes)
        except (OSError, termios.error):
            self._modes = None  # the terminal is gone


class Screen:
    """Shows lines, and prompts that what is typed stands behind.

    :param gone: called when nobody can see it any more
    """

    def __init__(self, descriptor: int, gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._gone = gone
        self._in_line = False

    def line(self, text: str) -> None:
        """Show ``text``, whatever it is, on a line of its own."""
        self._write(("\n" if self._in_line else "") + clean(text) + "\n")
        self._in_line = False

    def prompt(self, text: str) -> None:
        """Show ``text``, and stay behind it."""
        self._write(("\n" if self._in_line else "") + clean(text) + " ")
        self._in_line = True

    def typed(self) -> None:
        """A line was typed, and its end has been echoed."""
        self._in_line = False

    def close(self) -> None:
        """Leave what comes next a line of its own."""
        if self._in_line:
            self._write("\n")
            self._in_line = False

    def _write(self, text: str) -> None:
        data = memoryview(text.encode(errors="replace"))
        try:
            while data:
                data = data[_written(self._descriptor, data) :]
        except OSError:
            self._gone()


def _written(descriptor: int, data: memoryview) -> int:
    try:
        return os.write(descriptor, data)
    except BlockingIOError:  # some other program has made it non-blocking
        select.select([], [descriptor], [])
        return 0


class Typist(Protocol):
    """Who is told what is typed."""

    def typed(self, line: bytes) -> None:
        """A line without its LF."""

    def hang_up(self) -> None:
        """Nothing more is typed."""

    def endless(self) -> None:
        """Nothing more is read: what comes has no line ends."""


@implementer(IReadDescriptor, IPushProducer)
class Keyboard:
    """Reads lines when there are any, and can be told to wait; the last one may lack its LF.

    ``typist`` is to be set before :meth:`resumeProducing` is called first.
    """

    typist: Typist

    def __init__(self, reactor: Any, descriptor: int) -> None:
        self._reactor = reactor
        self._descriptor = descriptor
        self._rest = b""
        self._over = False

    def fileno(self) -> int:
        return self._descriptor

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        return "keyboard"

    def resumeProducing(self) -> None:
        if not self._over:
            self._reactor.addReader(self)

    def pauseProducing(self) -> None:
        self._reactor.removeReader(self)

    def stopProducing(self) -> None:
        self._over = True
        self._reactor.removeReader(self)

    def connectionLost(self, reason: Failure) -> None:
        # A pipe that is closed on the other side may be told so in place of being readable.
        self._finish()

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        # Readable means that this does not block; a terminal that is gone is the end of what is typed.
        try:
            data = os.read(self._descriptor, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._take(data)
        else:
            self._finish()

    def _take(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if not self._over:
                self.typist.typed(line)
        if len(self._rest) > LONGEST and not self._over:
            self.stopProducing()
            self.typist.endless()

    def _finish(self) -> None:
        if self._over:
            return
        self.stopProducing()
        if self._rest:
            self.typist.typed(self._rest)
        self.typist.hang_up()
