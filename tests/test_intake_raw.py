"""Behind a line, bytes can be handed over as they come."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.intake import WAITING
from chatd.wire.lines import LineSplitter, Unwrap
from chatd.wire.telnet import TelnetFilter
from tests.takers import Line, Ring


def telnet() -> Unwrap:
    """Takes telnet commands out, as the line frontend does."""
    commands = TelnetFilter()

    def unwrap(data: bytearray, at: int) -> tuple[bytes, bool, int]:
        filtered = commands.feed(data, at)
        return filtered.data, filtered.interrupt, filtered.end

    return unwrap


class RawTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.ring = Ring()
        self.line = Line(self.ring)
        self.raw = bytearray()
        self.raw_ends = 0

    def hand_over(self) -> None:
        self.line.gate.take_raw(self.raw.extend, self._end)

    def _end(self) -> None:
        self.raw_ends += 1

    @settings(deadline=None)
    @given(st.binary(max_size=200), st.integers(0, 250), st.booleans())
    def test_bytes_sent_ahead_come_out_as_they_went_in(self, payload: bytes, cut: int, late: bool) -> None:
        for splitter in (LineSplitter(), LineSplitter(unwrap=telnet())):
            self.setUp()
            self.line = Line(self.ring, splitter=splitter)
            self.line.person.upon[b"put t"] = self.hand_over
            stream = b"hello\nput t\n" + payload
            self.line.gate.feed(stream[:cut])
            if late:
                self.ring.turns()
            self.line.gate.feed(stream[cut:])
            self.ring.turns()
            self.assertEqual(bytes(self.raw), payload)
            self.assertEqual(self.line.taken, ["hello", "put t"])

    def test_255_is_a_byte_like_any_other_behind_the_line(self) -> None:
        payload = bytes(range(256)) * 3 + b"\xff\xff\xf4\n"
        splitter = LineSplitter(unwrap=telnet())
        self.line = Line(self.ring, splitter=splitter)
        self.line.person.upon[b"put t"] = self.hand_over
        self.line.gate.feed(b"put t\n" + payload)
        self.ring.turns()
        self.line.gate.feed(b"\xff\xf4quit\n")
        self.assertEqual(bytes(self.raw), payload + b"\xff\xf4quit\n")
        self.assertEqual((self.line.taken, splitter.waiting), (["put t"], 0))

    def test_a_paused_connection_is_read_again(self) -> None:
        self.line.person.idle = False
        self.line.gate.feed(b"y" * (WAITING + 1))
        self.assertTrue(self.line.reading.paused)
        self.hand_over()
        self.assertFalse(self.line.reading.paused)
        self.assertEqual(len(self.raw), WAITING + 1)

    def test_whoever_takes_the_bytes_can_pause_at_once(self) -> None:
        self.line.person.idle = False
        self.line.gate.feed(b"y" * (WAITING + 1))
        self.line.gate.take_raw(lambda data: self.line.gate.pause(), self._end)
        self.assertTrue(self.line.reading.paused)
        self.line.gate.resume()
        self.assertFalse(self.line.reading.paused)

    def test_the_end_of_input_ends_them(self) -> None:
        self.hand_over()
        self.line.gate.feed(b"abc")
        self.line.gate.end()
        self.line.gate.end(gone=True)
        self.ring.turns()
        self.assertEqual((bytes(self.raw), self.raw_ends, self.line.person.ended), (b"abc", 1, 0))

    def test_an_end_that_came_before_comes_behind_them(self) -> None:
        self.line.person.upon[b"put t"] = self.hand_over
        self.line.gate.feed(b"put t\nabc")
        self.line.gate.end()
        self.ring.turns()
        self.assertEqual((bytes(self.raw), self.raw_ends, self.line.person.ended), (b"abc", 1, 0))

    def test_a_closed_one_gives_no_more_of_them(self) -> None:
        self.hand_over()
        self.line.gate.close()
        self.line.gate.feed(b"abc")
        self.line.gate.end()
        self.assertEqual((bytes(self.raw), self.raw_ends), (b"", 0))
