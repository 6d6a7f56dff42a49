"""The chat connection: lines with their codes come in, lines go out."""

from __future__ import annotations

from typing import Any, Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure

from chatd.client.lines import Line, read


class Listener(Protocol):
    """Who is told what comes."""

    def connected(self, connection: ChatConnection) -> None:
        """The connection stands."""

    def told(self, line: Line) -> None:
        """The server says ``line``."""

    def lost(self, reason: Failure) -> None:
        """The connection has ended."""


SILENCE = 15.0
"""Seconds within which a server says its first word.

It speaks first. Where more come at once than it can take, a connection may stand here that it knows nothing of.
"""


class FirstWord:
    """A listener that does not wait for a server that says nothing."""

    def __init__(self, clock: IReactorTime, listener: Listener) -> None:
        self._clock = clock
        self._listener = listener
        self._silence: IDelayedCall | None = None

    def connected(self, connection: ChatConnection) -> None:
        """The connection stands."""
        self._silence = self._clock.callLater(SILENCE, connection.transport.abortConnection)
        self._listener.connected(connection)

    def told(self, line: Line) -> None:
        """The server says ``line``."""
        self._hear()
        self._listener.told(line)

    def lost(self, reason: Failure) -> None:
        """The connection has ended."""
        self._hear()
        self._listener.lost(reason)

    def _hear(self) -> None:
        if self._silence is not None and self._silence.active():
            self._silence.cancel()
        self._silence = None


class ChatConnection(LineReceiver):
    """Speaks the line protocol for a listener."""

    delimiter = b"\n"
    transport: Any
    MAX_LENGTH = 1 << 24  # a list of every member of a large room is one line

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def connectionMade(self) -> None:
        self._listener.connected(self)

    def lineReceived(self, line: bytes) -> None:
        self._listener.told(read(line))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._listener.lost(reason)

    def say(self, line: bytes) -> None:
        """Send one line."""
        self.sendLine(line)

    @property
    def has_half_close(self) -> bool:
        """Whether answers still come after :meth:`hang_up`: TLS ends in both directions at once."""
        return not ISSLTransport.providedBy(self.transport)

    def hang_up(self) -> None:
        """Nothing more is said: the server works off what it has, and ends the session."""
        if self.has_half_close:
            self.transport.loseWriteConnection()
        else:
            self.transport.loseConnection()
