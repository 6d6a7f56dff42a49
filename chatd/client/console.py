"""The connection to the console of a server: where its socket is, and lines out of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from chatd.client.lines import Line, read

VARIABLE = "CHATD_CONSOLE"
"""Names the socket, where ``--socket`` does not."""

PLACES = ("chatd-data/console", "/var/lib/chatd/console", "/var/lib/chatd/chatd-data/console")
"""Where it is looked for otherwise: beside oneself, and where the service keeps its data."""

GREETING = 10.0
"""Seconds that the server may take to greet."""

_LONGEST = 100  # bytes of a path in the address of a Unix socket (unix(7)), with some to spare


class NoServer(Exception):
    """There is no server to talk to, or it has gone; the message says so in one line."""


def find(given: str, environment: Mapping[str, str]) -> Path:
    """Where the socket is.

    :param given: on the command line: the socket, or its data directory; empty for none
    :raises NoServer: it is nowhere
    """
    named = given or environment.get(VARIABLE, "")
    if named:
        path = Path(named)
        return path / "console" if path.is_dir() else path
    for place in map(Path, PLACES):
        try:
            if place.exists():
                return place
        except PermissionError:
            # It is for the connection to tell: there may be one, for somebody else.
            return place
    raise NoServer(f"no server was found: there is no {', '.join(PLACES)}; --socket names another")


class Console:
    """A connection to the console, whose answers are values.

    :param path: the socket
    :raises NoServer: nobody answers there
    """

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            _connect(self._socket, path)
        except OSError as error:
            self._socket.close()
            why = {
                "PermissionError": "only its owner and root may use it; try sudo",
                "ConnectionRefusedError": "no server runs there",
            }.get(type(error).__name__, error.strerror or "it is no console")
            raise NoServer(f"{path}: {why}") from None
        self._file = self._socket.makefile("rb")
        self.say("format json")
        # What listens there may be something else, which waits for another kind of talk.
        self._socket.settimeout(GREETING)
        try:
            self._skip()
        except NoServer:
            self.close()
            raise
        self._socket.settimeout(None)

    def _skip(self) -> None:
        """Pass over what it says to people."""
        last = ""
        while not (line := self._next(last)).text.startswith('{"type":"prompt"'):
            last = line.text

    def say(self, line: str) -> None:
        """Send one line."""
        # Where it has gone, what it said last is still to be read.
        with suppress(OSError):
            self._socket.sendall(line.encode(errors="replace") + b"\n")

    def read(self) -> Line:
        """The next line.

        :raises NoServer: there is none any more
        """
        return self._next("")

    def _next(self, last: str) -> Line:
        try:
            data = self._file.readline()
        except TimeoutError:
            raise NoServer(f"nothing came for {GREETING:g} s; is it a chatd that listens there?") from None
        except OSError:
            data = b""
        if not data.endswith(b"\n"):
            raise NoServer(last or "the server has ended the connection")
        return read(data.rstrip(b"\n"))

    def close(self) -> None:
        """End the connection."""
        self._file.close()
        self._socket.close()


def _connect(connecting: socket.socket, path: Path) -> None:
    if len(os.fsencode(path)) <= _LONGEST:
        connecting.connect(str(path))
        return
    directory = os.open(path.parent, os.O_PATH | os.O_CLOEXEC)
    try:
        connecting.connect(f"/proc/self/fd/{directory}/{path.name}")
    finally:
        os.close(directory)
