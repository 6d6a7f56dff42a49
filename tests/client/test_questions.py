"""What the program itself wants to know."""

from __future__ import annotations

from collections import deque

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Answer, Helped, Members, Refused, RoomList
from chatd.client.gate import Gate
from chatd.client.questions import PATIENCE, Questions


class QuestionsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.gate = Gate(self.clock)
        self.said: list[str] = []
        self.wishes = deque(["/help", "/who lab"])
        self.it = Questions(self.clock, self.gate, self.wishes, lambda line: self.said.append(line.decode()))
        self.gate.turn(True)

    def assert_said(self, *lines: str) -> None:
        self.assertEqual(self.said, list(lines))
        self.said.clear()

    def assert_mine(self, mine: bool, answer: Answer) -> None:
        self.assertEqual(self.it.told(answer), mine)

    def test_one_is_asked_after_the_other(self) -> None:
        self.assert_said("/help")
        self.gate.turn(True)
        self.assert_said()
        self.assert_mine(True, Helped(()))
        self.assert_said("/who lab")
        self.assert_mine(True, Members("lab", ()))
        self.assert_mine(False, Members("lab", ()))

    def test_what_the_person_asked_for_is_hers(self) -> None:
        self.it.told(Helped(()))
        self.assert_mine(False, RoomList(()))
        self.assert_mine(False, Members("ops", ()))
        self.assert_mine(False, Refused("no-such-room", "x"))
        self.assert_mine(True, Refused("not-in-room", "lab"))

    def test_an_answer_that_does_not_come_is_not_waited_for(self) -> None:
        self.clock.advance(PATIENCE)
        self.assert_said("/help", "/who lab")

    def test_a_connection_that_is_lost_owes_no_answer(self) -> None:
        self.it.stop()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assert_mine(False, Helped(()))
        self.assertEqual(list(self.wishes), [])
