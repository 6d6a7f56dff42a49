"""The small clients in docs/websocket.rst, as they stand there, against a real chatd."""

from __future__ import annotations

import sys
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree
from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import browser
from tests.end_to_end.node import node, written
from tests.end_to_end.sockets import WEB, Peer, address
from tests.end_to_end.tools import Program
from tests.source import ROOT


def shown(language: str) -> str:
    """The program in that language."""
    page = publish_doctree((ROOT / "docs" / "websocket.rst").read_text())
    [block] = [block for block in page.findall(nodes.literal_block) if language in block["classes"]]
    return str(block.astext())


class ClientTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)

    def python(self, name: str, text: str) -> Program:
        program = Path(self.mktemp())
        program.write_text(shown("python"))
        return Program(self, sys.executable, str(program), address(self.daemon), name, text)

    def javascript(self, name: str, text: str) -> Program:
        return node(self, written(self, shown("javascript")), address(self.daemon), name, text)

    def test_both_hear_each_other_until_somebody_says_bye(self) -> None:
        one = self.python("py", "hello from Python")
        one.line("py: hello from Python")
        two = self.javascript("js", "hello from JavaScript")
        for program in (one, two):
            program.line("js: hello from JavaScript")
        Peer(self, self.daemon).enter("polite").done("say", text="bye")
        for program in (one, two):
            program.line("polite: bye")
            self.assertEqual(program.wait(), 0)

    def test_the_second_one_runs_in_a_browser_too(self) -> None:
        page = browser().new_page()
        self.addCleanup(page.close)
        site = address(self.daemon, "")
        page.goto(site.replace("ws:", "http:"))
        imported, given, *program = shown("javascript").split("\n")
        self.assertIn("import WebSocket", imported)
        self.assertIn("process.argv", given)
        code = "([address, name, text]) => {" + "\n".join(program) + "\n}"
        with page.expect_console_message(lambda said: said.text == "tab: hello from a tab"):
            page.evaluate(code, [f"{site}/ws", "tab", "hello from a tab"])

    def test_what_is_refused_is_told(self) -> None:
        Peer(self, self.daemon).enter("first")
        late = self.python("first", "hello")
        late.line("first is taken")
        self.assertEqual(late.wait(), 1)
        late = self.javascript("first", "hello")
        late.line("first is taken")
        self.assertEqual(late.wait(), 1)
