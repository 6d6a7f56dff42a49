"""The link: the chat connection as somebody wants it who stays; one that is lost comes back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from twisted.application.internet import ClientService
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatd.client.connection import ChatConnection, FirstWord, Listener

FIRST, LONGEST, GROWTH = 2.0, 30.0, 1.7
"""Seconds within which the first new try is made, and the later ones; each one's bound is so many times the last's."""


def back_off(chance: Callable[[], float]) -> Callable[[int], float]:
    """Seconds before the try of that number: anything up to a bound that grows, so that not all come at once.

    :param chance: a number from 0 to 1
    """
    return lambda failures: chance() * min(LONGEST, FIRST * GROWTH ** min(failures - 1, 20))


_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 4}
"""Seconds of silence, seconds between questions, and how many of these go unanswered before a connection is lost."""


def _keep_alive(transport: Any) -> None:
    if hasattr(transport, "setTcpKeepAlive"):
        transport.setTcpKeepAlive(True)
        for name, value in _KEEP_ALIVE.items():
            if hasattr(socket, name):
                transport.socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class Link:
    """Connects a listener, and again whenever the connection is lost.

    :param chance: a number from 0 to 1
    :param told: told how it is with the connection, in words, and whether it stands
    :param unreachable: told why the very first try has failed
    """

    def __init__(
        self,
        clock: IReactorTime,
        server: IStreamClientEndpoint,
        listener: Listener,
        chance: Callable[[], float],
        told: Callable[[str, bool], None],
        unreachable: Callable[[Failure], None],
    ) -> None:
        self._clock = clock
        self._listener = listener
        self._told = told
        self._unreachable = unreachable
        self._policy = back_off(chance)
        self._has_stood = False
        factory: Any = Factory.forProtocol(lambda: ChatConnection(FirstWord(clock, self)))
        factory.noisy = False
        self._service = ClientService(server, factory, retryPolicy=self._wait, clock=clock)

    def start(self) -> None:
        """Connect."""
        self._told("connecting", False)
        self._service.startService()
        self._service.whenConnected(failAfterFailures=1).addErrback(self._failed)

    def stop(self) -> None:
        """Connect no more."""
        self._service.stopService()

    def _failed(self, failure: Failure) -> None:
        if not self._has_stood:
            # Not at once: the service is about to try again, and takes no orders in the middle of that.
            self._clock.callLater(0, self._service.stopService)
            self._unreachable(failure)

    def _wait(self, failures: int) -> float:
        delay = self._policy(failures)
        if self._has_stood:
            self._told(f"not connected, trying again in {delay:.0f} s", False)
        return delay

    # What the connection says

    def connected(self, connection: ChatConnection) -> None:
        """It stands."""
        self._has_stood = True
        _keep_alive(connection.transport)
        self._told("connected", True)
        self._listener.connected(connection)

    def told(self, line: Any) -> None:
        """The server says ``line``."""
        self._listener.told(line)

    def lost(self, reason: Failure) -> None:
        """It has ended."""
        self._told("not connected", False)
        self._listener.lost(reason)
