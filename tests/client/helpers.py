"""What the tests of the client have in common: a connection in memory, and the server's lines for it."""

from __future__ import annotations

from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import alsoProvides

from chatd.chat.answers import Answer, Prompt
from chatd.chat.events import Entry, Event
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code
from chatd.wire.jsonlines import JsonLines

AT = 1769860862345
"""2026-01-31T12:01:02.345Z, when everything here happens."""

SUM = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""The SHA-256 sum of ``hello``."""

_JSON = JsonLines()


class Transport(StringTransport):
    """Notes what was written, and how it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.half_closed = self.aborted = False

    def loseWriteConnection(self) -> None:  # noqa: N802 - Twisted's name
        """Note it."""
        self.half_closed = True

    def abortConnection(self) -> None:
        """Note it."""
        self.aborted = True
        super().loseConnection()


class SecureTransport(Transport):
    """One that says it is TLS."""

    def __init__(self) -> None:
        super().__init__()
        alsoProvides(self, ISSLTransport)


class Wire:
    """The server's end of a connection."""

    def __init__(self, protocol: Any, transport: Any = None) -> None:
        self.protocol = protocol
        self.transport = transport or Transport()
        protocol.makeConnection(self.transport)

    def says(self, *lines: str) -> None:
        """Send lines."""
        for line in lines:
            self.protocol.dataReceived(line.encode() + b"\r\n")

    def tells(self, answer: Answer, code: Code = LISTEN) -> None:
        """Send an answer."""
        self.protocol.dataReceived(_JSON.answer(code, answer))

    def asks(self, name: str, code: Code = SPEAK) -> None:
        """Send a prompt."""
        self.tells(Prompt(name, f"{name}:"), code)

    def asks_secret(self, name: str) -> None:
        """Send a prompt for a secret."""
        self.asks(name, CREDENTIALS)

    def happens(self, event: Event, log: str = "lab", seq: int = 1, code: Code = DUPLEX) -> None:
        """Send an entry of a log."""
        self.protocol.dataReceived(_JSON.event(code, Entry(log, seq, AT, event)))

    def heard(self) -> list[str]:
        """The lines that have come since last asked."""
        lines = self.transport.value().decode().split("\n")
        self.transport.clear()
        return [line.removesuffix("\r") for line in lines[:-1]]

    def ends(self, reason: Exception | None = None) -> None:
        """The connection ends."""
        self.protocol.connectionLost(Failure(reason or ConnectionDone()))
