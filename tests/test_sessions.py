"""Sessions by user, and what comes back from the logs: it is told to those whom it concerns."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd import sessions
from chatd.chat import events as e
from chatd.chat.hub import Hub
from chatd.chat.room import Room, RoomRecord
from chatd.chat.user import USER, User
from chatd.roomlog import Past
from chatd.sessions import SUM_SECONDS, Sessions
from tests.connections import Connection
from tests.outlets import Turns

NOON = 1_769_860_800_000


class SessionsTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.turns = Turns()
        self.clock = Clock()
        self.hub = Hub()
        self.hub.load([RoomRecord("lab"), RoomRecord("den")], Past({}, {}, {}))
        self.lab, self.den = self.hub.room("lab"), self.hub.room("den")
        self.sessions = Sessions(self.hub, self.turns.delivery, self.clock, lambda: NOON)
        self.alice, self.bob = (User(name, False, USER, NOON) for name in ("Alice", "bob"))
        self.number = 0
        self.connections: list[Connection] = []

    def begin(self, user: User, *rooms: Room) -> Connection:
        """One more session of ``user``, which has been in ``rooms`` for a while."""
        connection = Connection(self.turns, self.clock)
        self.connections.append(connection)
        self.sessions.begin(connection.session, user)
        for room in rooms:
            if room.attend(user, connection):
                self.arrive(room.name, e.Entered(user.name))
            connection.session.join(room, self.sessions.channel(room))
        self.forget()
        return connection

    def forget(self) -> None:
        """Let everybody have read what was told so far."""
        self.turns.end()
        for connection in self.connections:
            connection.lines()

    def arrive(self, log: str, event: e.Event) -> None:
        """``event`` comes back from its log."""
        self.number += 1
        self.sessions.arrive(e.Entry(log, self.number, NOON, event))


class KeepingTests(SessionsTestCase):
    def test_they_are_found_by_their_user_oldest_first(self) -> None:
        first, second = self.begin(self.alice), self.begin(self.alice)
        other = self.begin(self.bob)
        self.assertEqual(self.sessions.of("ALICE"), [first.session, second.session])
        self.assertEqual(self.sessions.of("nobody"), [])
        self.assertEqual(self.sessions.all(), [first.session, second.session, other.session])
        self.assertIs(first.session.user, self.alice)

    def test_the_user_is_here_until_the_last_one_ends(self) -> None:
        first, second = self.begin(self.alice), self.begin(self.alice)
        self.sessions.end(first.session)
        self.assertEqual(self.hub.users, {"alice": self.alice})
        self.sessions.end(second.session)
        self.assertEqual((self.hub.users, self.sessions.all()), ({}, []))
        self.assertIsNone(second.session.user)

    def test_ending_nobodys_session_changes_nothing(self) -> None:
        self.begin(self.alice)
        self.sessions.end(Connection(self.turns, self.clock).session)
        self.assertEqual(self.hub.users, {"alice": self.alice})

    def test_a_room_has_one_channel_that_knows_what_was_said_last(self) -> None:
        entry = e.Entry("lab", 1, 77, e.Said("alice", "hi"))
        self.hub.remember({"lab": [entry]})
        self.assertIs(self.sessions.channel(self.lab), self.sessions.channel(self.lab))
        self.assertEqual((self.sessions.channel(self.lab).last, self.sessions.channel(self.den).last), (entry, None))


class TellingTests(SessionsTestCase):
    def test_a_room_hears_its_own_log(self) -> None:
        alice, bob, away = self.begin(self.alice, self.lab), self.begin(self.bob, self.lab), self.begin(self.bob)
        self.arrive("LAB", e.Said("Alice", "hello"))
        self.assertEqual([len(each.lines()) for each in (alice, bob, away)], [1, 1, 0])

    def test_a_room_that_is_gone_hears_nothing(self) -> None:
        alice = self.begin(self.alice, self.lab)
        self.arrive("attic", e.Said("bob", "hello"))
        self.assertEqual(alice.lines(), [])

    def test_all_sessions_of_a_user_are_told_what_is_hers(self) -> None:
        first, second, other = self.begin(self.alice), self.begin(self.alice, self.lab), self.begin(self.bob)
        self.arrive("@alice", e.Private("bob", "Alice", "psst"))
        self.assertEqual([each.lines() for each in (first, second, other)], [["00 <bob> psst"], ["111 <bob> psst"], []])

    def test_account_events_are_told_to_nobody(self) -> None:
        alice = self.begin(self.alice)
        for event in (e.LoggedIn("Alice"), e.LoginFailed("Alice"), e.LoggedOut("Alice", "lab")):
            self.arrive("@Alice", event)
        self.arrive("", e.LoginFailed(""))
        self.assertEqual(alice.lines(), [])

    def test_who_does_not_want_to_hear_herself_hears_the_rest(self) -> None:
        mine, quiet = self.begin(self.alice, self.lab), self.begin(self.alice, self.lab)
        bob = self.begin(self.bob, self.lab)
        self.sessions.hearing.unechoed.add(quiet.session)
        for event in (e.Said("Alice", "one"), e.Emoted("Alice", "waves"), e.Said("bob", "two"), e.Left("Alice")):
            self.arrive("lab", event)
        self.assertEqual([len(each.lines()) for each in (mine, bob, quiet)], [4, 4, 2])

    def test_a_session_that_ends_wants_nothing_any_more(self) -> None:
        quiet = self.begin(self.alice)
        self.sessions.hearing.unechoed.add(quiet.session)
        self.sessions.end(quiet.session)
        self.assertEqual(self.sessions.hearing.unechoed, set())


class StatusTests(SessionsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mine, self.other = self.begin(self.alice, self.lab, self.den), self.begin(self.bob, self.lab, self.den)

    def test_each_session_that_shares_a_room_is_told_once_but_the_asking_one(self) -> None:
        second, away = self.begin(self.alice), self.begin(User("eve", False, USER, NOON))
        self.sessions.tell_status(self.alice, self.mine.session)
        told = [each.lines() for each in (self.mine, second, self.other, away)]
        self.assertEqual(told, [[], ["00 Alice is active"], ["111 -- Alice is active"], []])

    def test_who_fell_silent_is_not_told_so_herself_and_no_crowd_is(self) -> None:
        self.sessions.tell_activity(self.alice)
        self.assertEqual([each.lines() for each in (self.mine, self.other)], [[], ["111 -- Alice is active"]])
        self.patch(sessions, "CROWD", 1)
        self.sessions.tell_activity(self.alice)
        self.sessions.tell_status(self.alice, self.mine.session)
        self.assertEqual(self.other.lines(), ["111 -- Alice is active"])

    def test_the_first_line_of_who_was_silent_is_told(self) -> None:
        self.alice.inactive = True
        self.begin_room(self.mine)
        self.mine.say("hello", "again")
        self.assertEqual(self.other.lines(), ["111 -- Alice is active"])
        self.assertFalse(self.alice.inactive)

    def begin_room(self, connection: Connection) -> None:
        """Let ``connection`` take lines, as one in a room does."""
        Deferred.fromCoroutine(connection.session.in_rooms())

    def test_a_session_whose_connection_is_gone_reaches_nobody(self) -> None:
        self.assertTrue(self.sessions.reaches("ALICE"))
        self.mine.session.outlet.lost()
        self.assertFalse(self.sessions.reaches("alice"))
        self.begin(self.alice)
        self.assertTrue(self.sessions.reaches("alice"))
        self.assertFalse(self.sessions.reaches("nobody"))


class ThrownOutTests(SessionsTestCase):
    def test_who_is_kicked_leaves_with_all_sessions_and_hears_of_it(self) -> None:
        first, second = self.begin(self.bob, self.lab), self.begin(self.bob, self.lab, self.den)
        alice = self.begin(self.alice, self.lab)
        self.arrive("lab", e.Kicked("Alice", "BOB", "noise"))
        told = [each.lines() for each in (first, second, alice)]
        self.assertEqual([len(lines) for lines in told], [2, 2, 1])
        self.assertEqual(told[0][1], "111 -- you were thrown out of lab")
        self.assertEqual((first.session.rooms, set(second.session.rooms)), ({}, {self.den}))
        self.arrive("lab", e.Said("Alice", "now"))
        self.assertEqual([each.lines() for each in (first, second)], [[], []])

    def test_a_deleted_room_loses_everybody(self) -> None:
        alice, bob = self.begin(self.alice, self.lab), self.begin(self.bob, self.lab, self.den)
        self.arrive("lab", e.RoomDeleted("Alice"))
        self.assertEqual([len(each.lines()) for each in (alice, bob)], [2, 2])
        self.assertEqual((alice.session.rooms, set(bob.session.rooms)), ({}, {self.den}))

    def test_its_namesake_is_another_room(self) -> None:
        channel = self.sessions.channel(self.lab)
        self.arrive("lab", e.RoomDeleted("Alice"))
        self.hub.add_room(RoomRecord("lab"))
        self.assertIsNot(self.sessions.channel(self.hub.room("lab")), channel)


class CrowdTests(SessionsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.patch(sessions, "CROWD", 3)
        self.watcher = self.begin(self.alice, self.lab)
        for name in ("one", "two", "three"):
            self.enter(name)
        self.clock.advance(SUM_SECONDS)
        self.forget()

    def enter(self, name: str) -> None:
        self.hub.arrive(User(name, False, USER, NOON))
        self.arrive("lab", e.Entered(name))

    def test_who_comes_and_goes_is_told_once_a_second_as_a_sum(self) -> None:
        for name in ("four", "five"):
            self.enter(name)
        self.arrive("lab", e.Left("four"))
        self.assertEqual(self.watcher.lines(), [])
        self.clock.advance(SUM_SECONDS)
        (told,) = self.watcher.lines()
        self.assertTrue(told.endswith("2 entered and 1 left"), told)
        self.enter("six")
        self.clock.advance(SUM_SECONDS)
        (told,) = self.watcher.lines()
        self.assertTrue(told.endswith("1 entered"), told)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a_room_that_is_no_crowd_any_more_is_told_of_each(self) -> None:
        self.arrive("lab", e.Left("one"))
        self.assertEqual(self.watcher.lines(), ["111 [lab] -- one left"])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_everything_else_is_told_at_once(self) -> None:
        self.arrive("lab", e.Said("one", "hello"))
        self.assertEqual(len(self.watcher.lines()), 1)

    def test_a_room_that_is_gone_meanwhile_is_told_nothing(self) -> None:
        self.enter("four")
        self.arrive("lab", e.RoomDeleted("Alice"))
        self.watcher.lines()
        self.clock.advance(SUM_SECONDS)
        self.assertEqual(self.watcher.lines(), [])
