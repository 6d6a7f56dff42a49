"""The line frontend: lines over TCP, TLS or a Unix socket to a session, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from twisted.internet.address import UNIXAddress
from twisted.internet.interfaces import IHalfCloseableProtocol, IPushProducer, IReactorTime, ISSLTransport
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.chat.answers import Closing
from chatd.chat.limits import TokenBucket
from chatd.delivery import Delivery
from chatd.frontends.direct import straight
from chatd.frontends.door import Keeper, address_of
from chatd.frontends.raw import RawPeer
from chatd.intake import Gate, Intake
from chatd.outlet import Outlet, Renderer
from chatd.session import Handling, Session
from chatd.taking import LineTaker
from chatd.voice import LineVoice
from chatd.wire import commands
from chatd.wire.codes import LISTEN
from chatd.wire.lines import LineSplitter, TooLong
from chatd.wire.telnet import TelnetFilter

FLOOD_LINES, FLOOD_RATE = 100, 20.0
"""Lines that a session may send at once, and a second in the long run; what is above that waits."""

_HEAD = 4096
"""Bytes in which the first line must end, if it is one of HTTP (RFC 9112)."""

_HTTP = re.compile(rb"[A-Z]+ \S+ HTTP/\d")


class Route(NamedTuple):
    """The route of a line through the server, and back.

    :param converse: leads a session from the greeting to the goodbye
    :param handle: see :class:`chatd.session.Session`
    :param renderer: how values are worded until the client wants it otherwise
    """

    intake: Intake
    delivery: Delivery
    converse: Callable[[Session], None]
    handle: Callable[[Session, str], Handling | None]
    renderer: Renderer


class LineFactory(Factory):
    """Makes the protocol of each connection, and has what all of them share.

    :param door: lets connections in
    :param flood: whether lines that come too fast wait
    :param line_bytes: that a line may have without its end
    :param queue_bytes: that may wait for a slow reader
    :param frontend: what this kind of listener is called
    """

    noisy = False

    def __init__(
        self,
        clock: IReactorTime,
        route: Route,
        door: Keeper,
        flood: bool,
        line_bytes: int,
        queue_bytes: int,
        frontend: str = "line",
    ) -> None:
        self.frontend = frontend
        self.clock = clock
        self.door = door
        self.route = route
        self.flood = flood
        self.line_bytes = line_bytes
        self.queue_bytes = queue_bytes
        self.open: set[LineProtocol] = set()
        self.received = 0
        """Bytes that came."""
        self.too_slow = 0
        """Connections that were dropped since they did not read."""

    def limit(self, flood: bool, line_bytes: int, queue_bytes: int) -> None:
        """Let these hold for new connections."""
        self.flood, self.line_bytes, self.queue_bytes = flood, line_bytes, queue_bytes

    def sweep(self) -> None:
        """The door looks after them."""

    def buildProtocol(self, addr: Any) -> LineProtocol:
        """A protocol for one connection."""
        return LineProtocol(self)


@implementer(IHalfCloseableProtocol)
class LineProtocol(LineReceiver):
    """One connection: its bytes go through the gate to the session, and its outlet writes to the transport.

    It splits no lines itself: they are taken from the splitter one by one, when the session wants them.
    """

    write: Callable[[bytes], None]
    transport: Any  # TCP, TLS and Unix sockets have no interface in common that has all that is called here

    def __init__(self, factory: LineFactory) -> None:
        self._shared = factory
        self._refused = False
        self._telnet: TelnetFilter | None = None
        self._head: bytes | None = b""
        self._input_ended = False

    def connectionMade(self) -> None:
        """Begin the conversation, unless there are too many from there."""
        shared = self._shared
        if not shared.door.enter(self, address_of(self.transport.getPeer())):
            self._turn_away()
            return
        shared.open.add(self)
        for option in ("setTcpKeepAlive", "setTcpNoDelay"):
            if hasattr(self.transport, option):
                getattr(self.transport, option)(True)
        route, clock = shared.route, shared.clock
        voice = LineVoice(route.delivery)
        session = self.session = Session(
            address_of(self.transport.getPeer()), _way(self.transport), voice, route.delivery, clock, shared.frontend
        )
        bucket = TokenBucket(FLOOD_LINES, FLOOD_RATE) if shared.flood else None
        splitter = LineSplitter(shared.line_bytes, unwrap=self._unwrap)
        taker = LineTaker(session, voice, clock, shared.line_bytes, route.handle)
        self._gate: Gate[bytes | TooLong] = Gate(route.intake, taker, self.transport, splitter, bucket)
        session.only_tickets = shared.door.has_only_tickets(self)
        session.poke = self._gate.poke
        session.is_wanted = self._gate.is_wanted
        session.ahead = splitter.ahead
        session.peer = RawPeer(session, self._gate, self.transport, route.delivery, partial(shared.door.uncount, self))
        self.write = self.transport.write
        voice.outlet = Outlet(
            self, route.delivery, route.renderer, clock, shared.queue_bytes, self._too_slow, self._gate.poke
        )
        route.converse(session)

    def _turn_away(self) -> None:
        # Nothing is set up for it, or a flood of connections would cost as much as it wants to.
        self._refused = True
        self.transport.write(self._shared.route.renderer.answer(LISTEN, self._shared.door.refusal))
        self.transport.loseConnection()

    @property
    def lines(self) -> int:
        """How many lines were taken."""
        return self._gate.taken

    @property
    def is_awaited(self) -> bool:
        """Whether the peer was asked something, and has not answered."""
        return self.session.voice.is_asking

    # Input

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come."""
        if self._refused:
            return
        self._shared.received += len(data)
        if self._head is not None and self._is_http(data):
            self._gate.close()
            self.session.end(Closing("http"))
            return
        self._gate.feed(data)

    def _is_http(self, data: bytes) -> bool:
        # A browser would otherwise be led to say its whole request, and what a page puts into it, to the server.
        head = (self._head or b"") + data[:_HEAD]
        self._head = head if b"\n" not in head and len(head) < _HEAD else None
        return _HTTP.match(head) is not None

    def _unwrap(self, data: bytearray, at: int) -> tuple[bytes, bool, int]:
        if self._telnet is None:
            self._telnet = TelnetFilter()
        filtered = self._telnet.feed(data, at)
        if filtered.reply:
            self.session.outlet.tell(filtered.reply)
        return filtered.data, filtered.interrupt, filtered.end

    def readConnectionLost(self) -> None:
        """No more bytes come; what came is still worked off, and answered."""
        if self._refused:
            return
        self._input_ended = True
        if self.session.outlet.closed:
            self.transport.loseConnection()
        self._gate.end()

    def writeConnectionLost(self) -> None:
        """Nothing can be written any more."""
        if not self._refused and not self.session.outlet.closed:
            self.session.outlet.lost()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """What came before is still worked off, unheard."""
        self._shared.door.leave(self)
        if self._refused:
            return
        self._shared.open.discard(self)
        self.session.outlet.lost()
        self._gate.end(gone=True)

    def _too_slow(self) -> None:
        self._shared.too_slow += 1
        why = Closing("too-slow")
        self._gate.close()
        self.session.outlet.close(self.session.last_words(why), drop=True)
        self.session.end(why)

    # Output: what an outlet writes to, but for ``write``, which is the transport's own

    def sender(self) -> Callable[[bytes], int]:
        """What takes bytes as ``write`` does, or some of them, and gives how many; until others are written."""
        return straight(self.transport) or self._hand

    def _hand(self, data: bytes) -> int:
        self.write(data)
        return len(data)

    def end(self) -> None:
        """Send what was written, and end the connection.

        A plain connection is closed for writing first, and read on until the peer closes it too: one that is closed
        with bytes unread is reset, and the last words with it.
        """
        self._gate.close()
        if self._input_ended or ISSLTransport.providedBy(self.transport):
            self.transport.loseConnection()
        else:
            self.transport.loseWriteConnection()

    def abortConnection(self) -> None:
        """End the connection at once."""
        self.transport.abortConnection()

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Let ``producer`` know when no more should be written, and when it may."""
        self.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Let nobody know any more."""
        self.transport.unregisterProducer()


def _way(transport: Any) -> commands.Way:
    host = transport.getHost()
    if isinstance(host, UNIXAddress):
        return commands.unix(os.path.abspath((host.name or b"").decode(errors="replace")))
    reach = commands.tls if ISSLTransport.providedBy(transport) else commands.tcp
    return reach(host.host.removeprefix("::ffff:"), host.port)
