"""Private messages: who gets them, and who may write to whom."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, Driver
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class Messages(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.bob = self.account("bob")
        self.hi = e.Private("alice", "bob", "hi there")

    def test_it_comes_to_both_and_to_nobody_else(self) -> None:
        carol = self.account("carol")
        self.alice.do(r.Message("bob", "hi there"))
        self.bob.expect(Heard("@bob", self.hi))
        self.alice.expect(Heard("@alice", self.hi))
        carol.expect_only()

    def test_in_rooms_only_the_two_hear_it(self) -> None:
        drivers = [self.alice, self.bob, self.guest("gus")]
        for driver in drivers:
            driver.do(r.Enter("public"))
        for driver in drivers:
            driver.forget()
        self.alice.do(r.Message("bob", "hi there"))
        self.alice.expect_only(Heard("@alice", self.hi))
        self.bob.expect_only(Heard("@bob", self.hi))
        drivers[2].expect_only()

    def test_it_comes_to_every_session_of_both(self) -> None:
        others = [self.login("alice", "public"), self.login("bob")]
        self.alice.do(r.Message("bob", "hi there"))
        others[0].expect(Heard("@alice", self.hi))
        others[1].expect(Heard("@bob", self.hi))

    def test_names_are_compared_without_their_case(self) -> None:
        self.alice.do(r.Message("BOB", "hi there"))
        self.bob.expect(Heard("@bob", self.hi))

    def test_at_the_menu_the_question_is_repeated_behind_it(self) -> None:
        self.alice.do(r.Message("bob", "hi there"))
        self.bob.expect_only(Heard("@bob", self.hi), CHOOSE)

    def test_one_may_write_to_oneself(self) -> None:
        self.alice.do(r.Message("alice", "note"))
        self.alice.expect_only(Heard("@alice", e.Private("alice", "alice", "note")), CHOOSE)

    def test_reply_goes_to_who_wrote_last(self) -> None:
        self.bob.do(r.Enter("public"))
        self.guest("gus", "public").do(r.Message("bob", "psst"))
        self.alice.do(r.Message("bob", "hi there"))
        self.bob.forget()
        self.bob.do(r.Reply("hello"))
        self.alice.expect(Heard("@alice", e.Private("bob", "alice", "hello")))
        self.bob.expect_only(Heard("@bob", e.Private("bob", "alice", "hello")))

    def test_there_is_no_reply_before_somebody_has_written(self) -> None:
        self.bob.do(r.Enter("public"), r.Reply("hello"))
        self.bob.expect_refused("nobody-to-answer")

    def test_a_reply_to_a_guest_reaches_no_namesake(self) -> None:
        self.bob.do(r.Enter("public"))
        gus = self.guest("gus", "public")
        gus.do(r.Message("bob", "psst"))
        gus.hang_up()
        gus = self.guest("gus", "public")
        gus.forget()
        self.bob.do(r.Reply("a secret"))
        self.bob.expect_refused("writer-gone", "gus")
        gus.expect_only()

    def test_a_reply_to_a_guest_follows_the_name(self) -> None:
        self.bob.do(r.Enter("public"))
        gus = self.guest("gus", "public")
        gus.do(r.Message("bob", "psst"), r.Nick("gustav"))
        self.bob.do(r.Reply("hello"))
        gus.expect(Heard("@gustav", e.Private("bob", "gustav", "hello")))

    def test_a_reply_to_who_has_gone_is_kept(self) -> None:
        self.bob.do(r.Enter("public"))
        self.alice.do(r.Message("bob", "bye"))
        self.alice.choose("logout")
        self.bob.do(r.Reply("wait"))
        self.bob.expect(Heard("@bob", e.Private("bob", "alice", "wait")), a.Done("kept", "alice"))

    def test_who_is_not_here_gets_none(self) -> None:
        self.alice.do(r.Message("carol", "hi"))
        self.alice.expect_refused("no-such-user", "carol")

    def test_a_name_nearly_right_is_told(self) -> None:
        self.alice.do(r.Message("bobb", "hi"))
        self.alice.expect_refused("no-such-user", "bobb", near=("bob",))

    def test_who_has_not_logged_in_writes_to_nobody(self) -> None:
        visitor = self.visitor()
        visitor.do(r.Message("bob", "hi"))
        visitor.expect_refused("not-logged-in")
        self.bob.expect_only()

    def test_history_of_a_room_has_none_of_it(self) -> None:
        self.alice.do(r.Enter("public"), r.Say("hello"), r.Message("bob", "hi there"), r.History())
        self.alice.expect(Heard("public", e.Said("alice", "hello"), again=True), a.Past("public", 1))
