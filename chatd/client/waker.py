"""Signals wake the reactor, whenever they come."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer


@implementer(IReadDescriptor)
class Waker:
    """Can be read from as soon as a signal has come; to be watched by the reactor.

    One that comes in the moment before the reactor goes to sleep would otherwise be handled when something else wakes
    it: Python only notes it then (:func:`signal.set_wakeup_fd`). Twisted does the same for handlers of its own.
    """

    def __init__(self) -> None:
        self._in, self._out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before = signal.set_wakeup_fd(self._out, warn_on_full_buffer=False)

    def fileno(self) -> int:
        """Where it is to be read from."""
        return self._in

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        """It has woken."""
        with suppress(BlockingIOError):
            os.read(self._in, 4096)

    def connectionLost(self, reason: Failure) -> None:
        """It cannot be."""

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        """What it is called."""
        return "signals"

    def close(self) -> None:
        """Wake nobody any more."""
        signal.set_wakeup_fd(self._before)
        os.close(self._in)
        os.close(self._out)
