"""What the operator's log is told."""

from __future__ import annotations

from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer


@implementer(ILogObserver)
class Told:
    """What one namespace has told since this was made.

    :param case: forgets it at its end
    """

    def __init__(self, case: SynchronousTestCase, namespace: str) -> None:
        self.events: list[LogEvent] = []
        self._namespace = namespace
        globalLogPublisher.addObserver(self)
        case.addCleanup(globalLogPublisher.removeObserver, self)

    def __call__(self, event: LogEvent) -> None:
        if event.get("log_namespace") == self._namespace:
            self.events.append(event)

    @property
    def lines(self) -> list[str]:
        """As they are written."""
        return [formatEvent(event) for event in self.events]
