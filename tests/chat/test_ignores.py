"""Ignores: who ignores whom, found from either side."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refused
from chatd.chat.ignores import MOST, IgnoreRecord, Ignores
from tests.refusing import refusal


class IgnoreTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.ignores = Ignores([IgnoreRecord("Bob", ("Alice", "eve"), 1)])

    def test_it_is_found_from_either_side_in_any_case(self) -> None:
        self.assertTrue(self.ignores.covers("BOB", "alice"))
        self.assertFalse(self.ignores.covers("alice", "bob"))
        self.assertEqual(self.ignores.of("bob"), ("Alice", "eve"))
        self.assertEqual(list(self.ignores.by("ALICE")), ["bob"])

    def test_where_nobody_ignores_anybody_there_is_nothing(self) -> None:
        self.assertTrue(self.ignores)
        for name in ("ALICE", "eve", "nobody"):
            self.ignores.discard("bob", name)
        self.assertFalse(self.ignores)
        self.assertEqual((self.ignores.of("bob"), list(self.ignores.by("alice"))), ((), []))

    def test_who_is_gone_ignores_nobody_and_is_ignored_still(self) -> None:
        self.ignores.add("alice", "bob")
        self.ignores.forget("bob")
        self.assertFalse(self.ignores.covers("bob", "alice"))
        self.assertTrue(self.ignores.covers("alice", "bob"))

    def test_a_new_name_changes_neither(self) -> None:
        self.ignores.add("alice", "bob")
        self.ignores.rename("bob", "rob")
        self.assertTrue(self.ignores.covers("rob", "alice") and self.ignores.covers("alice", "rob"))
        self.assertFalse(self.ignores.covers("bob", "alice") or self.ignores.covers("alice", "bob"))

    def test_what_is_lifted_is_lifted_for_everybody(self) -> None:
        self.ignores.add("carol", "alice")
        self.ignores.lift("ALICE")
        self.assertFalse(self.ignores.covers("bob", "alice") or self.ignores.covers("carol", "alice"))
        self.assertTrue(self.ignores.covers("bob", "eve"))

    def test_it_is_bounded_and_never_oneself(self) -> None:
        for number in range(MOST):
            self.ignores.check("carol", f"user{number}")
            self.ignores.add("carol", f"user{number}")
        self.ignores.check("carol", "user0")
        self.assertEqual(refusal(self, self.ignores.check, "carol", "bob"), Refused("too-many-ignored", limit=MOST))
        self.assertEqual(refusal(self, self.ignores.check, "carol", "Carol"), Refused("ignore-yourself"))
