"""What rooms and sessions are told leaves in order, and what is the same for all is the same bytes."""

from __future__ import annotations

import gc
from weakref import ref

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.delivery import Channel
from tests.outlets import Letters, Peer, Turns, letters, said


class DeliveryTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.turns = Turns()
        self.delivery = self.turns.delivery
        self.text = Letters("t")
        self.json = Letters("j")
        self.lab, self.den = Channel(), Channel()
        self.clock = Clock()

    def peer(self, *channels: Channel, renderer: Letters | None = None) -> Peer:
        """A peer that has been in ``channels`` for a while."""
        peer = Peer(self.delivery, renderer or self.text, self.clock)
        for channel in channels:
            self.delivery.join(channel, peer.outlet)
        self.turns.end()
        return peer

    def say(self, channel: Channel, log: str, number: int) -> bytes:
        """Publish an entry; gives what text readers are to read of it."""
        entry, before = said(log, number), channel.last.seq if channel.last is not None else 0
        self.delivery.publish(channel, entry)
        return letters("t", entry, before)


class SharingTests(DeliveryTestCase):
    def test_all_members_of_a_room_are_given_the_same_object(self) -> None:
        peers = [self.peer(self.lab) for _ in range(5)]
        heard = self.say(self.lab, "lab", 1) + self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual([peer.wire.writes for peer in peers], [[heard]] * 5)
        self.assertEqual(len({id(peer.wire.writes[0]) for peer in peers}), 1)

    def test_a_turn_is_one_write(self) -> None:
        alice = self.peer(self.lab)
        self.say(self.lab, "lab", 1)
        self.say(self.lab, "lab", 2)
        self.assertEqual(alice.wire.writes, [])
        self.turns.end()
        self.assertEqual(len(alice.wire.writes), 1)

    def test_those_of_one_renderer_share_what_it_words_once(self) -> None:
        peers = [self.peer(self.lab, renderer=renderer) for renderer in (self.text, self.json) * 3]
        self.say(self.lab, "lab", 1)
        self.turns.end()
        self.assertEqual((self.text.worded, self.json.worded), (1, 1))
        self.assertEqual(len({id(peer.wire.writes[0]) for peer in peers}), 2)

    def test_one_who_is_told_something_does_not_spoil_it_for_the_others(self) -> None:
        alice, bob, eve = (self.peer(self.lab) for _ in range(3))
        heard = self.say(self.lab, "lab", 1)
        alice.outlet.tell(b"psst|")
        heard_too = self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual(alice.received, heard + b"psst|" + heard_too)
        self.assertIs(bob.wire.writes[0], eve.wire.writes[0])
        self.assertEqual(self.text.worded, 2)

    def test_she_shares_again_in_the_next_turn(self) -> None:
        alice, bob = self.peer(self.lab), self.peer(self.lab)
        alice.outlet.tell(b"psst|")
        self.turns.end()
        self.say(self.lab, "lab", 1)
        self.turns.end()
        self.assertIs(alice.wire.writes[-1], bob.wire.writes[-1])

    def test_what_a_socket_does_not_take_comes_behind_what_it_took(self) -> None:
        alice, bob, eve = (self.peer(self.lab) for _ in range(3))
        alice.wire.takes, bob.wire.takes = 3, -1
        heard = self.say(self.lab, "lab", 1)
        self.turns.end()
        alice.outlet.tell(b"psst|")
        heard_too = self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual(alice.wire.writes, [heard[:3], heard[3:], b"psst|" + heard_too])
        self.assertEqual((bob.received, eve.received), (heard + heard_too, heard + heard_too))

    def test_who_left_one_of_two_rooms_shares_what_the_other_hears(self) -> None:
        alice, bob = self.peer(self.lab, self.den), self.peer(self.lab)
        self.delivery.leave(self.den, alice.outlet)
        self.turns.end()
        self.say(self.lab, "lab", 1)
        self.turns.end()
        self.assertIs(alice.wire.writes[-1], bob.wire.writes[-1])

    def test_a_slow_reader_that_has_caught_up_shares_again(self) -> None:
        alice, bob = self.peer(self.lab), self.peer(self.lab)
        alice.wire.stop_reading()
        for number in range(40):
            self.say(self.lab, "lab", number)
            self.turns.end()
        self.assertTrue(alice.outlet.full)
        alice.wire.read()
        self.say(self.lab, "lab", 40)
        self.turns.end()
        self.assertEqual(alice.received, bob.received)
        self.assertIs(alice.wire.writes[-1], bob.wire.writes[-1])


