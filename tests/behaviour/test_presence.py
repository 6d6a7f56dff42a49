"""Presence: who is silent for long is shown as inactive, and sent away where that is wished; status, idle time."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import Driver
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend

AFTER = 300


def person(name: str, status: str, text: str = "", guest: bool = False) -> a.Person:
    return a.Person(name, guest, "user", status, text)


@on_every_frontend
class Silence(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.bob = self.account("bob", "public")
        self.alice.forget()

    def fall_silent(self) -> None:
        """Bob says nothing for long, while alice is heard of just before."""
        self.server.advance(AFTER - 1)
        self.alice.do(r.Version())
        self.server.advance(1)

    def test_who_is_silent_for_long_is_inactive(self) -> None:
        self.fall_silent()
        self.alice.expect(a.StatusChanged(person("bob", "inactive")))
        self.bob.expect_only()
        self.alice.do(r.Who())
        self.alice.expect_only(a.Members("public", (person("alice", "active"), person("bob", "inactive"))))

    def test_it_is_told_once(self) -> None:
        for who in (self.alice, self.bob):
            who.do(r.Enter("public"))
        self.fall_silent()
        self.alice.forget()
        self.server.advance(AFTER / 2)
        self.alice.expect_only()

    def test_the_next_line_makes_one_active(self) -> None:
        self.fall_silent()
        self.alice.forget()
        self.bob.do(r.Version())
        self.alice.expect_only(a.StatusChanged(person("bob", "active")))

    def test_a_line_in_another_session_does_too(self) -> None:
        second = self.login("bob")
        self.fall_silent()
        self.alice.forget()
        second.do(r.Version())
        self.alice.expect_only(a.StatusChanged(person("bob", "active")))

    def test_who_speaks_in_one_of_two_sessions_stays_active(self) -> None:
        second = self.login("bob")
        self.server.advance(AFTER - 1)
        self.alice.do(r.Version())
        second.do(r.Version())
        self.alice.forget()
        self.server.advance(1)
        self.alice.expect_only()

    def test_who_has_said_to_be_away_stays_away(self) -> None:
        self.bob.do(r.Status("away", "tea"))
        self.alice.forget()
        self.fall_silent()
        self.alice.do(r.Who())
        self.alice.expect(a.Members("public", (person("alice", "active"), person("bob", "away", "tea"))))

    def test_who_shares_no_room_is_not_told(self) -> None:
        carol = self.account("carol")
        self.server.advance(AFTER - 1)
        carol.do(r.Version())
        carol.forget()
        self.server.advance(1)
        carol.expect_only()

    def test_whois_tells_for_how_long(self) -> None:
        since = Moment(self.server.now())
        self.server.advance(120)
        self.alice.do(r.Whois("bob"))
        self.alice.expect(a.About(person("bob", "active"), True, since, ("public",), idle=120))

    def test_status_can_be_set_at_the_menu(self) -> None:
        carol = self.account("carol")
        carol.do(r.Status("busy", "writing"))
        carol.expect(a.StatusChanged(person("carol", "busy", "writing")))
        self.alice.do(r.Whois("carol"))
        now = Moment(self.server.now())
        self.alice.expect(a.About(person("carol", "busy", "writing"), True, now, ()))

    def test_status_is_told_once_however_many_rooms_are_shared(self) -> None:
        self.alice.do(r.Create("lab"), r.Enter("lab"))
        self.bob.do(r.Enter("lab"))
        self.alice.forget()
        self.bob.do(r.Status("busy"))
        self.alice.expect_only(a.StatusChanged(person("bob", "busy")))


@on_every_frontend
class SentAway(Scene[Driver]):
    def setUp(self) -> None:
        self.start({"presence": {"inactive_after": 0, "disconnect_after": 600}})

    def test_who_is_silent_for_longer_is_disconnected_with_all_sessions(self) -> None:
        bob, second = self.account("bob", "public"), self.login("bob")
        self.server.advance(599)
        self.assertFalse(bob.closed)
        self.server.advance(1)
        for session in (bob, second):
            session.expect(a.Closing("inactive"))
            self.assertTrue(session.closed)

    def test_who_says_something_stays(self) -> None:
        bob = self.account("bob", "public")
        self.server.advance(400)
        bob.do(r.Version())
        self.server.advance(400)
        self.assertFalse(bob.closed)

    def test_nobody_is_inactive_where_that_is_off(self) -> None:
        bob, alice = self.account("bob", "public"), self.account("alice", "public")
        self.server.advance(500)
        alice.do(r.Who())
        alice.expect_only(a.Members("public", (person("alice", "active"), person("bob", "active"))))
        self.assertFalse(bob.closed)


@on_every_frontend
class Nicks(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.gus = self.guest("gus", "public")
        self.alice.forget()

    def test_a_guest_keeps_the_rooms(self) -> None:
        self.alice.do(r.Create("lab"), r.Enter("lab"))
        self.gus.do(r.Enter("lab"), r.Nick("gustav"))
        self.alice.forget()
        for room in ("public", "lab"):
            self.alice.do(r.Who(room))
            self.alice.expect(a.Members(room, (person("alice", "active"), person("gustav", "active", "", True))))
        self.gus.expect(a.Done("renamed", "gustav"))

    def test_rooms_are_told_and_what_is_said_later_bears_the_new_name(self) -> None:
        self.gus.do(r.Nick("gustav"), r.Say("hello"), r.Leave())
        self.alice.expect_only(
            Heard("public", e.Renamed("gus", "gustav")),
            Heard("public", e.Said("gustav", "hello")),
            Heard("public", e.Left("gustav")),
        )

    def test_messages_come_under_the_new_name_alone(self) -> None:
        self.gus.do(r.Nick("gustav"))
        self.gus.forget()
        self.alice.do(r.Message("gustav", "hi"), r.Message("gus", "hi"))
        self.gus.expect_only(Heard("@gustav", e.Private("alice", "gustav", "hi")))
        self.alice.expect_refused("no-such-user", "gus")

    def test_the_old_name_is_free_then(self) -> None:
        self.gus.do(r.Nick("gustav"))
        self.guest("gus")

    def test_the_case_of_ones_own_name_can_be_changed(self) -> None:
        self.gus.do(r.Nick("Gus"), r.Who())
        self.gus.expect(
            a.Done("renamed", "Gus"),
            a.Members("public", (person("alice", "active"), person("Gus", "active", "", True))),
        )

    def test_names_of_others_and_bad_ones_are_refused(self) -> None:
        self.gus.do(r.Nick("ALICE"), r.Nick("1"))
        self.gus.expect_refused("name-taken", "ALICE")
        self.gus.expect_refused("bad-name")

    def test_accounts_keep_theirs(self) -> None:
        self.alice.do(r.Nick("alicia"))
        self.alice.expect_refused("accounts-keep-names")

    def test_who_registers_afterwards_may_have_the_new_name(self) -> None:
        self.gus.do(r.Nick("gustav"), r.Leave())
        self.gus.register("gustav", PASSWORD)
        self.gus.expect(a.Welcome("gustav", False, "user"))
