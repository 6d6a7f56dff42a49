"""``chatc``, the bundled client, as people and scripts start it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pexpect
from twisted.trial.unittest import SynchronousTestCase

import chatd
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import PASSWORD, terminal

_MAIN = "from chatd.client.main import main; raise SystemExit(main())"


def command(*arguments: str, home: Path | None = None) -> list[str]:
    """What starts chatc as the line client, by the interpreter that runs the tests.

    :param home: where it looks for its configuration and keeps what it knows; nowhere unless given
    """
    return [*full_screen(home or Path("/nonexistent")), "--plain", *arguments]


def full_screen(home: Path, before: str = "") -> list[str]:
    """What starts chatc as it is.

    :param before: Python that is run first
    """
    where = [f"XDG_CONFIG_HOME={home}", f"XDG_DATA_HOME={home}", f"PYTHONPATH={Path(chatd.__file__).parents[1]}"]
    return ["env", *where, sys.executable, "-c", before + _MAIN]


class Log:
    """Keeps what a terminal shows."""

    text = ""

    def write(self, text: str) -> None:
        """Keep it."""
        self.text += text

    def flush(self) -> None:
        """It is kept already."""


class ChatcTests(SynchronousTestCase):
    """With a folder for each test, and what it takes to start chatc."""

    def folder(self) -> Path:
        """A new directory."""
        directory = tempfile.TemporaryDirectory(prefix="chatc-")
        self.addCleanup(directory.cleanup)
        return Path(directory.name)

    def chatc(self, port: int, *options: str) -> Any:
        """A person's, under a pseudo-terminal."""
        return terminal(self, *command(f"127.0.0.1:{port}", *options))

    def script(self, lines: str | bytes, *arguments: str, **environment: str) -> tuple[int, str]:
        """A script's, with ``lines`` as its whole input: its exit status, and what it told."""
        data = lines if isinstance(lines, bytes) else lines.encode()
        done = subprocess.run(
            command(*arguments),
            input=data,
            capture_output=True,
            timeout=2 * DEADLINE,
            check=False,
            env=os.environ | environment,
        )
        self.assertEqual(done.stdout, b"")
        self.assertLessEqual(done.stderr.count(b"\n"), 1, done.stderr)
        return done.returncode, done.stderr.decode()

    def assert_exits(self, child: Any, status: int) -> None:
        """It ends by itself with ``status``, and the terminal is as it was."""
        child.expect(pexpect.EOF)
        self.assertTrue(child.getecho(), "the terminal shows again what is typed")
        child.close()
        self.assertEqual(child.exitstatus, status)

    def register(self, port: int, name: str, room: str = "public") -> Any:
        """Somebody new, with an account, in a room."""
        child = self.chatc(port, "--downloads", str(self.folder()))
        child.expect("choose: ")
        child.sendline(f"register {name}")
        for _ in range(2):
            child.expect("password.*: ")
            child.waitnoecho()
            child.sendline(PASSWORD)
        child.expect(f"welcome, {name}")
        self.enter(child, room)
        return child

    def enter(self, child: Any, room: str) -> None:
        """Go there from the menu."""
        child.expect("choose: ")
        child.sendline(f"enter {room}")
        child.expect(rf"\[{room}\] -- you are in")

    def visit(self, port: int, name: str, room: str = "public") -> tuple[Any, Path]:
        """A guest in a room, and the downloads folder."""
        downloads = self.folder()
        child = self.chatc(port, "--guest", name, "--room", room, "--downloads", str(downloads))
        child.expect(rf"\[{room}\] -- you are in")
        return child, downloads
