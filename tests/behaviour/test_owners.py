"""What the owner of a room may do with it: topic, access and password."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, Driver
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend

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
        for password in ("Sesame", "open"):
            self.bob.do(r.Enter("lab"))
            self.bob.expect(ASK)
            self.bob.answer(password)
            self.bob.expect_only(a.Refused("wrong-room-password", "lab"), CHOOSE)
        self.bob.do(r.Enter("lab", "wrong"))
        self.bob.expect_refused("wrong-room-password", "lab")
        self.alice.do(r.Who())
        self.alice.expect(a.Members("lab", (a.Person("alice", False, "user", "active"),)))

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
        self._close("x" * 1025)
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
