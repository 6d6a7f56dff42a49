"""How far a file has come."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.progress import SEEN, Progress

MIB = 1 << 20


class ProgressTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.changes = 0
        self.it = Progress("a.iso", 100 * MIB, False, self.clock.seconds, self.change)

    def change(self) -> None:
        self.changes += 1

    def move(self, seconds: float, at: int) -> None:
        self.clock.advance(seconds)
        self.it.moved(at)

    def test_it_shows_how_far_how_fast_and_how_long(self) -> None:
        self.move(0, 0)
        for second in range(1, 11):
            self.move(1, second * 5 * MIB)
        self.assertEqual(self.it.line, "fetching a.iso [########........]  50% 5.0 MiB/s 0:10 left")

    def test_at_first_nothing_is_known_of_the_rate(self) -> None:
        self.assertEqual(self.it.line, "fetching a.iso [................]   0%")
        self.move(1, MIB)
        self.assertEqual(self.it.rate, 0.0)

    def test_the_rate_is_that_of_the_last_seconds(self) -> None:
        self.move(0, 0)
        self.move(1, 50 * MIB)
        for second in range(1, 11):
            self.move(1, 50 * MIB + second * MIB)
        self.assertAlmostEqual(self.it.rate / MIB, 1.0)

    def test_what_goes_on_where_it_was_is_no_rate(self) -> None:
        self.move(10, 60 * MIB)
        self.move(1, 61 * MIB)
        self.assertAlmostEqual(self.it.rate / MIB, 1.0)

    def test_what_begins_anew_has_a_rate_of_its_own(self) -> None:
        self.move(0, 0)
        self.move(1, 50 * MIB)
        self.move(1, 0)
        self.move(1, 2 * MIB)
        self.assertAlmostEqual(self.it.rate / MIB, 2.0)

    def test_it_is_looked_at_now_and_then(self) -> None:
        for at in range(100):
            self.move(SEEN / 10, at)
        self.assertIn(self.changes, (10, 11))

    def test_an_empty_file_is_all_there(self) -> None:
        self.assertIn("100%", Progress("a", 0, True, self.clock.seconds, self.change).line)

    def test_long_times_have_hours(self) -> None:
        self.move(0, 0)
        self.move(1, 10_000)
        self.assertIn("2:54:45 left", self.it.line)
