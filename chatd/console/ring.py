"""The last lines of the operator's log, and those to come for whoever follows it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent
from zope.interface import implementer

from chatd.chat.moments import Moment
from chatd.chat.reports import LogLine
from chatd.chat.text import clean

KEPT = 2000
"""Lines."""

Follower = Callable[[LogLine], None]


@implementer(ILogObserver)
class Ring:
    """Observes twisted.logger, in any thread (:class:`twisted.logger.ILogObserver`).

    :param in_reactor: calls what it is given in the reactor's thread, in another turn
    """

    def __init__(self, in_reactor: Callable[[Callable[[], None]], object]) -> None:
        self._in_reactor = in_reactor
        self._kept: deque[LogLine] = deque(maxlen=KEPT)
        self._new: deque[LogLine] = deque(maxlen=KEPT)
        self._called = False
        self.followers: dict[Follower, None] = {}

    def __call__(self, event: LogEvent) -> None:
        """Keep one event, and have it told."""
        line = _line(event)
        if line is None:
            return
        self._kept.append(line)
        if self.followers:
            self._new.append(line)
            if not self._called:
                self._called = True
                self._in_reactor(self._tell)

    def last(self, count: int) -> list[LogLine]:
        """The last ``count`` lines, the oldest first."""
        return list(self._kept)[-count:] if count else []

    def _tell(self) -> None:
        # Before they are taken, or one that comes now would wait for the next.
        self._called = False
        while self._new:
            line = self._new.popleft()
            for follower in list(self.followers):
                follower(line)


def _line(event: LogEvent) -> LogLine | None:
    level: Any = event.get("log_level", LogLevel.info)
    text = formatEvent(event)
    failure = event.get("log_failure")
    if failure is not None:
        text = f"{text}: {failure.type.__name__}: {failure.getErrorMessage()}" if text else failure.getErrorMessage()
    if not text:
        return None
    # One event is one line, whatever it says.
    one = " | ".join(part for part in text.split("\n") if part.strip())
    at = Moment(int(event.get("log_time", 0.0) * 1000))
    return LogLine(at, level.name, str(event.get("log_namespace", event.get("log_system", "-"))), clean(one))
