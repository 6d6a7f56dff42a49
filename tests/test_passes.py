"""Codes with which a session is gone on with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.auth import Account
from chatd.chat.answers import Refusal
from chatd.chat.user import User
from chatd.passes import LASTS, Passes
from tests.accounts import MemoryAccounts

SECRET = b"s" * 32


class PassesTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.now = 1000
        self.accounts = MemoryAccounts()
        self.successResultOf(self.accounts.add(Account("alice", "hash")))
        self.passes = self.make()

    def make(self, secret: bytes = SECRET, run: str = "run") -> Passes:
        return Passes(secret, run, self.accounts, lambda: self.now)

    def code(self, name: str = "alice", guest: bool = False) -> str:
        return self.passes.make(User(name, guest, "user", 0), "mark")[0]

    def assert_bad(self, code: str, passes: Passes | None = None) -> None:
        refusal = self.assertRaises(Refusal, (passes or self.passes).read, code)
        self.assertEqual(refusal.answer.error, "bad-code")

    def test_it_says_who_one_was(self) -> None:
        told = self.passes.read(self.code("Ünal"))
        self.assertEqual((told.name, told.guest, told.mark), ("Ünal", False, "mark"))

    def test_an_account_is_good_for_another_run_of_the_server(self) -> None:
        self.assertEqual(self.make(run="other").read(self.code()).name, "alice")

    def test_without_an_account_it_is_good_for_this_run(self) -> None:
        for code in (self.code("gus", guest=True), self.code("from-elsewhere")):
            self.assertTrue(self.passes.read(code))
            self.assert_bad(code, self.make(run="other"))

    def test_another_password_ends_it(self) -> None:
        code = self.code()
        self.successResultOf(self.accounts.change(Account("alice", "other")))
        self.assert_bad(code)
        self.successResultOf(self.accounts.remove("alice"))
        self.assert_bad(code)

    def test_it_has_an_end(self) -> None:
        code = self.code()
        self.now += LASTS
        self.passes.read(code)
        self.now += 1
        self.assert_bad(code)

    def test_nobody_else_can_make_one(self) -> None:
        self.assert_bad(self.code(), self.make(secret=b"x" * 32))

    def test_marks_are_all_different(self) -> None:
        marks = [self.passes.new_mark(), self.passes.new_mark(), self.make(run="b").new_mark()]
        self.assertEqual(len(set(marks)), 3)

    @given(st.text(max_size=120))
    def test_whatever_is_said_is_read(self, code: str) -> None:
        self.assert_bad(code)

    @given(st.integers(0, 1000), st.characters(codec="ascii", categories=["L", "N"]))
    def test_a_code_that_is_changed_anywhere_is_none(self, at: int, other: str) -> None:
        code = self.code()
        at %= len(code) - 1  # the last character has bits that say nothing
        if code[at] != other:
            self.assert_bad(code[:at] + other + code[at + 1 :])
