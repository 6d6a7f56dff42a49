"""The history is brought up to the journal soon, and goes on by itself after whatever went wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from chatd.stores.history_database import Damaged
from chatd.stores.history_filling import ALONE, BESIDE, Progress
from chatd.stores.history_following import DELAY, PAUSE, RETRY, Follower
from tests.stores.journals import Threads, told

UNDER_WAY, READ, DONE = Progress(False, False), Progress(True, False), Progress(True, True)


def full() -> Exception:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


class Steps:
    """In place of a Filler: what its next steps come to, :data:`DONE` where nothing else is said."""

    def __init__(self) -> None:
        self.results: list[Progress | Exception] = []
        self.calls: list[str] = []
        self.redactions: list[set[tuple[str, int]]] = []
        self.rests: list[float] = []

    def step(self, redactions: Collection[tuple[str, int]], rest: float) -> Progress:
        self.calls.append("step")
        self.rests.append(rest)
        self.redactions.append(set(redactions))
        result = self.results.pop(0) if self.results else DONE
        if isinstance(result, Exception):
            raise result
        return result

    def reset(self) -> None:
        self.calls.append("reset")

    def close(self) -> None:
        self.calls.append("close")


class FollowerTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.steps = Steps()
        self.clock = Clock()
        self.threads = Threads()
        self.follower = Follower(cast("Any", self.steps), self.threads, self.clock, self.step_aside)
        self.follower.start()

    def step_aside(self) -> Deferred[None]:
        self.steps.calls.append("step aside")
        return succeed(None)

    def calls(self, seconds: float) -> list[str]:
        """What is done after so many seconds, and not a moment before."""
        (next_one,) = self.clock.getDelayedCalls()
        self.assertAlmostEqual(next_one.getTime() - self.clock.seconds(), seconds)
        self.steps.calls.clear()
        self.clock.advance(seconds + 0.001)
        return list(self.steps.calls)

    def catch_up(self) -> None:
        self.successResultOf(Deferred.fromCoroutine(self.follower.catch_up()))


class TimeTests(FollowerTestCase):
    def test_what_there_is_already_is_read_at_the_start(self) -> None:
        self.assertFalse(self.follower.complete)
        self.assertEqual(self.calls(0), ["step"])
        self.assertTrue(self.follower.complete)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_what_comes_together_is_read_together(self) -> None:
        self.calls(0)
        for _ in range(4):
            self.follower.grow()
            self.assertFalse(self.follower.complete)
            self.clock.advance(DELAY / 8)
        self.assertEqual(self.calls(DELAY / 2), ["step"])
        self.assertEqual((self.follower.complete, self.clock.getDelayedCalls()), (True, []))

    def test_who_asks_need_not_wait_for_that(self) -> None:
        self.calls(0)
        self.follower.grow()
        self.catch_up()
        self.assertEqual((self.follower.complete, self.clock.getDelayedCalls()), (True, []))

    def test_who_asks_when_nothing_is_new_has_nothing_done(self) -> None:
        self.calls(0)
        self.catch_up()
        self.assertEqual(self.steps.calls, ["step"])

    def test_a_long_way_leaves_time_for_everything_else(self) -> None:
        self.steps.results = [UNDER_WAY, UNDER_WAY, READ, DONE]
        self.assertEqual([self.calls(pause) for pause in (0, PAUSE, PAUSE, PAUSE)], [["step"]] * 4)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_much_more_so_while_things_are_said(self) -> None:
        self.steps.results = [UNDER_WAY] * 3
        self.calls(0)
        self.follower.grow()
        self.calls(PAUSE)
        self.calls(PAUSE)
        self.assertEqual(self.steps.rests, [ALONE, BESIDE, ALONE])

    def test_nobody_waits_for_a_long_way(self) -> None:
        self.steps.results = [UNDER_WAY, UNDER_WAY]
        self.calls(0)
        self.catch_up()
        self.assertEqual((self.steps.calls, self.follower.complete), (["step"], False))

    def test_but_for_its_first_step_before_which_there_is_no_file(self) -> None:
        self.catch_up()
        self.assertEqual((self.steps.calls, self.follower.complete), (["step"], True))

    def test_what_comes_while_a_step_is_done_is_read_by_the_next(self) -> None:
        self.calls(0)
        self.threads.at_once = False
        self.follower.grow()
        asked = Deferred.fromCoroutine(self.follower.catch_up())
        self.follower.grow()
        self.threads.turn()
        self.assertNoResult(asked)
        self.assertFalse(self.follower.complete)
        self.threads.turn()
        self.successResultOf(asked)
        self.assertTrue(self.follower.complete)

    def test_who_asks_waits_for_two_steps_at_most(self) -> None:
        self.calls(0)
        self.steps.results = [UNDER_WAY] * 5
        self.follower.grow()
        self.steps.calls.clear()
        self.catch_up()
        self.assertEqual((self.steps.calls, self.follower.complete), (["step"] * 2, False))

    def test_what_comes_while_the_last_step_is_done_is_read_soon(self) -> None:
        self.threads.at_once = False
        self.clock.advance(0)
        self.follower.grow()
        self.threads.turn()
        self.threads.at_once = True
        self.assertEqual(self.calls(DELAY), ["step"])

    def test_one_step_is_done_at_a_time(self) -> None:
        self.threads.at_once = False
        self.clock.advance(0)
        asked = [Deferred.fromCoroutine(self.follower.catch_up()) for _ in range(3)]
        self.follower.grow()
        self.clock.advance(100)
        self.assertEqual(len(self.threads.waiting), 1)
        self.threads.all()
        self.assertEqual([self.successResultOf(one) for one in asked], [None] * 3)

    def test_what_is_to_be_redacted_is_told_until_it_is_done(self) -> None:
        self.follower.redactions.add(("lab", 1))
        self.steps.results = [UNDER_WAY, READ, DONE]
        self.calls(0)
        self.follower.redactions.add(("lab", 2))
        self.calls(PAUSE)
        self.calls(PAUSE)
        self.assertEqual(self.steps.redactions, [{("lab", 1)}, {("lab", 1), ("lab", 2)}, set()])


class FailureTests(FollowerTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.calls(0)
        self.follower.grow()

    def test_what_fails_is_tried_again_later_and_told_once(self) -> None:
        self.steps.results = [full(), full(), OSError(5, "Input/output error")]
        with capturedLogs() as events:
            self.assertEqual([self.calls(pause) for pause in (DELAY, RETRY, RETRY)], [["step"]] * 3)
            self.assertFalse(self.follower.complete)
            self.assertEqual(self.calls(RETRY), ["step"])
        first, last = told(events)
        self.assertIn("cannot be kept up with the journal: OperationalError('database or disk is full')", first)
        self.assertIn("kept up with the journal again", last)
        self.assertTrue(self.follower.complete)

    def test_nobody_waits_while_it_fails(self) -> None:
        self.steps.results = [full()]
        self.calls(DELAY)
        self.steps.calls.clear()
        self.follower.grow()
        self.catch_up()
        self.assertEqual(self.steps.calls, [])

    def test_a_damaged_file_is_replaced_when_everybody_has_left_it(self) -> None:
        self.steps.results = [Damaged("odd")]
        with capturedLogs() as events:
            self.calls(DELAY)
            self.assertFalse(self.follower.complete)
            self.assertEqual(self.calls(PAUSE), ["step aside", "reset", "step"])
        self.assertTrue(self.follower.complete)
        (line,) = told(events)
        self.assertIn("history.sqlite is damaged, and made anew from the journal", line)

    def test_so_is_one_that_others_found_damaged(self) -> None:
        self.calls(DELAY)
        self.follower.replace(Damaged("odd"))
        self.follower.replace(Damaged("odd"))
        self.assertFalse(self.follower.complete)
        self.assertEqual(self.calls(PAUSE), ["step aside", "reset", "step"])
        self.assertEqual((self.follower.complete, self.clock.getDelayedCalls()), (True, []))

    def test_one_that_stays_damaged_is_not_replaced_all_the_time(self) -> None:
        self.steps.results = [Damaged("odd")] * 3
        calls = [self.calls(pause) for pause in (DELAY, PAUSE, RETRY, RETRY)]
        self.assertEqual(calls, [["step"], *[["step aside", "reset", "step"]] * 3])
        self.assertTrue(self.follower.complete)

    def test_one_that_is_found_damaged_during_a_step_is_replaced_by_the_next(self) -> None:
        self.threads.at_once = False
        self.clock.advance(DELAY)
        self.follower.replace(Damaged("odd"))
        self.threads.all()
        self.assertFalse(self.follower.complete)
        self.threads.at_once = True
        self.assertEqual(self.calls(PAUSE), ["step aside", "reset", "step"])


class EndTests(FollowerTestCase):
    def test_the_end_waits_for_the_step_that_is_being_done(self) -> None:
        self.threads.at_once = False
        self.clock.advance(0)
        closed = Deferred.fromCoroutine(self.follower.close())
        asked = Deferred.fromCoroutine(self.follower.catch_up())
        self.follower.grow()
        self.threads.turn()
        self.assertNoResult(closed)
        self.threads.turn()
        self.assertEqual([self.successResultOf(one) for one in (closed, asked)], [None, None])
        self.assertEqual((self.steps.calls, self.clock.getDelayedCalls()), (["step", "close"], []))

    def test_nothing_is_done_afterwards(self) -> None:
        self.successResultOf(Deferred.fromCoroutine(self.follower.close()))
        self.follower.grow()
        self.follower.replace(Damaged("odd"))
        self.catch_up()
        self.clock.advance(100)
        self.assertEqual(self.steps.calls, ["close"])
