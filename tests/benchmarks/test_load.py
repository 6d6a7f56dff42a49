"""The load, for a moment, against the daemon and against the floor."""

from __future__ import annotations

import os
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.crowd import Crowd
from benchmarks.fanout import FanOut
from benchmarks.processes import Failed
from benchmarks.programs import SOURCES, program
from benchmarks.work import Run


class LoadTests(SynchronousTestCase):
    def setUp(self) -> None:
        try:
            for name in SOURCES:
                program(name)
        except Failed as error:
            if os.environ.get("CI") == "true":
                raise
            raise SkipTest(str(error)) from None

    def test_every_message_arrives_once_and_in_order(self) -> None:
        work = FanOut("tiny", "Two rooms of 4", 4, (1, 3), rooms=2, speakers=2, peers=("chatd", "floor"))
        # A line that is missing, comes twice or out of turn ends it.
        results = list(work.measure(Run(["chatd", "floor"], 1, 0.1)))
        self.assertEqual(
            [(r["server"], r["window"]) for r in results], [(s, w) for s in ("chatd", "floor") for w in (1, 3)]
        )
        for result in results:
            self.assertGreater(result["messages"], 0)
            self.assertGreater(result["deliveries"], 0)

    def test_so_it_does_by_websocket(self) -> None:
        work = FanOut("tiny", "One room of 4", 4, (1, 3), speakers=2, peers=("web",))
        results = list(work.measure(Run(["web"], 1, 0.1)))
        self.assertEqual([r["window"] for r in results], [1, 3])
        for result in results:
            self.assertGreater(result["deliveries"], 0)

    def test_of_paced_messages_the_latency_is_told(self) -> None:
        work = FanOut("paced", "", 4, (1,), speakers=2, rate=100, peers=("chatd",))
        (result,) = work.measure(Run(["chatd"], 1, 0.5))
        self.assertGreater(result["messages"], 0)
        late = result["latency_us"]
        self.assertTrue(0 < late["p50"] <= late["p99"] <= late["max"] * 1.02, late)

    def test_a_crowd_gets_in(self) -> None:
        (result,) = Crowd("crowd", "", 20, ("chatd",)).measure(Run(["chatd"], 1, 0.1))
        self.assertEqual(result["clients"], 20)
