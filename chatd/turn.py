"""The end of a reactor turn: lines are taken, logs flushed and deliveries written, in this order and once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger


class Turn:
    """Runs its stages once, soon, however often it was asked to.

    :param stages: called in order; what one of them brings about for a later one is done in the same turn
    """

    log = Logger()

    def __init__(self, clock: IReactorTime) -> None:
        self.stages: Sequence[Callable[[], None]] = ()
        self._clock = clock
        self._asked = False

    def wake(self) -> None:
        """Ask for the stages to be run."""
        if not self._asked:
            self._asked = True
            self._clock.callLater(0, self._run)

    def _run(self) -> None:
        self._asked = False
        for stage in self.stages:
            try:
                stage()
            except Exception:
                # What has been said must still be kept and told.
                self.log.failure("a stage of the turn failed")
