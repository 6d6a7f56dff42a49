"""The end of a turn: its stages run once, in order, however often somebody asked."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.turn import Turn


class TurnTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.turn = Turn(self.clock)
        self.ran: list[str] = []
        self.turn.stages = [self.stage(name) for name in "abc"]

    def stage(self, name: str) -> Callable[[], None]:
        return lambda: self.ran.append(name)

    def waking(self, name: str, times: int = 1, stage: int = 0) -> Callable[[], None]:
        """A stage that asks for another turn."""

        def run() -> None:
            if self.ran.count(name) < times:
                self.turn.wake(stage)
            self.ran.append(name)

        return run

    def test_nothing_runs_within_the_call(self) -> None:
        self.turn.wake()
        self.assertEqual(self.ran, [])

    def test_stages_run_once_and_in_order_however_often_they_were_asked_for(self) -> None:
        for _ in range(3):
            self.turn.wake()
        self.clock.advance(0)
        self.assertEqual(self.ran, ["a", "b", "c"])
        self.clock.advance(1)
        self.assertEqual(self.ran, ["a", "b", "c"])

    def test_nothing_runs_unasked(self) -> None:
        self.clock.advance(1)
        self.assertEqual((self.ran, self.clock.getDelayedCalls()), ([], []))

    def test_it_can_be_asked_for_again(self) -> None:
        for _ in range(2):
            self.turn.wake()
            self.clock.advance(0)
        self.assertEqual(self.ran, ["a", "b", "c"] * 2)

    def test_what_a_stage_asks_of_a_later_one_is_done_in_the_same_turn(self) -> None:
        for asked, runs in ((1, 1), (0, 2)):
            self.ran.clear()
            self.turn.stages = [self.waking("ask", stage=asked), self.stage("b")]
            self.turn.wake(1)
            self.clock.advance(0)
            self.assertEqual(self.ran, ["ask", "b"] * runs)
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_what_a_stage_asks_for_comes_in_a_turn_of_its_own(self) -> None:
        self.turn.stages = [self.waking("a"), self.stage("b")]
        self.turn.wake()
        self.clock.advance(0)
        self.assertEqual(self.ran, ["a", "b", "a", "b"])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a_stage_that_fails_keeps_back_neither_the_others_nor_later_turns(self) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        self.turn.stages = [fail, self.stage("b")]
        for _ in range(2):
            self.turn.wake()
            self.clock.advance(0)
        self.assertEqual(self.ran, ["b", "b"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 2)
