"""A journal to test, with its time, its worker thread and its disk in the hands of the test."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import LogEvent, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.events import Entry, Event, Said
from chatd.roomlog import Past, Record
from chatd.stores import datadir, journal_files, journal_output, journal_rows, journal_sync, rowfile
from chatd.stores import journal as journal_module
from chatd.stores.journal import CsvJournal
from tests.stores.faults import FaultyDisk, new_directory

T = TypeVar("T")

NOON = 1_709_208_000_000
"""2024-02-29T12:00:00Z, in milliseconds."""


class Threads:
    """Worker threads that do one thing each time the test says so, or everything at once."""

    def __init__(self, at_once: bool = True) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.at_once = at_once

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        done: Deferred[T] = Deferred()

        def turn() -> None:
            try:
                result = work()
            except Exception as error:
                done.errback(error)
            else:
                done.callback(result)

        self.waiting.append(turn)
        if self.at_once:
            self.turn()
        return done

    def turn(self) -> None:
        """Do what was asked first, and tell."""
        self.waiting.pop(0)()

    def all(self) -> None:
        """Do everything, what is asked meanwhile too."""
        while self.waiting:
            self.turn()


class Desk:
    """Where the journals of one directory are opened, one after the other.

    :param options: of each journal
    """

    def __init__(self, directory: Path, **options: Any) -> None:
        self.directory = directory
        self.clock = Clock()
        self.threads = Threads()
        self.alarms: list[bool] = []
        self.options = options

    @property
    def current(self) -> Path:
        return self.directory / "log.csv"

    def now(self) -> int:
        return NOON + int(self.clock.seconds() * 1000)

    def journal(self) -> CsvJournal:
        """One that is not open yet."""
        return CsvJournal(
            self.directory,
            in_thread=self.threads,
            clock=self.clock,
            now=self.now,
            alarm=self.alarms.append,
            **self.options,
        )

    def open(self, recent: int = 200) -> tuple[CsvJournal, Past]:
        """One that is open, and what it knew."""
        journal = self.journal()
        return journal, journal.open(recent)

    def past(self, recent: int = 200) -> Past:
        """What the next journal will know; it is closed cleanly."""
        journal, past = self.open(recent)
        journal.close()
        self.threads.all()
        return past

    def kill(self) -> None:
        """Leave open journals as they are, and close their files, as the end of a process does."""
        for descriptor in os.listdir("/dev/fd"):
            with contextlib.suppress(OSError):
                if os.readlink(f"/dev/fd/{descriptor}").startswith(str(self.directory)):
                    os.close(int(descriptor))

    def rows(self, file: Path | None = None) -> list[journal_rows.Row]:
        """The rows of ``file``, or of ``log.csv``, but its header."""
        lines = (file or self.current).read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert lines.pop(0) + b"\n" == journal_rows.HEADER
        return [journal_rows.decode(line) for line in lines]

    def events(self, file: Path | None = None) -> list[str]:
        """The events of those rows."""
        return [row.event for row in self.rows(file)]


def record(log: str, seq: int, event: Event, at: int = NOON, address: str = "192.0.2.1") -> Record:
    return Record(Entry(log, seq, at, event), address)


def said(seq: int, text: str = "", log: str = "lab", user: str = "alice") -> Record:
    return record(log, seq, Said(user, text or f"message {seq}"))


def write(journal: CsvJournal, *records: Record) -> None:
    journal.write(records, lambda: None)


def numbers(entries: Iterable[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


def entries(records: Sequence[Record]) -> list[Entry]:
    return [record.entry for record in records]


def told(events: Sequence[LogEvent]) -> list[str]:
    return [formatEvent(event) or "" for event in events]


class JournalTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.desk = Desk(new_directory(self))
        self.addCleanup(self.desk.kill)
        self.disk = FaultyDisk()

    def break_disk(self) -> None:
        """Have calls of the journal go to :attr:`disk` from now on."""
        for module in (journal_module, journal_files, journal_output, journal_sync, datadir, rowfile):
            self.patch(module, "os", self.disk)

    def close(self, journal: CsvJournal) -> None:
        closed = journal.close()
        self.desk.threads.all()
        self.successResultOf(closed)
