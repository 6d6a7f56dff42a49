"""Giving and fetching files beside the conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, execute
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Answer, Refused, Setting, Ticket
from chatd.chat.events import Dropped, Entry, Said
from chatd.chat.moments import Moment
from chatd.client.drops import AT_ONCE, MOST_TRIES, TICKET_PATIENCE, Drops
from chatd.client.files import Gift
from chatd.client.gate import VERB_PATIENCE, Gate
from chatd.client.profiles import FETCHED
from chatd.client.transfers import Failed
from chatd.wire.sentences import REFUSED
from tests.client.helpers import SUM


class DropsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.said: list[str] = []
        self.told: list[str] = []
        self.moving: list[Deferred[Any]] = []
        self.hashing: Any = execute
        self.gate = Gate(self.clock)
        self.drops = Drops(
            self.clock,
            self.gate,
            lambda ticket, gift, sha256, moved: self.move(),
            lambda ticket, moved: self.move(),
            lambda line: self.said.append(line.decode()),
            self.told.append,
            self.in_thread,
        )
        self.drops.focus = "lab"
        self.gate.turn(True)

    def in_thread(self, *call: Any) -> Any:
        return self.hashing(*call)

    async def move(self) -> Any:
        moving: Deferred[Any] = Deferred()
        self.moving.append(moving)
        return await moving

    def gift(self, name: str = "notes.txt", data: bytes = b"hello") -> Gift:
        folder = Path(self.mktemp())
        folder.mkdir()
        path = folder / name
        path.write_bytes(data)
        gift = Gift(path.open("rb"), str(path))
        self.addCleanup(gift.file.close)
        return gift

    def offered(self, number: int, room: str = "lab", size: int = 5) -> None:
        self.drops.offered(Entry(room, 1, 0, Dropped("alice", number, f"f{number}", size, SUM)))

    def answer(self, answer: Answer) -> bool:
        return self.drops.told(answer)

    def ticket(self, purpose: str, name: str = "f", size: int = 5) -> bool:
        ticket = Ticket(ticket="T", purpose=purpose, name=name, size=size, expires=Moment(0), command="")
        return self.answer(ticket)

    def assert_said(self, *lines: str) -> None:
        self.assertEqual(self.said, list(lines))
        self.said.clear()

    def assert_told(self, *words: str) -> None:
        self.assertEqual(len(self.told), len(words), self.told)
        for sentence, word in zip(self.told, words, strict=True):
            self.assertIn(word, sentence)
        self.told.clear()

    # Giving

    def test_a_file_is_given_by_a_ticket(self) -> None:
        gift = self.gift()
        self.drops.give(gift)
        self.assert_said(f"/send notes.txt 5 {SUM}")
        self.assertTrue(self.ticket("put"))
        self.assert_told()
        self.moving[0].callback(None)
        self.assert_told(SUM)
        self.assertTrue(gift.file.closed)

    def test_a_refused_file_is_named(self) -> None:
        gift = self.gift()
        self.drops.give(gift)
        self.assertFalse(self.answer(Refused("too-large", limit=3)), "the sentence is to be shown too")
        self.assert_told("notes.txt is not given")
        self.assertTrue(gift.file.closed)

    def test_files_are_asked_for_one_after_the_other(self) -> None:
        for name in ("a", "b"):
            self.drops.give(self.gift(name))
        self.assert_said(f"/send a 5 {SUM}")
        self.ticket("put")
        self.assert_said(f"/send b 5 {SUM}")

    def test_a_broken_transfer_is_told(self) -> None:
        self.drops.give(self.gift())
        self.ticket("put")
        self.moving[0].errback(Failed("it rains"))
        self.assert_told("it rains")

    def test_a_file_that_cannot_be_read_is_told(self) -> None:
        gift = self.gift()
        self.patch(gift, "file", open("/proc/self/mem", "rb"))  # noqa: SIM115 - reading it fails
        self.drops.give(gift)
        self.assert_told("cannot be read")
        self.assert_said()

    def test_a_file_goes_to_no_other_room(self) -> None:
        hashed: Deferred[str] = Deferred()
        self.hashing = lambda *call: hashed
        self.drops.give(self.gift())
        self.drops.focus = "public"
        hashed.callback(SUM)
        self.assert_said()
        self.assert_told("meant for lab")

    # Fetching

    def test_what_others_give_is_fetched(self) -> None:
        self.offered(17)
        self.assert_said("/get lab#17")
        self.assertTrue(self.ticket("get"))
        self.moving[0].callback(Path("d/f17"))
        self.assert_told("d/f17")

    def test_only_drops_are_fetched(self) -> None:
        self.drops.offered(Entry("lab", 1, 0, Said("alice", "/get 17")))
        self.assert_said()

    def test_only_some_come_at_once(self) -> None:
        for number in range(AT_ONCE + 1):
            self.offered(number)
        for _ in range(AT_ONCE):
            self.ticket("get")
        self.assertEqual(len(self.said), AT_ONCE)
        self.said.clear()
        self.moving[0].callback(Path("f0"))
        self.assert_said(f"/get lab#{AT_ONCE}")

    def test_a_refused_one_makes_way_for_the_next(self) -> None:
        self.offered(1)
        self.offered(2)
        self.answer(Refused("expired", "1"))
        self.assert_told("f1 is not fetched")
        self.assert_said("/get lab#1", "/get lab#2")

    def test_a_ticket_that_the_person_has_asked_for_is_used(self) -> None:
        self.assertTrue(self.ticket("get", "by-hand"))
        self.assertEqual(len(self.moving), 1)

    def test_a_put_ticket_of_the_person_is_left_to_the_person(self) -> None:
        self.assertFalse(self.ticket("put"))
        self.drops.give(self.gift())
        self.assertFalse(self.ticket("put", size=6))
        self.assertEqual(self.moving, [])
        self.assertTrue(self.ticket("put"))

    # When it may ask

    def test_nothing_is_asked_while_the_person_is(self) -> None:
        self.gate.turn(False)
        self.offered(17)
        self.assert_said()
        self.gate.turn(True)
        self.assert_said("/get lab#17")

    def test_nothing_is_asked_before_a_verb_of_the_person_is_answered(self) -> None:
        self.gate.hold()
        self.offered(17)
        self.assert_said()
        self.gate.release()
        self.assert_said("/get lab#17")

    def test_a_verb_without_an_answer_is_not_waited_for_long(self) -> None:
        self.gate.hold()
        self.offered(17)
        self.clock.advance(VERB_PATIENCE)
        self.assert_said("/get lab#17")

    def test_other_errors_are_not_taken_for_an_answer(self) -> None:
        self.offered(17)
        self.assertFalse(self.answer(Refused("unknown-verb", "gte")))
        self.assertFalse(self.answer(Setting("echo", "on")))
        self.assert_told()
        self.assertTrue(self.ticket("get"))

    def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(self) -> None:
        self.offered(1)
        self.offered(2)
        self.clock.advance(TICKET_PATIENCE)
        self.assert_told("f1")
        self.assert_said("/get lab#1", "/get lab#2")

    def test_nothing_is_asked_once_everything_is_said_as_it_is(self) -> None:
        gift = self.gift()
        self.gate.turn(False)
        self.drops.give(gift)
        self.drops.verbatim()
        self.gate.turn(True)
        self.offered(17)
        self.assert_said()
        self.assertTrue(gift.file.closed)

    def test_a_file_hashed_too_late_is_closed(self) -> None:
        hashed: Deferred[str] = Deferred()
        self.hashing = lambda *call: hashed
        gift = self.gift()
        self.drops.give(gift)
        self.drops.verbatim()
        hashed.callback(SUM)
        self.assert_said()
        self.assertTrue(gift.file.closed)

    def test_at_the_end_all_is_given_up(self) -> None:
        self.offered(1)
        self.ticket("get", "f1")
        self.offered(2)
        self.gate.hold()
        self.drops.stop()
        self.gate.reset()
        self.assert_told("f1 is cut off")
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assert_said("/get lab#1", "/get lab#2")

    def test_a_large_file_is_not_fetched_by_itself(self) -> None:
        self.offered(17, size=FETCHED + 1)
        self.assert_said()
        self.offered(18, size=FETCHED)
        self.assert_said("/get lab#18")

    def test_a_transfer_can_be_cancelled(self) -> None:
        self.offered(17)
        self.offered(18)
        self.ticket("get", "f17")
        self.assertTrue(self.drops.cancel("f18"), "it was to be asked for")
        self.assertTrue(self.drops.cancel("f17"))
        self.assertFalse(self.drops.cancel(""))
        self.assert_told("f17 is cut off")
        self.assertEqual(self.drops.lines, [])

    def test_how_far_each_has_come_is_shown(self) -> None:
        self.offered(17)
        self.ticket("get", "f17")
        self.assertEqual(self.drops.lines, ["fetching f17 [................]   0%"])

    def test_a_connection_that_is_lost_holds_up_no_transfer(self) -> None:
        self.offered(17)
        self.ticket("get", "f17")
        self.offered(18)
        self.said.clear()
        self.drops.suspend()
        self.gate.reset()
        self.gate.turn(True)
        self.assert_said("/get lab#18")
        self.moving[0].callback("path")
        self.assert_told("f17 is here: path")

    def test_a_ticket_that_the_server_has_forgotten_is_asked_for_again(self) -> None:
        self.offered(17)
        for _ in range(MOST_TRIES):
            self.assert_said("/get lab#17")
            self.ticket("get", "f17")
            self.moving.pop().errback(Failed(REFUSED["no-such-ticket"]))
        self.assert_said()
        self.assert_told("f17 could not be transferred: that ticket is unknown")
