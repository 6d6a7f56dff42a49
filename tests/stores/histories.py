"""A history to test, beside a journal, with its time and its worker threads in the hands of the test."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal
from chatd.chat.events import Entry
from chatd.history import Found
from chatd.roomlog import Record
from chatd.stores import history_following, journal_files, journal_rows
from chatd.stores.history import SqliteHistory
from chatd.stores.history_filling import Filler
from chatd.stores.history_searching import Query, Searcher
from chatd.stores.history_words import match
from tests.stores.faults import new_directory
from tests.stores.journals import NOON, Threads

OPENED = journal_rows.note(NOON, journal_rows.STARTED)


class Journal:
    """The files of a journal, as :class:`chatd.stores.journal.CsvJournal` leaves them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.files = 0
        self.begin()

    @property
    def current(self) -> Path:
        return self.directory / journal_files.NAME

    def begin(self, *rows: bytes) -> None:
        """A new ``log.csv``; its first row is like no other's."""
        self.files += 1
        first = rows or (journal_rows.note(NOON + self.files, journal_rows.STARTED),)
        self.current.write_bytes(journal_rows.HEADER + b"".join(first))

    def append(self, data: bytes) -> None:
        with self.current.open("ab") as file:
            file.write(data)

    def write(self, *records: Record) -> None:
        self.append(journal_rows.encode(records))

    def rotate(self, *rows: bytes) -> Path:
        """Begin another file; where the one so far is now."""
        old = self.directory / f"log-20240229T120000Z-{self.files}.csv"
        self.current.rename(old)
        self.begin(*rows)
        return old


def new_filler(directory: Path, first: Mapping[str, int] | None = None) -> Filler:
    """One that takes no time."""
    return Filler(directory, first or {}, lambda: 0.0, lambda seconds: None)


def fill(filler: Filler) -> None:
    """Have it do all that there is to do."""
    while not filler.step().idle:
        pass


def texts(entries: Sequence[Entry]) -> list[Any]:
    """What was said in them."""
    return [getattr(entry.event, "text", None) for entry in entries]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


class FileTestCase(SynchronousTestCase):
    """A file that is filled and read without any threads."""

    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.journal = Journal(self.directory)
        self.now = 0.0
        self.searcher = Searcher(self.directory, lambda: self.now)
        self.addCleanup(self.searcher.close)
        self.filler = self.new_filler()

    @property
    def file(self) -> Path:
        return self.directory / "history.sqlite"

    def new_filler(self, **first: int) -> Filler:
        filler = new_filler(self.directory, first)
        self.addCleanup(filler.close)
        return filler

    def on_disk(self, text: str) -> bool:
        """Whether ``text`` can be read in the file, or beside it."""
        return any(text.encode() in file.read_bytes() for file in self.directory.glob("history*"))

    def write(self, *records: Record) -> None:
        """Have records in the journal, and in the history."""
        self.journal.write(*records)
        fill(self.filler)

    def search(self, words: str, *logs: str, **options: Any) -> list[Entry]:
        found, _ = self.searcher.search(Query(match(words), logs or ("lab",), **options))
        return found

    def found(self, words: str, *logs: str, **options: Any) -> list[Any]:
        """What was said in what is found."""
        return texts(self.search(words, *logs, **options))


class HistoryTestCase(SynchronousTestCase):
    """A history with its clock and its threads in the hands of the test."""

    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.journal = Journal(self.directory)
        self.clock = Clock()
        self.threads = Threads()
        self.history = SqliteHistory(self.directory, {}, self.threads, self.clock)
        self.addCleanup(self.close)

    def close(self) -> None:
        closed = self.history.close()
        self.threads.all()
        self.successResultOf(closed)

    def write(self, *records: Record) -> None:
        """Have records in the journal, and tell the history."""
        self.journal.write(*records)
        self.history.wrote(records)

    def settle(self, seconds: float = history_following.DELAY) -> None:
        """Let time pass, until there is nothing more to do soon."""
        self.clock.advance(seconds)
        for _ in range(1000):
            soon = [call for call in self.clock.getDelayedCalls() if call.getTime() - self.clock.seconds() < 1]
            if not soon:
                return
            self.clock.advance(history_following.DELAY)
        self.fail("there is always something to do")

    def search(self, words: str, *logs: str, **options: Any) -> Found:
        return self.successResultOf(self.history.search(words, logs or ("lab",), **options))

    def page(self, log: str = "lab") -> list[Entry]:
        return self.successResultOf(self.history.page(log, 0, 100))

    def assertRefused(self, answer: Deferred[Any], error: str = "search-unavailable") -> None:
        self.assertEqual(self.failureResultOf(answer, Refusal).value.answer.error, error)
