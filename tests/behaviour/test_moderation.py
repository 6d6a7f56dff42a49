"""Throwing people out of a room, and who else may do what its owner may."""

from __future__ import annotations

from pathlib import Path

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, edit, on_every_frontend


@on_every_frontend
class ThrowingOut(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob, self.carol = self.account("bob", "lab"), self.guest("carol", "lab")
        self.bob.forget()
        self.alice.forget()

    def test_everybody_is_told_and_the_one_it_concerns_is_at_the_menu(self) -> None:
        self.alice.do(r.Kick("bob", "too loud"))
        kicked = Heard("lab", e.Kicked("alice", "bob", "too loud"))
        self.alice.expect_only(kicked)
        self.carol.expect_only(kicked)
        self.bob.expect(kicked, a.ThrownOut("lab", "kicked"), CHOOSE)
        self.alice.do(r.Say("peace"))
        self.bob.expect_only()
        self.carol.expect_only(*said("lab", "alice", "peace"))

    def test_no_reason_is_needed(self) -> None:
        self.alice.do(r.Kick("BOB"))
        self.carol.expect_only(Heard("lab", e.Kicked("alice", "bob")))

    def test_nobody_is_told_besides_that_he_left(self) -> None:
        self.alice.do(r.Kick("bob"))
        self.bob.hang_up()
        self.carol.expect_only(Heard("lab", e.Kicked("alice", "bob")))

    def test_all_sessions_of_the_user_are_thrown_out(self) -> None:
        other = self.login("bob", "lab")
        self.alice.do(r.Kick("bob"))
        for driver in (self.bob, other):
            driver.expect(a.ThrownOut("lab", "kicked"), CHOOSE)

    def test_other_rooms_are_stayed_in(self) -> None:
        self.bob.do(r.Enter("public"), r.Focus("lab"))
        self.bob.forget()
        self.alice.do(r.Kick("bob"))
        self.bob.expect_only(Heard("lab", e.Kicked("alice", "bob")), a.ThrownOut("lab", "kicked", "public"))
        self.server.advance(2)
        self.bob.do(r.Say("here now"))
        self.bob.expect_only(*said("public", "bob", "here now"))

    def test_what_is_typed_within_two_seconds_is_thrown_away(self) -> None:
        self.alice.do(r.Kick("bob"))
        self.bob.forget()
        self.bob.choose("logout")
        self.bob.expect_only(a.Refused("dropped-lines", "lab"), CHOOSE)
        self.server.advance(1.9)
        self.bob.choose("logout")
        self.bob.expect_only(CHOOSE)
        self.server.advance(0.2)
        self.bob.do(r.Whois("bob"))
        self.bob.expect(
            a.About(
                a.Person("bob", False, "user", "active"),
                True,
                Moment(self.server.now() - 2100),
                (),
                1,
                "198.51.100.1",
            )
        )

    def test_one_may_come_back(self) -> None:
        self.alice.do(r.Kick("bob"))
        self.server.advance(2)
        self.bob.do(r.Enter("lab"), r.Leave())
        self.bob.expect(a.YouEntered("lab", "", 3))
        self.carol.expect(
            Heard("lab", e.Kicked("alice", "bob"), at=self.server.now() - 2000),
            Heard("lab", e.Entered("bob")),
            Heard("lab", e.Left("bob")),
        )

    def test_who_is_not_in_the_room_cannot_be(self) -> None:
        self.account("dora")
        self.alice.do(r.Kick("dora"))
        self.alice.expect_refused("not-here", "dora")
        self.alice.do(r.Kick("bobb"))
        self.alice.expect_refused("not-here", "bobb", near=("bob",))

    def test_nobody_but_the_owner_may(self) -> None:
        self.bob.do(r.Kick("carol"))
        self.bob.expect_refused("not-owner", "lab")
        self.carol.do(r.Say("still here"))
        self.alice.expect(*said("lab", "carol", "still here"))


@on_every_frontend
class Roles(Scene[Driver]):
    """Roles are written into users.csv while the server is down."""

    def setUp(self) -> None:
        super().setUp()
        self.room("lab", self.account("alice"))
        for name in ("mod", "op"):
            self.account(name)
        self.restart(self._appoint)
        self.alice, self.op = self.login("alice", "lab"), self.login("op", "lab", role="operator")
        self.mod = self.login("mod", "lab", role="moderator")
        self.alice.forget()
        self.op.forget()

    @staticmethod
    def _appoint(directory: Path) -> None:
        edit(directory / "users.csv", "mod", role="moderator")
        edit(directory / "users.csv", "op", role="operator")

    def test_a_moderator_throws_people_out_anywhere(self) -> None:
        self.mod.do(r.Kick("alice"))
        self.alice.expect(a.ThrownOut("lab", "kicked"))

    def test_but_changes_nothing(self) -> None:
        self.mod.do(r.Topic("mine"))
        self.mod.expect_refused("not-owner", "lab")

    def test_nobody_but_another_operator_throws_an_operator_out(self) -> None:
        for driver in (self.mod, self.alice):
            driver.do(r.Kick("op"))
            driver.expect_refused("cannot-kick", "op")
        self.op.do(r.Kick("op"))
        self.op.expect(a.ThrownOut("lab", "kicked"))

    def test_an_operator_does_what_owners_may(self) -> None:
        self.op.do(r.Topic("ours"))
        self.alice.expect(Heard("lab", e.TopicSet("op", "ours")))
        self.op.do(r.Delete("lab"))
        self.op.answer("lab")
        self.alice.expect(Heard("lab", e.RoomDeleted("op")), a.ThrownOut("lab", "room-deleted"))

    def test_an_operator_is_told_where_people_come_from(self) -> None:
        since = Moment(self.server.now())
        self.op.do(r.Whois("alice"))
        alice = a.Person("alice", False, "user", "active")
        self.op.expect(a.About(alice, True, since, ("lab",), 1, "198.51.100.1"))
        self.mod.do(r.Whois("alice"))
        self.mod.expect(a.About(alice, True, since, ("lab",)))

    def test_roles_are_shown(self) -> None:
        self.alice.do(r.Who())
        people = (("alice", "user"), ("mod", "moderator"), ("op", "operator"))
        self.alice.expect(a.Members("lab", tuple(a.Person(name, False, role, "active") for name, role in people)))
