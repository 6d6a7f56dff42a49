"""When the journal is forced to the disk, and what waits for that."""

from __future__ import annotations

import errno
from functools import partial

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import journal_sync
from chatd.stores.journal_sync import Fsync, Syncer
from tests.stores.faults import FaultyDisk
from tests.stores.journals import Threads

BROKEN = OSError(errno.EIO, "Input/output error")


class SyncerTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.disk = FaultyDisk()
        self.disk.skipped.add("fsync")
        self.patch(journal_sync, "os", self.disk)
        self.clock = Clock()
        self.threads = Threads(at_once=False)
        self.told: list[BaseException | None] = []
        self.done: list[str] = []

    def syncer(self, fsync: Fsync) -> Syncer:
        return Syncer(7, fsync, self.threads, self.clock, self.told.append)

    def wrote(self, syncer: Syncer, *names: str) -> None:
        for name in names:
            syncer.wrote(partial(self.done.append, name))

    def syncs(self) -> int:
        return self.disk.calls.count("fsync")


class AlwaysTests(SyncerTests):
    def test_nobody_is_told_before_it_is_on_the_disk(self) -> None:
        self.wrote(self.syncer("always"), "one")
        self.assertEqual((self.done, self.syncs()), ([], 0))
        self.threads.turn()
        self.assertEqual((self.done, self.syncs()), (["one"], 1))

    def test_what_comes_during_an_fsync_shares_the_next(self) -> None:
        syncer = self.syncer("always")
        self.wrote(syncer, "one", "two", "three")
        self.threads.turn()
        self.assertEqual(self.done, ["one"])
        self.threads.turn()
        self.assertEqual((self.done, self.syncs()), (["one", "two", "three"], 2))
        self.assertEqual(self.threads.waiting, [])

    def test_a_failed_fsync_is_told_and_keeps_nobody_waiting(self) -> None:
        self.disk.errors["fsync"] = BROKEN
        syncer = self.syncer("always")
        self.wrote(syncer, "one")
        self.threads.turn()
        self.assertEqual((self.done, self.told), (["one"], [BROKEN]))
        self.disk.errors.clear()
        self.wrote(syncer, "two")
        self.threads.turn()
        self.assertEqual((self.done, self.told), (["one", "two"], [BROKEN, None]))

    def test_one_who_fails_keeps_no_others_waiting(self) -> None:
        syncer = self.syncer("always")
        self.wrote(syncer, "first")
        syncer.wrote(lambda: self.fail("on purpose"))
        self.wrote(syncer, "last")
        self.threads.all()
        self.assertEqual(self.done, ["first", "last"])
        self.assertEqual(len(self.flushLoggedErrors(self.failureException)), 1)


class IntervalTests(SyncerTests):
    def test_one_is_told_at_once_and_the_fsync_comes_a_second_later(self) -> None:
        self.wrote(self.syncer("interval"), "one")
        self.assertEqual(self.done, ["one"])
        self.clock.advance(0.9)
        self.assertEqual(self.threads.waiting, [])
        self.clock.advance(0.1)
        self.threads.turn()
        self.assertEqual(self.syncs(), 1)

    def test_many_writes_make_one_fsync(self) -> None:
        syncer = self.syncer("interval")
        self.wrote(syncer, "one", "two")
        self.clock.advance(0.5)
        self.wrote(syncer, "three")
        self.clock.advance(10)
        self.threads.all()
        self.assertEqual(self.syncs(), 1)

    def test_what_is_written_during_an_fsync_is_forced_to_the_disk_within_a_second_too(self) -> None:
        syncer = self.syncer("interval")
        self.wrote(syncer, "one")
        self.clock.advance(1)
        self.wrote(syncer, "two")
        self.clock.advance(1)
        self.assertEqual(len(self.threads.waiting), 1)
        self.threads.all()
        self.assertEqual(self.syncs(), 2)

    def test_nothing_is_done_while_nothing_is_written(self) -> None:
        self.wrote(self.syncer("interval"), "one")
        self.clock.advance(1)
        self.threads.all()
        self.clock.advance(100)
        self.assertEqual((self.threads.waiting, self.clock.getDelayedCalls()), ([], []))


class NeverTests(SyncerTests):
    def test_one_is_told_at_once_and_there_is_no_fsync(self) -> None:
        self.wrote(self.syncer("never"), "one")
        self.clock.advance(100)
        self.assertEqual((self.done, self.threads.waiting), (["one"], []))


class FinishTests(SyncerTests):
    def test_it_forces_the_file_to_the_disk_in_every_mode(self) -> None:
        modes: tuple[Fsync, ...] = ("always", "interval", "never")
        for fsync in modes:
            syncer = self.syncer(fsync)
            self.wrote(syncer, "one")
            finished = syncer.finish()
            self.assertNoResult(finished)
            before = self.syncs()
            self.threads.all()
            self.assertGreater(self.syncs(), before)
            self.successResultOf(finished)
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a_failed_fsync_ends_it_too(self) -> None:
        self.disk.errors["fsync"] = BROKEN
        finished = self.syncer("never").finish()
        self.threads.all()
        self.successResultOf(finished)
        self.assertEqual(self.told, [BROKEN])


class UseTests(SyncerTests):
    def test_the_file_before_is_done_with_before_the_new_one_is_forced_to_the_disk(self) -> None:
        order: list[object] = []
        self.patch(self.disk, "fsync", order.append)
        syncer = self.syncer("always")
        self.wrote(syncer, "one")
        syncer.use(8, lambda: order.append("retire"))
        self.wrote(syncer, "two")
        self.threads.all()
        self.assertEqual(order, [7, "retire", 8])
        self.assertEqual(self.done, ["one", "two"])

    def test_an_error_with_the_file_before_is_told_and_the_new_one_is_forced_to_the_disk(self) -> None:
        def retire() -> None:
            raise BROKEN

        self.syncer("never").use(8, retire)
        self.threads.all()
        self.assertEqual((self.told, self.syncs()), ([BROKEN], 1))
