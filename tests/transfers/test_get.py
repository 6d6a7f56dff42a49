"""Files that are fetched."""

from __future__ import annotations

from errno import EIO

from twisted.internet.defer import CancelledError
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refused, Sending
from tests.transfers.memory import PIECE, Gone, Scene, refusal, sum_of

DATA = bytes(range(256)) * 1000


class GetTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.drop = self.scene.give(DATA)
        self.ticket = self._fetch()
        self.peer = self.scene.peer()

    def _fetch(self) -> str:
        return self.scene.transfers.fetch("anna", self.drop.id, "lab").ticket

    def test_its_bytes_follow_what_it_is(self) -> None:
        self.successResultOf(self.scene.get(self.ticket, 0, self.peer))
        self.assertEqual(self.peer.told, [Sending(len(DATA), sum_of(DATA))])
        self.assertEqual((self.peer.sent, self.peer.turns), (DATA, []))

    def test_they_begin_at_the_offset(self) -> None:
        for offset in (1, PIECE, len(DATA) - 1, len(DATA)):
            peer = self.scene.peer()
            self.successResultOf(self.scene.get(self._fetch(), offset, peer))
            self.assertEqual((peer.told, peer.sent), ([Sending(len(DATA), sum_of(DATA))], DATA[offset:]))

    def test_an_empty_file_is_sent_too(self) -> None:
        self.drop = self.scene.give(b"")
        self.successResultOf(self.scene.get(self._fetch(), 0, self.peer))
        self.assertEqual((self.peer.told, self.peer.sent), ([Sending(0, sum_of(b""))], b""))

    def test_an_offset_outside_the_file_is_refused(self) -> None:
        for offset in (-1, len(DATA) + 1, 10**30):
            refused = refusal(self, self.scene.get(self.ticket, offset, self.peer))
            self.assertEqual(refused, Refused("bad-offset", limit=len(DATA)))
        self.assertEqual(self.peer.told, [])

    def test_they_end_where_they_are_to(self) -> None:
        for start, end in ((0, 0), (0, 1), (1, PIECE + 2), (len(DATA), len(DATA)), (7, len(DATA))):
            peer = self.scene.peer()
            self.successResultOf(self.scene.get(self.ticket, start, peer, end))
            self.assertEqual(peer.sent, DATA[start:end])
        for start, end in ((2, 1), (0, len(DATA) + 1)):
            self.assertEqual(refusal(self, self.scene.get(self.ticket, start, self.peer, end)).error, "bad-offset")

    def test_a_part_leaves_the_ticket_good_for_the_rest(self) -> None:
        self.successResultOf(self.scene.get(self.ticket, 0, self.peer, 10))
        self.scene.clock.advance(3599)
        self.successResultOf(self.scene.get(self.ticket, 10, self.peer))
        self.assertEqual(self.peer.sent, DATA)

    def test_a_piece_is_read_only_when_the_one_before_is_taken(self) -> None:
        self.peer.takes = False
        done = self.scene.get(self.ticket, 0, self.peer)
        for taken in range(1, len(DATA) // PIECE + 1):
            self.assertEqual(len(self.peer.sent), taken * PIECE)
            self.peer.take()
            self.scene.settle()
        self.peer.take()
        self.successResultOf(done)
        self.assertEqual(self.peer.sent, DATA)

    def test_half_a_minute_without_progress_ends_it_without_a_word(self) -> None:
        self.peer.takes = False
        done = self.scene.get(self.ticket, 0, self.peer)
        for _ in range(3):
            self.scene.clock.advance(29)
            self.assertNoResult(done)
            self.peer.take()
            self.scene.settle()
        self.scene.clock.advance(30)
        self.successResultOf(done)
        self.assertEqual(self.peer.told, [Sending(len(DATA), sum_of(DATA))])
        self.assertEqual(self.peer.sent, DATA[: len(self.peer.sent)])

    def test_the_ticket_goes_on_at_an_offset_after_a_cut(self) -> None:
        self.peer.takes = False
        done = self.scene.get(self.ticket, 0, self.peer)
        self.peer.cut()
        self.failureResultOf(done, Gone)
        peer = self.scene.peer()
        self.successResultOf(self.scene.get(self.ticket, 1000, peer))
        self.assertEqual(peer.sent, DATA[1000:])

    def test_it_is_good_a_little_longer_for_what_was_lost_on_the_way(self) -> None:
        self.successResultOf(self.scene.get(self.ticket, 0, self.peer))
        self.scene.clock.advance(59)
        peer = self.scene.peer()
        self.successResultOf(self.scene.get(self.ticket, len(DATA) - 10, peer))
        self.assertEqual(peer.sent, DATA[-10:])
        self.scene.clock.advance(1)
        self.assertEqual(refusal(self, self.scene.get(self.ticket, 0, peer)), Refused("no-such-ticket"))

    def test_the_newest_connection_holds(self) -> None:
        self.peer.takes = False
        first = self.scene.get(self.ticket, 0, self.peer)
        peer = self.scene.peer()
        second = self.scene.get(self.ticket, 100, peer)
        self.successResultOf(first)
        self.successResultOf(second)
        self.assertEqual((len(self.peer.sent), peer.sent), (PIECE, DATA[100:]))

    def test_a_caller_that_is_cancelled_lets_the_ticket_go(self) -> None:
        self.scene.threads.stuck = True
        first = self.scene.get(self.ticket, 0, self.peer)
        first.cancel()
        self.failureResultOf(first, CancelledError)
        self.scene.threads.stuck = False
        self.scene.settle()
        self.assertEqual((self.peer.told, self.peer.sent), ([], b""))
        self.successResultOf(self.scene.get(self.ticket, 0, self.peer))

    def test_an_unknown_ticket_and_one_to_put_are_refused(self) -> None:
        for ticket in ("unknown", "", self.scene.offer(5)):
            self.assertEqual(refusal(self, self.scene.get(ticket, 0, self.peer)), Refused("no-such-ticket"))

    def test_a_file_that_cannot_be_read_is_told_while_that_can_be_told(self) -> None:
        self.scene.spool.errors["read"] = OSError(EIO, "Input/output error")
        self.assertEqual(refusal(self, self.scene.get(self.ticket, 0, self.peer)), Refused("spool-failed"))
        self.assertEqual((self.peer.told, self.peer.sent), ([], b""))

    def test_and_afterwards_only_ends(self) -> None:
        self.peer.takes = False
        done = self.scene.get(self.ticket, 0, self.peer)
        self.scene.spool.errors["read"] = OSError(EIO, "Input/output error")
        self.peer.take()
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(self.peer.sent, DATA[:PIECE])
        self.assertEqual(len(self.peer.told), 1)

    def test_an_expired_file_is_refused_although_the_ticket_is_good(self) -> None:
        self.scene.later += 7 * 86_400_000
        self.assertEqual(refusal(self, self.scene.get(self.ticket, 0, self.peer)), Refused("expired", "a.bin"))
