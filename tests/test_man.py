"""The manual pages: they can be built and shown, and leave out no option."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from docutils.core import publish_string
from twisted.trial.unittest import SynchronousTestCase

from chatd.client import control
from chatd.client.keys import HELP
from chatd.client.options import read
from chatd.tap import Options
from tests.end_to_end.tools import requires

PAGES = Path(__file__).parents[1] / "docs" / "man"


class ManTests(SynchronousTestCase):
    def source(self, page: str) -> str:
        return (PAGES / f"{page}.rst").read_text()

    def test_every_page_can_be_shown(self) -> None:
        for source in sorted(PAGES.glob("*.rst")):
            complaints = StringIO()
            page = Path(self.mktemp())
            settings = {"warning_stream": complaints, "report_level": 1}
            page.write_bytes(publish_string(source.read_text(), writer="manpage", settings_overrides=settings))
            self.assertEqual(complaints.getvalue(), "")
            environment = os.environ | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""}
            command = [requires("man"), "--warnings", "--local-file", str(page)]
            shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            self.assertEqual(shown.stderr, "", source.name)
            self.assertIn("SYNOPSIS", shown.stdout)

    def test_chatc_leaves_out_no_option(self) -> None:
        written = self.source("chatc.1")
        told = StringIO()
        with redirect_stdout(told):
            self.assertRaises(SystemExit, read, ["--help"])
        for option in re.findall(r"--[a-z-]+", told.getvalue()):
            self.assertIn(option, written)

    def test_chatc_leaves_out_no_key(self) -> None:
        written = self.source("chatc.1")
        for key in re.findall(r"(?:Ctrl|Alt)-\S|F\d|PgUp|PgDn|Tab", " ".join(HELP)):
            self.assertIn(key, written)

    def test_chatctl_leaves_out_nothing(self) -> None:
        written, told = self.source("chatctl.8"), StringIO()
        with redirect_stdout(told):
            self.assertRaises(SystemExit, control.main, ["--help"])
        options, _, commands = told.getvalue().partition("commands:")
        for option in re.findall(r"--[a-z-]+", options):
            self.assertIn(option, written)
        for command in re.findall(r"^  ([a-z]+)", commands, re.MULTILINE):
            self.assertTrue(command in ("help", "format", "quit") or f"\n{command}" in written, command)

    def test_chatd_leaves_out_no_option(self) -> None:
        written = self.source("chatd.8")
        own = {name for name in Options().longOpt if not name.startswith("help") and name != "version"}
        for option in own:
            self.assertIn(f"--{option.rstrip('=')}", written)
