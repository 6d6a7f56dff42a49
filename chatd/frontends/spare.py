"""Listening where there are no file descriptors left: callers are refused, or wait, and the processor is left alone."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from twisted.internet import tcp

AGAIN_SECONDS = 1.0
"""After which it is looked again for a file descriptor, where there are none."""


def _has_spare() -> bool:
    """Whether Twisted has the descriptor that it gives up for a moment, to turn callers away where there are no others.

    It takes another one then; but where a thread is faster it has none ever after, and is told of the same callers in
    every turn.
    """
    reserve = tcp._reservedFD  # noqa: SLF001 - there is no other way to it
    if not reserve.available():
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            return False
        reserve.reserve()
    return bool(reserve.available())


def _accept(port: Any) -> None:
    if _has_spare():
        type(port).doRead(port)
    else:
        port.stopReading()
        port.reactor.callLater(AGAIN_SECONDS, _go_on, port)


def _go_on(port: Any) -> None:
    if port.connected:
        port.startReading()


def accept_with_a_spare(port: Any) -> None:
    """Have a listening ``port`` that can neither accept nor refuse those who wait look again in a while."""
    if isinstance(port, tcp.Port):
        port.doRead = partial(_accept, port)  # type: ignore[method-assign]
