"""The disk: threads that wait for it, and whether what they were to keep could be kept."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from chatd.stores.datadir import open_private

PROBE_BYTES = 65536
"""As many must find room before the disk counts as good again."""

_ITS_FAULT = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)

T = TypeVar("T")


class InThread(Protocol):
    """Runs a function in a worker thread."""

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        """Fires in the reactor's thread with what ``work`` returned or raised."""


class Disk:
    """Notes when something could not be kept, and finds out when it can be again.

    :param changed: called with why, once when the disk fails, and with an empty text when it no longer does
    """

    def __init__(self, directory: Path, changed: Callable[[str], None]) -> None:
        self._probe = directory / "probe.tmp"
        self._changed = changed
        self._in_thread: InThread | None = None
        self.error = ""
        """Why the last thing could not be kept; empty where all is well."""

    def watched(self, in_thread: InThread) -> InThread:
        """Runs what ``in_thread`` runs, and notes how that goes."""
        self._in_thread = in_thread

        def run(work: Callable[[], Any], /) -> Deferred[Any]:
            return in_thread(work).addErrback(self._failed)

        return run

    def _failed(self, failure: Failure) -> Failure:
        error = failure.value
        if isinstance(error, OSError) and error.errno in _ITS_FAULT:
            self._note(error.strerror or str(error))
        return failure

    def _note(self, error: str) -> None:
        if bool(error) != bool(self.error):
            self.error = error
            self._changed(error)

    def look(self) -> None:
        """Where it has failed, find out whether it still does; every few seconds."""
        if self.error and self._in_thread is not None:
            self._in_thread(self._try).addCallbacks(lambda _: self._note(""), lambda failure: None)

    def _try(self) -> None:
        descriptor = open_private(self._probe, os.O_WRONLY | os.O_TRUNC)
        try:
            if os.write(descriptor, b"\0" * PROBE_BYTES) < PROBE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            os.unlink(self._probe)
