"""Pastes: what one session sends in one piece is one block, and is shown as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.pastes import LONGEST, SHOWN, SHOWN_WHOLE
from chatd.frontends.line import FLOOD_LINES
from chatd.intake import PASTE_LINES, SHARE
from tests.behaviour.drivers import Driver, LineDriver, paste, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import D, Scene, Stage, on_every_frontend, on_lines


def numbers(*bounds: int) -> list[str]:
    """As ``seq`` writes them."""
    return [str(number) for number in range(bounds[0], bounds[1] + 1)]


class _Public(Scene[D]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.bob = self.guest("bob", "public")
        self.alice.forget()


@on_every_frontend
class Pasting(_Public[Driver]):
    def test_every_line_is_an_event_that_names_its_block(self) -> None:
        self.alice.paste("def f():", "    return 1", "", "  # end  ")
        wanted = paste("public", "alice", 3, "def f():", "    return 1", "  # end  ")
        for driver in (self.alice, self.bob):
            driver.expect_only(*wanted)

    def test_a_line_alone_is_none(self) -> None:
        self.alice.paste("one")
        self.alice.paste("two")
        self.bob.expect_only(*said("public", "alice", "one", "two"))

    def test_a_line_that_is_taken_back_leaves_the_others(self) -> None:
        self.alice.paste(*numbers(1, 60))
        self.alice.do(r.Redact("62"))
        self.bob.do(r.More("3"))
        lines = [e.Said("alice", str(number), 3, number, 60) for number in range(13, 60)]
        self.bob.expect(*(Heard("public", line, again=True, goes_on=line.line > 13) for line in lines))
        self.bob.expect_only(a.PasteLines("public", 3, 48))

    def test_what_comes_later_is_another_one(self) -> None:
        self.alice.paste("one", "two")
        self.alice.paste("three", "four")
        self.bob.expect_only(*paste("public", "alice", 3, "one", "two"), *paste("public", "alice", 5, "three", "four"))

    def test_it_outlives_a_restart(self) -> None:
        self.alice.paste("one", "  two")
        self.crash()
        bob = self.guest("bob", "public")
        bob.do(r.History(2))
        one, two = paste("public", "alice", 3, "one", "  two")
        bob.expect_only(
            Heard("public", one.event, 3, again=True), Heard("public", two.event, 4, again=True, goes_on=True),
            a.Past("public", 2),
        )  # fmt: skip

    def test_what_looks_like_one_in_the_journal_is_none(self) -> None:
        for text in ("block=3 line=1 lines=2 x", "block=", "block=0 line=0 lines=0 "):
            self.alice.do(r.Say(text))
        self.crash()
        bob = self.guest("bob", "public")
        bob.do(r.History())
        bob.expect(Heard("public", e.Said("alice", "block=3 line=1 lines=2 x"), again=True))
        bob.expect(Heard("public", e.Said("alice", "block="), again=True))
        bob.expect(Heard("public", e.Said("alice", "block=0 line=0 lines=0 "), again=True))


@on_every_frontend
class LongOnes(_Public[Driver]):
    def test_more_tells_the_lines_that_were_not_shown(self) -> None:
        self.alice.paste(*numbers(1, 60))
        self.bob.forget()
        wanted = paste("public", "alice", 3, *numbers(1, 60))
        rest = [Heard("public", line.event, 2 + n, again=True, goes_on=n > 13) for n, line in enumerate(wanted, 1)]
        for name in ("public#3", "3"):
            self.bob.do(r.More(name))
            self.bob.expect_only(*rest[SHOWN:], a.PasteLines("public", 3, 48))
        self.bob.do(r.More("62"))
        self.bob.expect_only(Heard("public", wanted[-1].event, 62, again=True), a.PasteLines("public", 3, 1))

    def test_each_line_that_is_found_bears_its_name(self) -> None:
        self.alice.paste("red one", "red two", "red three")
        self.server.advance(60)
        self.bob.forget()
        self.bob.do(r.Search("red"))
        wanted = paste("public", "alice", 3, "red one", "red two", "red three")
        at = self.server.now() - 60_000
        told = [Heard("public", line.event, 2 + n, at=at, again=True) for n, line in enumerate(wanted, 1)]
        self.bob.expect_only(*reversed(told), a.Searched(3))

    def test_page_by_page(self) -> None:
        self.alice.paste(*numbers(1, 250))
        self.server.advance(60)
        self.bob.forget()
        self.bob.do(r.More("3"))
        self.bob.expect(a.PasteLines("public", 3, 100, 115))
        self.bob.do(r.More("public#115"))
        self.bob.expect(a.PasteLines("public", 3, 100, 215))
        self.bob.do(r.More("215"))
        self.bob.expect(a.PasteLines("public", 3, 38))

    def test_from_the_history_where_the_room_has_forgotten_them(self) -> None:
        self.alice.paste(*numbers(1, 60))
        for number in range(300):
            self.alice.paste(f"later {number}")
            self.server.advance(0.1)
        self.bob.forget()
        self.bob.do(r.More("3"))
        at = self.server.now() - 30_000
        last = Heard("public", e.Said("alice", "60", 3, 60, 60), 62, at, again=True, goes_on=True)
        self.bob.expect(last, a.PasteLines("public", 3, 48))

    def test_what_is_none_has_no_more(self) -> None:
        self.alice.paste("hello")
        self.bob.forget()
        for name, error in (("3", "no-paste"), ("99", "no-paste"), ("x", "bad-id"), ("public#", "bad-id")):
            self.bob.do(r.More(name))
            self.bob.expect_refused(error, name)


@on_lines
class AmongVerbs(_Public[LineDriver]):
    """Where verbs and what is said come as lines, what a paste is follows from what is between them."""

    def test_nor_is_one_before_a_verb(self) -> None:
        self.alice.type("one", "/me waves", "two", "/who", "three")
        self.bob.expect_only(
            *said("public", "alice", "one"), Heard("public", e.Emoted("alice", "waves")),
            *said("public", "alice", "two", "three"),
        )  # fmt: skip

    def test_a_verb_ends_it(self) -> None:
        self.alice.type("one", "two", "/me waves", "three", "four")
        self.bob.expect_only(
            *paste("public", "alice", 3, "one", "two"),
            Heard("public", e.Emoted("alice", "waves")),
            *paste("public", "alice", 6, "three", "four"),
        )

    def test_so_is_what_is_said_in_another_room(self) -> None:
        self.alice.type("/leave", "create lab", "enter lab", "/enter public")
        self.alice.forget()
        self.bob.forget()
        self.alice.type("one", "two", "/focus lab", "three", "four")
        self.alice.expect(*paste("lab", "alice", 3, "three", "four"))

    def test_what_somebody_else_says_in_between_stands_between(self) -> None:
        """The name stands again then, and nobody's line looks like another's."""
        self.bob.client.protocol.dataReceived("".join(f"{number}\n" for number in range(1, SHARE + 3)).encode())
        self.alice.client.protocol.dataReceived(b"wait\n")
        self.server.turn()
        lines = paste("public", "bob", 3, *numbers(1, SHARE + 2))
        lines[SHARE] = Heard("public", lines[SHARE].event)
        self.alice.expect_only(*lines[:SHARE], *said("public", "alice", "wait"), *lines[SHARE:])

    def test_after_verbatim_verbs_are_lines_like_others(self) -> None:
        self.alice.type("/verbatim")
        self.alice.type("/who", "/me waves")
        self.bob.expect_only(*paste("public", "alice", 3, "/who", "/me waves"))


class _Once(bytearray):
    """Does something when it is first written to: in the middle of a paste that takes more than a turn."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work: Callable[[], None] | None = work

    def extend(self, data: Any) -> None:
        super().extend(data)
        work, self._work = self._work, None
        if work is not None:
            work()


