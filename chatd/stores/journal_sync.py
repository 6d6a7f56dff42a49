"""When what was handed to the operating system is forced to the disk: one fsync at a time, in a thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

Fsync = Literal["always", "interval", "never"]
"""Before anybody is told, at most :data:`INTERVAL` later, or when the file is closed."""

INTERVAL = 1.0
"""Seconds."""

T = TypeVar("T")


class InThread(Protocol):
    """Runs a function in a worker thread."""

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        """Fires in the reactor's thread with what ``work`` returned or raised."""


class Syncer:
    """Forces one file to the disk, and does once what waits for that.

    :param descriptor: the file; may be replaced by another, see :meth:`use`
    :param synced: told after each attempt: the error, or None
    """

    log = Logger()

    def __init__(
        self,
        descriptor: int,
        fsync: Fsync,
        in_thread: InThread,
        clock: IReactorTime,
        synced: Callable[[BaseException | None], None],
    ) -> None:
        self._descriptor = descriptor
        self._fsync = fsync
        self._in_thread = in_thread
        self._clock = clock
        self._synced = synced
        self._first: list[Callable[[], object]] = []
        self._waiting: list[Callable[[], None]] = []
        self._timer: IDelayedCall | None = None
        self._due = self._running = False

    def wrote(self, written: Callable[[], None]) -> None:
        """The file has grown; call ``written`` as soon as that is safe enough, in the order of these calls."""
        if self._fsync == "always":
            self._wait(written)
            return
        if self._fsync == "interval" and self._timer is None:
            self._timer = self._clock.callLater(INTERVAL, self._ring)
        written()

    def use(self, descriptor: int, first: Callable[[], object]) -> None:
        """Force ``descriptor`` to the disk from now on; have ``first`` run in the thread, once, before that."""
        self._descriptor = descriptor
        self._first.append(first)
        self._start()

    def finish(self) -> Deferred[None]:
        """Force the file to the disk now, whatever the mode; fires when that is done, or failed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        done: Deferred[None] = Deferred()
        self._wait(partial(done.callback, None))
        return done

    def _ring(self) -> None:
        self._timer = None
        self._due = True
        self._start()

    def _wait(self, callback: Callable[[], None]) -> None:
        self._waiting.append(callback)
        self._start()

    def _start(self) -> None:
        if self._running or not (self._due or self._waiting or self._first):
            return
        self._running, self._due = True, False
        first, self._first = self._first, []
        waiting, self._waiting = self._waiting, []
        self._in_thread(partial(_sync, self._descriptor, first)).addBoth(self._done, waiting)

    def _done(self, result: Failure | None, waiting: Sequence[Callable[[], None]]) -> None:
        self._running = False
        self._start()
        synced = partial(self._synced, result.value if isinstance(result, Failure) else None)
        callbacks: list[Callable[[], None]] = [synced, *waiting]
        for callback in callbacks:
            with self.log.failuresHandled("what waited for the journal"):
                callback()


def _sync(descriptor: int, first: Sequence[Callable[[], object]]) -> None:
    try:
        for work in first:
            work()
    finally:
        os.fsync(descriptor)
