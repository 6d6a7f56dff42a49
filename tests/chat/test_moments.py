"""Moments and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.moments import Moment, iso, parse, since

END_OF_9999 = 253_402_300_799_999


class MomentTests(SynchronousTestCase):
    def test_they_are_written_in_utc_with_milliseconds(self) -> None:
        self.assertEqual(iso(1_769_860_862_345), "2026-01-31T12:01:02.345Z")
        self.assertEqual(iso(1_769_860_862_005), "2026-01-31T12:01:02.005Z")
        self.assertEqual(iso(1), "1970-01-01T00:00:00.001Z")

    def test_never_is_nothing(self) -> None:
        self.assertEqual(iso(0), "")
        self.assertEqual(parse(""), 0)

    def test_what_is_no_moment_is_refused(self) -> None:
        for text in ("noon", "2026-13-01T00:00:00.000Z", "2026-01-31T12:01:02.345Z.", " "):
            self.assertRaises(ValueError, parse, text)

    def test_a_time_of_no_zone_is_no_moment(self) -> None:
        self.assertRaises(ValueError, parse, "2026-01-31T12:01:02.345")

    def test_another_zone_is_understood(self) -> None:
        self.assertEqual(parse("2026-01-31T13:01:02.345+01:00"), 1_769_860_862_345)

    @given(st.integers(0, END_OF_9999))
    def test_reading_gives_what_was_written(self, at: int) -> None:
        read = parse(iso(at))
        self.assertEqual(read, at)
        self.assertIs(type(read), Moment)

    @given(st.integers(1, END_OF_9999), st.integers(1, END_OF_9999))
    def test_they_sort_as_they_are_written(self, one: int, another: int) -> None:
        self.assertEqual(iso(one) < iso(another), one < another)

    @given(st.integers(1, END_OF_9999))
    def test_they_are_what_the_library_reads(self, at: int) -> None:
        self.assertEqual(datetime.fromisoformat(iso(at)).tzinfo, UTC)


class SinceTests(SynchronousTestCase):
    NOW = parse("2026-01-31T12:01:02.345Z")

    def since(self, text: str) -> str:
        return iso(since(text, self.NOW, UTC))

    def test_so_long_ago(self) -> None:
        for text, moment in {
            "30s": "2026-01-31T12:00:32.345Z",
            "10m": "2026-01-31T11:51:02.345Z",
            "2h": "2026-01-31T10:01:02.345Z",
            "7d": "2026-01-24T12:01:02.345Z",
            "999999999d": "1970-01-01T00:00:00.001Z",
        }.items():
            self.assertEqual(self.since(text), moment)

    def test_a_date_is_its_first_moment_in_the_zone(self) -> None:
        self.assertEqual(self.since("2026-01-30"), "2026-01-30T00:00:00.000Z")
        self.assertEqual(iso(since("2026-01-30", self.NOW, ZoneInfo("Asia/Tokyo"))), "2026-01-29T15:00:00.000Z")

    def test_a_time_of_day_is_the_last_one_that_was(self) -> None:
        self.assertEqual(self.since("12:01"), "2026-01-31T12:01:00.000Z")
        self.assertEqual(self.since("12:02"), "2026-01-30T12:02:00.000Z")

    def test_anything_else_is_refused(self) -> None:
        wrong = ["", "soon", "2", "h", "-2h", "2.5h", "\u0662h", "24:00", "12:60", "2026-02-30", "2026-01-31T12:00"]
        for text in [*wrong, "99999999999d"]:
            self.assertRaises(ValueError, since, text, self.NOW)
