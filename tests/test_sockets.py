"""What is kept of the system's file descriptors."""

from __future__ import annotations

from twisted.internet import tcp
from twisted.trial.unittest import SynchronousTestCase

from chatd.sockets import keep_one_spare


class Reserve:
    """As Twisted's; others have all descriptors at first."""

    def __init__(self) -> None:
        self.tried = 0

    def available(self) -> bool:
        return self.tried > 1

    def reserve(self) -> None:
        self.tried += 1


class SpareTests(SynchronousTestCase):
    def test_the_descriptor_that_is_kept_to_turn_callers_away_is_had_back(self) -> None:
        reserve = Reserve()
        self.patch(tcp, "_reservedFD", reserve)
        for tried in (1, 2, 2):
            keep_one_spare()
            self.assertEqual(reserve.tried, tried)

    def test_twisted_still_has_it(self) -> None:
        reserve = vars(tcp)["_reservedFD"]
        self.assertTrue(callable(reserve.available) and callable(reserve.reserve))