class FoldingTests(Stage):
    """What people see of a paste."""

    def setUp(self) -> None:
        self.start()
        self.alice, self.bob = self.server.connect(), self.server.connect()
        self.alice.send("guest alice", "public")
        self.bob.send("guest bob", "public")
        self.bob.received()

    def _seen(self, count: int) -> list[str]:
        self.alice.send(*numbers(1, count))
        return self.bob.lines()

    def test_forty_lines_are_shown_whole(self) -> None:
        lines = self._seen(SHOWN_WHOLE)
        self.assertEqual(lines, ["111 [public] 12:00 alice: 1", *(f"111 [public] | {n}" for n in numbers(2, 40))])

    def test_of_more_the_first_twelve_are_and_how_the_others_are(self) -> None:
        lines = self._seen(60)
        self.assertEqual(
            lines,
            [
                "111 [public] 12:00 alice: 1",
                *(f"111 [public] | {n}" for n in numbers(2, 12)),
                "111 [public] -- … 48 more lines: /more public#3",
            ],
        )

    def test_what_follows_is_no_part_of_the_count(self) -> None:
        self.alice.send(*numbers(1, 40), "", "Exit Chat", "quit")
        self.assertEqual(len(self.bob.lines()), 41)

    def test_one_that_was_known_to_be_short_and_grows_is_shown_up_to_forty(self) -> None:
        later = "".join(f"{number}\n" for number in range(SHARE + 3, 61)).encode()
        self.bob.transport.written = _Once(lambda: self.alice.protocol.dataReceived(b"4\n" + later))
        # The piece is cut within its 34th line.
        self.alice.send_bytes("".join(f"{number}\n" for number in range(1, SHARE + 2)).encode() + b"3")
        lines = self.bob.lines()
        self.assertEqual(lines[1:40], [f"111 [public] | {n}" for n in numbers(2, 40)])
        self.assertEqual(lines[40:], ["111 [public] -- … more lines: /more public#3"])

    def test_lines_that_came_alone_are_none_however_long_they_wait(self) -> None:
        for number in numbers(1, FLOOD_LINES + 50):
            self.alice.send(number)
        self.server.advance(10)
        told = self.bob.lines()
        self.assertEqual([line.rpartition("alice: ")[2] for line in told], numbers(1, FLOOD_LINES + 50))

    def test_nor_do_they_go_on_with_one_that_waits(self) -> None:
        self.bob.transport.reading = False
        # More than the room takes before bob has had it.
        self.alice.send(*(f"{number:03} {'x' * 2000}" for number in range(SHARE)))
        self.alice.send(*(f"{number:03} {'x' * 2000}" for number in range(SHARE, 2 * SHARE)))
        for word in ("alone", "too"):
            self.alice.send(word)
        self.bob.transport.read()
        self.server.advance(60)
        *_, last_but_two, last_but_one, last = self.bob.lines()
        self.assertIn("| 063 ", last_but_two)
        self.assertTrue(last_but_one.endswith("alice: alone"), last_but_one)
        self.assertTrue(last.endswith("alice: too"), last)

    def test_five_hundred_lines_are_one_and_then_another_begins(self) -> None:
        self.start({"limits": {"flood": False}})
        alice, bob = self.server.connect(), self.server.connect()
        alice.send("guest alice", "public")
        bob.send("guest bob", "format json", "public")
        bob.received()
        alice.send(*numbers(1, LONGEST + 2))
        told = bob.lines()
        blocks = [line.partition('"block":')[2].partition(",")[0] for line in told]
        self.assertEqual(blocks, ["3"] * LONGEST + [str(3 + LONGEST)] * 2)
        self.assertIn(f'"lines":{LONGEST},', told[0])


