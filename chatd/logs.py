"""The operator's log: as JSON for ``twistd --logger``, and its files opened anew when others have been renamed."""

from __future__ import annotations

import json
import sys
from typing import Any

from twisted.logger import FileLogObserver, LogEvent, Logger, formatEvent, globalLogPublisher
from twisted.python.logfile import BaseLogFile

from chatd.chat.moments import iso

_log = Logger()


def json_lines() -> FileLogObserver:
    """What ``twistd --logger chatd.logs.json_lines`` writes to its standard output: an object a line."""
    return FileLogObserver(sys.stdout, as_json)


def as_json(event: LogEvent) -> str:
    """One line: time (UTC), level, the module and class that tell it, its text, and a failure's traceback."""
    level, failure = event.get("log_level"), event.get("log_failure")
    told: dict[str, Any] = {
        "time": iso(round(event["log_time"] * 1000)),
        "level": level.name if level is not None else "info",
        "from": event.get("log_namespace", ""),
        "text": formatEvent(event),
    }
    if failure is not None:
        told["failure"] = failure.getTraceback()
    # Nothing but ASCII: it may be read on a terminal.
    return json.dumps(told) + "\n"


def reopen() -> int:
    """Open the files anew that twistd logs to (``--logfile``), by their names; how many there are."""
    files = [getattr(observer, "_outFile", None) for observer in globalLogPublisher._observers]  # noqa: SLF001
    # There is no public way to what twistd has set up.
    return sum(_reopen(file) for file in files if isinstance(file, BaseLogFile))


def _reopen(file: BaseLogFile) -> bool:
    try:
        # A file that is closed and cannot be opened again would leave no log at all.
        with open(file.path, "ab"):
            file.reopen()
    except OSError as error:
        _log.error("{file} goes on under its old name: {error}", file=file.path, error=error)
        return False
    return True
