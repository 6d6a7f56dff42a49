"""When the server may be asked something."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.gate import VERB_PATIENCE, Gate


class GateTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.gate = Gate(self.clock)
        self.calls: list[str] = []
        self.gate.opened.append(lambda: self.calls.append("opened"))

    def test_it_is_shut_until_it_is_anybodys_turn(self) -> None:
        self.assertFalse(self.gate.is_open)
        self.gate.turn(False)
        self.assertEqual(self.calls, [])
        self.gate.turn(True)
        self.assertEqual(self.calls, ["opened"])
        self.assertTrue(self.gate.is_open)

    def test_a_verb_shuts_it_until_it_is_answered(self) -> None:
        self.gate.turn(True)
        self.gate.hold()
        self.assertFalse(self.gate.lets_talk)
        self.gate.release()
        self.assertTrue(self.gate.lets_talk)
        self.assertEqual(len(self.calls), 2)

    def test_a_verb_that_is_not_answered_shuts_it_for_a_while(self) -> None:
        self.gate.turn(True)
        self.gate.hold()
        self.gate.hold()
        self.clock.advance(VERB_PATIENCE)
        self.assertTrue(self.gate.is_open)

    def test_one_question_at_a_time(self) -> None:
        self.gate.turn(True)
        self.gate.take()
        self.assertFalse(self.gate.is_open)
        self.assertTrue(self.gate.lets_talk, "what is said is no question")
        self.gate.give_back()
        self.assertTrue(self.gate.is_open)

    def test_nothing_is_asked_where_everything_is_said(self) -> None:
        self.gate.turn(True)
        self.gate.shut()
        self.assertFalse(self.gate.is_open)
        self.gate.reset()
        self.gate.turn(True)
        self.assertTrue(self.gate.is_open, "on the next connection")
