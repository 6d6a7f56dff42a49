"""A watchdog that tells of any reactor turn that was too long, and what ran in it."""

from __future__ import annotations

import sys
import threading
import traceback
from bisect import bisect_left
from typing import Any

from twisted.internet.task import LoopingCall
from twisted.logger import Logger

LIMIT = 0.1
"""Seconds that a reactor turn may take without being told of."""


BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds that divide how late the reactor was into the classes of :class:`Lag`."""


class Lag:
    """How late the reactor was, each time that it was looked at.

    :ivar counts: how often it was up to each of :data:`BOUNDS`, and above the one before; last, how often above all
    :ivar total: seconds
    """

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def note(self, late: float) -> None:
        """It was so many seconds late."""
        self.counts[bisect_left(BOUNDS, late)] += 1
        self.total += late


class Watchdog:
    """Has the reactor show that it turns, and looks, from a thread of its own, what it is at when it does not.

    :param limit: seconds that a turn may take
    """

    log = Logger()

    def __init__(self, reactor: Any, limit: float = LIMIT) -> None:
        self._reactor = reactor
        self._limit = limit
        self.lag = Lag()
        self._beat = 0.0
        self._seen: tuple[float, str] | None = None
        self._stopped = threading.Event()
        self._looping = LoopingCall(self._turn)
        self._looping.clock = reactor

    def start(self) -> None:
        """Begin; in the reactor's thread, which is the one that is watched."""
        self._thread = threading.get_ident()
        self._beat = self._reactor.seconds()
        self._looping.start(self._limit / 2)
        threading.Thread(target=self._watch, name="chatd-watchdog", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        if self._looping.running:
            self._looping.stop()

    def _turn(self) -> None:
        beat, self._beat = self._beat, self._reactor.seconds()
        late = self._beat - beat - self._limit / 2
        self.lag.note(max(0.0, late))
        if late > self._limit:
            seen = self._seen
            where = seen[1] if seen is not None and seen[0] == beat else "unknown: it was over too soon to be seen"
            self.log.warn("the reactor was busy for {late:.0f} ms: {where}", late=late * 1000, where=where)

    def _watch(self) -> None:
        while not self._stopped.wait(self._limit / 2):
            self.look()

    def look(self) -> None:
        """Note what the reactor is at, where its turn is too long already; in any thread, once a turn or more often."""
        beat = self._beat
        if self._reactor.seconds() - beat > self._limit * 1.5 and (self._seen is None or self._seen[0] != beat):
            frame = sys._current_frames().get(self._thread)  # noqa: SLF001 - there is no other way
            if frame is not None:
                innermost = traceback.extract_stack(frame)[-6:]
                self._seen = (beat, " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(innermost)))
