"""A listener for lines without a socket, at which somebody repeats what he is told."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import alsoProvides

from chatd.chat.answers import Closing, Lines
from chatd.delivery import Delivery
from chatd.frontends.door import Bounds, Door
from chatd.frontends.line import LineFactory, LineProtocol, Route
from chatd.intake import Intake
from chatd.outlet import Gone
from chatd.session import Session
from chatd.testing import MemoryTransport
from chatd.turn import Turn
from tests.connections import PROSE

QUEUE = 1000
"""Bytes that may wait for a slow reader."""

LINE = 64
"""Bytes that a line may have."""

AnyAddress = IPv4Address | IPv6Address | UNIXAddress


class Transport(MemoryTransport):
    """One of whichever kind.

    :param host: where the server listens; the peer's address is of that kind
    """

    def __init__(self, host: AnyAddress | None = None, tls: bool = False) -> None:
        super().__init__("198.51.100.7")
        self.options: dict[str, bool] = {}
        self.host = host
        if tls:
            alsoProvides(self, ISSLTransport)

    def getHost(self) -> Any:
        return self.host or super().getHost()

    def getPeer(self) -> Any:
        return self.host or super().getPeer()

    def loseWriteConnection(self) -> None:  # noqa: N802 - Twisted's name
        if self._producer is not None:
            raise AssertionError("a connection with a producer does not end")
        super().loseWriteConnection()


class TcpTransport(Transport):
    """One that has the options of TCP."""

    def setTcpKeepAlive(self, on: bool) -> None:  # noqa: N802 - Twisted's name
        self.options["keepalive"] = on

    def setTcpNoDelay(self, on: bool) -> None:  # noqa: N802 - Twisted's name
        self.options["nodelay"] = on


class Listener:
    """A factory, and the turns in which its sessions are served."""

    def __init__(self, flood: bool = False, most: int = 0) -> None:
        self.clock = Clock()
        self.said: list[str] = []
        self.work: Deferred[None] = Deferred()
        turn = Turn(self.clock)
        delivery, intake = Delivery(turn.wake), Intake(self.clock, turn.wake)
        turn.stages = (intake.serve, delivery.flush)
        route = Route(intake, delivery, self._converse, lambda session, text: None, PROSE)
        self.door = door = Door(Bounds(most, 60, 300), self.clock.seconds)
        self.factory = LineFactory(self.clock, route, door, flood, LINE, QUEUE)

    def _converse(self, session: Session) -> None:
        Deferred.fromCoroutine(self._repeat(session)).addErrback(lambda failure: failure.trap(Gone))

    async def _repeat(self, session: Session) -> None:
        try:
            while True:
                text = await session.ask("say", "say:")
                self.said.append(text)
                if text == "wait":
                    await self.work
                if text.startswith("long"):
                    session.tell(Lines(("x" * int(text.split()[1]),)))
        finally:
            session.outlet.close(session.last_words(session.ending or Closing("quit")))

    def turn(self) -> None:
        """Let all be done that can be done without time going by."""
        while any(call.getTime() <= self.clock.seconds() for call in self.clock.getDelayedCalls()):
            self.clock.advance(0)


class Client:
    """One connection to it."""

    def __init__(self, listener: Listener, transport: Transport | None = None) -> None:
        self.listener = listener
        self.transport = transport or Transport()
        self.protocol: LineProtocol = listener.factory.buildProtocol(None)
        made: Any = self.protocol
        made.makeConnection(self.transport)
        listener.turn()

    @property
    def session(self) -> Session:
        return self.protocol.session

    def send(self, data: bytes) -> None:
        self.protocol.dataReceived(data)
        self.listener.turn()

    def end_input(self) -> None:
        self.protocol.readConnectionLost()
        self.listener.turn()

    def lose(self) -> None:
        self.protocol.connectionLost(Failure(ConnectionDone()))
        self.listener.turn()

    def received(self) -> bytes:
        """What has come since the last time."""
        data = bytes(self.transport.written)
        self.transport.written.clear()
        return data


class LineTestCase(SynchronousTestCase):
    """Has a listener, and somebody who has been greeted."""

    def setUp(self) -> None:
        self.listener = Listener()
        self.client = self.connect()

    def connect(self, transport: Transport | None = None) -> Client:
        client = Client(self.listener, transport)
        self.assertEqual(client.received(), b"11 say:\r\n")
        return client
