"""A slow reader costs nobody else anything, and whoever is sent away is told why."""

from __future__ import annotations

from chatd.delivery import Channel
from chatd.outlet import GRACE
from tests.outlets import LIMIT, WHY, OutletTestCase, letters, said


class BoundTests(OutletTestCase):
    def test_what_the_transport_does_not_take_waits(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"one|")
        self.turns.end()
        self.peer.outlet.tell(b"two|")
        self.turns.end()
        self.assertEqual(len(self.peer.wire.writes), 1)
        self.assertEqual(self.after_filling(self.peer), b"one|two|")
        self.assertEqual(self.peer.overflows, 0)

    def test_as_much_as_the_limit_may_wait(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"y" * LIMIT)
        self.turns.end()
        self.assertEqual(self.peer.overflows, 0)
        self.assertEqual(self.after_filling(self.peer), b"y" * LIMIT)

    def test_more_is_told_once_and_the_reason_is_the_last_thing_read(self) -> None:
        self.fill(self.peer)
        for _ in range(LIMIT + 1):
            self.peer.outlet.tell(b"y")
            self.turns.end()
        for _ in range(5):
            self.peer.outlet.tell(b"y" * LIMIT)
            self.turns.end()
        self.assertEqual(self.peer.overflows, 1)
        self.assertTrue(self.peer.wire.ended)
        self.assertEqual(self.after_filling(self.peer), WHY)

    def test_one_piece_that_is_too_much_leaves_the_reason_too(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"y" * (LIMIT + 1))
        self.turns.end()
        self.assertEqual(self.peer.overflows, 1)
        self.assertEqual(self.after_filling(self.peer), WHY)

    def test_who_has_read_may_let_as_much_wait_again(self) -> None:
        for _ in range(3):
            self.fill(self.peer)
            self.peer.outlet.tell(b"y" * LIMIT)
            self.turns.end()
            self.peer.wire.read()
        self.assertEqual(self.peer.overflows, 0)

    def test_what_is_held_is_bounded_as_well(self) -> None:
        self.peer.outlet.hold()
        for _ in range(LIMIT + 100):
            self.peer.outlet.tell(b"y")
        self.turns.end()
        self.assertEqual(self.peer.overflows, 1)
        self.assertEqual(self.peer.received, WHY)
        self.assertTrue(self.peer.wire.ended)

    def test_what_was_held_and_let_go_counts_no_more(self) -> None:
        for _ in range(3):
            self.peer.outlet.hold()
            self.peer.outlet.tell(b"y" * LIMIT)
            self.peer.outlet.release()
            self.turns.end()
        self.assertEqual((self.peer.overflows, len(self.peer.received)), (0, 3 * LIMIT))

    def test_holding_once_more_lets_nothing_go(self) -> None:
        self.peer.outlet.hold()
        self.peer.outlet.tell(b"one|")
        self.peer.outlet.hold()
        self.turns.end()
        self.assertEqual(self.peer.received, b"")
        self.peer.outlet.release()
        self.turns.end()
        self.assertEqual(self.peer.received, b"one|")

    def test_fifty_overflows_in_one_turn_harm_nobody(self) -> None:
        lab = Channel()
        slow = [self.new_peer(full=True) for _ in range(50)]
        fast = [self.new_peer() for _ in range(5)]
        for one, another in zip(slow, fast * 10, strict=True):
            self.turns.delivery.join(lab, one.outlet)
            self.turns.delivery.join(lab, another.outlet)
        self.turns.end()
        entries = [said("lab", number, "z" * LIMIT) for number in (1, 2)]
        for entry in entries:
            self.turns.delivery.publish(lab, entry)
        self.turns.end()
        for peer in slow:
            self.turns.delivery.leave(lab, peer.outlet)
        self.turns.end()
        heard = letters("t", entries[0], 0) + letters("t", entries[1], 1)
        self.assertEqual([peer.received for peer in fast], [heard] * 5)
        self.assertEqual([(peer.overflows, peer.wire.ended) for peer in slow], [(1, True)] * 50)
        self.assertEqual([self.after_filling(peer) for peer in slow], [WHY] * 50)


class ClosingTests(OutletTestCase):
    def test_the_last_words_come_last(self) -> None:
        lab = Channel()
        self.turns.delivery.join(lab, self.peer.outlet)
        self.peer.outlet.tell(b"one|")
        self.peer.outlet.close(b"goodbye|")
        self.peer.outlet.tell(b"two|")
        self.turns.delivery.publish(lab, said("lab", 1))
        self.assertFalse(self.peer.wire.ended)
        self.turns.end()
        self.assertTrue(self.peer.wire.ended)
        self.turns.delivery.publish(lab, said("lab", 2))
        self.turns.end()
        self.assertEqual(self.peer.received, b"one|goodbye|")

    def test_they_are_said_once(self) -> None:
        self.peer.outlet.close(b"goodbye|")
        self.peer.outlet.close(b"farewell|")
        self.turns.end()
        self.peer.outlet.close(b"adieu|")
        self.turns.end()
        self.assertEqual(self.peer.received, b"goodbye|")

    def test_a_full_transport_is_given_what_waits_and_the_last_words(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"one|")
        self.turns.end()
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.assertTrue(self.peer.wire.ended)
        self.assertEqual(self.after_filling(self.peer), b"one|goodbye|")

    def test_what_is_held_comes_before_the_last_words(self) -> None:
        self.peer.outlet.tell(b"password:|")
        self.peer.outlet.hold()
        self.peer.outlet.tell(b"psst|")
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.assertEqual(self.peer.received, b"password:|psst|goodbye|")
        self.assertTrue(self.peer.wire.ended)

    def test_a_peer_that_does_not_read_them_is_cut_off_after_the_grace(self) -> None:
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.clock.advance(GRACE - 0.1)
        self.assertFalse(self.peer.wire.aborted)
        self.clock.advance(0.1)
        self.assertTrue(self.peer.wire.aborted)

    def test_the_grace_can_be_another(self) -> None:
        self.peer.outlet.close(b"goodbye|", grace=60)
        self.turns.end()
        self.clock.advance(59)
        self.assertFalse(self.peer.wire.aborted)
        self.clock.advance(1)
        self.assertTrue(self.peer.wire.aborted)

    def test_a_connection_that_is_gone_is_not_cut_off_again(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.peer.outlet.lost()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertFalse(self.peer.wire.aborted)

    def test_nothing_is_written_to_a_connection_that_is_gone(self) -> None:
        self.fill(self.peer)
        self.peer.outlet.tell(b"one|")
        self.turns.end()
        self.peer.outlet.tell(b"two|")
        self.peer.outlet.lost()
        self.peer.outlet.close(b"goodbye|")
        self.turns.end()
        self.assertEqual(len(self.peer.wire.writes), 1)
        self.assertFalse(self.peer.wire.ended)
        self.assertEqual(self.clock.getDelayedCalls(), [])
