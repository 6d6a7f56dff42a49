"""The line that is typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.client.model.editor import LONGEST, Editor

KEYS = (
    "left right home end backspace delete up down enter|meta enter|meta b|meta f|meta d|meta backspace|ctrl a|ctrl b|"
    "ctrl d|ctrl e|ctrl f|ctrl h|ctrl k|ctrl n|ctrl p|ctrl t|ctrl u|ctrl w|ctrl y"
)
ALL_KEYS = [*KEYS.split("|", maxsplit=1)[0].split(), *KEYS.split("|")[1:]]


class EditorTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.it = Editor()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.assertTrue(self.it.press(key), key)

    def type(self, text: str) -> None:
        self.press(*text)

    def assert_is(self, text: str) -> None:
        """``text`` holds the cursor as a bar."""
        self.assertEqual(self.it.text[: self.it.cursor] + "|" + self.it.text[self.it.cursor :], text)

    def test_what_is_typed_stands_where_the_cursor_is(self) -> None:
        self.type("helo")
        self.press("left")
        self.type("l")
        self.assert_is("hell|o")

    def test_a_key_that_means_nothing_is_left_to_others(self) -> None:
        self.assertFalse(self.it.press("f7"))
        self.assertFalse(self.it.press("\x1b"))

    def test_the_ends_are_ends(self) -> None:
        self.press("left", "backspace", "right", "delete", "ctrl k", "ctrl u", "ctrl w", "meta d", "ctrl t", "down")
        self.assert_is("|")

    def test_words_are_gone_over_and_cut(self) -> None:
        self.type("one two-three four")
        self.press("meta b")
        self.assert_is("one two-three |four")
        self.press("meta b", "meta b", "meta f")
        self.assert_is("one two|-three four")
        self.press("meta d")
        self.assert_is("one two| four")
        self.press("meta backspace")
        self.assert_is("one | four")

    def test_what_is_cut_can_be_put_back(self) -> None:
        self.type("make all --now")
        self.press("ctrl w", "ctrl a", "ctrl y")
        self.assert_is("--now|make all ")
        self.press("ctrl k")
        self.assert_is("--now|")
        self.press("ctrl u", "ctrl y", "ctrl y")
        self.assert_is("--now--now|")

    def test_ctrl_w_goes_back_to_white_space(self) -> None:
        self.type("see /usr/lib/x  ")
        self.press("ctrl w")
        self.assert_is("see |")

    def test_two_letters_change_places(self) -> None:
        self.type("teh")
        self.press("ctrl t")
        self.assert_is("the|")
        self.press("home", "right", "ctrl t")
        self.assert_is("ht|e")

    def test_marks_belong_to_the_letter_before_them(self) -> None:
        self.it.insert("ae\u0301b")
        self.press("left", "left")
        self.assert_is("a|e\u0301b")
        self.press("right", "backspace")
        self.assert_is("a|b")

    def test_joined_emoji_are_one(self) -> None:
        self.it.insert("x\U0001f468\u200d\U0001f469y")
        self.press("left", "left")
        self.assertEqual(self.it.cursor, 1)

    def test_several_lines_are_gone_through_one_by_one(self) -> None:
        self.it.insert("one\ntwo\nthree")
        self.press("home")
        self.assert_is("one\ntwo\n|three")
        self.press("left", "ctrl u")
        self.assert_is("one\n|\nthree")
        self.press("ctrl k")
        self.assert_is("one\n|three")
        self.press("meta enter")
        self.assert_is("one\n\n|three")

    def test_what_was_typed_before_comes_back(self) -> None:
        for line in ("one", "two", "two", " "):
            self.type(line)
            self.it.take()
        self.type("dra")
        self.press("up")
        self.assert_is("two|")
        self.press("up", "up")
        self.assert_is("one|")
        self.press("down", "down")
        self.assert_is("dra|")
        self.press("down")
        self.assert_is("dra|")

    def test_a_secret_is_remembered_nowhere(self) -> None:
        self.type("said")
        self.it.take()
        self.it.masked = True
        self.type("pass word")
        self.press("up", "meta b")
        self.assert_is("|pass word")
        self.press("ctrl k")
        self.assertEqual(self.it.take(), "")
        self.type("secret")
        self.assertEqual(self.it.take(), "secret")
        self.it.masked = False
        self.press("ctrl y", "up")
        self.assert_is("said|")

    def test_what_is_pasted_has_an_end(self) -> None:
        self.it.insert("x" * (LONGEST + 10))
        self.it.insert("y")
        self.assertEqual(len(self.it.text), LONGEST)

    @given(st.lists(st.sampled_from([*ALL_KEYS, "a", "é", "e\u0301", "日", " ", "\n"]), max_size=60))
    def test_the_cursor_is_always_in_the_line(self, keys: list[str]) -> None:
        it = Editor()
        for key in keys:
            if not it.press(key):
                it.insert(key)
            if key == "enter":
                it.take()
            self.assertTrue(0 <= it.cursor <= len(it.text))
