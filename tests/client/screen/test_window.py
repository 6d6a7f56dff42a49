"""The window, drawn on screens of several sizes without a terminal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.client.model.desk import Desk
from chatd.client.model.rows import Clockface
from chatd.client.screen.window import Window
from chatd.client.words import Words
from tests.client.helpers import AT


class Drawn(SynchronousTestCase):
    def setUp(self) -> None:
        zone = ZoneInfo("UTC")
        self.desk = Desk("host:9000", Clockface(zone), Words(zone))
        self.desk.state, self.desk.is_connected = "connected", True
        self.transfers: list[str] = []
        self.window = Window(self.desk, lambda: self.transfers)
        self.desk.heard(a.Welcome("alice", False, "user"))
        self.desk.heard(a.YouEntered("lab", "tea", 2))
        people = (a.Person("alice", False, "user", "active"), a.Person("bob", False, "operator", "away", "lunch"))
        self.desk.heard(a.Members("lab", people), quiet=True)
        self.seq = 0

    def says(self, text: str, user: str = "bob", log: str = "lab") -> None:
        self.seq += 1
        self.desk.heard(e.Entry(log, self.seq, AT, e.Said(user, text)))

    def draw(self, columns: int = 80, rows: int = 12) -> list[str]:
        canvas = self.window.render((columns, rows))
        self.assertEqual((canvas.cols(), canvas.rows()), (columns, rows))
        cursor = canvas.cursor
        assert cursor is not None
        self.cursor = cursor
        return [line.decode().rstrip() for line in canvas.text]

    def middle(self, columns: int = 80, rows: int = 12) -> list[str]:
        """What stands between the lists."""
        return [line.split("\u2502")[1].rstrip() for line in self.draw(columns, rows)[1:-2]]


class WindowTests(Drawn):
    def test_everything_has_its_place(self) -> None:
        self.says("hello alice")
        self.says("it works", "carol", "ops")
        lines = self.draw(rows=8)
        self.assertEqual(lines[0], " lab (2) - tea")
        self.assertTrue(lines[1].startswith(" 0 server       \u2502"), lines[1])
        self.assertTrue(lines[2].startswith(">1 lab"), lines[2])
        self.assertTrue(lines[3].startswith(" 2 ops 1"), lines[3])
        self.assertEqual(
            [line.split("\u2502")[2] for line in lines[1:4]], ["2 here", " alice", "@bob (away: lun\u2026"]
        )
        self.assertIn("12:01!bob: hello alice", lines[5])
        self.assertEqual(lines[6:], [" alice - host:9000 - connected", "lab>"])
        self.assertEqual(self.cursor, (5, 7))

    def test_mentions_have_a_sign(self) -> None:
        self.says("alice?", log="ops")
        self.says("well", log="ops")
        self.assertIn(" 2 ops !1 1 ", self.draw()[3])

    def test_a_narrow_screen_has_the_conversations_in_one_line(self) -> None:
        self.says("a line that is longer than forty columns are wide")
        self.says("alice?", log="ops")
        lines = self.draw(40, 8)
        self.assertEqual(lines[-4:-2], ["12:01 bob: a line that is longer than", "      forty columns are wide"])
        self.assertEqual(lines[-2], ">1 lab  2 ops !1  0 server")

    def test_a_long_name_hides_no_count(self) -> None:
        name = "a-name-that-is-as-long-as-any-32"
        self.says("alice?", log=name)
        self.assertEqual(self.draw()[3].split("\u2502")[0], " 2 a-name-th\u2026 !1")
        self.assertIn("2 a-name-\u2026 !1", self.draw(40, 8)[-2])

    def test_the_lists_can_be_put_away(self) -> None:
        self.window.with_people = False
        self.assertEqual(self.draw()[1].count("\u2502"), 1)
        self.window.with_list = False
        self.assertEqual(self.draw()[1].count("\u2502"), 0)

    def test_no_screen_is_too_small(self) -> None:
        self.says("hello")
        self.transfers = ["a.txt 12 %"]
        for columns in (1, 2, 5, 11, 18, 39, 61):
            for rows in (1, 2, 3, 4, 7):
                self.draw(columns, rows)

    def test_files_on_their_way_are_shown(self) -> None:
        self.transfers = [f"{number}.txt" for number in range(9)]
        lines = self.draw(rows=16)
        self.assertEqual(lines[-6:-2], ["0.txt", "1.txt", "2.txt", "3.txt"])

    def test_a_connection_that_is_lost_is_seen(self) -> None:
        self.desk.state, self.desk.is_connected = "not connected, trying again in 3 s", False
        self.assertIn("trying again in 3 s", self.draw()[-2])
        self.assertIn("trying again in 3 s", self.draw(50)[-2])

    def test_choices_are_shown(self) -> None:
        self.desk.choices = ("/who", "/whois")
        self.assertEqual(self.draw()[-2], " /who /whois")

    def test_who_has_left_is_told(self) -> None:
        self.says("x", log="ops")
        self.desk.heard(a.YouLeft("lab", ""))
        lab = self.desk.talks.get("lab")
        assert lab is not None
        self.desk.talks.show(lab)
        self.assertEqual(self.draw()[0], " lab, you have left - tea")


class InputTests(Drawn):
    def test_what_is_typed_is_disturbed_by_nothing(self) -> None:
        self.desk.editor.insert("half a line")
        before = self.draw()[-1], (self.cursor)
        for number in range(1000):
            self.says(f"line {number}")
        self.assertEqual((self.draw()[-1], self.cursor), before)

    def test_a_secret_is_not_shown(self) -> None:
        self.desk.ask("password", "password:", secret=True)
        self.desk.editor.insert("geheim")
        self.assertEqual(self.draw()[-1], "password: ******")

    def test_wide_characters_take_two_columns(self) -> None:
        self.desk.editor.insert("日本e\u0301x")
        self.desk.editor.press("left")
        self.assertEqual(self.draw()[-1], "lab> 日本e\u0301x")
        self.assertEqual(self.cursor, (10, 11))

    def test_a_long_line_takes_a_third_of_the_screen_and_shows_the_cursor(self) -> None:
        self.desk.editor.insert("x" * 2000)
        lines = self.draw(40, 12)
        self.assertEqual([len(line) for line in lines[-4:]], [40, 40, 40, 5])
        self.assertEqual(self.cursor, (5, 11))
        self.desk.editor.press("home")
        self.assertTrue(self.draw(40, 12)[-4].startswith("lab> xxx"))
        self.assertEqual(self.cursor, (5, 8))

    def test_a_paste_is_shown_line_by_line(self) -> None:
        self.desk.editor.insert("one\n  two\nthree")
        self.assertEqual(self.draw()[-3:], ["lab> one", "  two", "three"])


class ScrollbackTests(Drawn):
    def setUp(self) -> None:
        super().setUp()
        for number in range(100):
            self.says(f"line {number}")
        self.draw()

    def last(self) -> str:
        return self.middle()[-1].removeprefix("12:01 bob: ")

    def test_one_pages_up_and_down(self) -> None:
        view = self.window.scrollback
        self.assertEqual(self.last(), "line 99")
        view.page(-1)
        self.assertEqual(self.last(), "line 91")
        self.assertIn("8 more below", self.draw()[-2])
        view.page(-1)
        self.assertEqual(self.last(), "line 83")
        view.page(1)
        self.assertEqual(self.last(), "line 91")
        view.page(1)
        self.assertEqual(self.last(), "line 99")
        self.assertNotIn("below", self.draw()[-2])

    def test_what_comes_moves_nothing_that_is_read(self) -> None:
        self.window.scrollback.page(-1)
        before = self.middle()
        self.says("new")
        self.assertEqual(self.middle(), before)
        self.window.scrollback.to_end()
        self.assertEqual(self.last(), "new")

    def test_the_beginning_stays_at_the_top(self) -> None:
        self.window.scrollback.to_start()
        lines = self.middle()
        self.assertIn("you are in", lines[0])
        self.window.scrollback.page(-1)
        self.assertEqual(self.middle(), lines)

    def test_long_rows_are_gone_through_line_by_line(self) -> None:
        self.says("x" * 500)
        self.window.scrollback.to_end()
        self.draw()
        self.window.scrollback.scroll(-3)
        self.assertEqual(self.last().strip(), "x" * 40)
        self.window.scrollback.scroll(1)
        self.window.scrollback.scroll(2)
        self.assertIsNone(self.desk.talks.shown.anchor)

    def test_a_screen_of_another_size_shows_the_same_row_at_the_bottom(self) -> None:
        self.window.scrollback.page(-3)
        for columns, rows in ((61, 20), (120, 40), (80, 7), (80, 12)):
            self.assertEqual(self.middle(columns, rows)[-1], "12:01 bob: line 75")

    def test_a_talk_without_rows_is_empty(self) -> None:
        self.desk.talks.show(self.desk.talks.open("@carol"))
        self.window.scrollback.page(-1)
        self.window.scrollback.page(1)
        self.assertEqual(set(self.middle()), {""})

    def test_a_wider_screen_is_full_at_the_oldest_row_too(self) -> None:
        for columns in (20, 21, 60):
            self.assertTrue(all(line.strip() for line in self.draw(columns, 12)[1:-2]))
            self.window.scrollback.to_start()

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from([-30, -8, -1, 1, 7, 40]), st.integers(20, 100)), max_size=8))
    def test_wherever_one_goes_the_screen_is_full(self, moves: list[tuple[int, int]]) -> None:
        self.window.scrollback.to_end()
        for lines, columns in moves:
            self.window.scrollback.scroll(lines)
            self.assertTrue(all(line.strip() for line in self.draw(columns, 12)[1:-2]))
