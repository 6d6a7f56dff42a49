"""Whoever has much to tell waits until it has gone out."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from twisted.internet.defer import Deferred

from chatd.outlet import LOAD, Gone
from tests.outlets import FULL, OutletTestCase, Peer


class ReadyTests(OutletTestCase):
    def waiting(self, peer: Peer) -> Deferred[None]:
        coroutine: Coroutine[Deferred[Any], Any, None] = peer.outlet.ready()
        return Deferred.fromCoroutine(coroutine)

    def test_nobody_waits_for_a_peer_that_reads(self) -> None:
        self.assertIsNone(self.successResultOf(self.waiting(self.peer)))

    def test_whoever_waits_goes_on_when_the_peer_has_read(self) -> None:
        self.fill(self.peer)
        waiting = [self.waiting(self.peer) for _ in range(2)]
        for one in waiting:
            self.assertNoResult(one)
        self.peer.wire.read()
        for one in waiting:
            self.assertIsNone(self.successResultOf(one))

    def test_they_go_on_only_when_nothing_waits_any_more(self) -> None:
        self.fill(self.peer)
        waiting = self.waiting(self.peer)
        self.peer.outlet.tell(b"y" * (FULL + 1))
        self.turns.end()
        drained = self.peer.drained
        # What waited fills the transport once more.
        self.peer.wire.read(go_on=False)
        self.assertNoResult(waiting)
        self.assertEqual(self.peer.drained, drained)
        self.peer.wire.read()
        self.successResultOf(waiting)
        self.assertEqual(self.peer.drained, drained + 1)

    def test_much_that_is_told_in_a_turn_goes_out_before_more_is(self) -> None:
        self.peer.outlet.tell(b"y" * LOAD)
        self.successResultOf(self.waiting(self.peer))
        self.peer.outlet.tell(b"y")
        waiting, drained = self.waiting(self.peer), self.peer.drained
        self.assertNoResult(waiting)
        self.assertTrue(self.peer.outlet.is_loaded)
        self.turns.end()
        self.successResultOf(waiting)
        self.assertEqual((self.peer.outlet.is_loaded, self.peer.drained), (False, drained + 1))

    def test_it_goes_out_once_the_peer_has_read(self) -> None:
        self.peer.wire.stop_reading()
        self.peer.outlet.tell(b"y" * (LOAD + 1))
        waiting, drained = self.waiting(self.peer), self.peer.drained
        self.turns.end()
        self.assertNoResult(waiting)
        self.assertEqual(self.peer.drained, drained)
        self.peer.wire.read()
        self.successResultOf(waiting)

    def test_room_in_the_transport_is_not_enough(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"y" * (LOAD + 1))
        waiting = self.waiting(self.peer)
        self.peer.wire.read()
        self.assertNoResult(waiting)
        self.turns.end()
        self.successResultOf(waiting)

    def test_what_is_held_keeps_nobody_from_answering(self) -> None:
        peer = Peer(self.turns.delivery, self.text, self.clock, 10 * LOAD)
        peer.outlet.tell(b"y" * (LOAD + 1))
        peer.outlet.hold()
        self.assertFalse(peer.outlet.is_loaded)
        peer.outlet.tell(b"y" * (LOAD + 1))
        self.assertFalse(peer.outlet.is_loaded)

    def test_the_end_of_the_connection_ends_the_wait(self) -> None:
        self.fill(self.peer)
        waiting = self.waiting(self.peer)
        self.peer.outlet.lost()
        self.failureResultOf(waiting, Gone)
        peer = self.new_peer()
        peer.outlet.tell(b"y" * (LOAD + 1))
        waiting = self.waiting(peer)
        peer.outlet.lost()
        self.failureResultOf(waiting, Gone)

    def test_so_do_last_words(self) -> None:
        self.fill(self.peer)
        waiting = self.waiting(self.peer)
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.failureResultOf(waiting, Gone)

    def test_nobody_waits_for_who_is_gone(self) -> None:
        self.peer.outlet.lost()
        self.failureResultOf(self.waiting(self.peer), Gone)

    def test_a_wait_that_is_given_up_harms_no_other(self) -> None:
        self.fill(self.peer)
        given_up, waiting = self.waiting(self.peer), self.waiting(self.peer)
        given_up.addErrback(lambda failure: None)
        given_up.cancel()
        self.peer.wire.read()
        self.successResultOf(waiting)
