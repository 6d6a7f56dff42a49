"""What the owner of a room may do with it: topic, access and password, and throwing people out."""

from __future__ import annotations

from pathlib import Path

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, edit, on_every_frontend

ASK = a.Prompt("room-password", "password of lab:")


@on_every_frontend
class Topics(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.account("bob", "lab")
        self.alice.forget()

    def test_everybody_is_told(self) -> None:
        self.alice.do(r.Topic("the weather today"))
        for driver in (self.alice, self.bob):
            driver.expect_only(Heard("lab", e.TopicSet("alice", "the weather today")))

    def test_anybody_may_ask(self) -> None:
        self.bob.do(r.Topic())
        self.bob.expect_only(a.TopicIs("lab", ""))
        self.alice.do(r.Topic("the weather"))
        self.bob.do(r.Topic(), r.Info(), r.Rooms())
        self.bob.expect(a.TopicIs("lab", "the weather"))
        lab, public = (
            a.RoomSummary("lab", 2, "the weather", "open", True),
            a.RoomSummary("public", 0, "", "open", False),
        )
        self.bob.expect(a.RoomList((lab, public)))

    def test_a_dash_takes_it_away(self) -> None:
        self.alice.do(r.Topic("the weather"), r.Topic("-"), r.Topic())
        self.alice.expect(Heard("lab", e.TopicSet("alice", "")), a.TopicIs("lab", ""))

    def test_it_has_its_length(self) -> None:
        self.alice.do(r.Topic("x" * 301))
        self.alice.expect_refused("topic-too-long", limit=300)
        self.bob.expect_only()

    def test_nobody_but_the_owner_sets_it(self) -> None:
        self.bob.do(r.Topic("mine"))
        self.bob.expect_refused("not-owner", "lab")

    def test_it_outlives_a_restart(self) -> None:
        self.alice.do(r.Topic('quoted, "so"'))
        self.restart()
        bob = self.login("bob")
        bob.do(r.Enter("lab"))
        bob.expect(a.YouEntered("lab", 'quoted, "so"', 1))


@on_every_frontend
class Passwords(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob")

    def _close(self, password: str = "sesame") -> None:
        self.alice.do(r.Access("password"))
        self.alice.expect(a.Prompt("new-room-password", "new password of lab:"))
        self.alice.answer(password)

    def test_the_room_is_told_that_there_is_one(self) -> None:
        carol = self.guest("carol", "lab")
        self._close()
        self.alice.expect(Heard("lab", e.AccessSet("alice", "password")))
        carol.expect_only(Heard("lab", e.AccessSet("alice", "password")))
        self.alice.do(r.Access())
        self.alice.expect_only(a.Setting("access", "lab: password"))

    def test_it_is_asked_of_whoever_enters(self) -> None:
        self._close()
        self.bob.do(r.Enter("lab"))
        self.bob.expect_only(ASK)
        self.bob.answer("sesame")
        self.bob.expect_only(a.YouEntered("lab", "", 2))

    def test_it_may_stand_behind_the_name(self) -> None:
        self._close()
        self.bob.do(r.Enter("lab", "sesame"))
        self.bob.expect_only(a.YouEntered("lab", "", 2))

    def test_a_wrong_one_is_refused(self) -> None:
        self._close()
        for password in ("Sesame", "", "open"):
            self.bob.do(r.Enter("lab"))
            self.bob.expect(ASK)
            self.bob.answer(password)
            self.bob.expect_only(a.Refused("wrong-room-password", "lab"), CHOOSE)
        self.bob.do(r.Enter("lab", "wrong"))
        self.bob.expect_refused("wrong-room-password", "lab")
        self.alice.do(r.Who())
        self.alice.expect(a.Members("lab", (a.Person("alice", False, "user", "active"),)))

    def test_in_a_room_one_is_asked_too_and_hears_what_was_said_meanwhile_afterwards(self) -> None:
        self._close()
        self.bob.do(r.Enter("public"))
        carol = self.guest("carol", "public")
        self.bob.forget()
        self.bob.do(r.Enter("lab"))
        self.bob.expect_only(ASK)
        carol.do(r.Say("meanwhile"))
        self.bob.expect_only()
        self.bob.answer("sesame")
        self.bob.expect_only(*said("public", "carol", "meanwhile"), a.YouEntered("lab", "", 2))

    def test_who_has_not_logged_in_is_asked_and_refused(self) -> None:
        self._close()
        visitor = self.visitor()
        visitor.do(r.Enter("lab"))
        visitor.expect(ASK)
        visitor.answer("sesame")
        visitor.expect_only(a.Refused("not-logged-in"), CHOOSE)

    def test_it_outlives_a_restart_and_is_kept_as_a_hash(self) -> None:
        self._close()
        self.restart()
        self.assertNotIn("sesame", self.file("rooms.csv") + self.file("log.csv"))
        carol = self.guest("carol")
        carol.do(r.Enter("lab", "sesame"))
        carol.expect(a.YouEntered("lab", "", 1))

    def test_the_room_can_be_opened_again(self) -> None:
        self._close()
        self.alice.do(r.Access("open"))
        self.alice.expect(Heard("lab", e.AccessSet("alice", "open")))
        self.bob.do(r.Enter("lab"))
        self.bob.expect_only(a.YouEntered("lab", "", 2))

    def test_a_password_that_is_none_changes_nothing(self) -> None:
        for password in ("", "x" * 1025):
            self._close(password)
            self.alice.expect_refused("bad-password", limit=1024)
            self.alice.do(r.Access())
            self.alice.expect(a.Setting("access", "lab: open"))

    def test_there_are_two_kinds_of_access(self) -> None:
        self.alice.do(r.Access("closed"))
        self.alice.expect_refused("bad-access")

    def test_nobody_but_the_owner_sets_it_and_whoever_asks_is_asked(self) -> None:
        self.bob.do(r.Enter("lab"), r.Access("password"))
        self.bob.answer("mine")
        self.bob.expect_refused("not-owner", "lab")
        self.bob.do(r.Access("open"))
        self.bob.expect_refused("not-owner", "lab")


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
                a.Moment(self.server.now() - 2100),
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
        since = a.Moment(self.server.now())
        self.op.do(r.Whois("alice"))
        alice = a.Person("alice", False, "user", "active")
        self.op.expect(a.About(alice, True, since, ("lab",), 1, "198.51.100.1"))
        self.mod.do(r.Whois("alice"))
        self.mod.expect(a.About(alice, True, since, ("lab",)))

    def test_roles_are_shown(self) -> None:
        self.alice.do(r.Who())
        people = (("alice", "user"), ("mod", "moderator"), ("op", "operator"))
        self.alice.expect(a.Members("lab", tuple(a.Person(name, False, role, "active") for name, role in people)))
