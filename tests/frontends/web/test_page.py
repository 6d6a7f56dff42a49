"""The page's pure modules, tested where their language is at home, and its words beside those of the server."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import playwright
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.web.site import PAGE
from chatd.wire.sentences import CHAT, CLOSING, REFUSED, THROWN
from tests.end_to_end.reading import DEADLINE

NODE = Path(playwright.__file__).parent / "driver" / "node"
"""Playwright brings one."""

TESTS = Path(__file__).with_name("page")

ELSEWHERE = {
    # the console, and those who run the server
    "unknown-command", "file-is-yours", "accounts-elsewhere", "bad-role", "is-disabled", "not-disabled", "file-exists",
    "file-failed", "inside-data", "history-failed", "no-rows", "not-reloaded", "not-restarted",
    # reasons that only lines are closed for
    "not-yours", "http",
}  # fmt: skip
"""What nobody at the page is told."""


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [str(NODE), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=DEADLINE,
        check=False,
        cwd=PAGE,
    )


class ModuleTests(SynchronousTestCase):
    def check(self, name: str) -> None:
        done = node("--test", "--test-reporter=spec", str(TESTS / name))
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("fail 0", done.stdout)
        self.assertNotIn("tests 0", done.stdout)

    def test_the_store(self) -> None:
        self.check("test_store.mjs")

    def test_the_connection(self) -> None:
        self.check("test_connection.mjs")

    def test_texts(self) -> None:
        self.check("test_text.mjs")


class WordTests(SynchronousTestCase):
    def test_whatever_the_server_says_is_told_in_a_sentence(self) -> None:
        shown = node(
            "--input-type=module",
            "--eval",
            f"""import * as words from "{(PAGE / "words.js").as_uri()}";
            const {{ REFUSED, CHAT, CLOSING, THROWN }} = words;
            console.log(JSON.stringify([REFUSED, CHAT, CLOSING, THROWN].map(Object.keys)))""",
        )
        self.assertEqual(shown.returncode, 0, shown.stdout)
        for known, said in zip(json.loads(shown.stdout), (REFUSED, CHAT, CLOSING, THROWN), strict=True):
            self.assertEqual(set(said) - set(known) - ELSEWHERE, set())
