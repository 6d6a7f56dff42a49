"""TLS connections: one whose handshake is not done in time is cut, whatever it sends meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure

HANDSHAKE_SECONDS = 10.0


class PromptProtocol(TLSMemoryBIOProtocol):
    """Waits for the handshake only so long."""

    def __init__(self, clock: IReactorTime, factory: TLSMemoryBIOFactory, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._clock = clock
        self._patience: IDelayedCall | None = None

    def makeConnection(self, transport: Any) -> None:  # noqa: N802 - Twisted's name
        """Somebody has come."""
        self._patience = self._clock.callLater(HANDSHAKE_SECONDS, self._lose_patience)
        super().makeConnection(transport)

    def _checkHandshakeStatus(self) -> None:  # noqa: N802 - what the protocol wrapped here can be told, wrappers hide
        super()._checkHandshakeStatus()
        if self._handshakeDone:
            self._stop_waiting()

    def _lose_patience(self) -> None:
        self._patience = None
        self.abortConnection()

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone."""
        self._stop_waiting()
        super().connectionLost(reason)


def expect_handshakes(port: Any, clock: IReactorTime) -> None:
    """Have the connections of a listening ``port`` do their handshake soon, where it encrypts."""
    if isinstance(getattr(port, "factory", None), TLSMemoryBIOFactory):
        port.factory.protocol = partial(PromptProtocol, clock)
