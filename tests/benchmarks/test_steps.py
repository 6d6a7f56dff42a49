"""The steps of a message can be taken: what they are made of has not changed under them."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.steps import _giving


class StepTests(SynchronousTestCase):
    def test_a_turn_is_given_to_everybody(self) -> None:
        for name, _per, before, step, count in _giving():
            before()
            step()
            self.assertGreater(count, 0, name)
