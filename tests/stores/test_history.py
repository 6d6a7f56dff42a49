"""What people ask of the history, and that they see nothing that is not theirs."""

from __future__ import annotations

import sqlite3
from unittest import mock

from twisted.internet.defer import CancelledError
from twisted.logger import capturedLogs

from chatd.chat import events as e
from chatd.stores import history_database, history_files
from chatd.stores.history import MOST_WAITING, SqliteHistory
from chatd.stores.history_filling import Filler
from chatd.stores.history_following import PAUSE, RETRY
from chatd.stores.history_searching import Searcher
from tests.stores.histories import HistoryTestCase, texts
from tests.stores.journals import NOON, Desk, numbers, record, said, told


class AnswerTests(HistoryTestCase):
    def test_what_was_written_is_found_at_once(self) -> None:
        self.write(said(1))
        self.assertEqual(self.search("message"), ((said(1).entry,), 0, True))
        self.write(said(2))
        self.assertEqual(numbers(self.search("message").entries), [2, 1])

    def test_names_are_the_same_in_any_writing(self) -> None:
        self.write(said(1, log="Lab"), said(1, log="@Bob"))
        self.assertEqual(len(self.search("message", "LAB", "@bOB").entries), 2)
        self.assertEqual(len(self.page("lAB")), 1)
        self.assertEqual(self.successResultOf(self.history.count("LAb", 0)), 1)

    def test_pages_moments_and_counts(self) -> None:
        self.write(*(record("lab", seq, e.Said("alice", "red"), NOON + seq) for seq in range(1, 11)))
        page = self.successResultOf(self.history.page("lab", 5, 3))
        later = self.successResultOf(self.history.since("lab", NOON + 5, 3))
        self.assertEqual((numbers(page), numbers(later)), ([2, 3, 4], [5, 6, 7]))
        self.assertEqual(self.successResultOf(self.history.count("lab", 7)), 3)

    def test_all_that_is_asked_goes_into_the_search(self) -> None:
        self.write(
            *(record("lab", seq, e.Said("alice" if seq % 2 else "bob", "red"), NOON + seq) for seq in range(1, 11))
        )
        found = self.search("red", user="alice", since=NOON + 2, until=NOON + 9, limit=2)
        self.assertEqual(numbers(found.entries), [7, 5])
        rest = self.search("red", user="alice", since=NOON + 2, until=NOON + 9, limit=2, before=found.more)
        self.assertEqual((numbers(rest.entries), rest.more), ([3], 0))

    def test_nothing_to_look_for_finds_nothing(self) -> None:
        self.write(said(1))
        self.assertEqual(self.search("!!!"), ((), 0, True))
        self.assertEqual(self.successResultOf(self.history.search("message", [])), ((), 0, True))

    def test_too_many_words_are_refused(self) -> None:
        self.assertRefused(self.history.search("many " * 50, ["lab"]), "too-many-words")

    def test_too_many_questions_are_refused(self) -> None:
        self.threads.at_once = False
        answers = [self.history.count("lab", 0) for _ in range(MOST_WAITING)]
        self.assertRefused(self.history.search("message", ["lab"]), "busy")
        self.threads.all()
        self.assertEqual([self.successResultOf(answer) for answer in answers], [0] * MOST_WAITING)
        self.threads.at_once = True
        self.assertEqual(self.successResultOf(self.history.count("lab", 0)), 0)

    def test_who_loses_interest_does_not_let_another_in_too_early(self) -> None:
        self.write(said(1))
        self.search("message")
        self.threads.at_once = False
        first, second = self.history.count("lab", 0), self.history.count("lab", 0)
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.assertEqual(len(self.threads.waiting), 1)
        self.threads.all()
        self.assertEqual(self.successResultOf(second), 1)

    def test_what_cannot_be_read_is_told_once_and_can_be_later(self) -> None:
        self.write(said(1))
        self.search("message")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        with capturedLogs() as events:
            with mock.patch.object(Searcher, "count", side_effect=error):
                for _ in range(3):
                    self.assertRefused(self.history.count("lab", 0))
            self.assertEqual(len(self.page()), 1)
        first, last = told(events)
        self.assertIn("history.sqlite cannot be read: OperationalError('disk I/O error')", first)
        self.assertIn("history.sqlite can be read again", last)


