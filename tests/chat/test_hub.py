"""The hub: who is here, which rooms there are, and what entries change."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.chat.access import check_delete, check_kick
from chatd.chat.answers import Refused
from chatd.chat.hub import Hub
from chatd.chat.room import PUBLIC, Room, RoomRecord
from chatd.chat.user import MODERATOR, OPERATOR, USER, User
from chatd.roomlog import Past
from tests.refusing import refusal

NOTHING = Past({}, {}, {})


def entry(log: str, event: e.Event, seq: int = 1) -> e.Entry:
    return e.Entry(log, seq, 1000 + seq, event)


class HubTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.hub = Hub(history=5, most_rooms=4)
        self.hub.load([RoomRecord("lab", owner="alice"), RoomRecord("den", hidden=True)], NOTHING)
        self.lab, self.den, self.public = (self.hub.room(name) for name in ("lab", "den", PUBLIC))
        self.alice = self.arrive("Alice")
        self.bob = self.arrive("bob")
        self.guest = self.arrive("carla", guest=True)
        self.operator = self.arrive("root", role=OPERATOR)

    def arrive(self, name: str, guest: bool = False, role: str = USER) -> User:
        user = User(name, guest, role, since=1)
        self.hub.arrive(user)
        return user

    def enter(self, user: User, room: Room) -> None:
        room.attend(user, user.name)
        self.hub.apply(entry(room.name, e.Entered(user.name, user.guest)))

    def refused(self, *arguments: Any) -> Refused:
        """What comes of a check."""
        return refusal(self, *arguments)


class LoadingTests(HubTestCase):
    def test_the_public_room_is_always_there(self) -> None:
        self.assertEqual(Hub().rooms, {})
        self.assertEqual((self.public.name, self.public.record.owner), (PUBLIC, ""))

    def test_a_public_room_that_is_kept_is_that_room(self) -> None:
        hub = Hub()
        hub.load([RoomRecord("Public", topic="tea")], NOTHING)
        self.assertEqual([room.record.topic for room in hub.rooms.values()], ["tea"])

    def test_rooms_know_what_was_said_last(self) -> None:
        told = [entry("lab", e.Said("alice", str(n)), n) for n in range(8)]
        self.hub.load([RoomRecord("lab")], Past({}, {"Lab": told, "gone": told}, {}))
        self.assertEqual(list(self.hub.room("lab").recent), told[-5:])

    def test_older_entries_come_before_those_that_are_known(self) -> None:
        self.hub.apply(entry("lab", e.Said("alice", "new"), 9))
        older = [entry("lab", e.Said("alice", str(n)), n) for n in range(8)]
        self.hub.remember({"lab": older, "gone": older})
        self.assertEqual([one.seq for one in self.lab.recent], [4, 5, 6, 7, 9])

    def test_who_came_and_went_is_not_remembered(self) -> None:
        coming = [e.Entered("bob"), e.Said("bob", "hi"), e.Left("bob"), e.Recording("", False)]
        self.hub.remember({"lab": [entry("lab", event) for event in coming]})
        self.assertEqual([one.event for one in self.lab.recent], [e.Said("bob", "hi")])

    def test_rooms_of_last_sessions_are_found_in_any_case(self) -> None:
        self.hub.load([], Past({}, {}, {"Dave": ("lab", "den")}))
        self.assertEqual(self.hub.last_rooms, {"dave": ("lab", "den")})


class PeopleTests(HubTestCase):
    def test_they_are_found_in_any_case(self) -> None:
        self.assertIs(self.hub.user("ALICE"), self.alice)

    def test_who_is_not_here_is_refused_with_a_name_like_it(self) -> None:
        self.assertEqual(self.refused(self.hub.user, "alise"), Refused("no-such-user", "alise", ("Alice",)))

    def test_one_is_here_until_the_last_session_ends(self) -> None:
        self.hub.arrive(self.alice)
        self.hub.depart(self.alice)
        self.assertIs(self.hub.user("alice"), self.alice)
        self.assertEqual(self.hub.looks.like("a1ice"), "Alice")
        self.hub.depart(self.alice)
        self.refused(self.hub.user, "alice")
        self.assertIsNone(self.hub.looks.like("a1ice"))

    def test_who_comes_as_one_of_the_same_name_goes_stays(self) -> None:
        self.hub.depart(self.alice)
        again = self.arrive("alice")
        self.hub.depart(self.alice)
        self.assertIs(self.hub.user("alice"), again)

    def test_neighbours_share_a_room(self) -> None:
        self.enter(self.alice, self.lab)
        self.enter(self.bob, self.lab)
        self.enter(self.bob, self.den)
        self.enter(self.guest, self.den)
        self.assertEqual(self.hub.rooms_of(self.bob), [self.lab, self.den])
        self.assertEqual(self.hub.neighbours(self.alice), {self.alice, self.bob})
        self.assertEqual(self.hub.neighbours(self.bob), {self.alice, self.bob, self.guest})
        self.assertEqual(self.hub.neighbours(self.operator), {self.operator})

    def test_a_guest_writes_only_to_who_shares_a_room(self) -> None:
        self.assertEqual(self.refused(self.hub.check_message, self.guest, self.bob).error, "share-a-room")
        self.hub.check_message(self.bob, self.guest)
        self.hub.check_message(self.guest, self.guest)
        for user in (self.guest, self.bob):
            self.enter(user, self.lab)
        self.hub.check_message(self.guest, self.bob)


class RoomTests(HubTestCase):
    def test_an_unknown_one_is_refused_with_one_like_it_that_is_not_hidden(self) -> None:
        self.assertEqual(self.refused(self.hub.room, "Lob"), Refused("no-such-room", "Lob", ("lab",)))
        self.assertEqual(self.refused(self.hub.room, "dem").near, ())

    def test_the_listing_begins_with_the_fullest_and_leaves_hidden_ones_out(self) -> None:
        self.enter(self.bob, self.public)
        self.assertEqual(self.listed(self.alice), [PUBLIC, "lab"])
        self.assertEqual(self.listed(self.operator), [PUBLIC, "den", "lab"])
        self.enter(self.alice, self.den)
        self.enter(self.guest, self.den)
        self.assertEqual(self.listed(self.alice), ["den", PUBLIC, "lab"])

    def listed(self, user: User) -> list[str]:
        return [room.room for room in self.hub.listing(user).rooms]

    def test_a_new_one_gets_its_name_as_it_is_shown(self) -> None:
        self.assertEqual(self.hub.check_create(self.alice, "Ki\u0301no"), "K\u00edno")

    def test_a_new_one_needs_an_account_and_a_name_of_its_own(self) -> None:
        check = self.hub.check_create
        self.assertEqual(self.refused(check, self.guest, "kino"), Refused("no-account"))
        self.assertEqual(self.refused(check, self.alice, "LAB"), Refused("room-exists", "lab"))
        self.assertEqual(self.refused(check, self.alice, "ki no"), Refused("bad-name", "", ("ki_no",)))
        self.assertEqual(self.refused(check, self.alice, "server").error, "reserved-name")

    def test_there_are_not_more_than_allowed(self) -> None:
        self.hub.add_room(RoomRecord("attic"))
        self.assertEqual(self.refused(self.hub.check_create, self.alice, "kino"), Refused("rooms-full", limit=4))

    def test_a_full_one_takes_its_owner_and_who_is_in_already(self) -> None:
        self.hub.add_room(RoomRecord("Kino", owner="alice", limit=1))
        kino = self.hub.room("kino")
        kino.attend(self.bob, "session")
        self.assertEqual(self.refused(self.hub.check_enter, self.guest, kino), Refused("room-full", "Kino", limit=1))
        for user in (self.bob, self.alice, self.operator):
            self.hub.check_enter(user, kino)

    def test_one_that_is_gone_takes_nobody(self) -> None:
        self.hub.apply(entry("lab", e.RoomDeleted("alice")))
        self.assertEqual(self.refused(self.hub.check_enter, self.alice, self.lab), Refused("no-such-room", "lab"))
        self.hub.add_room(RoomRecord("lab"))
        self.assertEqual(self.refused(self.hub.check_enter, self.alice, self.lab).error, "no-such-room")

    def test_its_owner_and_operators_delete_it(self) -> None:
        for user in (self.alice, self.operator):
            check_delete(user, self.lab)
        self.assertEqual(self.refused(check_delete, self.bob, self.lab), Refused("not-owner", "lab"))

    def test_nobody_deletes_the_public_one(self) -> None:
        self.assertEqual(self.refused(check_delete, self.operator, self.public), Refused("public-stays"))


class KickTests(HubTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.moderator = self.arrive("mod", role=MODERATOR)
        for user in (self.bob, self.operator, self.moderator):
            self.enter(user, self.lab)

    def test_owners_moderators_and_operators_may(self) -> None:
        for user in (self.alice, self.moderator, self.operator):
            self.assertIs(check_kick(user, self.lab, "BOB"), self.bob)
        self.assertEqual(self.refused(check_kick, self.bob, self.lab, "bob"), Refused("not-owner", "lab"))

    def test_who_is_not_in_the_room_cannot_be_thrown_out(self) -> None:
        wanted = Refused("not-here", "bub", ("bob",))
        self.assertEqual(self.refused(check_kick, self.alice, self.lab, "bub"), wanted)

    def test_an_operator_is_thrown_out_by_operators_alone(self) -> None:
        for user in (self.alice, self.moderator):
            wanted = Refused("cannot-kick", "root")
            self.assertEqual(self.refused(check_kick, user, self.lab, "root"), wanted)
        self.assertIs(check_kick(self.operator, self.lab, "root"), self.operator)


class EntryTests(HubTestCase):
    def test_who_entered_is_a_member_until_she_left(self) -> None:
        self.assertIs(self.hub.apply(entry("LAB", e.Entered("Alice"))), self.lab)
        self.assertEqual(self.lab.members, {"alice": self.alice})
        self.hub.apply(entry("lab", e.Left("Alice")))
        self.assertEqual(self.lab.members, {})

    def test_who_went_before_it_came_back_is_no_member(self) -> None:
        self.hub.apply(entry("lab", e.Entered("nobody")))
        self.assertEqual(self.lab.members, {})

    def test_who_was_thrown_out_is_no_member(self) -> None:
        self.enter(self.bob, self.lab)
        self.hub.apply(entry("lab", e.Kicked("alice", "Bob")))
        self.assertEqual(self.lab.members, {})

    def test_who_was_put_out_and_comes_again_before_it_came_back_is_on_the_way(self) -> None:
        self.enter(self.bob, self.lab)
        self.lab.put_out(self.bob)
        self.lab.attend(self.bob, "again")
        self.hub.apply(entry("lab", e.Kicked("alice", "bob")))
        self.assertEqual(self.lab.attendance, {"bob": ("again",)})

    def test_a_deleted_room_is_gone(self) -> None:
        self.assertIs(self.hub.apply(entry("lab", e.RoomDeleted("alice"))), self.lab)
        self.assertIsNone(self.hub.apply(entry("lab", e.Said("bob", "hello?"))))
        self.refused(self.hub.room, "lab")

    def test_what_was_said_is_remembered_and_who_came_is_not(self) -> None:
        events = [
            e.Said("bob", "hi"),
            e.Entered("bob"),
            e.TopicSet("alice", "tea"),
            e.Left("bob"),
            e.Recording("", True),
        ]
        for number, event in enumerate(events):
            self.hub.apply(entry("lab", event, number))
        self.assertEqual([one.seq for one in self.lab.recent], [0, 2])

    def test_logs_of_users_are_of_no_room(self) -> None:
        for event in (e.Private("bob", "Alice", "hi"), e.LoggedIn("alice"), e.LoginFailed("")):
            self.assertIsNone(self.hub.apply(entry("@alice", event)))
        self.assertIsNone(self.hub.apply(entry("", e.LoginFailed(""))))

    def test_who_wrote_last_can_be_answered(self) -> None:
        self.hub.apply(entry("@Alice", e.Private("bob", "Alice", "hi")))
        self.hub.apply(entry("@bob", e.Private("bob", "Alice", "hi")))
        self.assertEqual((self.alice.wrote_last, self.bob.wrote_last), ("bob", ""))

    def test_the_rooms_of_a_session_are_remembered_with_its_end(self) -> None:
        self.hub.apply(entry("@Alice", e.LoggedOut("Alice", "lab den")))
        self.hub.apply(entry("@Alice", e.LoggedOut("Alice", "")))
        self.assertEqual(self.hub.last_rooms, {"alice": ("lab", "den")})

    def test_a_namesake_does_not_inherit_them(self) -> None:
        for event in (e.Registered("alice"), e.Unregistered("alice")):
            self.hub.apply(entry("@Alice", e.LoggedOut("Alice", "lab den")))
            self.hub.apply(entry("@alice", event))
            self.assertEqual(self.hub.last_rooms, {})
