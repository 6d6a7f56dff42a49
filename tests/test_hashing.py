"""Passwords, and the pool that hashes them."""

from __future__ import annotations

from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal, Refused
from chatd.hashing import LONGEST_PASSWORD, MOST_HASHES, prepare_password
from tests.accounts import HASH, PoolTestCase
from tests.refusing import refusal


class PasswordTests(SynchronousTestCase):
    def test_it_has_1_to_1024_bytes(self) -> None:
        self.assertEqual(prepare_password("x" * LONGEST_PASSWORD), b"x" * LONGEST_PASSWORD)
        self.assertEqual(prepare_password("é" * (LONGEST_PASSWORD // 2)), "é".encode() * (LONGEST_PASSWORD // 2))
        for password in ("", "x" * (LONGEST_PASSWORD + 1), "é" * (LONGEST_PASSWORD // 2 + 1)):
            self.assertEqual(refusal(self, prepare_password, password), Refused("bad-password", limit=LONGEST_PASSWORD))

    def test_one_that_is_far_too_long_is_not_even_normalized(self) -> None:
        # Marks upon marks cost the square of their number.
        endless = "e" + "\u0301\u0323" * 500_000
        self.assertEqual(refusal(self, prepare_password, endless).error, "bad-password")

    def test_it_has_no_control_characters(self) -> None:
        for password in ("a\x07b", "a\tb", "a\x7fb", "\x00"):
            self.assertEqual(refusal(self, prepare_password, password).error, "bad-password")

    def test_two_ways_to_type_it_are_one(self) -> None:
        self.assertEqual(prepare_password("caf\u0065\u0301"), prepare_password("caf\u00e9"))
        self.assertEqual(prepare_password("a\u3000b"), b"a b")
        self.assertEqual(prepare_password("Ａ"), "Ａ".encode(), "width is kept (RFC 8265, 4.2.2)")
        self.assertNotEqual(prepare_password("Sesame"), prepare_password("sesame"))

    @settings(deadline=None)
    @given(st.text())
    def test_preparing_twice_is_preparing_once(self, password: str) -> None:
        try:
            prepared = prepare_password(password)
        except Refusal:
            return
        self.assertEqual(prepare_password(prepared.decode()), prepared)


class PoolTests(PoolTestCase):
    def test_what_it_hashes_it_verifies(self) -> None:
        hashed = self.result(self.pool.hash("sesame"))
        self.assertTrue(hashed.startswith("$argon2id$"))
        self.assertTrue(self.result(self.pool.verify(hashed, "sesame")))
        self.assertFalse(self.result(self.pool.verify(hashed, "sesame ")))
        self.assertNotEqual(hashed, self.result(self.pool.hash("sesame")))

    def test_a_password_that_nobody_can_have_is_wrong_and_costs_nothing(self) -> None:
        self.assertFalse(self.result(self.pool.verify(HASH, "")))
        self.assertFalse(self.result(self.pool.verify(HASH, "x" * 5000)))
        self.assertEqual(self.refused(self.pool.hash("")).error, "bad-password")
        self.assertEqual((self.hasher.hashed, self.hasher.verified), (0, []))

    def test_where_there_is_no_hash_as_much_is_done(self) -> None:
        self.assertFalse(self.result(self.pool.verify(None, "sesame")))
        self.assertFalse(self.result(self.pool.verify(None, "")))
        self.hasher.verified.clear()
        hashed = self.hasher.hashed
        for known in (HASH, None):
            self.assertFalse(self.result(self.pool.verify(known, "wrong")))
        self.assertEqual(len(self.hasher.verified), 2)
        self.assertEqual(self.hasher.hashed, hashed)

    def test_the_hash_of_nobody_costs_what_a_new_one_does(self) -> None:
        self.result(self.pool.verify(None, "wrong"))
        self.assertFalse(self.pool.outdated(self.hasher.verified[0]))

    def test_a_broken_hash_is_verified_by_no_password(self) -> None:
        for broken in ("", "sesame", "$argon2id$v=19$m=8,t=1,p=1$x"):
            self.assertFalse(self.result(self.pool.verify(broken, "sesame")))

    def test_a_hash_of_other_parameters_is_outdated(self) -> None:
        self.assertFalse(self.pool.outdated(HASH))
        self.assertTrue(self.pool.outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("x")))

    def test_no_more_wait_than_allowed(self) -> None:
        self.threads.later = True
        waiting = [self.begin(self.pool.verify(HASH, "sesame")) for _ in range(MOST_HASHES)]
        self.assertEqual(self.refused(self.pool.verify(HASH, "sesame")), Refused("busy"))
        self.assertEqual(self.refused(self.pool.verify(None, "sesame")), Refused("busy"))
        self.assertEqual(self.refused(self.pool.hash("sesame")), Refused("busy"))
        self.assertEqual(len(self.threads), MOST_HASHES)
        self.threads.work()
        self.assertTrue(self.successResultOf(waiting[0]))
        self.assertNoResult(self.begin(self.pool.verify(HASH, "sesame")))

    def test_work_that_fails_makes_room_too(self) -> None:
        self.threads.later = True
        self.patch(self.hasher, "verify", lambda hashed, password: 1 / 0)
        for _ in range(2 * MOST_HASHES):
            waiting = self.begin(self.pool.verify(HASH, "sesame"))
            self.threads.work()
            self.failureResultOf(waiting, ZeroDivisionError)

    def test_nothing_is_verified_that_nobody_wants_when_its_turn_comes(self) -> None:
        self.threads.later = True
        wanted = True
        waiting = self.begin(self.pool.verify(HASH, "sesame", lambda: wanted))
        wanted = False
        self.threads.work()
        self.assertEqual(self.refused(waiting), Refused("gone"))
        self.assertEqual((self.hasher.verified, self.pool.waiting, self.pool.done), ([], 0, 0))
