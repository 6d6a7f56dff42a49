"""The history has exactly what the journal has, whatever happens to either of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Record
from chatd.stores import history_files, history_rows, history_shards, journal_rows
from chatd.stores.history_filling import Filler
from chatd.stores.history_searching import Query, Searcher
from chatd.stores.history_words import match
from tests.stores.faults import new_directory
from tests.stores.histories import FileTestCase, Journal, fill, new_filler, texts, words_of
from tests.stores.journals import NOON, numbers, record, said


class FillingTests(FileTestCase):
    def test_what_is_written_is_found(self) -> None:
        self.write(said(1, "hello world"))
        self.assertEqual(self.search("hello"), [said(1, "hello world").entry])
        self.write(said(2, "hello again"))
        self.assertEqual(self.found("hello"), ["hello again", "hello world"])

    def test_entries_come_back_as_they_were(self) -> None:
        records = [
            record("lab", 1, e.RoomCreated("alice")),
            said(2, 'a "quoted", text\nof two \\ lines'),
            record("lab", 3, e.Emoted("alice", "=waves")),
            record("lab", 4, e.Dropped("alice", 7, "my notes.txt", 12, "ab" * 32), NOON + 1),
            record("lab", 5, e.Kicked("alice", "bob", "enough")),
            record("lab", 6, e.TopicSet("alice", "")),
        ]
        self.write(*records, record("@bob", 1, e.Private("alice", "bob", "size=3 for you")))
        self.assertEqual(self.searcher.page("lab", 0, 10), [entry for entry, _ in records])
        self.assertEqual([entry.seq for entry in self.search("notes")], [4])
        (entry,) = self.search("size", "@bob")
        self.assertEqual(entry.event, e.Private("alice", "bob", "size=3 for you"))
        self.assertEqual(self.search("to", "@bob"), [])

    def test_who_entered_and_left_is_no_part_of_it(self) -> None:
        self.write(record("lab", 1, e.Entered("bob")), record("lab", 2, e.Left("bob", "bye")), said(3))
        self.assertEqual(numbers(self.searcher.page("lab", 0, 10)), [3])

    def test_rows_that_cannot_be_read_are_left_out(self) -> None:
        for row in (b"", b",", b"noon,said,lab,1,alice,,text", b"\xff,said,lab,1,alice,,text", b'"', b"\0" * 10):
            self.journal.append(row + b"\n")
        self.journal.append(b"2024-02-29T12:00:00.000Z,said,lab,99999999999999999999,alice,,text\n")
        self.journal.append(b"2024-02-29T12:00:00.000Z,checkpoint,lab,1,,,what\n")
        self.write(said(1))
        self.assertEqual(numbers(self.searcher.page("lab", 0, 10)), [1])

    def test_numbers_that_do_not_rise_are_left_out(self) -> None:
        self.write(said(5), said(5, "again"), said(4, "late"), said(6))
        self.assertEqual(texts(self.searcher.page("lab", 0, 10)), ["message 5", "message 6"])

    def test_a_long_way_is_gone_in_small_steps(self) -> None:
        self.patch(history_files, "SLICE", 500)
        self.journal.write(*map(said, range(1, 101)))
        steps = 1
        while not self.filler.step().caught_up:
            steps += 1
        self.assertGreater(steps, 5)
        self.assertEqual(len(self.searcher.page("lab", 0, 200)), 100)

    def test_it_rests_in_proportion_to_its_work(self) -> None:
        now = 0.0
        rests: list[float] = []

        def seconds() -> float:
            nonlocal now
            now += 0.25
            return now

        filler = Filler(self.directory, {}, seconds, rests.append)
        self.addCleanup(filler.close)
        self.journal.write(*map(said, range(1, 501)))
        filler.step(rest=3.0)
        self.assertEqual(rests, [0.75] * 5)

    def test_little_takes_one_step(self) -> None:
        self.write()
        self.journal.write(said(1))
        self.assertEqual(self.filler.step(), (True, True))
        self.assertEqual(self.found("message"), ["message 1"])

    def test_words_are_in_tables_of_bounded_size(self) -> None:
        self.patch(history_shards, "SHARD", 250)
        self.write(*map(said, range(1, 1001)))
        database = sqlite3.connect(self.file)
        self.addCleanup(database.close)
        sizes = [size for (size,) in database.execute("SELECT rows FROM shards")]
        self.assertEqual((sum(sizes), max(sizes)), (1000, 300))

    def test_only_its_owner_may_read_the_file(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.write(said(1))
        self.found("message")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in self.directory.glob("history*")}
        names = ["history.sqlite", "history.sqlite-shm", "history.sqlite-wal"]
        self.assertEqual(modes, dict.fromkeys(names, 0o600))

    def test_a_file_that_is_deleted_is_made_anew(self) -> None:
        self.write(said(1))
        self.filler.close()
        self.file.unlink()
        fill(self.filler)
        self.assertEqual(self.found("message"), ["message 1"])

    def test_a_closed_history_goes_on_where_it_was(self) -> None:
        self.write(said(1))
        self.filler.close()
        with mock.patch.object(history_rows.Rows, "take", side_effect=AssertionError("read twice")):
            fill(self.filler)
        self.write(said(2))
        self.assertEqual(texts(self.searcher.page("lab", 0, 10)), ["message 1", "message 2"])


class RotationTests(FileTestCase):
    def test_it_goes_on_in_the_next_file(self) -> None:
        self.write(said(1))
        self.journal.write(said(2))
        self.journal.rotate(journal_rows.note(NOON, journal_rows.CHECKPOINT, log="lab", seq=2))
        self.write(said(3))
        self.assertEqual(self.found("message"), ["message 3", "message 2", "message 1"])

    def test_what_the_journal_no_longer_has_is_gone(self) -> None:
        self.write(said(1), said(1, log="den"))
        old = self.journal.rotate()
        self.write(said(2))
        old.unlink()
        fill(self.filler)
        self.assertEqual(self.found("message", "lab", "den"), ["message 2"])
        self.write(said(3))
        self.assertEqual(numbers(self.searcher.page("lab", 0, 10)), [2, 3])

    def test_what_the_journal_lost_with_the_power_is_gone(self) -> None:
        self.write(said(1), said(2, "lost"))
        lost = len(journal_rows.encode([said(2, "lost")]))
        os.truncate(self.journal.current, self.journal.current.stat().st_size - lost)
        self.filler.close()
        self.write(said(10_002, "after"))
        self.assertEqual(texts(self.searcher.page("lab", 0, 10)), ["message 1", "after"])
        self.assertEqual(self.found("lost"), [])

    def test_of_another_journal_nothing_is_left(self) -> None:
        self.write(said(1, "old"))
        self.journal.rotate()
        self.write(said(2, "old"))
        for file in self.directory.glob("log*"):
            file.unlink()
        self.filler.close()
        Journal(self.directory).begin(journal_rows.note(NOON + 99, journal_rows.STARTED))
        self.write(said(1, "new"))
        self.assertEqual((self.found("new"), self.found("old")), (["new"], []))


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["lab", "Lab", "den", "@bob"]),
        st.lists(st.sampled_from(["red", "fox", "foxes", "Über", "a"]), min_size=1, max_size=4).map(" ".join)
        | st.sampled_from(["+enter", "+delete", "+rotate", "+retire"]),
    ),
    max_size=40,
)


class Model:
    """A journal, and what a history of it must have, told without a database."""

    def __init__(self, directory: Path) -> None:
        self.journal = Journal(directory)
        self.old: list[Path] = []
        self.kept: list[list[Record]] = [[]]  # by file
        self.last: dict[str, int] = {}

    def do(self, log: str, what: str) -> None:
        if what == "+rotate":
            self.old.append(self.journal.rotate())
            self.kept.append([])
        elif what == "+retire":
            if self.old:
                self.old.pop(0).unlink()
                del self.kept[0]
        else:
            self._write(log, what)

    def _write(self, log: str, what: str) -> None:
        key = log.lower()
        seq = self.last[key] = self.last.get(key, 0) + 1
        event = {"+enter": e.Entered("bob"), "+delete": e.RoomDeleted("bob")}.get(what, e.Said("alice", what))
        one = record(key, seq, event, NOON + seq)
        self.journal.write(record(log, seq, event, NOON + seq))
        if what == "+delete":
            self.kept = [[other for other in file if other.entry.log != key] for file in self.kept]
        elif what != "+enter":
            self.kept[-1].append(one)

    def expected(self, logs: set[str], word: str = "") -> list[tuple[str, int]]:
        """Places of entries, newest first."""
        entries = [one.entry for file in self.kept for one in file if one.entry.log in logs]
        return [
            (entry.log, entry.seq)
            for entry in reversed(entries)
            if not word or any(other.startswith(word) for other in words_of(entry.event.text))  # type: ignore[attr-defined]
        ]


class ModelTests(SynchronousTestCase):
    def assertSame(self, model: Model, directory: Path) -> None:
        """A history in ``directory`` has what it must have."""
        searcher = Searcher(directory, lambda: 0.0)
        self.addCleanup(searcher.close)
        for logs in ({"lab"}, {"lab", "den", "@bob"}):
            for word in ("red", "fox"):
                found, more = searcher.search(Query(match(word), sorted(logs), limit=100))
                places = [(entry.log.lower(), entry.seq) for entry in found]
                self.assertEqual((places, more), (model.expected(logs, word), 0))
        for log in ("lab", "den", "@bob"):
            numbers_there = [(log, entry.seq) for entry in searcher.page(log, 0, 100)]
            self.assertEqual(numbers_there[::-1], model.expected({log}))
            self.assertEqual(searcher.count(log, 0), len(numbers_there))
        searcher.close()

    @settings(max_examples=50, deadline=None)
    @given(RECORDS, st.integers(1, 10), st.integers(1, 5), st.integers(200, 600))
    def test_it_equals_a_naive_filter(self, what: Any, often: int, shard: int, slice_: int) -> None:
        directory = new_directory(self)
        model, filler = Model(directory), new_filler(directory)
        with mock.patch.object(history_shards, "SHARD", shard), mock.patch.object(history_files, "SLICE", slice_):
            for number, (log, text) in enumerate(what):
                model.do(log, text)
                if number % often == 0:
                    fill(filler)
            fill(filler)
        self.assertSame(model, directory)
        filler.close()

    @settings(max_examples=20, deadline=None)
    @given(RECORDS, st.integers(200, 600))
    def test_killed_anywhere_it_goes_on_with_nothing_missing_and_nothing_twice(self, what: Any, slice_: int) -> None:
        directory, images = new_directory(self), new_directory(self)
        model, filler = Model(directory), new_filler(directory)
        for log, text in what:
            model.do(log, text)
        take, count = history_rows.Rows.take, 0

        def image() -> None:
            # What the operating system has is what is left of a process that is killed.
            nonlocal count
            count += 1
            shutil.copytree(directory, images / str(count))

        def take_and_look(rows: history_rows.Rows, lines: list[bytes], file: int) -> None:
            take(rows, lines, file)
            image()

        with mock.patch.object(history_files, "SLICE", slice_):
            with mock.patch.object(history_rows.Rows, "take", take_and_look):
                while not filler.step().idle:
                    image()
            filler.close()
            for copy in images.iterdir():
                again = new_filler(copy)
                fill(again)
                self.assertSame(model, copy)
                again.close()
