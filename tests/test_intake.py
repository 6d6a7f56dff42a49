"""Lines are taken in order, a share at a time, when somebody waits for them, and none is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.limits import TokenBucket
from chatd.intake import SHARE, WAITING
from chatd.wire.lines import LineSplitter
from tests.takers import Line, Ring, numbers


class IntakeTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.ring = Ring()
        self.line = Line(self.ring)


class ShareTests(IntakeTestCase):
    def test_no_line_is_taken_before_the_end_of_the_turn(self) -> None:
        self.line.feed("hello")
        self.assertEqual(self.line.taken, [])
        self.ring.turn()
        self.assertEqual(self.line.taken, ["hello"])

    def test_32_lines_at_most_are_taken_in_a_turn(self) -> None:
        self.line.feed(*range(70))
        counts = []
        for _ in range(4):
            self.ring.turn()
            counts.append(len(self.line.taken))
        self.assertEqual(counts, [32, 64, 70, 70])
        self.assertEqual(self.line.taken, numbers(70))
        self.assertFalse(self.ring.asked, "with nothing to be taken nobody asks for a turn")

    def test_who_has_little_to_say_does_not_wait_for_who_has_much(self) -> None:
        others = [Line(self.ring) for _ in range(3)]
        self.line.feed(*range(10 * SHARE))
        self.ring.turn()
        for other in others:
            other.feed("hello")
        self.ring.turn()
        self.assertEqual([other.taken for other in others], [["hello"]] * 3)
        self.assertEqual(len(self.line.taken), 2 * SHARE)

    def test_all_who_have_much_to_say_get_the_same(self) -> None:
        lines = [Line(self.ring) for _ in range(4)]
        for line in lines:
            line.feed(*range(4 * SHARE))
        for turn in (1, 2, 3):
            self.ring.turn()
            self.assertEqual([len(line.taken) for line in lines], [turn * SHARE] * 4)

    def test_who_ends_another_in_its_turn_takes_its_lines_away(self) -> None:
        other = Line(self.ring)
        self.line.person.upon[b"kick"] = other.gate.close
        self.line.feed("kick")
        other.feed("hello")
        self.ring.turns()
        self.assertEqual(other.taken, [])


class BusyTests(IntakeTestCase):
    def test_lines_wait_while_nobody_waits_for_them(self) -> None:
        self.line.person.idle = False
        self.line.feed("one", "two")
        self.ring.turns()
        self.assertEqual(self.line.taken, [])
        self.line.person.idle = True
        self.line.gate.poke()
        self.ring.turns()
        self.assertEqual(self.line.taken, ["one", "two"])

    def test_a_line_that_keeps_its_session_busy_is_the_last_one_taken(self) -> None:
        def work() -> None:
            self.line.person.idle = False

        self.line.person.upon[b"login"] = work
        self.line.feed("login", "secret")
        self.ring.turns()
        self.assertEqual(self.line.taken, ["login"])

    def test_a_busy_one_does_not_keep_the_reactor_busy(self) -> None:
        self.line.person.idle = False
        self.line.feed(*range(100))
        self.ring.turn()
        self.assertFalse(self.ring.asked)


class FloodTests(IntakeTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.line = Line(self.ring, TokenBucket(5, 2.0))

    def test_lines_that_come_too_fast_are_taken_later(self) -> None:
        self.line.feed(*range(8))
        self.ring.turns()
        self.assertEqual(self.line.taken, numbers(5))
        self.ring.advance(0.4)
        self.assertEqual(self.line.taken, numbers(5))
        self.ring.advance(0.1)
        self.assertEqual(self.line.taken, numbers(6))

    def test_none_is_lost_and_none_comes_too_early(self) -> None:
        self.line.feed(*range(200))
        self.line.gate.end()
        for _ in range(1000):
            self.ring.advance(0.1)
        self.assertEqual(self.line.taken, numbers(200))
        self.assertEqual(self.line.person.ended, 1)
        for number, at in enumerate(self.line.person.times):
            self.assertGreaterEqual(at + 1e-6, (number + 1 - 5) / 2)

    def test_a_line_that_is_thrown_away_costs_nothing(self) -> None:
        self.line.person.thrown_away = {b"1", b"3"}
        self.line.feed(*range(8))
        self.ring.turns()
        self.assertEqual(self.line.taken, numbers(7))

    def test_a_poke_does_not_shorten_the_wait(self) -> None:
        self.line.feed(*range(8))
        self.ring.turns()
        for _ in range(3):
            self.line.gate.poke()
            self.ring.turns()
        self.assertEqual(self.line.taken, numbers(5))
        self.assertEqual(len(self.ring.clock.getDelayedCalls()), 1)

    def test_the_end_of_input_waits_for_the_lines_before_it(self) -> None:
        self.line.feed(*range(6))
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual(self.line.person.ended, 0)
        self.ring.advance(10)
        self.assertEqual((self.line.taken, self.line.person.ended), (numbers(6), 1))


class PauseTests(IntakeTestCase):
    def test_reading_stops_above_64_kib_and_goes_on_below(self) -> None:
        self.line.person.idle = False
        lines = [f"{number:063}" for number in range(WAITING // 64)]
        self.line.feed(*lines)
        self.assertFalse(self.line.reading.paused)
        self.line.feed("more")
        self.assertTrue(self.line.reading.paused)
        self.line.person.idle = True
        self.line.gate.poke()
        self.ring.turns()
        self.assertFalse(self.line.reading.paused)
        self.assertEqual(self.line.taken, [*lines, "more"])

    def test_it_stops_each_time(self) -> None:
        for _ in range(3):
            self.line.person.idle = False
            self.line.gate.poke()
            self.line.feed(*range(WAITING))
            self.assertTrue(self.line.reading.paused)
            self.line.person.idle = True
            self.line.gate.poke()
            self.ring.turns()
            self.assertFalse(self.line.reading.paused)

    def test_one_who_waits_for_tokens_is_not_read_without_end(self) -> None:
        self.line = Line(self.ring, TokenBucket(1, 1.0))
        self.line.feed(*range(WAITING // 2))
        self.ring.turns()
        self.assertTrue(self.line.reading.paused)

    def test_a_line_longer_than_that_does_not_stop_reading_for_good(self) -> None:
        self.line.gate.feed(b"x" * (2 * WAITING))
        self.assertTrue(self.line.reading.paused)
        self.ring.turns()
        self.assertFalse(self.line.reading.paused)
        self.line.gate.feed(b"\nhello\n")
        self.ring.turns()
        self.assertEqual(self.line.taken, ["TOO_LONG", "hello"])

    def test_a_connection_that_is_gone_is_not_paused(self) -> None:
        self.line.person.idle = False
        self.line.gate.end(gone=True)
        self.line.feed(*range(WAITING))
        self.line.gate.close()
        self.assertEqual(self.line.reading.calls, 0)


class EndTests(IntakeTestCase):
    def test_the_end_comes_after_all_lines_and_once(self) -> None:
        self.line.feed(*range(50))
        self.line.gate.end()
        self.line.gate.end(gone=True)
        self.ring.turn()
        self.assertEqual(self.line.person.ended, 0)
        self.ring.turns()
        self.line.gate.poke()
        self.ring.turns()
        self.assertEqual((self.line.taken, self.line.person.ended), (numbers(50), 1))

    def test_it_waits_until_somebody_waits_for_a_line(self) -> None:
        self.line.person.idle = False
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual(self.line.person.ended, 0)
        self.line.person.idle = True
        self.line.gate.poke()
        self.ring.turns()
        self.assertEqual(self.line.person.ended, 1)

    def test_what_came_last_is_a_line_though_it_has_no_end(self) -> None:
        self.line.gate.feed(b"one\ntwo")
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual(self.line.taken, ["one", "two"])

    def test_a_line_without_end_is_told_once_and_nothing_more_is_taken(self) -> None:
        self.line.feed("hello")
        for _ in range(20):
            self.line.gate.feed(b"x" * WAITING)
            self.ring.turns()
        self.line.feed("", "more")
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual((self.line.taken, self.line.person.endless, self.line.person.ended), (["hello"], 1, 0))
        self.assertFalse(self.line.reading.paused)

    def test_it_comes_though_nothing_else_did(self) -> None:
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual(self.line.person.ended, 1)

    def test_a_closed_one_takes_nothing_and_reads_on_to_see_the_end(self) -> None:
        splitter = LineSplitter()
        self.line = Line(self.ring, TokenBucket(1, 1.0), splitter)
        self.line.feed(*range(WAITING))
        self.ring.turns()
        self.line.gate.close()
        self.assertEqual((splitter.waiting, self.ring.clock.getDelayedCalls()), (0, []))
        self.line.feed("more")
        self.line.gate.poke()
        self.line.gate.end()
        self.ring.advance(100)
        self.assertEqual((self.line.taken, self.line.person.ended), (["0"], 0))
        self.assertEqual((splitter.waiting, self.line.reading.paused), (0, False))


_CUTS = st.lists(st.integers(0, 400), max_size=6)
_STEPS = st.lists(st.sampled_from(["feed", "feed", "busy", "idle", "turn", "advance", "poke"]), max_size=40)


class EveryOrderTests(SynchronousTestCase):
    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.binary(max_size=9).map(lambda b: b.replace(b"\n", b"")), max_size=40), _CUTS, _STEPS)
    def test_every_line_is_taken_in_order_whatever_happens(
        self, lines: list[bytes], cuts: list[int], steps: list[str]
    ) -> None:
        ring = Ring()
        line = Line(ring, TokenBucket(3, 1.0))
        stream = b"".join(one + b"\n" for one in lines)
        places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
        parts = [stream[a:b] for a, b in pairwise(places)]
        for step in steps:
            if step == "feed" and parts:
                line.gate.feed(parts.pop(0))
            elif step in ("busy", "idle"):
                line.person.idle = step == "idle"
                line.gate.poke()
            elif step == "turn":
                ring.turn()
            elif step == "advance":
                ring.advance(0.7)
            elif step == "poke":
                line.gate.poke()
        for part in parts:
            line.gate.feed(part)
        line.gate.end()
        line.person.idle = True
        line.gate.poke()
        ring.turns()
        for _ in range(len(lines) + 1):
            ring.advance(1)
        self.assertEqual(line.person.taken, [one.removesuffix(b"\r") for one in lines])
        self.assertEqual(line.person.ended, 1)
