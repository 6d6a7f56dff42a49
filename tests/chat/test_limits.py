"""Buckets of tokens."""

from __future__ import annotations

from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.limits import TokenBucket


class TokenBucketTests(SynchronousTestCase):
    def test_starts_full_whatever_the_time(self) -> None:
        for now in (0.0, 1e6):
            bucket = TokenBucket(capacity=3, refill=1)
            self.assertEqual([bucket.take(now) for _ in range(4)], [True, True, True, False])

    def test_fills_as_time_goes_by_up_to_its_capacity(self) -> None:
        bucket = TokenBucket(capacity=3, refill=2)
        self.assertTrue(bucket.take(0, 3))
        self.assertFalse(bucket.take(0.4))
        self.assertTrue(bucket.take(0.5))
        self.assertFalse(bucket.take(100, 4))
        self.assertTrue(bucket.take(100, 3))
        self.assertFalse(bucket.take(100))

    def test_takes_nothing_where_too_little_is_there(self) -> None:
        bucket = TokenBucket(capacity=3, refill=1)
        self.assertFalse(bucket.take(0, 4))
        self.assertTrue(bucket.take(0, 3))

    def test_tells_how_long_to_wait(self) -> None:
        bucket = TokenBucket(capacity=4, refill=2)
        self.assertEqual(bucket.wait(0, 4), 0)
        bucket.take(0, 4)
        self.assertEqual(bucket.wait(0), 0.5)
        self.assertEqual(bucket.wait(0.25), 0.25)
        self.assertEqual(bucket.wait(1, 4), 1)

    def test_what_can_never_be_is_waited_for_without_end(self) -> None:
        self.assertEqual(TokenBucket(capacity=4, refill=2).wait(0, 5), inf)
        empty = TokenBucket(capacity=1, refill=0)
        self.assertTrue(empty.take(0))
        self.assertEqual(empty.wait(1e9), inf)

    def test_time_that_goes_back_neither_fills_nor_empties(self) -> None:
        bucket = TokenBucket(capacity=2, refill=1)
        bucket.take(10, 2)
        self.assertFalse(bucket.take(5))
        self.assertFalse(bucket.take(10.9))
        self.assertTrue(bucket.take(11))

    @settings(deadline=None)
    @given(
        st.integers(1, 100),
        st.floats(0.01, 1000),
        st.lists(st.tuples(st.floats(0, 10), st.integers(1, 100)), min_size=1),
    )
    def test_whoever_waits_as_long_as_told_is_served(
        self, capacity: int, refill: float, wishes: list[tuple[float, int]]
    ) -> None:
        bucket, now = TokenBucket(capacity, refill), 1e5
        for pause, n in wishes:
            now += pause
            wait = bucket.wait(now, n)
            self.assertEqual(bucket.take(now, n), wait == 0)
            self.assertEqual(wait == inf, n > capacity)
            if 0 < wait < inf:
                now += wait
                self.assertTrue(bucket.take(now, n))

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 5)), min_size=1))
    def test_no_more_is_given_than_capacity_and_time_allow(self, wishes: list[tuple[float, int]]) -> None:
        bucket, now, given_out = TokenBucket(capacity=5, refill=2), 0.0, 0
        for pause, n in wishes:
            now += pause
            given_out += n * bucket.take(now, n)
            self.assertLessEqual(given_out, 5 + 2 * now + 1e-3)
