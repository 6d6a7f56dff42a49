"""The web listeners of a real chatd, driven as people and programs drive them that nobody here wrote."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.server import Daemon
from tests.end_to_end.tools import Connection, register, requires


def sites(daemon: Daemon) -> list[str]:
    """Where its web listeners are, in the order of the options; of all it is 127.0.0.1 alone."""
    ports = re.findall(r"web: (\S+) \S+:(\d+)", daemon.log.so_far())
    return [f"{'https' if kind == 'ssl' else 'http'}://127.0.0.1:{port}" for kind, port in ports]


def port_of(site: str) -> int:
    """Of a listener."""
    return int(site.rpartition(":")[2])


def curl(*arguments: str, cwd: Path | None = None, status: int = 0) -> bytes:
    """What curl writes, which must exit with ``status``; certificates are not looked at."""
    command = [requires("curl"), "--silent", "--show-error", "--insecure", "--noproxy", "*", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=2 * DEADLINE, check=False)
    assert done.returncode == status, (done.returncode, done.stderr, done.stdout[:1000])
    return done.stdout


class Giver:
    """Somebody who gives files to a room of her own, and fetches them, on the line protocol; the bytes go elsewhere."""

    def __init__(self, test: SynchronousTestCase, daemon: Daemon, name: str) -> None:
        self._line = register(Connection(test, daemon.port), name)
        self._line.answer(f"create {name}", f"the room {name} is made")
        self._line.answer(f"enter {name}", "you are in")

    def ticket(self, size: int, name: str = "notes.bin") -> str:
        """One to put a file of ``size`` bytes."""
        return self._line.answer(f"/send {name} {size}", "(echo put ").partition("echo put ")[2][:32]

    def told(self) -> str:
        """The number of the file that the room is told of next."""
        return self._line.line("/get ").partition("/get ")[2].split()[0]

    def fetch(self, number: str) -> str:
        """A ticket to get a file."""
        return self._line.answer(f"/get {number}", "echo get ").partition("echo get ")[2][:32]

    def is_answered(self) -> None:
        """See that the chat goes on."""
        self._line.answer("/version", "runs chatd")
