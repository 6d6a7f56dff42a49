"""What is typed to search is told apart by its first character, but not within quotes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.searching import Query, parse


class ParseTests(SynchronousTestCase):
    def test_words_are_words(self) -> None:
        for text in ("red house", '"red house"', "re*", "a@b c#d", "@", "#", "since:", '"@bob', "before:1"):
            self.assertEqual(parse(text), Query(text))

    def test_who_where_and_when_stand_anywhere(self) -> None:
        for text in ("@bob #lab since:2h red house", "red @bob since:2h house #lab"):
            self.assertEqual(parse(text), Query("red house", "bob", "lab", "2h"))

    def test_what_is_quoted_is_a_word(self) -> None:
        self.assertEqual(parse('"@bob #lab" @eve "since:2h"'), Query('"@bob #lab" "since:2h"', "eve"))

    def test_nothing_is_nothing(self) -> None:
        self.assertEqual(parse("  "), Query(""))
