"""Lengths of time as people write them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.durations import parse_duration


class DurationTests(SynchronousTestCase):
    def test_each_unit(self) -> None:
        self.assertEqual(
            [parse_duration(text) for text in ("30s", "10m", "2h", "7d")], [30.0, 600.0, 7200.0, 604_800.0]
        )

    def test_anything_else_is_refused(self) -> None:
        for text in ("", "7", "d", "0d", "-1d", "1.5h", "7 d", "7D", "7d\n", "٧d", "1000000d"):
            self.assertRaises(ValueError, parse_duration, text)

    @given(st.from_regex(r"\A[1-9][0-9]{0,4}[smhd]\Z"))
    def test_every_one_that_the_file_takes_is_a_time(self, text: str) -> None:
        self.assertGreater(parse_duration(text), 0)
