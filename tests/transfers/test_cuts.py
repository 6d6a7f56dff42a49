"""Files that come in and are cut off, go on, are ended by others, or cannot be kept."""

from __future__ import annotations

from errno import EIO, ENOSPC

from twisted.internet.defer import CancelledError, Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Ready, Refused, Stored
from tests.transfers.memory import PIECE, MemoryPeer, Scene, refusal, sum_of

DATA = bytes(range(256)) * 1000


class CutTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.spool = self.scene.spool
        self.ticket = self.scene.offer(len(DATA), sum_of(DATA))

    def _send(self, data: bytes) -> tuple[MemoryPeer, Deferred[None]]:
        peer = self.scene.peer()
        done = self.scene.put(self.ticket, peer)
        self.scene.clock.advance(0.5)
        self.scene.settle()
        peer.send(data)
        self.scene.settle()
        return peer, done

    def test_a_later_connection_goes_on_where_the_first_was_cut(self) -> None:
        first, done = self._send(DATA[:100_000])
        first.cut()
        self.assertEqual(refusal(self, done), Refused("cut-off", limit=100_000))
        self.assertEqual((self.scene.stored, self.spool.files), ([], {}))
        second, done = self._send(DATA[100_000:])
        self.successResultOf(done)
        self.assertEqual(second.told, [Ready(len(DATA), 100_000), Stored(sum_of(DATA))])
        self.assertEqual(self.spool.files, {1: DATA})

    def test_it_may_be_cut_as_often_as_one_likes(self) -> None:
        cuts = [0, 0, 1, 2, PIECE, PIECE + 1, len(DATA) - 1, len(DATA) - 1]
        for start, stop in zip([0, *cuts], cuts, strict=False):
            peer, done = self._send(DATA[start:stop])
            self.assertEqual(peer.offset, start)
            peer.cut()
            self.assertEqual(refusal(self, done), Refused("cut-off", limit=stop))
        self.successResultOf(self._send(DATA[-1:])[1])
        self.assertEqual(self.spool.files, {1: DATA})

    def test_cut_while_bytes_are_written_these_count(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.ticket, peer)
        self.scene.threads.stuck = True
        peer.send(DATA[:10])
        self.scene.settle()
        peer.cut()
        self.assertNoResult(done)
        self.scene.threads.stuck = False
        self.scene.settle()
        self.assertEqual(refusal(self, done), Refused("cut-off", limit=10))

    def test_cut_behind_the_last_byte_the_file_is_there_all_the_same(self) -> None:
        peer = self.scene.peer(DATA)
        self.scene.threads.stuck = True
        done = self.scene.put(self.ticket, peer)
        peer.cut()
        self.scene.threads.stuck = False
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual([drop.sha256 for drop in self.scene.stored], [sum_of(DATA)])

    def test_what_is_sent_ahead_although_there_is_an_offset_begins_from_the_first_byte(self) -> None:
        first, done = self._send(DATA[:100_000])
        first.cut()
        self.assertEqual(refusal(self, done), Refused("cut-off", limit=100_000))
        for delay in (None, 0.4):
            peer = self.scene.peer(b"" if delay else DATA[:70_000])
            done = self.scene.put(self.ticket, peer)
            if delay:
                self.scene.clock.advance(delay)
                peer.send(DATA[:70_000])
                self.scene.clock.advance(0.2)
            self.scene.settle()
            self.assertEqual(peer.told, [Ready(len(DATA), 0)])
            peer.cut()
            self.assertEqual(refusal(self, done), Refused("cut-off", limit=70_000))
        self.successResultOf(self._send(DATA[70_000:])[1])
        self.assertEqual(self.spool.files, {1: DATA})

    def test_who_says_at_which_byte_it_goes_on_may_send_at_once(self) -> None:
        first, done = self._send(DATA[:100_000])
        first.cut()
        self.failureResultOf(done)
        self.assertEqual(self.scene.transfers.look(self.ticket)[1], 100_000)
        for offset in (1, 99_999, 100_001, len(DATA)):
            refused = refusal(self, self.scene.put(self.ticket, self.scene.peer(DATA[offset:]), offset=offset))
            self.assertEqual(refused, Refused("bad-offset", limit=100_000))
        self.successResultOf(self.scene.put(self.ticket, self.scene.peer(DATA[100_000:]), offset=100_000))
        self.assertEqual(self.spool.files, {1: DATA})

    def test_and_at_the_first_byte_it_begins_anew(self) -> None:
        first, done = self._send(b"x" * 100_000)
        first.cut()
        self.failureResultOf(done)
        peer = self.scene.peer()
        done = self.scene.put(self.ticket, peer, offset=0)
        self.assertEqual(peer.told, [Ready(len(DATA), 0)])
        peer.send(DATA)
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(self.spool.files, {1: DATA})

    def test_a_caller_that_is_cancelled_lets_the_ticket_go(self) -> None:
        for stuck in (False, True):
            peer, done = self._send(DATA[:10] if not stuck else b"")
            self.scene.threads.stuck = stuck
            peer.send(DATA[10:20] if stuck else b"")
            self.scene.settle()
            done.cancel()
            self.failureResultOf(done, CancelledError)
            self.scene.threads.stuck = False
            self.scene.settle()
        peer, done = self._send(DATA[20:])
        self.assertEqual(peer.offset, 20)
        self.successResultOf(done)

    def test_a_caller_that_is_cancelled_behind_the_last_byte_has_given_the_file(self) -> None:
        keeping: Deferred[None] = Deferred()
        self.spool.keeping = keeping
        done = self.scene.put(self.ticket, self.scene.peer(DATA))
        done.cancel()
        self.failureResultOf(done, CancelledError)
        keeping.callback(None)
        self.assertEqual([drop.size for drop in self.scene.stored], [len(DATA)])

    def test_one_that_is_cancelled_before_anything_was_read_has_given_none(self) -> None:
        self.scene.threads.stuck = True
        peer = self.scene.peer(DATA)
        done = self.scene.put(self.ticket, peer)
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.scene.threads.stuck = False
        self.scene.settle()
        self.assertEqual((self.scene.stored, self.spool.appended, peer.told), ([], 0, []))


class NewestTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.ticket = self.scene.offer(10)

    def test_the_newest_connection_holds(self) -> None:
        old, new = self.scene.peer(b"01234"), self.scene.peer()
        first = self.scene.put(self.ticket, old)
        second = self.scene.put(self.ticket, new)
        self.assertEqual(refusal(self, first), Refused("replaced"))
        self.scene.clock.advance(0.5)
        old.send(b"XXXXX")
        new.send(b"56789")
        self.scene.settle()
        self.successResultOf(second)
        self.assertEqual(new.told[0], Ready(10, 5))
        self.assertEqual(self.scene.spool.files, {1: b"0123456789"})

    def test_it_waits_for_what_the_thread_is_at(self) -> None:
        old, new = self.scene.peer(), self.scene.peer()
        first = self.scene.put(self.ticket, old)
        self.scene.threads.stuck = True
        old.send(b"01234")
        self.scene.settle()
        second = self.scene.put(self.ticket, new)
        self.scene.clock.advance(1)
        self.assertNoResult(first)
        self.assertEqual(new.told, [])
        self.scene.threads.stuck = False
        self.scene.settle()
        self.scene.clock.advance(0.5)
        self.assertEqual(refusal(self, first), Refused("replaced"))
        self.assertEqual(new.told, [Ready(10, 5)])
        self.assertNoResult(second)

    def test_of_many_only_the_last_waits(self) -> None:
        self.scene.threads.stuck = True
        uses = [self.scene.put(self.ticket, self.scene.peer()) for _ in range(500)]
        self.assertEqual([refusal(self, use) for use in uses[1:-1]], [Refused("replaced")] * 498)
        self.scene.threads.stuck = False
        self.scene.settle()
        self.assertEqual(refusal(self, uses[0]), Refused("replaced"))
        self.assertNoResult(uses[-1])

    def test_a_newer_one_finds_the_ticket_spent_when_the_file_was_whole_already(self) -> None:
        keeping: Deferred[None] = Deferred()
        self.scene.spool.keeping = keeping
        first = self.scene.put(self.ticket, self.scene.peer(b"0123456789"))
        second = self.scene.put(self.ticket, self.scene.peer(b"0123456789"))
        keeping.callback(None)
        self.scene.settle()
        self.successResultOf(first)
        self.assertEqual(refusal(self, second), Refused("no-such-ticket"))
        self.assertEqual(len(self.scene.stored), 1)


class StallTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.ticket = self.scene.offer(10)

    def test_half_a_minute_without_a_byte_ends_it(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.ticket, peer)
        for _ in range(3):
            self.scene.clock.advance(29)
            self.assertNoResult(done)
            peer.send(b"x")
            self.scene.settle()
        self.scene.clock.advance(30)
        self.assertEqual(refusal(self, done), Refused("stalled", limit=30))

    def test_the_ticket_stays_good(self) -> None:
        done = self.scene.put(self.ticket, self.scene.peer(b"01234"))
        self.scene.clock.advance(30)
        self.assertEqual(refusal(self, done), Refused("stalled", limit=30))
        peer = self.scene.peer()
        done = self.scene.put(self.ticket, peer)
        self.scene.clock.advance(0.5)
        peer.send(b"56789")
        self.scene.settle()
        self.successResultOf(done)

    def test_time_that_the_disk_takes_does_not_count(self) -> None:
        self.scene.threads.stuck = True
        done = self.scene.put(self.ticket, self.scene.peer(b"0123456789"))
        self.scene.clock.advance(100)
        self.assertNoResult(done)
        self.scene.threads.stuck = False
        self.scene.settle()
        self.successResultOf(done)

    def test_nothing_is_left_to_happen_after_a_file(self) -> None:
        self.successResultOf(self.scene.put(self.ticket, self.scene.peer(b"0123456789")))
        lapse = self.scene.clock.getDelayedCalls()
        self.assertEqual([call.getTime() for call in lapse], [3600])
        self.scene.clock.advance(3600)
        self.assertEqual(self.scene.clock.getDelayedCalls(), [])


class DiskTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.spool = self.scene.spool
        self.ticket = self.scene.offer(10)

    def test_a_full_disk_is_told_and_the_part_thrown_away(self) -> None:
        peer = self.scene.peer(b"01234")
        done = self.scene.put(self.ticket, peer)
        self.spool.errors["append"] = OSError(ENOSPC, "No space left on device")
        peer.send(b"56789")
        self.scene.settle()
        self.assertEqual(refusal(self, done), Refused("disk-full"))
        self.assertEqual((self.spool.parts, self.scene.stored), ({}, []))
        self.assertFalse(peer.paused)

    def test_so_is_any_other_error_of_the_disk_whenever_it_comes(self) -> None:
        for name in ("begin", "append", "keep"):
            self.spool.errors = {name: OSError(EIO, "Input/output error")}
            refused = refusal(self, self.scene.put(self.ticket, self.scene.peer(b"0123456789")))
            self.assertEqual(refused, Refused("spool-failed"))
            self.assertEqual((self.spool.parts, self.spool.files, self.scene.stored), ({}, {}, []))

    def test_with_space_again_the_same_ticket_begins_again(self) -> None:
        self.spool.errors["append"] = OSError(ENOSPC, "No space left on device")
        refused = refusal(self, self.scene.put(self.ticket, self.scene.peer(b"0123456789")))
        self.assertEqual(refused, Refused("disk-full"))
        self.spool.errors.clear()
        peer = self.scene.peer(b"0123456789")
        self.successResultOf(self.scene.put(self.ticket, peer))
        self.assertEqual(peer.told[0], Ready(10, 0))
        self.assertEqual(self.spool.files, {1: b"0123456789"})

    def test_a_part_that_cannot_be_removed_harms_nobody(self) -> None:
        self.spool.errors = dict.fromkeys(["append", "discard"], OSError(EIO, "Input/output error"))
        refused = refusal(self, self.scene.put(self.ticket, self.scene.peer(b"0123456789")))
        self.assertEqual(refused, Refused("spool-failed"))
