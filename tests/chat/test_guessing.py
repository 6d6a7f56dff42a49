"""Guessing takes time, more and more of it; typing errors do not."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.guessing import FREE, FREE_ADDRESS, LONGEST, LONGEST_ADDRESS, REMEMBERED, Guesses

HERE, ELSEWHERE = "198.51.100.1", "198.51.100.2"


class GuessTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.guesses = Guesses()
        self.now = 0.0

    def wrong(self, name: str, address: str = HERE) -> float:
        """Wait for as long as one has to, and be wrong; how long that was."""
        waited = 0.0
        while wait := self.guesses.begin(name, address, self.now):
            waited += wait
            self.now += wait
        self.guesses.failed(address, self.now)
        return waited

    def test_after_five_failures_each_further_one_takes_twice_as_long(self) -> None:
        waits = [self.wrong("alice") for _ in range(FREE + 8)]
        self.assertEqual(waits, [0] * FREE + [1, 2, 4, 8, 16, 32, LONGEST, LONGEST])

    def test_the_case_of_the_name_makes_no_other_one(self) -> None:
        for name in ("alice", "Alice", "ALICE", "aLice", "alicE"):
            self.wrong(name)
        self.assertEqual(self.wrong("AliCe"), 1)

    def test_the_owner_elsewhere_is_not_locked_out(self) -> None:
        for _ in range(20):
            self.wrong("alice")
        self.assertGreater(self.guesses.begin("alice", HERE, self.now), 0)
        self.assertEqual(self.guesses.begin("alice", ELSEWHERE, self.now), 0)

    def test_others_behind_the_same_address_are_not_either(self) -> None:
        for _ in range(20):
            self.wrong("alice")
        self.assertEqual(self.guesses.begin("bob", HERE, self.now), 0)

    def test_after_a_hundred_failures_the_whole_address_waits(self) -> None:
        waits = [self.wrong(f"name{number}") for number in range(FREE_ADDRESS + 6)]
        self.assertEqual(waits, [0] * FREE_ADDRESS + [1, 2, 4, 8, LONGEST_ADDRESS, LONGEST_ADDRESS])
        self.assertEqual(self.guesses.begin("alice", ELSEWHERE, self.now), 0)

    def test_the_right_one_makes_all_failures_of_the_account_forgotten(self) -> None:
        for _ in range(FREE):
            self.wrong("alice")
        self.now += 1
        self.assertEqual(self.guesses.begin("alice", HERE, self.now), 0)
        self.guesses.succeeded("alice", HERE)
        self.assertEqual([self.wrong("alice") for _ in range(FREE)], [0] * FREE)

    def test_what_is_tried_all_at_once_is_no_cheaper(self) -> None:
        begun = [self.guesses.begin("alice", HERE, 0) for _ in range(100)]
        self.assertEqual(begun.count(0), FREE)

    def test_what_was_not_tried_counts_for_nothing(self) -> None:
        for _ in range(100):
            self.assertEqual(self.guesses.begin("alice", HERE, 0), 0)
            self.guesses.not_tried("alice", HERE)
        self.assertEqual(len(self.guesses), 0)

    def test_after_a_time_without_failures_all_is_forgotten(self) -> None:
        for _ in range(20):
            self.wrong("alice")
        self.now += REMEMBERED
        self.assertEqual([self.wrong("alice") for _ in range(FREE)], [0] * FREE)

    def test_what_is_remembered_is_bounded(self) -> None:
        self.guesses = Guesses(most=10)
        for number in range(1000):
            self.wrong(f"name{number}", str(number))
        self.assertEqual(len(self.guesses), 20)
