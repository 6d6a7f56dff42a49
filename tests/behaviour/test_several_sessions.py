"""Several sessions of one user: they are one member, and their number is bounded."""

from __future__ import annotations

import msgspec

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend

ALICE = a.Person("alice", False, "user", "active")


@on_every_frontend
class OneMember(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.bob = self.guest("bob", "public")
        self.first = self.account("alice", "public")
        self.second = self.login("alice")
        self.bob.forget()

    def test_only_the_first_in_and_the_last_out_are_told(self) -> None:
        self.second.do(r.Enter("public"))
        self.first.do(r.Leave())
        self.bob.expect_only()
        self.second.do(r.Leave())
        self.bob.expect_only(Heard("public", e.Left("alice")))

    def test_both_hear_what_one_says(self) -> None:
        self.second.do(r.Enter("public"), r.Say("hello"))
        for driver in (self.first, self.second, self.bob):
            driver.expect(*said("public", "alice", "hello"))
            driver.expect_only()

    def test_a_session_that_is_not_in_the_room_hears_nothing_of_it(self) -> None:
        self.first.do(r.Say("hello"))
        self.second.expect_only()

    def test_each_has_its_own_focus(self) -> None:
        self.room("lab", self.second)
        self.second.do(r.Say("in the lab"))
        self.first.do(r.Say("in public"))
        self.first.expect_only(*said("public", "alice", "in public"))
        self.second.expect_only(*said("lab", "alice", "in the lab"))

    def test_a_status_is_the_users(self) -> None:
        self.first.do(r.Status("busy"))
        told = a.StatusChanged(a.Person("alice", False, "user", "busy"))
        for driver in (self.first, self.second, self.bob):
            driver.expect(told)

    def test_they_are_counted_for_their_owner_alone(self) -> None:
        self.first.do(r.Whois("alice"))
        self.first.expect_only(a.About(ALICE, True, Moment(self.server.now()), ("public",), 2, "198.51.100.1"))
        self.bob.do(r.Whois("alice"))
        self.bob.expect_only(a.About(ALICE, True, Moment(self.server.now()), ("public",)))

    def test_the_user_is_here_until_the_last_ends(self) -> None:
        self.first.hang_up()
        self.bob.do(r.Message("alice", "still here?"))
        self.bob.expect_refused("share-a-room", "alice")
        self.second.hang_up()
        self.bob.do(r.Whois("alice"))
        gone = msgspec.structs.replace(ALICE, status="offline")
        self.bob.expect(a.About(gone, False, Moment(self.server.now()), ()))


@on_every_frontend
class TooMany(Scene[Driver]):
    def setUp(self) -> None:
        self.start({"accounts": {"sessions_per_account": 2}})
        self.first, self.second = self.account("alice", "public"), self.login("alice", "public")
        self.third = self.visitor()
        self.third.login("alice", PASSWORD)

    def test_above_the_limit_one_is_already_logged_in(self) -> None:
        self.third.expect(a.Refused("too-many-sessions", "alice", limit=2), CHOOSE)
        self.third.do(r.Who())
        self.third.expect_refused("not-logged-in")

    def test_the_oldest_can_be_ended(self) -> None:
        self.third.choose("oldest")
        self.third.expect(a.Done("oldest-ended", "alice"), a.Welcome("alice", False, "user"), CHOOSE)
        self.first.expect(a.Closing("other-session", "alice"))
        self.assertEqual([self.first.closed, self.second.closed, self.third.closed], [True, False, False])
        self.second.do(r.Who())
        self.second.expect(a.Members("public", (ALICE,)))

    def test_only_by_who_has_just_given_the_password(self) -> None:
        visitor = self.visitor()
        visitor.choose("oldest")
        visitor.expect_refused("no-oldest")
        visitor.login("alice", "wrong")
        visitor.choose("oldest")
        visitor.expect_refused("no-oldest")
        self.third.login("alice", "wrong")
        self.third.choose("oldest")
        self.third.expect_refused("no-oldest")
        self.assertFalse(self.first.closed)

    def test_once(self) -> None:
        self.third.choose("oldest")
        self.third.choose("logout")
        self.third.choose("oldest")
        self.third.expect_refused("no-oldest")
        self.assertFalse(self.second.closed)

    def test_one_that_ends_makes_room(self) -> None:
        self.first.hang_up()
        self.third.login("alice", PASSWORD)
        self.third.expect(a.Welcome("alice", False, "user"))

    def test_other_accounts_have_their_own_limit(self) -> None:
        self.account("bob")
        self.login("bob")