class ForgettingTests(DeliveryTestCase):
    def test_who_has_left_is_not_kept(self) -> None:
        alice = self.peer(self.lab, self.den)
        self.say(self.lab, "lab", 1)
        for channel in (self.lab, self.den):
            self.delivery.leave(channel, alice.outlet)
        self.turns.end()
        outlet = ref(alice.outlet)
        del alice
        gc.collect()
        self.assertIsNone(outlet())


class OrderTests(DeliveryTestCase):
    def test_who_comes_hears_nothing_from_before(self) -> None:
        self.say(self.lab, "lab", 1)
        alice = Peer(self.delivery, self.text, self.clock)
        self.delivery.join(self.lab, alice.outlet)
        heard = self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual(alice.received, heard)

    def test_who_goes_hears_nothing_from_after(self) -> None:
        alice = self.peer(self.lab)
        heard = self.say(self.lab, "lab", 1)
        self.delivery.leave(self.lab, alice.outlet)
        self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual(alice.received, heard)

    def test_two_rooms_are_heard_in_the_order_in_which_they_spoke(self) -> None:
        alice = self.peer(self.lab, self.den)
        heard = b""
        for number, log in enumerate(["den", "lab", "den", "den", "lab", "lab"]):
            heard += self.say(self.lab if log == "lab" else self.den, log, number)
        self.turns.end()
        self.assertEqual(alice.received, heard)

    def test_who_is_deaf_to_an_entry_hears_those_around_it(self) -> None:
        alice, bob = self.peer(self.lab), self.peer(self.lab)
        first = self.say(self.lab, "lab", 1)
        self.delivery.publish(self.lab, said("lab", 2), [alice.outlet])
        last = self.say(self.lab, "lab", 3)
        self.turns.end()
        self.assertEqual(alice.received, first + last)
        self.assertEqual(bob.received, first + letters("t", said("lab", 2), 1) + last)

    def test_who_is_named_in_an_entry_is_told_so_in_its_place_and_the_others_share(self) -> None:
        alice, bob, eve = (self.peer(self.lab) for _ in range(3))
        first = self.say(self.lab, "lab", 1)
        entry, before = said("lab", 2), 1
        self.delivery.publish(self.lab, entry, deaf=[eve.outlet], named=[bob.outlet])
        second = letters("t", entry, before)
        third = self.say(self.lab, "lab", 3)
        self.turns.end()
        self.assertEqual(alice.wire.writes, [first + second + third])
        self.assertEqual(bob.received, first + b"!" + second + third)
        self.assertEqual(eve.received, first + third)

    def test_a_new_format_holds_from_there_on(self) -> None:
        alice = self.peer(self.lab)
        heard = self.say(self.lab, "lab", 1)
        self.delivery.single_out(alice.outlet)
        alice.outlet.renderer = self.json
        self.say(self.lab, "lab", 2)
        self.turns.end()
        self.say(self.lab, "lab", 3)
        self.turns.end()
        later = [letters("j", said("lab", number), number - 1) for number in (2, 3)]
        self.assertEqual(alice.received, heard + b"".join(later))

    def test_what_was_heard_in_a_turn_is_heard_once_though_something_is_held_in_it(self) -> None:
        alice = self.peer(self.lab)
        heard = self.say(self.lab, "lab", 1)
        alice.outlet.tell(b"password:|")
        alice.outlet.hold()
        self.assertEqual(alice.received, heard + b"password:|")
        later = self.say(self.lab, "lab", 2)
        self.turns.end()
        self.assertEqual(alice.received, heard + b"password:|")
        alice.outlet.release()
        self.turns.end()
        self.assertEqual(alice.received, heard + b"password:|" + later)

    def test_each_entry_knows_the_one_before_it(self) -> None:
        alice, lab = Peer(self.delivery, self.text, self.clock), Channel(said("lab", 77))
        self.delivery.join(lab, alice.outlet)
        self.delivery.publish(lab, said("lab", 80))
        self.delivery.publish(lab, said("lab", 90))
        self.turns.end()
        self.assertEqual(alice.received, letters("t", said("lab", 80), 77) + letters("t", said("lab", 90), 80))
