"""The end of a reactor turn: lines are taken, logs flushed and deliveries written, in this order and once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

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
        self._at = inf  # the stage that runs

    def wake(self, stage: int = 0) -> None:
        """Ask for the stages to be run.

        :param stage: the first that has something to do; one that comes yet in this turn does it then
        """
        if not self._asked and stage <= self._at:
            self._asked = True
            self._clock.callLater(0, self._run)

    def _run(self) -> None:
        self._asked = False
        for at, stage in enumerate(self.stages):
            self._at = at
            try:
                stage()
            except Exception:
                # What has been said must still be kept and told.
                self.log.failure("a stage of the turn failed")
        self._at = inf
