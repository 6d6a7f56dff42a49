"""What the newest file does not tell of rooms is looked for in older ones."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Record
from chatd.stores import journal_files, journal_rows
from chatd.stores.journal_backfill import Backfill
from chatd.stores.journal_reading import Scan
from chatd.stores.journal_state import State
from tests.stores.faults import new_directory
from tests.stores.journals import NOON, Threads, numbers, record, said


class BackfillTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.threads = Threads()
        self.files: list[Path] = []
        self.state = State()

    def add(self, *records: Record) -> Path:
        """One more file, newer than all others, that begins as one should."""
        file = self.directory / f"log-20240229T120000Z-{len(self.files)}.csv"
        file.write_bytes(journal_rows.HEADER + b"".join(self.state.rows(NOON)) + journal_rows.encode(records))
        for entry, _ in records:
            self.state.apply(entry)
        self.files.append(file)
        return file

    def backfill(self, bound: int) -> Backfill:
        scan = Scan(bound)
        for lines in journal_files.chunks(self.files[-1]):
            scan.feed(lines)
        scan.state()
        return Backfill(self.files[:-1], scan, scan.entries(), bound, self.threads)

    def found(self, bound: int = 200) -> dict[str, list[int]]:
        result = self.successResultOf(Deferred.fromCoroutine(self.backfill(bound).run()))
        return {log: numbers(entries) for log, entries in result.items()}

    def test_older_entries_come_in_order_as_many_as_are_missing(self) -> None:
        self.add(said(1), said(2), said(3))
        self.add(said(4), said(5))
        self.add(said(6))
        self.assertEqual(self.found(bound=4), {"lab": [3, 4, 5]})
        self.assertEqual(self.found(), {"lab": [1, 2, 3, 4, 5]})

    def test_every_room_gets_as_much_as_it_needs(self) -> None:
        self.add(said(1), said(1, log="den"), said(2, log="den"))
        self.add(said(3, log="den"), said(2), said(3))
        self.add(said(4), said(4, log="den"), said(5, log="den"))
        self.assertEqual(self.found(bound=3), {"lab": [2, 3], "den": [3]})

    def test_no_file_is_read_that_is_not_needed(self) -> None:
        self.add(said(1)).unlink()
        self.add(said(2), said(3))
        self.add(said(4))
        self.assertEqual(self.found(bound=3), {"lab": [2, 3]})

    def test_a_file_in_which_every_log_began_is_the_last(self) -> None:
        self.add(said(1, log="den")).unlink()
        self.state = State()
        self.add(said(1))
        self.add(said(2))
        self.assertEqual(self.found(), {"lab": [1]})

    def test_who_entered_and_left_is_left_out(self) -> None:
        self.add(record("lab", 1, e.Entered("bob")), said(2))
        self.add(record("lab", 3, e.Left("bob")))
        self.assertEqual(self.found(), {"lab": [2]})

    def test_messages_to_users_are_not_looked_for(self) -> None:
        self.add(said(1, log="@alice")).unlink()
        self.add(said(2, log="@alice"))
        self.assertEqual(self.found(), {})

    def test_a_room_has_nothing_of_an_older_room_of_that_name(self) -> None:
        self.add(said(1), said(1, log="den"))
        self.add(said(2), record("lab", 3, e.RoomDeleted("bob")), record("lab", 4, e.RoomCreated("bob")), said(5))
        self.add(said(2, log="den"), record("den", 3, e.RoomDeleted("bob")))
        self.assertEqual(self.found(), {"lab": [4, 5]})

    def test_nothing_is_read_for_a_room_that_was_made_or_deleted_since(self) -> None:
        self.add(said(1), said(1, log="den")).unlink()
        self.add(record("lab", 2, e.RoomDeleted("bob")), record("lab", 3, e.RoomCreated("bob")))
        self.add(record("den", 2, e.RoomDeleted("bob")))
        with capturedLogs() as events:
            self.assertEqual(self.found(), {"lab": [3]})
        self.assertEqual(events, [])

    def test_a_little_is_read_at_a_time_in_the_thread(self) -> None:
        self.patch(journal_files, "CHUNK", 100)
        self.add(*map(said, range(1, 11)))
        self.add(said(11))
        self.threads.at_once = False
        done = Deferred.fromCoroutine(self.backfill(200).run())
        turns = 0
        while self.threads.waiting:
            self.assertNoResult(done)
            self.threads.turn()
            turns += 1
        self.assertGreater(turns, 5)
        self.assertEqual(numbers(self.successResultOf(done)["lab"]), list(range(1, 11)))

    def test_it_can_be_stopped_between_two_pieces(self) -> None:
        self.patch(journal_files, "CHUNK", 100)
        self.add(*map(said, range(1, 11)))
        self.add(said(11))
        self.threads.at_once = False
        backfill = self.backfill(200)
        done = Deferred.fromCoroutine(backfill.run())
        self.threads.turn()
        backfill.stop()
        self.threads.turn()
        self.assertEqual((self.successResultOf(done), self.threads.waiting), ({}, []))

    def test_a_file_that_is_gone_ends_it_with_what_was_found(self) -> None:
        self.add(said(1)).unlink()
        self.add(said(2))
        self.add(said(3))
        with capturedLogs() as events:
            self.assertEqual(self.found(), {"lab": [2]})
        self.assertIn("log-20240229T120000Z-0.csv cannot be read", formatEvent(events[0]) or "")

    def test_broken_rows_are_skipped_and_counted(self) -> None:
        file = self.add(said(1))
        file.write_bytes(file.read_bytes() + b"noon,said,lab,2,alice,,hello\n")
        self.add(said(3))
        with capturedLogs() as events:
            self.assertEqual(self.found(), {"lab": [1]})
        self.assertIn(
            "1 of its rows cannot be read and were skipped, the first in line 3", formatEvent(events[0]) or ""
        )
