"""What is said in a room, who hears it, and what of it is told again."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class Talking(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.bob = self.guest("bob", "public")
        self.alice.forget()

    def test_everybody_hears_a_line_once_the_speaker_too(self) -> None:
        self.alice.do(r.Say("hello"))
        for driver in (self.alice, self.bob):
            driver.expect_only(*said("public", "alice", "hello"))

    def test_lines_come_in_the_order_in_which_they_were_said(self) -> None:
        for number in range(5):
            self.alice.do(r.Say(f"a{number}"))
            self.bob.do(r.Say(f"b{number}"))
        lines = [x for n in range(5) for x in said("public", "alice", f"a{n}") + said("public", "bob", f"b{n}")]
        for driver in (self.alice, self.bob):
            driver.expect_only(*lines)

    def test_numbers_rise(self) -> None:
        self.alice.do(r.Say("one"), r.Say("two"))
        self.bob.expect(Heard("public", e.Said("alice", "one"), 3), Heard("public", e.Said("alice", "two"), 4))

    def test_who_is_in_no_room_hears_nothing(self) -> None:
        carol = self.account("carol")
        self.alice.do(r.Say("hello"))
        carol.expect_only()

    def test_who_has_left_hears_no_more(self) -> None:
        self.bob.do(r.Say("before"), r.Leave())
        self.alice.do(r.Say("after"))
        self.bob.expect(*said("public", "bob", "before"), a.YouLeft("public"))
        self.assertFalse(self.bob.heard(said("public", "alice", "after")[0]))
        self.alice.expect_only(
            *said("public", "bob", "before"), Heard("public", e.Left("bob")), *said("public", "alice", "after")
        )

    def test_me_says_what_one_does(self) -> None:
        self.alice.do(r.Emote("waves"))
        self.bob.expect_only(Heard("public", e.Emoted("alice", "waves")))

    def test_white_space_alone_is_not_said(self) -> None:
        for blank in ("", "   ", "\t"):
            self.alice.do(r.Say(blank))
        self.bob.expect_only()

    def test_white_space_around_a_line_is_kept(self) -> None:
        self.alice.do(r.Say("    if x:  "))
        self.bob.expect_only(*said("public", "alice", "    if x:  "))

    def test_a_line_can_begin_with_a_slash(self) -> None:
        self.alice.do(r.Say("/who"), r.Say("//"))
        self.bob.expect_only(*said("public", "alice", "/who", "//"))

    def test_every_script_is_said_as_it_is(self) -> None:
        for text in ("Grüße", "日本語", "שלום", "👩‍👩‍👧", "e\u0301"):
            self.alice.do(r.Say(text))
            self.bob.expect_only(*said("public", "alice", text))


@on_every_frontend
class History(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.alice.do(*(r.Say(f"line {number}") for number in range(1, 31)))
        self.bob = self.guest("bob", "public")

    def _again(self, *numbers: int) -> list[Heard]:
        return [Heard("public", e.Said("alice", f"line {n}"), n + 1, again=True) for n in numbers]

    def test_the_last_lines_are_told_again(self) -> None:
        self.bob.do(r.History())
        self.bob.expect_only(*self._again(*range(11, 31)), a.Past("public", 20, 12))

    def test_as_many_as_are_asked_for(self) -> None:
        self.bob.do(r.History(3))
        self.bob.expect_only(*self._again(28, 29, 30), a.Past("public", 3, 29))

    def test_never_more_than_there_are(self) -> None:
        self.bob.do(r.History(1000))
        self.bob.expect_only(*self._again(*range(1, 31)), a.Past("public", 30))

    def test_a_negative_number_is_refused(self) -> None:
        self.bob.do(r.History(-3))
        self.bob.expect_refused("bad-count")

    def test_who_came_and_went_is_left_out(self) -> None:
        self.bob.do(r.Leave(), r.Enter("public"), r.History(1))
        self.bob.expect(*self._again(30), a.Past("public", 1, 31))

    def test_it_is_told_to_who_asks_alone(self) -> None:
        self.alice.forget()
        self.bob.do(r.History())
        self.alice.expect_only()

    def test_what_is_said_meanwhile_comes_behind_it(self) -> None:
        self.bob.do(r.History(1), r.Say("thanks"))
        self.bob.expect_only(*self._again(30), a.Past("public", 1, 31), *said("public", "bob", "thanks"))
