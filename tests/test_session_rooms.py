"""A session in rooms: its lines go to their handlers, and what it was thrown out of it hears no more."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.chat import answers as a
from chatd.delivery import Channel
from chatd.session import DEAF
from tests.connections import SessionTestCase, new_room, waiting


class RoomTests(SessionTestCase):
    def test_lines_go_to_their_handler_cleaned(self) -> None:
        self.enter()
        self.alice.say("hello", "\x1b]0;x\x07there", "")
        self.assertEqual(self.alice.handled, ["hello", "there", ""])

    def test_a_line_that_cannot_be_read_is_told_and_nothing_more(self) -> None:
        self.enter()
        self.alice.say(b"\xff")
        (told,) = self.alice.lines()
        self.assertTrue(told.startswith("111 -- that line is not UTF-8"))
        self.assertEqual(self.alice.handled, [])

    def test_the_next_line_waits_for_the_work_on_this_one(self) -> None:
        work: Deferred[a.Answer | None] = Deferred()
        self.alice.handle = lambda text: waiting(work)
        self.enter()
        self.alice.say("/info")
        self.assertFalse(self.taker.wants_line())
        pokes: list[bool] = []
        self.session.poke = lambda: pokes.append(self.taker.wants_line())
        work.callback(None)
        self.assertEqual(pokes, [True])

    def test_what_is_refused_is_told(self) -> None:
        self.enter()
        for failing in (refuse_at_once, refuse_later):
            self.alice.handle = failing
            self.alice.say("/kick bob")
            self.assertEqual(self.alice.lines(), ["111 -- you are in no room"])

    def test_what_goes_wrong_is_told_and_logged_and_the_session_goes_on(self) -> None:
        self.enter()
        for failing in (fail_at_once, fail_later):
            self.alice.handle = failing
            self.alice.say("/info")
            (told,) = self.alice.lines()
            self.assertIn("the server's log says why", told)
            self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
            self.assertTrue(self.taker.wants_line())

    def test_an_answer_that_cannot_be_worded_costs_nothing_else(self) -> None:
        work: Deferred[a.Answer | None] = Deferred()
        self.alice.handle = lambda text: waiting(work)
        self.enter()
        self.alice.say("/info")
        work.callback(a.Setting("no such setting", "on"))
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)
        self.assertTrue(self.taker.wants_line())

    def test_a_question_there_leaves_the_turn_with_both(self) -> None:
        self.enter()
        answer = self.ask("room-again", "type its name again:")
        self.alice.say("lab")
        self.assertEqual(self.successResultOf(answer), "lab")
        secret = self.ask_secret()
        self.alice.say("sesame")
        self.session.tell(a.Done("logged-out"))
        self.assertEqual(self.successResultOf(secret), "sesame")
        told = self.alice.lines()
        self.assertEqual([line.partition(" ")[0] for line in told], ["111", "01", "111"])

    def test_the_last_room_ends_the_stay(self) -> None:
        stay = self.enter()
        self.session.join(self.den, Channel())
        self.session.part(self.lab)
        self.assertNoResult(stay)
        self.session.part(self.den)
        self.assertIsNone(self.successResultOf(stay))
        self.session.part(self.den)

    def test_the_focus_goes_to_the_room_entered_last(self) -> None:
        attic = new_room("attic")
        for room in (self.lab, self.den, attic):
            self.session.join(room, Channel())
            self.assertIs(self.session.focus, room)
        self.session.part(attic)
        self.assertIs(self.session.focus, self.den)
        self.session.part(self.lab)
        self.assertIs(self.session.focus, self.den)
        self.session.part(self.den)
        self.assertIsNone(self.session.focus)

    def test_the_rooms_that_it_was_in_are_known_at_the_end(self) -> None:
        for room in (self.lab, self.den, new_room("attic")):
            self.session.join(room, Channel())
        self.session.part(self.den)
        self.assertEqual(self.session.last_rooms, ("lab", "attic"))

    def test_whoever_left_all_of_them_was_in_the_last_one_and_begins_anew(self) -> None:
        self.session.join(self.lab, Channel())
        self.session.join(self.den, Channel())
        self.session.part(self.lab)
        self.session.part(self.den)
        self.assertEqual(self.session.last_rooms, ("den",))
        self.session.join(self.lab, Channel())
        self.assertEqual(self.session.last_rooms, ("lab",))

    def test_a_room_that_takes_no_more_for_now_keeps_lines_back(self) -> None:
        self.enter()
        self.channel.took(1 << 20)
        self.assertFalse(self.taker.wants_line())
        pokes: list[bool] = []
        self.session.poke = lambda: pokes.append(True)
        self.assertFalse(self.taker.wants_line())
        self.channel.written()
        self.assertEqual(pokes, [True])
        self.assertTrue(self.taker.wants_line())


def refuse_at_once(text: str) -> None:
    raise a.Refusal("no-focus")


async def refuse_later(text: str) -> a.Answer | None:
    raise a.Refusal("no-focus")


def fail_at_once(text: str) -> None:
    raise ZeroDivisionError


async def fail_later(text: str) -> a.Answer | None:
    raise ZeroDivisionError


class ThrownOutTests(SessionTestCase):
    def test_it_is_told_with_the_room_that_has_the_focus_now(self) -> None:
        self.session.join(self.den, Channel())
        self.enter()
        self.session.thrown_out(self.lab, "kicked")
        self.session.thrown_out(self.den, "room-deleted")
        wanted = ["111 -- you were thrown out of lab; what you type goes to den now", "111 -- den was deleted"]
        self.assertEqual(self.alice.lines(), wanted)
        self.assertEqual(self.session.rooms, {})

    def test_what_was_typed_for_the_room_is_thrown_away_with_one_line(self) -> None:
        self.enter()
        self.session.thrown_out(self.lab, "kicked")
        answer = self.ask("choose", "choose:")
        self.alice.lines()
        self.alice.say("quit")
        told = self.alice.lines()
        self.assertIn("thrown away", told[0])
        self.assertEqual(told[1:], ["11 choose:"])
        self.clock.advance(DEAF - 0.01)
        self.alice.say("logout")
        self.assertEqual(self.alice.lines(), ["11 choose:"])
        self.clock.advance(0.01)
        self.assertNoResult(answer)
        self.alice.say("who")
        self.assertEqual(self.successResultOf(answer), "who")

    def test_it_says_which_lines_it_threw_away(self) -> None:
        self.enter()
        self.session.thrown_out(self.lab, "kicked")
        self.ask("choose", "choose:")
        self.assertTrue(self.taker.take(b"quit"))
        self.clock.advance(DEAF)
        self.assertFalse(self.taker.take(b"\xff"))
        self.assertFalse(self.taker.take(b"who"))

    def test_a_secret_that_was_asked_for_is_taken(self) -> None:
        self.enter()
        answer = self.ask_secret()
        self.session.thrown_out(self.lab, "kicked")
        self.alice.say("sesame")
        self.assertEqual(self.successResultOf(answer), "sesame")
        self.assertEqual(self.alice.lines(), ["01 password:", "111 -- you were thrown out of lab"])

    def test_a_question_that_was_answered_there_is_not_asked_again(self) -> None:
        self.enter()
        self.ask("room-again", "type its name again:")
        self.alice.say("lab")
        self.session.thrown_out(self.lab, "kicked")
        self.session.tell(a.Done("logged-out"))
        self.assertEqual(self.alice.lines()[-2:], ["111 -- you were thrown out of lab", "00 you are logged out"])

    def test_a_question_that_was_asked_there_is_asked_outside(self) -> None:
        self.enter()
        answer = self.ask("room-again", "type its name again:")
        self.session.thrown_out(self.lab, "kicked")
        told = self.alice.lines()
        self.assertEqual(told[-2:], ["111 -- you were thrown out of lab", "11 type its name again:"])
        self.session.tell(a.Done("logged-out"))
        self.assertEqual(self.alice.lines(), ["00 you are logged out", "11 type its name again:"])
        self.clock.advance(DEAF)
        self.alice.say("lab")
        self.assertEqual(self.successResultOf(answer), "lab")
