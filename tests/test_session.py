"""A session: it asks and is told, and the code of each line says whose turn it is."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.outlet import Gone
from chatd.wire.jsonlines import JsonLines
from chatd.wire.lines import TOO_LONG
from tests.connections import LIMIT, Connection, SessionTestCase, waiting
from tests.outlets import FULL

QUIT = a.Closing("quit")


class QuestionTests(SessionTestCase):
    def test_a_question_gives_the_turn_and_its_answer_takes_it_back(self) -> None:
        self.assertFalse(self.taker.wants_line())
        answer = self.ask()
        self.assertEqual(self.alice.lines(), ["11 user name:"])
        self.alice.say("alice\x1b[2J")
        self.assertEqual(self.successResultOf(answer), "alice")
        self.assertFalse(self.taker.wants_line())

    def test_whoever_has_the_lines_is_told_that_one_is_wanted(self) -> None:
        wanted: list[bool] = []
        self.session.poke = lambda: wanted.append(self.taker.wants_line())
        self.ask()
        self.assertEqual(wanted, [True])
        self.alice.say("alice")
        self.enter()
        self.assertEqual(wanted[1:], [True])

    def test_a_secret_is_asked_for_with_its_own_code_and_taken_as_it_is(self) -> None:
        answer = self.ask_secret()
        self.assertEqual(self.alice.lines(), ["01 password:"])
        self.alice.say("se\tsame\x01 ")
        self.assertEqual(self.successResultOf(answer), "se\tsame\x01 ")

    def test_what_is_told_meanwhile_repeats_the_question(self) -> None:
        self.ask()
        self.session.tell(a.Done("logged-out"))
        self.session.voice.tell_entry(e.Entry("@alice", 1, 1000, e.Private("bob", "alice", "psst")))
        wanted = ["11 user name:", "00 you are logged out", "11 user name:", "00 <bob> psst", "11 user name:"]
        self.assertEqual(self.alice.lines(), wanted)

    def test_what_is_told_meanwhile_waits_where_a_secret_is_typed(self) -> None:
        answer = self.ask_secret()
        self.session.tell(a.Done("logged-out"))
        self.assertEqual(self.alice.lines(), ["01 password:"])
        self.alice.say("sesame")
        self.assertEqual(self.alice.lines(), ["00 you are logged out"])
        self.successResultOf(answer)

    def test_a_line_that_cannot_be_read_is_asked_for_again(self) -> None:
        answer = self.ask()
        self.alice.say(b"\xff", TOO_LONG, "\t" * (LIMIT // 2))
        asked, *again = self.alice.lines()
        self.assertEqual([line[:12] for line in again], ["00 that line", "11 user name"] * 3)
        self.assertIn(f"longer than {LIMIT} bytes", again[2])
        self.alice.say("alice")
        self.assertEqual((asked, self.successResultOf(answer)), ("11 user name:", "alice"))

    def test_so_is_such_a_secret_at_once_and_others_go_on_waiting(self) -> None:
        self.ask_secret()
        self.session.tell(a.Done("logged-out"))
        self.alice.say(b"\xff")
        before = self.alice.lines()
        self.assertEqual((before[0], before[-1]), ("01 password:", "01 password:"))
        self.assertIn("UTF-8", before[-2])
        self.session.tell(a.Done("logged-out"))
        self.assertEqual(self.alice.lines(), [])

    def test_no_line_is_taken_before_the_peer_reads_its_answers(self) -> None:
        self.ask()
        self.alice.wire.stop_reading()
        self.session.tell(a.Lines(("x" * FULL,)))
        self.turns.end()
        self.assertFalse(self.taker.wants_line())
        self.alice.wire.read()
        self.assertTrue(self.taker.wants_line())

    def test_one_question_follows_the_other(self) -> None:
        for begin, code in ((self.ask, "11"), (self.ask_secret, "01"), (self.ask_secret, "01"), (self.ask, "11")):
            answer = begin()
            self.alice.say("word")
            self.assertEqual(self.successResultOf(answer), "word")
            self.assertEqual([line.partition(" ")[0] for line in self.alice.lines()], [code])

    def test_what_was_heard_before_it_is_worded_as_before(self) -> None:
        self.enter()
        self.turns.delivery.publish(self.channel, e.Entry("lab", 1, 1000, e.Entered("bob")))
        self.session.voice.renderer = JsonLines()
        self.turns.delivery.publish(self.channel, e.Entry("lab", 2, 1000, e.Left("bob")))
        text, json = self.alice.lines()
        self.assertEqual(text, "111 [lab] -- bob entered")
        self.assertTrue(json.startswith('111 {"type":"left"'))

    def test_a_new_way_of_wording_holds_from_the_next_line_on(self) -> None:
        self.session.tell(a.Done("logged-out"))
        self.session.voice.renderer = JsonLines()
        self.ask()
        text, prompt = self.alice.lines()
        self.assertEqual(text, "00 you are logged out")
        self.assertEqual(prompt, '11 {"type":"prompt","name":"name","text":"user name:"}')


class EndTests(SessionTestCase):
    def test_a_question_ends_with_the_session(self) -> None:
        for ask in (self.ask, self.ask_secret):
            self.setUp()
            answer = ask()
            self.session.end(QUIT)
            self.failureResultOf(answer, Gone)
            self.assertFalse(self.taker.wants_line())

    def test_none_can_be_asked_afterwards(self) -> None:
        self.session.end(QUIT)
        self.alice.lines()
        for ask in (self.ask, self.ask_secret):
            self.failureResultOf(ask(), Gone)
        self.assertEqual(self.alice.lines(), [])

    def test_the_first_reason_is_the_reason(self) -> None:
        self.session.end(QUIT)
        self.taker.end_of_input()
        self.assertEqual(self.session.ending, QUIT)

    def test_the_end_of_input_and_an_endless_line_are_reasons(self) -> None:
        self.taker.end_of_input()
        other = Connection(self.turns, self.clock)
        other.taker.endless_line()
        self.assertEqual(
            (self.session.ending, other.session.ending), (a.Closing("end-of-input"), a.Closing("endless-line"))
        )

    def test_the_last_words_are_worded_but_behind_a_file(self) -> None:
        self.assertEqual(self.session.last_words(QUIT), b"00 goodbye\r\n")
        self.assertEqual(self.session.last_words(a.Closing("transfer")), b"")

    def test_whoever_is_in_rooms_ends_too(self) -> None:
        stay = self.enter()
        self.session.end(QUIT)
        self.failureResultOf(stay, Gone)

    def test_work_on_a_line_is_done_before(self) -> None:
        work: Deferred[a.Answer | None] = Deferred()
        self.alice.handle = lambda text: waiting(work)
        stay = self.enter()
        self.alice.say("/password")
        self.session.end(QUIT)
        self.assertNoResult(stay)
        work.callback(a.Done("password-changed"))
        self.failureResultOf(stay, Gone)
        self.assertEqual(self.alice.lines(), ["111 -- your password is changed"])
