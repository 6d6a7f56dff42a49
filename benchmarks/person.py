"""A program that talks to chatd as a person would, in JSON."""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Any, Self

from benchmarks.processes import Failed

PATIENCE = 120.0
"""Seconds that an answer may take."""


class Person:
    """A connection to a port of 127.0.0.1.

    :param lines: said at once, such as those that log in
    """

    def __init__(self, port: int, *lines: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._lines = self._socket.makefile("rb")
        self.say("format json", *lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def say(self, *lines: str) -> None:
        """Say all of these."""
        self._socket.sendall("".join(f"{line}\n" for line in lines).encode())

    def hear(self, kind: str) -> dict[str, Any]:
        """The next object of that type.

        :raises Failed: the server has an error to tell, or has ended the connection
        """
        for line in self._lines:
            text = line.partition(b" ")[2]
            if not text.startswith(b"{"):
                continue  # what was told before the format was asked for
            told: dict[str, Any] = json.loads(text)
            if told["type"] == kind:
                return told
            if told["type"] == "error":
                raise Failed(f"no {kind}: {told}")
        raise Failed("the server has ended the connection")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