class RateTests(Stage):
    """A paste counts as one line for the flood rule, up to a point."""

    def setUp(self) -> None:
        self.start()
        self.alice, self.bob = self.server.connect(), self.server.connect()
        self.alice.send("guest alice", "public")
        self.bob.send("guest bob", "format json", "public")
        self.bob.received()

    def test_five_hundred_lines_count_once(self) -> None:
        self.alice.send(*numbers(1, PASTE_LINES))
        self.assertEqual(len(self.bob.lines()), PASTE_LINES)
        self.alice.send(*numbers(1, 50))
        self.assertEqual(len(self.bob.lines()), 50)

    def test_above_that_each_line_counts_again(self) -> None:
        self.alice.send(*numbers(1, 1000))
        self.assertLess(len(self.bob.lines()), PASTE_LINES + 110)
        self.server.advance(10)
        self.assertLess(len(self.bob.lines()), 10 * 20 + PASTE_LINES + 1)

    def test_so_they_do_above_32_kib(self) -> None:
        self.alice.send(*("x" * 4000 for _ in range(300)))
        self.assertLess(len(self.bob.lines()), 120)

    def test_many_pastes_count_together(self) -> None:
        for _ in range(40):
            self.alice.send(*numbers(1, 50))
        self.assertLess(len(self.bob.lines()), PASTE_LINES + 150)

    def test_verbs_in_one_piece_count_each(self) -> None:
        self.alice.received()
        self.alice.send(*("/version" for _ in range(300)))
        self.assertLess(len(self.alice.lines()), 101)
