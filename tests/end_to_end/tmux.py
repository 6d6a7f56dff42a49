"""A terminal of any size, in tmux: what is typed there, and the screen as a person sees it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd import __version__
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import requires

_POLL = 0.05
SCREENS = Path(__file__).with_name("screens")


class Terminal:
    """One, in which a program runs; it is ended after the test.

    :param environment: for the program, besides that of the tests
    """

    def __init__(
        self, test: SynchronousTestCase, *command: str, columns: int = 80, rows: int = 24, environment: str = ""
    ) -> None:
        self._test = test
        self._tmux = [requires("tmux"), "-S", f"{tempfile.mkdtemp(prefix='tmux-')}/socket", "-f", "/dev/null"]
        size = ["-x", str(columns), "-y", str(rows)]
        # The shell tells how the program ended, and how it left the terminal.
        shell = (
            f"{environment} {shlex.join(command)}; echo status $?; stty -a | grep -ow -e '-*icanon' -e '-*echo'; cat"
        )
        self._run("new-session", "-d", *size, shell)
        test.addCleanup(self._end)

    def _run(self, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], input=text, capture_output=True, text=True, check=False, timeout=DEADLINE,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False, timeout=DEADLINE)
        os.rmdir(Path(self._tmux[2]).parent) if not os.path.exists(self._tmux[2]) else None

    @property
    def pid(self) -> int:
        """Of the program."""
        shell = self._run("list-panes", "-F", "#{pane_pid}").strip()
        return int(subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True).stdout.split()[0])

    def type(self, *keys: str) -> None:
        """Press keys, named as tmux names them."""
        self._run("send-keys", *keys)

    def say(self, line: str) -> None:
        """Type a line."""
        self._run("send-keys", "-l", line)
        self.type("Enter")

    def paste(self, text: str) -> None:
        """Paste, as a terminal does that has bracketed paste."""
        self._run("load-buffer", "-", text=text)
        self._run("paste-buffer", "-p", "-d")

    def resize(self, columns: int, rows: int) -> None:
        """Be of another size."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self) -> list[str]:
        """What is seen, line by line."""
        return [line.rstrip() for line in self._run("capture-pane", "-p").split("\n")[:-1]]

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the cursor is: column and row."""
        column, row = self._run("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def wait(self, what: Callable[[list[str]], bool] | str) -> list[str]:
        """The screen, as soon as it has ``what`` (a regular expression) somewhere, or is as a function wants it.

        :raises AssertionError: it does not become so
        """
        wanted = what if callable(what) else lambda lines: re.search(what, "\n".join(lines), re.MULTILINE) is not None
        until = time.monotonic() + DEADLINE
        while not wanted(lines := self.screen()):
            assert time.monotonic() < until, f"{what} is not to be seen:\n" + "\n".join(lines)
            time.sleep(_POLL)
        return lines

    def assert_screen(self, name: str) -> None:
        """It becomes as the file of that name in ``screens/`` has it, where the port and the version are called so.

        With the environment variable SCREENS=new the files are written anew.
        """
        file = SCREENS / f"{name}.txt"
        if os.environ.get("SCREENS") == "new":
            time.sleep(1)
            file.write_text("\n".join(_same(self.screen())) + "\n")
        kept = file.read_text().split("\n")[:-1]
        try:
            self.wait(lambda lines: _same(lines) == kept)
        except AssertionError:
            self._test.assertEqual(_same(self.screen()), kept)


def _same(lines: list[str]) -> list[str]:
    shown = [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", line) for line in lines]
    return [line.replace(f"chatd {__version__}", "chatd VERSION") for line in shown]
