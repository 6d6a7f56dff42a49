"""Presence: who has been silent for too long, and who has said so."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.presence import Patience
from chatd.chat.user import USER, User


class PresenceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.users = [User(name, False, USER, 0) for name in ("alice", "bob")]
        self.alice, self.bob = self.users
        self.bob.heard_at = 50

    def test_the_silent_fall_silent_once(self) -> None:
        patience = Patience(100)
        self.assertEqual(patience.fallen_silent(self.users, 99), [])
        self.assertEqual(patience.fallen_silent(self.users, 100), [self.alice])
        self.alice.inactive = True
        self.assertEqual(patience.fallen_silent(self.users, 149), [])
        self.assertEqual(patience.fallen_silent(self.users, 150), [self.bob])

    def test_what_somebody_has_chosen_stays(self) -> None:
        self.alice.set_status("busy", "")
        self.assertEqual(Patience(100).fallen_silent(self.users, 120), [])
        self.alice.inactive = True
        self.assertEqual(self.alice.person.status, "busy")

    def test_the_inactive_are_shown_so(self) -> None:
        self.alice.inactive = True
        self.assertEqual((self.alice.person.status, self.bob.person.status), ("inactive", "active"))

    def test_who_is_silent_for_longer_is_given_up_whatever_the_status(self) -> None:
        self.alice.set_status("away", "")
        self.assertEqual(Patience(10, 100).given_up(self.users, 100), [self.alice])

    def test_zero_is_never(self) -> None:
        self.assertEqual(Patience(0, 0).fallen_silent(self.users, 1e9) + Patience(0, 0).given_up(self.users, 1e9), [])
