"""A room: who is in it, and whose it is."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import RoomInfo, RoomSummary
from chatd.chat.moments import Moment
from chatd.chat.room import PASSWORD, Room, RoomRecord
from chatd.chat.user import MODERATOR, OPERATOR, USER, User

CREATED = 1_769_860_800_000


def user(name: str, guest: bool = False, role: str = USER) -> User:
    return User(name, guest, role, since=1)


class AttendanceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.room = Room(RoomRecord("Lab"), 10)
        self.alice = user("Alice")

    def test_the_first_session_in_and_the_last_one_out_count(self) -> None:
        room, alice = self.room, self.alice
        self.assertEqual([room.attend(alice, number) for number in range(3)], [True, False, False])
        self.assertEqual([room.depart(alice, number) for number in range(3)], [False, False, True])
        self.assertEqual(room.attendance, {})

    def test_each_user_counts_alone(self) -> None:
        bob = user("bob")
        self.assertTrue(self.room.attend(self.alice, "first"))
        self.assertTrue(self.room.attend(bob, "second"))
        self.assertTrue(self.room.depart(self.alice, "first"))
        self.assertEqual(self.room.attendance, {"bob": ("second",)})

    def test_who_was_thrown_out_is_nobodys_last_when_she_goes(self) -> None:
        self.room.attend(self.alice, "first")
        self.room.put_out(self.alice)
        self.assertFalse(self.room.is_attended(self.alice, "first"))
        self.assertFalse(self.room.depart(self.alice, "first"))

    def test_who_was_thrown_out_takes_nobody_along_who_comes_again(self) -> None:
        self.room.attend(self.alice, "first")
        self.room.put_out(self.alice)
        self.assertTrue(self.room.attend(self.alice, "second"))
        self.assertFalse(self.room.depart(self.alice, "first"))
        self.assertTrue(self.room.is_attended(self.alice, "second"))
        self.assertTrue(self.room.depart(self.alice, "second"))

    def test_one_that_is_closed_has_nobody(self) -> None:
        self.room.attend(self.alice, "first")
        self.room.close()
        self.assertFalse(self.room.is_attended(self.alice, "first"))
        self.assertFalse(self.room.depart(self.alice, "first"))


class OwnerTests(SynchronousTestCase):
    def test_it_belongs_to_its_owner_and_to_every_operator(self) -> None:
        room = Room(RoomRecord("lab", owner="Alice"), 10)
        self.assertTrue(room.owned_by(user("alice")))
        self.assertTrue(room.owned_by(user("root", role=OPERATOR)))
        self.assertFalse(room.owned_by(user("bob")))
        self.assertFalse(room.owned_by(user("mod", role=MODERATOR)))

    def test_a_guest_of_the_owners_name_is_not_the_owner(self) -> None:
        self.assertFalse(Room(RoomRecord("lab", owner="alice"), 10).owned_by(user("alice", guest=True)))

    def test_one_of_nobody_belongs_to_operators_alone(self) -> None:
        room = Room(RoomRecord("public"), 10)
        self.assertFalse(room.owned_by(user("alice")))
        self.assertTrue(room.owned_by(user("root", role=OPERATOR)))


class TellingTests(SynchronousTestCase):
    def setUp(self) -> None:
        record = RoomRecord(
            "Lab",
            "alice",
            "tea",
            PASSWORD,
            "hash",
            12,
            True,
            ("eve",),
            moderated=True,
            voiced=("bob",),
            created=CREATED,
        )
        self.room = Room(record, 10)
        for name in ("bob", "Ähre", "alice"):
            self.room.members[user(name).key] = user(name)

    def test_the_listing_has_what_concerns_those_outside(self) -> None:
        self.assertEqual(self.room.summary, RoomSummary("Lab", 3, "tea", PASSWORD, False))

    def test_the_description_has_no_password_and_sorts_its_members(self) -> None:
        people = ("alice", "bob", "Ähre")
        wanted = RoomInfo("Lab", "alice", "tea", PASSWORD, Moment(CREATED), people, True, True, 12)
        self.assertEqual(self.room.info(inside=False), wanted)

    def test_who_is_invited_and_voiced_is_told_inside_alone(self) -> None:
        self.room.members["zoe"] = user("Zoe", guest=True)
        self.room.guest_voices.add("zoe")
        told = self.room.info(inside=True)
        self.assertEqual((told.invited, told.voiced), (("eve",), ("bob", "Zoe")))

    def test_its_key_is_that_of_its_name(self) -> None:
        self.assertEqual((self.room.name, self.room.key), ("Lab", "lab"))


class UserTests(SynchronousTestCase):
    def test_her_log_bears_her_name(self) -> None:
        self.assertEqual(user("Alice").log, "@Alice")

    def test_she_begins_as_active(self) -> None:
        person = user("Alice").person
        self.assertEqual((person.status, person.text, person.role, person.guest), ("active", "", USER, False))
