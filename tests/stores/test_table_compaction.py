"""A table leaves its stale rows behind, in time and at the end."""

from __future__ import annotations

from twisted.logger import capturedLogs

from chatd.stores import rowfile
from chatd.stores.table import STALE_AT_LEAST
from tests.stores.faults import FaultyDisk, SlowThread
from tests.stores.words import HEADER, TableTestCase, Word, told


class CompactionTests(TableTestCase):
    def setUp(self) -> None:
        self.path = self.saved(Word("bob"))
        self.thread = SlowThread()
        self.table = self.open(self.path, self.thread)

    def save(self, times: int) -> None:
        for number in range(times):
            done = self.table.save(Word("alice", str(number)))
            self.thread.turn()
            self.successResultOf(done)

    def turn_all(self) -> None:
        while self.thread.waiting:
            self.thread.turn()

    def rows(self) -> int:
        return self.path.read_bytes().count(b"\n") - 1

    def test_the_file_is_made_compact_when_too_many_rows_are_stale(self) -> None:
        self.save(STALE_AT_LEAST)
        self.assertEqual([self.rows(), len(self.thread.waiting)], [STALE_AT_LEAST + 1, 0])
        self.save(1)
        self.assertEqual(len(self.thread.waiting), 1)
        self.thread.turn()
        self.assertEqual(self.path.read_bytes(), HEADER + b"bob,word,,end\nalice,word,0,end\n")

    def test_a_file_of_which_less_than_a_third_is_stale_is_left_alone(self) -> None:
        for number in range(300):
            self.table.save(Word(f"name{number}"))
        self.turn_all()
        self.save(STALE_AT_LEAST + 1)
        self.turn_all()
        self.assertEqual(self.rows(), 1 + 300 + STALE_AT_LEAST + 1)

    def test_stale_rows_are_counted_anew_afterwards(self) -> None:
        self.save(STALE_AT_LEAST + 1)
        self.turn_all()
        self.save(STALE_AT_LEAST - 1)
        self.assertEqual([self.rows(), len(self.thread.waiting)], [STALE_AT_LEAST + 1, 0])

    def test_stale_rows_of_an_earlier_run_count(self) -> None:
        self.save(STALE_AT_LEAST)
        self.table = self.open(self.path, self.thread)
        self.save(1)
        self.turn_all()
        self.assertEqual(self.rows(), 2)

    def test_changes_that_come_meanwhile_wait_their_turn(self) -> None:
        self.save(STALE_AT_LEAST + 1)
        meanwhile = [self.table.save(Word("alice", "last")), self.table.remove("bob"), self.table.save(Word("carol"))]
        self.thread.turn()
        for done in meanwhile:
            self.assertNoResult(done)
        self.thread.turn()
        for done in meanwhile:
            self.successResultOf(done)
        self.assertEqual(self.words(self.path), [Word("alice", "last"), Word("carol")])
        self.assertEqual(self.table.all(), self.words(self.path))

    def test_where_it_fails_changes_go_on_the_log_says_so_and_it_is_tried_again_later(self) -> None:
        disk = FaultyDisk()
        disk.errors["replace"] = OSError(28, "No space left on device")
        self.patch(rowfile, "os", disk)
        with capturedLogs() as events:
            self.save(STALE_AT_LEAST + 1)
            self.turn_all()
        self.assertIn("words.csv could not be made compact: [Errno 28]", told(events))
        self.save(STALE_AT_LEAST - 1)
        self.assertEqual(disk.calls.count("replace"), 1)
        disk.errors.clear()
        self.save(1)
        self.turn_all()
        self.assertEqual(self.rows(), 2)
        self.assertEqual(self.words(self.path), self.table.all())


class CloseTests(TableTestCase):
    def setUp(self) -> None:
        self.path = self.saved(Word("bob"), Word("alice", "one"))
        self.thread = SlowThread()
        self.table = self.open(self.path, self.thread)

    def test_nothing_is_written_where_nothing_is_stale(self) -> None:
        self.successResultOf(self.table.close())

    def test_stale_rows_are_left_out(self) -> None:
        self.table.save(Word("alice", "two"))
        self.thread.turn()
        done = self.table.close()
        self.assertNoResult(done)
        self.thread.turn()
        self.successResultOf(done)
        self.assertEqual(self.path.read_bytes(), HEADER + b"bob,word,,end\nalice,word,two,end\n")

    def test_removed_rows_are_left_out(self) -> None:
        self.table.remove("alice")
        self.thread.turn()
        self.table.close()
        self.thread.turn()
        self.assertEqual(self.path.read_bytes(), HEADER + b"bob,word,,end\n")

    def test_rows_that_read_differently_now_are_written_once(self) -> None:
        self.table.touch()
        done = self.table.close()
        self.thread.turn()
        self.successResultOf(done)
        self.successResultOf(self.table.close())

    def test_it_waits_for_what_is_being_written_and_what_comes_meanwhile(self) -> None:
        saves = [self.table.save(Word("alice", "two"))]
        done = self.table.close()
        self.thread.turn()
        self.assertEqual(len(self.thread.waiting), 1)
        saves.append(self.table.save(Word("carol")))
        self.thread.turn()
        self.assertNoResult(done)
        self.thread.turn()
        self.successResultOf(done)
        for save in saves:
            self.successResultOf(save)
        self.assertEqual(self.words(self.path), [Word("bob"), Word("alice", "two"), Word("carol")])

    def test_a_full_disk_does_not_keep_it_from_ending(self) -> None:
        self.table.save(Word("alice", "two"))
        self.thread.turn()
        disk = FaultyDisk()
        disk.room = 0
        self.patch(rowfile, "os", disk)
        done = self.table.close()
        with capturedLogs() as events:
            self.thread.turn()
        self.successResultOf(done)
        self.assertIn("No space left on device", told(events))
        self.assertEqual(self.words(self.path), [Word("bob"), Word("alice", "two")])

    def test_what_a_full_disk_kept_from_being_written_is_written_the_next_time(self) -> None:
        self.table.touch()
        disk = FaultyDisk()
        disk.room = 0
        self.patch(rowfile, "os", disk)
        self.table.close()
        self.thread.turn()
        disk.room = None
        done = self.table.close()
        self.assertNoResult(done)
        self.thread.turn()
        self.successResultOf(done)
