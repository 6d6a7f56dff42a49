"""A room takes no more than its members get, and waits for those who read, though not for ever."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.delivery import LINE_COST, MOST_BYTES, Channel
from chatd.outlet import PATIENCE, PATIENCE_RATE
from tests.outlets import FULL, Letters, Peer, Turns, said


class PaceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.turns = Turns()
        self.clock = Clock()
        self.lab = Channel()
        self.pokes = 0
        self.peers = [self.peer() for _ in range(3)]
        self.slow = self.peers[0]

    def peer(self) -> Peer:
        peer = Peer(self.turns.delivery, Letters("t"), self.clock, limit=1 << 20)
        self.turns.delivery.join(self.lab, peer.outlet)
        self.turns.end()
        return peer

    def poke(self) -> None:
        self.pokes += 1

    @property
    def open(self) -> bool:
        return self.lab.admits(self.poke)

    def say(self, size: int = FULL + 1) -> None:
        """Take a line, which comes back from its log."""
        self.lab.took(size)
        self.turns.delivery.publish(self.lab, said("lab", 1, "." * size))

    def fill_the_room(self) -> None:
        """Say in one turn as much as the room takes."""
        while self.open:
            self.say(2048)

    def test_lines_count_with_what_is_put_around_them(self) -> None:
        for _ in range(MOST_BYTES // LINE_COST):
            self.assertTrue(self.open)
            self.lab.took(0)
        self.assertFalse(self.open)

    def test_it_takes_more_when_its_members_have_had_it(self) -> None:
        self.fill_the_room()
        self.assertFalse(self.open)
        self.assertEqual(self.pokes, 0)
        self.turns.end()
        self.assertTrue(self.open)
        self.assertEqual(self.pokes, 1, "whoever asked is told once, however often he asked")

    def test_everybody_who_asked_is_told(self) -> None:
        told: list[int] = []
        self.fill_the_room()
        for number in range(3):
            self.lab.admits(lambda number=number: told.append(number))  # type: ignore[misc]
        self.turns.end()
        self.assertEqual(told, [0, 1, 2])

    def test_what_is_taken_before_the_room_is_full_waits_for_nobody(self) -> None:
        self.slow.wire.stop_reading()
        self.say()
        self.turns.end()
        self.assertTrue(self.slow.outlet.full)
        self.assertTrue(self.open)

    def test_it_waits_for_a_reader_that_is_behind(self) -> None:
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.assertFalse(self.open)
        self.assertEqual(self.pokes, 0)
        self.slow.wire.read()
        self.assertTrue(self.open)
        self.assertEqual(self.pokes, 1)

    def test_it_loses_patience_with_one_that_does_not_read(self) -> None:
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.clock.advance(PATIENCE - 0.01)
        self.assertFalse(self.open)
        self.clock.advance(0.01)
        self.assertTrue(self.open)
        self.fill_the_room()
        self.turns.end()
        self.assertTrue(self.open, "it does not wait for the same one again")

    def test_one_who_uses_it_up_bit_by_bit_is_waited_for_no_longer(self) -> None:
        waited = 0.0
        for _ in range(100):
            self.slow.wire.stop_reading()
            self.fill_the_room()
            self.turns.end()
            if self.open:
                break
            self.clock.advance(PATIENCE / 10)
            waited += PATIENCE / 10
            self.slow.wire.read()
        self.assertLessEqual(waited, PATIENCE + PATIENCE_RATE * self.clock.seconds() + PATIENCE / 10)

    def test_patience_comes_back_with_time(self) -> None:
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.clock.advance(PATIENCE)
        self.slow.wire.read()
        self.clock.advance(PATIENCE / PATIENCE_RATE)
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.assertFalse(self.open)

    def test_who_leaves_or_is_gone_is_not_waited_for(self) -> None:
        other = self.peers[1]
        for peer in (self.slow, other):
            peer.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.turns.delivery.leave(self.lab, self.slow.outlet)
        self.assertFalse(self.open)
        other.outlet.lost()
        self.assertTrue(self.open)
        self.slow.outlet.lost()
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_the_only_one_who_is_waited_for_opens_the_room_by_leaving(self) -> None:
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.turns.delivery.leave(self.lab, self.slow.outlet)
        self.assertTrue(self.open)
        self.assertEqual(self.pokes, 1)

    def test_nobodys_leaving_opens_it_before_all_is_written(self) -> None:
        for _ in range(2):
            self.fill_the_room()
            self.turns.delivery.leave(self.lab, self.peers.pop().outlet)
            self.assertFalse(self.open)
            self.turns.end()

    def test_another_room_does_not_wait(self) -> None:
        den = Channel()
        self.turns.delivery.join(den, self.peers[1].outlet)
        self.turns.end()
        self.slow.wire.stop_reading()
        self.fill_the_room()
        self.turns.end()
        self.assertTrue(den.admits(self.poke))

    def test_all_that_was_taken_arrives_in_order(self) -> None:
        self.slow.wire.stop_reading()
        for _ in range(5):
            self.fill_the_room()
            self.turns.end()
            self.clock.advance(PATIENCE / 5)
        self.slow.wire.read()
        self.assertEqual(self.slow.received, self.peers[1].received)
