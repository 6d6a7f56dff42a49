"""Talks: asked for, agreed to, ended; each state is that of both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refused
from chatd.chat.talks import EXPIRES, MOST, Talks
from tests.refusing import refusal

_NAMES = st.sampled_from(["alice", "bob", "carol"])
_STEPS = st.lists(st.tuples(st.sampled_from(["ask", "accept", "close", "leave", "withdraw", "rename"]), _NAMES, _NAMES))


class TalkTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.talks = Talks()

    def test_both_talk_once_it_is_agreed(self) -> None:
        self.assertTrue(self.talks.ask("alice", "bob", 0))
        self.assertFalse(self.talks.ask("alice", "bob", 0))
        self.assertFalse(self.talks.is_open("alice", "bob"))
        self.talks.accept("bob", "alice")
        self.assertTrue(self.talks.is_open("alice", "bob") and self.talks.is_open("bob", "alice"))
        self.assertFalse(self.talks.has_asked("alice", "bob"))

    def test_nobody_agrees_to_what_was_not_asked(self) -> None:
        self.talks.ask("alice", "bob", 0)
        self.assertEqual(refusal(self, self.talks.accept, "alice", "bob"), Refused("not-asked", "bob"))

    def test_a_request_waits_five_minutes(self) -> None:
        self.talks.ask("alice", "bob", 7)
        self.assertEqual(self.talks.expire(7 + EXPIRES - 1), [])
        self.assertEqual(self.talks.expire(7 + EXPIRES), [("alice", "bob")])
        self.assertFalse(self.talks.has_asked("alice", "bob"))

    def test_nobody_has_more_than_so_many(self) -> None:
        for number in range(MOST):
            self.talks.ask("alice", f"user{number}", 0)
        self.talks.accept("user0", "alice")
        self.assertEqual(refusal(self, self.talks.ask, "alice", "bob", 0), Refused("too-many-chats", limit=MOST))
        for number in range(1, MOST + 1):
            self.talks.ask(f"user{number}", "bob", 0)
            self.talks.accept("bob", f"user{number}")
        self.talks.ask("eve", "bob", 0)
        self.assertEqual(refusal(self, self.talks.accept, "bob", "eve"), Refused("too-many-chats", limit=MOST))

    def test_who_leaves_leaves_nothing_behind(self) -> None:
        for name in ("bob", "carol"):
            self.talks.ask("alice", name, 0)
        self.talks.accept("bob", "alice")
        self.talks.ask("eve", "alice", 0)
        self.assertEqual(self.talks.leave("alice"), ["bob"])
        self.assertEqual((self.talks.of("bob"), self.talks.expire(EXPIRES)), ([], []))

    @given(_STEPS)
    def test_whatever_happens_both_know_the_same(self, steps: list[tuple[str, str, str]]) -> None:
        talks = Talks()
        for what, one, other in steps:
            if one == other:
                continue
            if what == "ask":
                talks.ask(one, other, 0)
            elif what == "accept" and talks.has_asked(other, one):
                talks.accept(one, other)
            elif what == "close":
                talks.close(one, other)
            elif what == "leave":
                talks.leave(one)
            elif what == "withdraw":
                talks.withdraw(one, other)
            elif what == "rename":
                talks.rename(one, "dan")
                talks.rename("dan", one)
            for user in ("alice", "bob", "carol"):
                self.assertTrue(all(talks.is_open(peer, user) for peer in talks.of(user)))
