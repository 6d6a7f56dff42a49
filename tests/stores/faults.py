"""A directory for each test, and a disk and a worker thread that go wrong when the test says so."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

CHANGES = frozenset({"open", "fchmod", "write", "fsync", "ftruncate", "replace", "unlink"})


def new_directory(case: SynchronousTestCase) -> Path:
    """An empty directory that is gone after the test."""
    directory = tempfile.mkdtemp()
    case.addCleanup(shutil.rmtree, directory)
    return Path(directory)


class Crash(BaseException):
    """The machine stopped here, so nothing that would follow happens, the tidying up of errors included."""


class FaultyDisk:
    """The os module, in place of the one that a store has imported.

    :param crash_at: the number, from 0, of the call that changes the disk at which the machine stops
    """

    def __init__(self, crash_at: int | None = None) -> None:
        self.calls: list[str] = []
        self.errors: dict[str, OSError] = {}
        self.skipped: set[str] = set()  # calls that do nothing
        self.room: int | None = None  # bytes that still fit on the disk
        self._crash_at = crash_at

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, name) if name in CHANGES else getattr(os, name)

    def _call(self, name: str, *arguments: Any) -> Any:
        self.calls.append(name)
        if self._crash_at is not None and len(self.calls) > self._crash_at:
            if name == "write" and len(self.calls) == self._crash_at + 1:
                os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            raise Crash
        if name in self.errors:
            raise self.errors[name]
        if name in self.skipped:
            return None
        return self._write(*arguments) if name == "write" else getattr(os, name)(*arguments)

    def _write(self, descriptor: int, data: bytes) -> int:
        if self.room is None:
            return os.write(descriptor, data)
        if not self.room:
            raise OSError(28, "No space left on device")
        written = os.write(descriptor, data[: self.room])
        self.room -= written
        return written


class SlowThread:
    """A worker thread that does one thing each time the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], Deferred[None]]] = []

    def __call__(self, work: Callable[[], None]) -> Deferred[None]:
        done: Deferred[None] = Deferred()
        self.waiting.append((work, done))
        return done

    def turn(self) -> None:
        """Do what was asked first, and tell."""
        work, done = self.waiting.pop(0)
        try:
            work()
        except Exception as error:
            done.errback(error)
        else:
            done.callback(None)


def at_once(work: Callable[[], None]) -> Deferred[None]:
    """A worker thread that takes no time at all."""
    thread = SlowThread()
    done = thread(work)
    thread.turn()
    return done
