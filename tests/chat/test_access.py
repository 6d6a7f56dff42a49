"""Who may know of a room, enter it and speak in it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.access import changed, check_enter, check_target, described, has_voice, knows
from chatd.chat.answers import Refused
from chatd.chat.room import ACCESS, ACCOUNTS, INVITED, PASSWORD, Room, RoomRecord
from chatd.chat.user import MODERATOR, OPERATOR, USER, User
from tests.refusing import refusal


def user(name: str, guest: bool = False, role: str = USER) -> User:
    return User(name, guest, role, since=1)


OWNER, BOB, GUEST = user("alice"), user("bob"), user("bob", guest=True)
ROOT, MODERATES = user("root", role=OPERATOR), user("mod", role=MODERATOR)


def room(access: str = "open", invited: tuple[str, ...] = (), **values: object) -> Room:
    record = RoomRecord("lab", owner="Alice", access=access, invited=invited, **values)  # type: ignore[arg-type]
    return Room(record, 10)


class KnowingTests(SynchronousTestCase):
    def test_everybody_knows_one_that_is_not_hidden(self) -> None:
        self.assertTrue(knows(None, room()) and knows(GUEST, room(INVITED)))

    def test_a_hidden_one_is_known_to_those_who_belong_to_it(self) -> None:
        hidden = room(hidden=True, invited=("Bob",))
        for one, known in ((OWNER, True), (ROOT, True), (BOB, True), (GUEST, False), (MODERATES, False), (None, False)):
            self.assertIs(knows(one, hidden), known)
        hidden.attend(GUEST, object())
        self.assertTrue(knows(GUEST, hidden))


class EnteringTests(SynchronousTestCase):
    def refused(self, one: User, into: Room, fits: bool = False) -> str:
        return refusal(self, check_enter, one, into, fits).error

    def test_each_access_has_its_refusal(self) -> None:
        self.assertEqual(self.refused(GUEST, room(ACCOUNTS)), "accounts-only")
        for one in (GUEST, BOB, MODERATES):
            self.assertEqual(self.refused(one, room(INVITED)), "invited-only")
            self.assertEqual(self.refused(one, room(PASSWORD)), "wrong-room-password")
            check_enter(one, room(PASSWORD), True)
        check_enter(BOB, room(ACCOUNTS), False)

    def test_who_is_expected_may_enter_whatever_it_is(self) -> None:
        for access in ACCESS:
            for one in (OWNER, ROOT, BOB):
                check_enter(one, room(access, ("BOB",)), False)
        self.assertEqual(self.refused(GUEST, room(INVITED, ("bob",))), "invited-only")

    def test_a_full_one_is_full_for_the_invited_too(self) -> None:
        full = room(limit=1, invited=("bob",))
        full.attend(MODERATES, object())
        self.assertEqual(self.refused(BOB, full), "room-full")
        check_enter(OWNER, full, False)


class SpeakingTests(SynchronousTestCase):
    def test_a_voice_comes_by_role_or_by_name(self) -> None:
        quiet = room(moderated=True, voiced=("BOB",))
        for one, voice in ((OWNER, True), (ROOT, True), (MODERATES, True), (BOB, True), (GUEST, False)):
            self.assertIs(has_voice(one, quiet), voice)
        quiet.guest_voices.add("bob")
        self.assertTrue(has_voice(GUEST, quiet))


class ModeratingTests(SynchronousTestCase):
    def test_nobody_does_anything_to_an_operator_but_operators(self) -> None:
        for one in (OWNER, MODERATES):
            self.assertEqual(refusal(self, check_target, one, "root", OPERATOR), Refused("cannot-kick", "root"))
        check_target(ROOT, "boss", OPERATOR)
        check_target(OWNER, "mod", MODERATOR)


class ChangingTests(SynchronousTestCase):
    def test_each_changes_its_own(self) -> None:
        record = RoomRecord("lab", owner="alice", access=PASSWORD, password="hash")
        for what, value, words in (
            ("open", "", "open"), ("invited", "", "invited"), ("hidden", "on", "password, hidden"),
            ("moderated", "on", "password, moderated"), ("limit", "12", "password, limit 12"),
        ):  # fmt: skip
            self.assertEqual(described(changed(record, what, value)), words)
        self.assertEqual(changed(record, "owner", "bob").owner, "bob")

    def test_a_password_goes_with_its_access(self) -> None:
        record = RoomRecord("lab", access=PASSWORD, password="hash")
        for access in ACCESS:
            self.assertEqual(changed(record, access, "").password, "")
        self.assertEqual(changed(record, "hidden", "on").password, "hash")
