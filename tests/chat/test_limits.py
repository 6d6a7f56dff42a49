"""Buckets of tokens, and what an address may have and do."""

from __future__ import annotations

from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.limits import Places, Rates, TokenBucket, network


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


class NetworkTests(SynchronousTestCase):
    def test_an_address_of_ipv4_stands_for_itself(self) -> None:
        self.assertEqual(network("198.51.100.7"), "198.51.100.7")

    def test_of_ipv6_the_first_half_counts(self) -> None:
        self.assertEqual(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"))
        self.assertNotEqual(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"))
        self.assertEqual(network("fe80::1%eth0"), "fe80::")

    def test_what_is_no_address_stands_for_itself(self) -> None:
        self.assertEqual(network("unix"), "unix")


class PlacesTests(SynchronousTestCase):
    def test_there_are_so_many_for_each_address(self) -> None:
        places = Places(2)
        self.assertEqual([places.take("a") for _ in range(3)], [True, True, False])
        self.assertTrue(places.take("b"))
        places.free("a")
        self.assertEqual([places.take("a") for _ in range(2)], [True, False])

    def test_nought_is_any_number(self) -> None:
        places = Places(0)
        self.assertTrue(all(places.take("a") for _ in range(1000)))

    def test_an_address_that_has_none_is_forgotten(self) -> None:
        places = Places(2)
        for number in range(1000):
            places.take(str(number))
            places.free(str(number))
        self.assertEqual(len(places), 0)


class RatesTests(SynchronousTestCase):
    def test_so_many_are_free_and_then_it_takes_time(self) -> None:
        rates = Rates(120, 60)
        self.assertEqual([rates.wait("a", 0) for _ in range(120)], [0] * 120)
        self.assertEqual(rates.wait("a", 0), 0.5)
        self.assertEqual(rates.wait("b", 0), 0)
        self.assertEqual(rates.wait("a", 0.5), 0)

    def test_nought_is_as_often_as_one_likes(self) -> None:
        rates = Rates(0, 60)
        self.assertEqual({rates.wait("a", 0) for _ in range(1000)}, {0})
        self.assertEqual(len(rates), 0)

    def test_whoever_has_not_been_seen_for_long_is_forgotten(self) -> None:
        rates = Rates(1, 60)
        for number in range(100):
            rates.wait(str(number), number)
        rates.wait("new", 100)
        self.assertEqual(len(rates), 60)
        rates.forget(1000)
        self.assertEqual(len(rates), 0)

    def test_there_are_never_too_many_and_the_latest_stay(self) -> None:
        rates = Rates(1, 60, most=10)
        for number in range(100):
            rates.wait(str(number), 0)
        self.assertEqual(len(rates), 10)
        self.assertEqual(rates.wait("99", 0), 60)
        self.assertEqual(rates.wait("0", 0), 0)


class PresentUseTests(SynchronousTestCase):
    def test_who_has_the_most_places(self) -> None:
        places = Places(3)
        self.assertEqual(places.fullest(), (0, ""))
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.2"):
            places.take(address)
        self.assertEqual(places.fullest(), (2, "192.0.2.2"))

    def test_who_has_done_it_most_often_of_late(self) -> None:
        rates = Rates(6, 60)
        self.assertEqual(rates.busiest(0), (0, ""))
        for address, now in (("192.0.2.1", 0), ("192.0.2.2", 0), ("192.0.2.2", 0), ("192.0.2.1", 50)):
            rates.wait(address, now)
        self.assertEqual(rates.busiest(0), (2, "192.0.2.2"))
        self.assertEqual(rates.busiest(50), (1, "192.0.2.1"))
        self.assertEqual(rates.busiest(500), (0, ""))
