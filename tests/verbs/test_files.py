"""What looks like the wish to give a file."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.verbs.files import Files


class HintTests(SynchronousTestCase):
    def setUp(self) -> None:
        nobody: Any = None
        self.nobody = nobody
        self.files = Files(nobody, nobody)

    def test_other_lines_get_no_hint(self) -> None:
        for line in (
            "send",
            "Send:",
            "send help",
            "send a.txt now",
            "sending a.txt",
            "please send a.txt",
            "Send : a.txt",
        ):
            self.assertIsNone(self.files.hint(self.nobody, line))

    def test_no_line_is_looked_at_again_and_again(self) -> None:
        # With the square of its length, this would take hours.
        for line in (
            "send " + "." * 1_000_000 + " x",
            "send" + " " * 1_000_000 + "x",
            "send ." + " " * 1_000_000 + "x",
        ):
            self.assertIsNone(self.files.hint(self.nobody, line))
