"""What a half-typed word may become."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.model.completion import Known, complete

IN_ROOM = Known(("/enter", "/who", "/whois", "/msg"), ("alice", "Alan", "bob"), ("lab", "lobby"))
AT_MENU = Known(("enter", "login", "logout"), (), ("lab", "lobby"))


class CompletionTests(SynchronousTestCase):
    def assert_completed(self, before: str, after: str, *choices: str, known: Known = IN_ROOM) -> None:
        """Both hold the cursor as a bar."""
        text, cursor = before.replace("|", ""), before.index("|")
        done = complete(text, cursor, known)
        self.assertEqual(done.text[: done.cursor] + "|" + done.text[done.cursor :], after)
        self.assertEqual(done.choices, choices)

    def test_a_verb_begins_a_line(self) -> None:
        self.assert_completed("/en|", "/enter |")
        self.assert_completed("/wh|", "/who|", "/who", "/whois")

    def test_a_name_that_begins_a_line_is_spoken_to(self) -> None:
        self.assert_completed("bo|", "bob: |")
        self.assert_completed("hello bo|", "hello bob |")

    def test_case_makes_no_difference(self) -> None:
        self.assert_completed("AL|", "Al|", "Alan", "alice")
        self.assert_completed("ALI|", "alice: |")

    def test_a_name_may_have_an_at_before_it(self) -> None:
        self.assert_completed("hello @bo|", "hello @bob |")

    def test_rooms_follow_verbs_that_take_them(self) -> None:
        self.assert_completed("/enter la|", "/enter lab |")
        self.assert_completed("/msg la|", "/msg la|")
        self.assert_completed("/msg bo|", "/msg bob |")

    def test_the_menu_has_words_without_a_slash(self) -> None:
        self.assert_completed("lo|", "log|", "login", "logout", known=AT_MENU)
        self.assert_completed("enter lab|", "enter lab |", known=AT_MENU)

    def test_what_stands_behind_stays(self) -> None:
        self.assert_completed("/en| lab", "/enter| lab")

    def test_what_is_unknown_stays(self) -> None:
        self.assert_completed("xyz|", "xyz|")
        self.assert_completed("bo|", "bo|", known=Known())
