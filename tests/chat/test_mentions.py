"""Mentions: names are found as whole words, and no line costs more than a few."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.mentions import MOST_WORDS, mentioned

KNOWN = dict.fromkeys(("alice", "bob", "jörg", "anna-maria", "x.y.", "c3po"))


class MentionTests(SynchronousTestCase):
    def check(self, text: str, *wanted: str) -> None:
        self.assertEqual(sorted(mentioned(text, KNOWN)), sorted(wanted), text)

    def test_whole_words_in_any_case(self) -> None:
        for text in (
            "alice",
            "ALICE",
            "@alice",
            "hi alice!",
            "alice: hi",
            "bye (Alice).",
            "*alice*",
            "alice's",
            "#alice",
        ):
            self.check(text, "alice")
        for text in ("", "malice", "alice2", "ali ce", "al/ice"):
            self.check(text)

    def test_several_each_once(self) -> None:
        self.check("bob and alice and bob", "bob", "alice")

    def test_names_with_signs_and_letters_of_all_kinds(self) -> None:
        self.check("JÖRG, anna-maria; x.y. C3PO?", "jörg", "anna-maria", "x.y.", "c3po")
        self.check("JO\u0308RG", "jörg")

    def test_only_the_first_words_are_looked_at(self) -> None:
        self.check("x " * (MOST_WORDS - 1) + "alice", "alice")
        self.check("x " * MOST_WORDS + "alice")