class TurnTests(HistoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.write(said(1, log="den"), *map(said, range(2, 11)), said(1, log="@bob"))
        self.settle()

    def broken(self) -> None:
        """From now on the history does not get on."""
        stopped = mock.patch.object(history_files.Reader, "lines", side_effect=OSError(5, "Input/output error"))
        stopped.start()
        self.addCleanup(stopped.stop)

    def test_a_log_that_became_anothers_is_empty_even_before_that_was_read(self) -> None:
        self.broken()
        self.write(
            record("Lab", 11, e.RoomDeleted("alice")),
            record("lab", 12, e.RoomCreated("eve")),
            record("@bob", 0, e.Registered("Bob")),
        )
        found = self.search("message", "lab", "den", "@bob")
        self.assertEqual(([entry.log for entry in found.entries], found.complete), (["den"], False))
        self.assertEqual((self.page("lab"), self.page("@bob"), len(self.page("den"))), ([], [], 1))
        self.assertEqual(self.successResultOf(self.history.count("lab", 0)), 0)
        self.assertEqual(self.search("message", "lab").entries, ())

    def test_after_that_was_read_it_has_what_is_its_own(self) -> None:
        self.write(record("lab", 11, e.RoomDeleted("alice")), record("lab", 12, e.RoomCreated("eve")), said(13))
        self.assertEqual(numbers(self.page("lab")), [12, 13])
        self.assertEqual(numbers(self.search("message").entries), [13])

    def test_nor_has_it_more_when_the_file_is_made_anew(self) -> None:
        self.write(record("lab", 11, e.RoomDeleted("alice")), record("lab", 12, e.RoomCreated("eve")), said(13))
        self.settle()
        self.patch(history_files, "SLICE", 200)
        with mock.patch.object(Searcher, "count", side_effect=history_database.Damaged("odd")):
            self.assertRefused(self.history.count("lab", 0))
        seen: set[str] = set()
        rounds = 0
        while not (found := self.search("message")).complete:
            seen.update(texts(found.entries))
            rounds += 1
            self.clock.advance(PAUSE)
        self.assertGreater(rounds, 1)
        self.assertEqual(seen | set(texts(found.entries)), {"message 13"})

    def test_what_is_redacted_is_gone_even_before_that_could_be_done(self) -> None:
        self.broken()
        self.history.redact("Lab", 7)
        self.assertNotIn(7, numbers(self.search("message").entries))
        self.assertEqual(texts(self.page())[4:7], ["message 6", "", "message 8"])

    def test_what_is_redacted_leaves_the_disk(self) -> None:
        self.write(said(11, "secretive"))
        self.history.redact("lab", 11)
        self.settle()
        self.assertEqual((self.search("secretive").entries, texts(self.page())[-1]), ((), ""))
        self.assertNotIn(b"secretive", (self.directory / history_database.NAME).read_bytes())

    def test_what_cannot_be_redacted_yet_is_when_it_can_be(self) -> None:
        self.write(said(11, "secretive"))
        self.settle()
        with mock.patch.object(Filler, "step", side_effect=OSError(28, "No space left on device")):
            self.history.redact("lab", 11)
            self.settle()
        self.settle(RETRY)
        self.assertNotIn(b"secretive", (self.directory / history_database.NAME).read_bytes())


class FileTests(HistoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.write(said(1))
        self.settle()

    def reopen(self) -> None:
        self.close()
        self.history = SqliteHistory(self.directory, {}, self.threads, self.clock)
        self.history.start()
        self.settle(0)

    def test_a_damaged_file_is_made_anew(self) -> None:
        self.close()
        file = self.directory / history_database.NAME
        file.write_bytes(b"\xa5" * file.stat().st_size)
        self.reopen()
        self.assertEqual(self.search("message"), ((said(1).entry,), 0, True))

    def test_a_file_that_a_search_finds_damaged_is_made_anew(self) -> None:
        with mock.patch.object(Searcher, "search", side_effect=history_database.Damaged("odd")):
            self.assertRefused(self.history.search("message", ["lab"]))
        inode = (self.directory / history_database.NAME).stat().st_ino
        with (self.directory / history_database.NAME).open("rb"):  # so that its number is not given to another
            self.settle(PAUSE)
        self.assertNotEqual((self.directory / history_database.NAME).stat().st_ino, inode)
        self.assertEqual(self.search("message"), ((said(1).entry,), 0, True))

    def test_a_file_that_cannot_be_made_is_when_it_can_be(self) -> None:
        self.close()
        (self.directory / history_database.NAME).unlink()
        (self.directory / history_database.NAME).mkdir()
        self.reopen()
        self.assertRefused(self.history.search("message", ["lab"]))
        self.assertRefused(self.history.page("lab", 0, 10))
        (self.directory / history_database.NAME).rmdir()
        self.settle(RETRY)
        self.assertEqual(self.search("message"), ((said(1).entry,), 0, True))

    def test_nothing_is_left_beside_the_file(self) -> None:
        self.search("message")
        self.close()
        self.assertEqual({file.name for file in self.directory.iterdir()}, {"log.csv", "history.sqlite"})

    def test_what_is_asked_after_the_end_is_refused(self) -> None:
        self.close()
        self.write(said(2))
        self.assertRefused(self.history.search("message", ["lab"]))
        self.assertRefused(self.history.page("lab", 0, 10))
        self.assertEqual(self.clock.getDelayedCalls(), [])


class JournalTests(HistoryTestCase):
    def test_it_follows_a_journal_over_its_rotations_and_restarts(self) -> None:
        self.journal.current.unlink()
        desk = Desk(self.directory, rotate_bytes=2000, keep=2)
        for start in range(0, 200, 50):
            journal, past = desk.open()
            history = SqliteHistory(self.directory, {}, self.threads, self.clock)
            for seq in range(start + 1, start + 51):
                records = [said(past.last.get("lab", 0) + seq - start, f"message {seq}")]
                journal.write(records, lambda: None)
                history.wrote(records)
                if seq % 7 == 0:
                    self.settle()
            found = self.successResultOf(history.search("message", ["lab"], limit=1000))
            self.assertTrue(found.complete)
            rows = [
                row.text
                for file in sorted(self.directory.glob("log*.csv"))
                for row in desk.rows(file)
                if row.event == "said"
            ]
            self.assertEqual(sorted(texts(found.entries)), sorted(rows))
            self.successResultOf(history.close())
            journal.close()
