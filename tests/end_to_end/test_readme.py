"""The session that opens the README, held with a real server."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

from twisted.trial.unittest import TestCase

from tests.end_to_end.server import running

README = Path(__file__).parents[2] / "README.rst"
_CODE = re.compile(r"(?:00|11|01|111) ")
# What differs from one session to the next.
_VARIES = re.compile(r"\b\d\d:\d\d\b|\b[0-9a-f]{32}\b|127\.0\.0\.1 \d+")


def _session() -> list[str]:
    block = README.read_text(encoding="utf-8").split(".. code-block:: console\n\n", 1)[1]
    lines = [line[4:] for line in re.split(r"\n(?=\S)", block, maxsplit=1)[0].split("\n")]
    return [line for line in lines if line]


def _lines(connection: socket.socket) -> Iterator[str]:
    for line in connection.makefile(encoding="utf-8", newline="\r\n"):
        yield line.removesuffix("\r\n")


class Readme(TestCase):
    """It is true."""

    def test_the_opening_session_goes_as_it_says(self) -> None:
        """Every line of the server's is the one that stands there, and what is typed is typed."""
        command, *steps = _session()
        self.assertEqual(command, "$ nc 127.0.0.1 9000")
        self.assertGreater(len(steps), 20)
        with running() as server, socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            said = _lines(connection)
            skipping = False
            for step in steps:
                if step == "...":
                    skipping = True
                elif _CODE.match(step):
                    line = next(said)
                    while skipping and line != step:
                        line = next(said)
                    skipping = False
                    self.assertEqual(_VARIES.sub("#", line), _VARIES.sub("#", step))
                else:
                    connection.sendall(f"{step}\n".encode())
            self.assertEqual(list(said), [])
