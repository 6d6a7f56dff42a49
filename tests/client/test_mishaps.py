"""What is told where something goes wrong in the program itself."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.client.mishaps import sentence


class SentenceTests(SynchronousTestCase):
    def test_it_is_one_line_that_says_what_and_where(self) -> None:
        try:
            raise KeyError("x")
        except KeyError as error:
            told = sentence(error)
        self.assertTrue(
            told.startswith("something went wrong in chatc itself, please report it: KeyError: 'x' ("), told
        )
        self.assertRegex(told, r"\(test_mishaps.py:\d+\)$")

    def test_what_was_never_raised_has_no_place(self) -> None:
        self.assertTrue(sentence(RuntimeError("odd")).endswith("RuntimeError: odd"))
