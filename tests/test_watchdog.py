"""A turn that is too long is told of, once, with what ran in it."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.watchdog import LIMIT, Watchdog
from tests.logs import Told


class InterruptedClock(Clock):
    """Does :attr:`meanwhile` when somebody looks at it, once."""

    meanwhile: Callable[[], None] | None = None

    def seconds(self) -> float:
        meanwhile, self.meanwhile = self.meanwhile, None
        now = super().seconds()
        if meanwhile is not None:
            meanwhile()
        return now


class WatchdogTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = InterruptedClock()
        self.clock.advance(1000)
        self.watchdog = Watchdog(self.clock)
        self.log = Told(self, "chatd.watchdog.Watchdog")
        # The test looks itself, when it wants to.
        with patch("chatd.watchdog.threading.Thread"):
            self.watchdog.start()
        self.addCleanup(self.watchdog.stop)

    def block(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """A turn that takes so long; the reactor goes on afterwards."""
        self.clock.rightNow += seconds
        meanwhile()
        self.clock.advance(0)

    def go_on(self, seconds: float = 10 * LIMIT) -> None:
        """Many short turns."""
        for _ in range(round(seconds / LIMIT * 4)):
            self.clock.advance(LIMIT / 4)

    def test_a_reactor_that_turns_is_not_told_of(self) -> None:
        self.go_on()
        self.block(LIMIT)
        self.go_on()
        self.assertEqual(self.log.events, [])

    def test_a_long_turn_is_told_of_once_with_its_length_and_what_ran(self) -> None:
        self.go_on()
        self.block(1.0, self.something_slow)
        self.go_on()
        (told,) = self.log.events
        self.assertTrue(900 < told["late"] <= 1000)
        self.assertIn("something_slow (", told["where"])
        self.assertIn("test_watchdog.py:", told["where"])

    def something_slow(self) -> None:
        self.watchdog.look()

    def test_what_is_told_is_what_was_seen_first(self) -> None:
        self.block(1.0, self.two_things)
        (told,) = self.log.events
        self.assertIn("something_slow", told["where"])
        self.assertNotIn("something_else", told["where"])

    def two_things(self) -> None:
        self.something_slow()
        self.something_else()

    def something_else(self) -> None:
        self.watchdog.look()

    def test_each_long_turn_is_told_of_with_what_ran_in_it(self) -> None:
        self.block(1.0, self.something_slow)
        self.go_on()
        self.block(1.0, self.something_else)
        self.assertEqual(["something_slow" in told["where"] for told in self.log.events], [True, False])
        self.assertIn("something_else", self.log.events[1]["where"])

    def test_what_was_seen_too_late_is_not_told_of_the_next_turn(self) -> None:
        for look, where in ((lambda: None, "unknown"), (self.something_else, "something_else")):
            self.clock.rightNow += 1
            # The turn ends while somebody looks.
            self.clock.meanwhile = lambda: self.clock.advance(0)
            self.something_slow()
            self.block(1.0, look)
            self.assertIn(where, self.log.events[-1]["where"])
            self.assertNotIn("something_slow", self.log.events[-1]["where"])

    def test_a_thread_looks_until_the_end(self) -> None:
        with patch("chatd.watchdog.threading.Event") as event, patch("chatd.watchdog.threading.Thread") as thread:
            watchdog = Watchdog(self.clock)
            event.return_value.wait.side_effect = [False, True]
            watchdog.start()
        self.clock.rightNow += 1
        thread.call_args.kwargs["target"]()
        self.clock.advance(0)
        self.assertIn("test_a_thread_looks", self.log.events[-1]["where"])
        self.assertTrue(thread.call_args.kwargs["daemon"], "it must not keep the program from its end")
        watchdog.stop()
        event.return_value.set.assert_called_once_with()

    def test_after_its_end_it_tells_nothing(self) -> None:
        self.watchdog.stop()
        self.block(1.0, self.something_slow)
        self.go_on()
        self.assertEqual(self.log.events, [])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_how_late_it_was_is_counted_each_time(self) -> None:
        self.clock.pump([LIMIT / 2] * 10)
        self.block(LIMIT / 2 + 0.2)
        self.assertEqual(self.watchdog.lag.counts, [11, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        self.assertAlmostEqual(self.watchdog.lag.total, 0.2)
