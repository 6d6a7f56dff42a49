"""Letters that wait, and those that were exchanged: in order, by reader, and bounded."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import letters
from chatd.chat.events import Entry, Private, Said
from chatd.chat.letters import Exchanged, Letter, Waiting, between


def entry(user: str, to: str, seq: int = 1, log: str = "") -> Entry:
    return Entry(f"@{log or to}", seq, 1000, Private(user, to, str(seq)))


class WaitingTests(SynchronousTestCase):
    def test_they_are_found_by_their_reader_in_the_order_of_their_numbers(self) -> None:
        first, second = Letter(1, entry("alice", "Bob")), Letter(2, entry("eve", "bob"))
        waiting = Waiting([second, first])
        waiting.add(Letter(3, entry("bob", "alice")))
        self.assertEqual(waiting.of("BOB"), [first, second])
        self.assertEqual((waiting.of("carol"), len(waiting.all())), ([], 3))

    def test_one_that_is_done_with_is_gone(self) -> None:
        letter = Letter(1, entry("alice", "bob"))
        waiting = Waiting([letter])
        for _ in range(2):
            waiting.discard(letter)
            self.assertEqual(waiting.all(), [])


class ExchangedTests(SynchronousTestCase):
    def test_what_two_wrote_is_told_from_the_log_of_one(self) -> None:
        exchanged = Exchanged(10)
        to, back = entry("alice", "bob", 1, log="alice"), entry("Bob", "alice", 2)
        for each in (to, entry("eve", "alice", 3), back, entry("alice", "bob", 4)):
            exchanged.note(each)
        self.assertEqual(between(exchanged.of("ALICE"), "ALICE", "bob"), [to, back])
        self.assertEqual(between(exchanged.of("bob"), "bob", "eve"), [])

    def test_rooms_are_passed_over(self) -> None:
        exchanged = Exchanged(10)
        private = entry("alice", "bob")
        exchanged.load({"lab": [Entry("lab", 1, 1000, Said("alice", "x"))], "@bob": [private]})
        self.assertEqual(between(exchanged.of("bob"), "bob", "alice"), [private])

    def test_the_oldest_are_forgotten(self) -> None:
        self.patch(letters, "MOST_KNOWN", 2)
        exchanged = Exchanged(2)
        for number in range(1, 4):
            exchanged.note(entry("alice", "bob", number))
        self.assertEqual([each.seq for each in between(exchanged.of("bob"), "bob", "alice")], [2, 3])
        for name in ("carol", "bob", "dan"):
            exchanged.note(entry("alice", name, 9))
        self.assertEqual(
            [len(between(exchanged.of(name), name, "alice")) for name in ("bob", "carol", "dan")], [2, 0, 1]
        )

    def test_who_is_gone_or_renamed(self) -> None:
        exchanged = Exchanged(2)
        exchanged.note(entry("alice", "bob"))
        exchanged.rename("bob", "rob")
        exchanged.rename("nobody", "somebody")
        self.assertEqual(between(exchanged.of("bob"), "bob", "alice"), [])
        exchanged.forget("rob")
        exchanged.rename("rob", "bob")
        self.assertEqual(between(exchanged.of("bob"), "bob", "alice"), [])
