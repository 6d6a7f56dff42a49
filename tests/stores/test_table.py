"""A table is on disk and in memory together."""

from __future__ import annotations

from hypothesis import given
from twisted.internet.defer import CancelledError, Deferred, fail

from chatd.stores import datadir, rowfile
from tests.stores.faults import FaultyDisk, SlowThread
from tests.stores.words import HEADER, WORDS, TableTestCase, Word


class SaveTests(TableTestCase):
    @given(WORDS)
    def test_arbitrary_values_come_back_the_last_of_a_key_alone(self, words: list[Word]) -> None:
        self.assertEqual(self.words(self.saved(*words)), list({word.name.casefold(): word for word in words}.values()))

    def test_without_a_file_the_table_is_empty_and_none_is_made(self) -> None:
        path = self.new_path()
        self.assertEqual(self.words(path), [])
        self.assertFalse(path.exists())

    def test_a_file_is_a_header_and_a_row_for_each_change(self) -> None:
        path = self.saved(Word("alice", "one"), Word("bob"), Word("Alice", "two"))
        self.assertEqual(path.read_bytes(), HEADER + b"alice,word,one,end\nbob,word,,end\nAlice,word,two,end\n")

    def test_a_removal_is_a_row_too(self) -> None:
        path = self.saved(Word("alice", "one"), Word("bob"))
        table = self.open(path)
        self.successResultOf(table.remove("ALICE"))
        self.assertEqual(table.all(), [Word("bob")])
        self.assertTrue(path.read_bytes().endswith(b"ALICE,removed,,\n"))
        self.assertEqual(self.words(path), [Word("bob")])

    def test_what_was_removed_can_be_saved_again(self) -> None:
        path = self.saved(Word("alice", "one"))
        table = self.open(path)
        self.successResultOf(table.remove("alice"))
        self.successResultOf(table.save(Word("alice", "two")))
        self.assertEqual([table.all(), self.words(path)], [[Word("alice", "two")]] * 2)

    def test_a_value_is_found_by_any_name_of_its_key(self) -> None:
        table = self.open(self.saved(Word("alice", "one")))
        self.assertEqual([table.get("ALICE"), table.get("bob")], [Word("alice", "one"), None])

    def test_a_row_that_could_not_be_read_again_is_not_written(self) -> None:
        path = self.saved(Word("alice"))
        table = self.open(path)
        before = path.read_bytes()
        for text in ("\ud800", "x" * 200_000):
            self.failureResultOf(table.save(Word("alice", text)), ValueError)
        self.assertEqual([path.read_bytes(), table.all()], [before, [Word("alice")]])

    def test_a_link_stays_one(self) -> None:
        path = self.saved(*[Word("alice")] * 2)
        link = path.with_name("link.csv")
        link.symlink_to(path)
        self.successResultOf(self.open(link).close())
        self.assertTrue(link.is_symlink())
        self.assertEqual(path.read_bytes(), HEADER + b"alice,word,,end\n")


class TogetherTests(TableTestCase):
    """Disk and memory change together."""

    def setUp(self) -> None:
        self.path = self.new_path()
        self.thread = SlowThread()
        self.table = self.open(self.path, self.thread)
        self.disk = FaultyDisk()
        self.patch(rowfile, "os", self.disk)
        self.patch(datadir, "os", self.disk)

    def test_memory_changes_when_the_disk_has_it(self) -> None:
        done = self.table.save(Word("alice"))
        self.assertNoResult(done)
        self.assertEqual(self.table.all(), [])
        self.thread.turn()
        self.successResultOf(done)
        self.assertEqual(self.table.all(), [Word("alice")])

    def test_changes_that_come_while_others_are_written_share_one_write_and_one_sync(self) -> None:
        first = self.table.save(Word("alice"))
        later = [self.table.save(Word(f"name{number}")) for number in range(50)]
        self.thread.turn()
        self.successResultOf(first)
        self.disk.calls.clear()
        for done in later:
            self.assertNoResult(done)
        self.thread.turn()
        for done in later:
            self.successResultOf(done)
        self.assertEqual([self.disk.calls.count("write"), self.disk.calls.count("fsync")], [1, 1])
        self.assertEqual(self.thread.waiting, [])
        self.assertEqual(len(self.words(self.path)), 51)

    def test_one_thing_at_a_time_is_in_the_thread(self) -> None:
        for number in range(5):
            self.table.save(Word(f"name{number}"))
            self.assertEqual(len(self.thread.waiting), 1)

    def test_changes_of_one_key_take_effect_in_the_order_in_which_they_came(self) -> None:
        self.table.save(Word("bob"))
        self.table.save(Word("alice", "one"))
        self.table.remove("alice")
        self.table.save(Word("alice", "two"))
        self.thread.turn()
        self.thread.turn()
        self.assertEqual(self.table.all(), [Word("bob"), Word("alice", "two")])
        self.assertEqual(self.words(self.path), self.table.all())

    def test_whoever_is_told_first_finds_the_changes_of_the_others_made_too(self) -> None:
        self.table.save(Word("alice"))
        seen: list[list[Word]] = []
        self.table.save(Word("bob")).addCallback(lambda _: seen.append(self.table.all()))
        self.table.save(Word("carol"))
        self.thread.turn()
        self.thread.turn()
        self.assertEqual(seen, [[Word("alice"), Word("bob"), Word("carol")]])

    def test_a_change_asked_for_by_whoever_was_told_of_another_is_made(self) -> None:
        self.table.save(Word("alice")).addCallback(lambda _: self.table.save(Word("bob")))
        self.thread.turn()
        self.thread.turn()
        self.assertEqual(self.words(self.path), [Word("alice"), Word("bob")])

    def test_a_caller_that_has_gone_does_not_undo_the_change(self) -> None:
        done = self.table.save(Word("alice"))
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.thread.turn()
        self.assertEqual([self.table.all(), self.words(self.path)], [[Word("alice")]] * 2)

    def test_a_full_disk_fails_all_that_were_written_together_and_changes_nothing(self) -> None:
        self.table.save(Word("alice"))
        self.thread.turn()
        before = self.path.read_bytes()
        self.disk.room = 0
        self.failureResultOf(self.turned(self.table.save(Word("alice", "two"))), OSError)
        self.disk.room = 30
        first = self.table.save(Word("bob", "x" * 50))
        together = [self.table.save(Word("carol")), self.table.remove("alice")]
        self.failureResultOf(self.turned(first), OSError)
        self.thread.turn()
        for done in together:
            self.failureResultOf(done, OSError)
        self.assertEqual([self.path.read_bytes(), self.table.all()], [before, [Word("alice")]])

    def turned(self, done: Deferred[None]) -> Deferred[None]:
        self.thread.turn()
        return done

    def test_when_the_disk_works_again_so_does_the_table(self) -> None:
        self.disk.errors["fsync"] = OSError(5, "Input/output error")
        self.failureResultOf(self.turned(self.table.save(Word("alice"))), OSError)
        self.disk.errors.clear()
        self.successResultOf(self.turned(self.table.save(Word("bob"))))
        self.assertEqual([self.table.all(), self.words(self.path)], [[Word("bob")]] * 2)

    def test_what_goes_wrong_in_the_thread_itself_is_told_too(self) -> None:
        table = self.open(self.path, lambda work: fail(RuntimeError("no thread")))
        for _ in range(2):
            self.failureResultOf(table.save(Word("alice")), RuntimeError)
