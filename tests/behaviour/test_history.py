"""What was said before: on entering, by place and time, and by words."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import Driver, again
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, edit, on_every_frontend


def numbered(first: int, last: int) -> list[Heard]:
    """What alice said, downwards."""
    return again("lab", "alice", *(f"number {number}" for number in range(first, last - 1, -1)))


@on_every_frontend
class ComingBack(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.bob = self.guest("bob", "public")

    def test_who_enters_is_told_the_last_ten_before_it_is_told_that_one_is_in(self) -> None:
        self.bob.do(*(r.Say(f"line {number}") for number in range(15)))
        carol = self.guest("carol")
        carol.forget()
        carol.do(r.Enter("public"))
        lines = again("public", "bob", *(f"line {number}" for number in range(5, 15)))
        carol.expect_only(*lines, a.YouEntered("public", "", 3))

    def test_comings_and_goings_push_nothing_out(self) -> None:
        self.bob.do(r.Say("hello"))
        for _ in range(20):
            self.bob.do(r.Leave(), r.Enter("public"))
        carol = self.guest("carol")
        carol.do(r.Enter("public"))
        carol.expect(*again("public", "bob", "hello"), a.YouEntered("public", "", 3))

    def test_an_account_is_told_how_much_is_new(self) -> None:
        self.bob.do(r.Say("old"))
        self.alice.do(r.Leave())
        self.bob.do(r.Say("one"), r.Emote("waves"))
        self.alice.do(r.Enter("public"))
        self.alice.expect(*again("public", "bob", "one"), a.YouEntered("public", "", 2, 2))

    def test_with_nothing_new_nothing_is_told_of_it(self) -> None:
        self.bob.do(r.Say("old"))
        self.alice.do(r.Leave(), r.Enter("public"))
        self.alice.expect(a.YouEntered("public", "", 2))

    def test_a_guest_is_not(self) -> None:
        self.bob.do(r.Leave())
        self.alice.do(r.Say("one"))
        self.bob.do(r.Enter("public"))
        self.bob.expect(a.YouEntered("public", "", 2))

    def test_nor_is_one_who_is_there_already(self) -> None:
        self.alice.do(r.Leave(), r.Enter("public"))
        self.bob.do(r.Say("one"))
        other = self.login("alice")
        other.do(r.Enter("public"))
        other.expect(a.YouEntered("public", "", 2))

    def test_it_is_known_after_a_restart(self) -> None:
        for again_ in (self.restart, self.crash):
            self.alice.do(r.Leave())
            self.alice.hang_up()
            self.bob.do(r.Say("one"), r.Say("two"))
            again_()
            self.bob = self.guest("bob", "public")
            self.bob.do(r.Say("three"))
            self.alice = self.login("alice")
            self.alice.do(r.Enter("public"))
            self.alice.expect(a.YouEntered("public", "", 2, 3))

    def test_one_who_was_there_at_a_crash_has_missed_what_came_after_it(self) -> None:
        self.bob.do(r.Say("one"))
        self.crash()
        self.bob = self.guest("bob", "public")
        self.bob.do(r.Say("two"))
        alice = self.login("alice")
        alice.do(r.Enter("public"))
        alice.expect(a.YouEntered("public", "", 2, 1))

    def test_more_than_the_room_remembers_is_counted_too(self) -> None:
        self.alice.do(r.Leave())
        for number in range(250):
            self.bob.do(r.Say(f"line {number}"))
            self.server.advance(0.1)
        self.alice.do(r.Enter("public"))
        self.alice.expect(a.YouEntered("public", "", 2, 250))

    def test_a_new_account_of_that_name_has_missed_nothing(self) -> None:
        self.alice.do(r.Leave())
        self.alice.choose("unregister")
        self.alice.answer("correct horse")
        self.bob.do(r.Say("one"))
        alice = self.account("alice")
        alice.do(r.Enter("public"))
        alice.expect(a.YouEntered("public", "", 2))


@on_every_frontend
class Asking(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        for number in range(1, 251):
            self.alice.do(r.Say(f"line {number}"))
            self.server.advance(60)
        self.alice.forget()

    def _lines(self, first: int, last: int) -> list[Heard]:
        at = self.server.now() - 251 * 60_000
        return [
            Heard("public", e.Said("alice", f"line {n}"), n + 1, at + n * 60_000, True) for n in range(first, last + 1)
        ]

    def test_page_by_page_as_far_as_there_is_anything(self) -> None:
        self.alice.do(r.History(100))
        self.alice.expect_only(*self._lines(151, 250), a.Past("public", 100, 152))
        self.alice.do(r.History(100, before="public#152"))
        self.alice.expect_only(*self._lines(51, 150), a.Past("public", 100, 52))
        self.alice.do(r.History(100, before="52"))
        self.alice.expect_only(*self._lines(1, 50), a.Past("public", 50))

    def test_since_a_while_ago(self) -> None:
        self.alice.do(r.History(since="5m"))
        self.alice.expect_only(*self._lines(246, 250), a.Past("public", 5))

    def test_since_longer_ago_than_the_room_remembers(self) -> None:
        self.alice.do(r.History(since="4h"))
        self.alice.expect_only(*self._lines(11, 250), a.Past("public", 240))

    def test_since_a_day_that_is_to_come(self) -> None:
        self.alice.do(r.History(since="2030-01-01"))
        self.alice.expect_only(a.Past("public", 0))

    def test_what_is_no_time_or_id_is_refused(self) -> None:
        for request, error in (
            (r.History(since="soon"), "bad-moment"),
            (r.History(since="2026-02-30"), "bad-moment"),
            (r.History(before="x"), "bad-id"),
            (r.History(before="lab#1"), "no-such-room"),
        ):
            self.alice.do(request)
            self.alice.expect_refused(error, "lab" if error == "no-such-room" else request.since or request.before)


@on_every_frontend
class Searching(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob", "lab")
        self.alice.do(r.Say("the red house"))
        self.bob.do(r.Say("the green house"))
        self.alice.forget()
        self.bob.forget()

    def test_the_newest_comes_first(self) -> None:
        for driver in (self.alice, self.bob):
            driver.do(r.Search("house"))
            driver.expect_only(
                *again("lab", "bob", "the green house"), *again("lab", "alice", "the red house"), a.Searched(2)
            )

    def test_by_whom_where_and_when(self) -> None:
        for words, found in (
            ("@bob house", 1), ("@bob", 1), ("#lab house", 2), ("#public house", 0), ("since:1h house", 2),
            ("red house", 1), ('"green house"', 1), ('"house green"', 0), ("house @alice #LAB", 1), ("hou", 2),
        ):  # fmt: skip
            self.alice.do(r.Search(words))
            self.alice.expect(a.Searched(found))

    def test_from_the_menu_too(self) -> None:
        carol = self.guest("carol")
        carol.forget()
        carol.do(r.Search("red"))
        carol.expect(*again("lab", "alice", "the red house"), a.Searched(1))

    def test_twenty_at_once_and_then_more(self) -> None:
        self.alice.do(*(r.Say(f"number {number}") for number in range(45)))
        self.alice.forget()
        self.alice.do(r.Search("number"))
        self.alice.expect_only(*numbered(44, 25), a.Searched(20, True))
        self.alice.do(r.More())
        self.alice.expect_only(*numbered(24, 5), a.Searched(20, True))
        self.alice.do(r.More())
        self.alice.expect_only(*numbered(4, 0), a.Searched(5))
        self.alice.do(r.More())
        self.alice.expect_refused("nothing-more")

    def test_rooms_that_one_could_not_just_enter_are_left_out(self) -> None:
        self.restart(lambda directory: edit(directory / "rooms.csv", "lab", hidden="yes"))
        carol = self.guest("carol")
        carol.do(r.Search("house"))
        carol.expect(a.Searched(0))
        carol.do(r.Search("#lab house"))
        carol.expect_refused("no-such-room", "lab")
        carol.do(r.Enter("lab"), r.Search("house"))
        carol.expect(a.Searched(2))

    def test_so_are_those_with_a_password(self) -> None:
        self.alice.do(r.Access("password"))
        self.alice.answer("sesame")
        carol = self.guest("carol")
        carol.do(r.Search("house"))
        carol.expect(a.Searched(0))
        carol.do(r.Search("#lab house"))
        carol.expect_refused("not-in-room", "lab")

    def test_private_messages_are_found_by_those_they_are_between(self) -> None:
        carol = self.account("carol", "lab")
        self.alice.do(r.Message("carol", "a secret house"))
        for driver in (self.alice, carol):
            driver.do(r.Search("secret"))
            driver.expect(a.Searched(1))
        self.bob.do(r.Search("secret"))
        self.bob.expect(a.Searched(0))

    def test_a_guest_finds_nothing_of_who_had_the_name_before(self) -> None:
        self.alice.do(r.Message("bob", "a secret house"))
        self.bob.hang_up()
        bob = self.guest("bob")
        bob.do(r.Search("secret"))
        bob.expect(a.Searched(0))

    def test_a_deleted_room_is_found_no_more(self) -> None:
        self.alice.do(r.Leave(), r.Delete("lab"))
        self.alice.answer("lab")
        self.server.advance(3)
        self.alice.do(r.Create("lab"), r.Enter("lab"), r.Search("house"))
        self.alice.expect(a.Searched(0))

    def test_one_has_to_say_for_what_and_who_one_is(self) -> None:
        self.alice.do(r.Search("#lab"))
        self.alice.expect_refused("nothing-to-search")
        self.alice.do(r.Search("since:soon house"))
        self.alice.expect_refused("bad-moment", "soon")
        visitor = self.visitor()
        visitor.do(r.Search("house"))
        visitor.expect_refused("not-logged-in")

    def test_where_it_cannot_be_it_is_refused(self) -> None:
        self.server.history.close()
        self.alice.do(r.Search("house"))
        self.alice.expect_refused("search-unavailable")
