"""Mishaps: what goes wrong in the program itself ends it with one sentence, and never with a traceback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from twisted.logger import ILogObserver, LogEvent, LogLevel, globalLogBeginner
from zope.interface import provider


def sentence(error: BaseException) -> str:
    """What to tell the person."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"something went wrong in chatc itself, please report it: {type(error).__name__}: {error}{place}"


class _Watch(logging.Handler):
    def __init__(self, broken: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._broken = broken

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._broken(sentence(error or RuntimeError(record.getMessage())))


def watch(broken: Callable[[str], None]) -> None:
    """Have ``broken`` told a sentence when something goes wrong, whoever notices it."""

    @provider(ILogObserver)
    def observe(event: LogEvent) -> None:
        if event["log_level"] is LogLevel.critical:
            failure = event.get("log_failure")
            broken(sentence(failure.value if failure is not None else RuntimeError(str(event.get("log_format")))))

    globalLogBeginner.beginLoggingTo([observe], discardBuffer=True, redirectStandardIO=False)
    urwid = logging.getLogger("urwid")
    urwid.addHandler(_Watch(broken))
    urwid.propagate = False
