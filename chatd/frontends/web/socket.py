"""WebSockets to sessions (RFC 6455): handshake, size, pings and the close, around what twisted.web.websocket does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from twisted.python.failure import Failure
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Ping
from wsproto.utilities import LocalProtocolError

from chatd.chat.answers import Closing
from chatd.chat.limits import TokenBucket
from chatd.delivery import Delivery
from chatd.dialogue.requests import Requests
from chatd.frontends.direct import straight
from chatd.frontends.door import Keeper
from chatd.frontends.line import FLOOD_LINES, FLOOD_RATE
from chatd.frontends.web.bounds import LONGEST_MESSAGE, Bounded, Replies, TooBig
from chatd.frontends.web.codes import POLICY, code_of
from chatd.frontends.web.dialect import notice
from chatd.frontends.web.messages import Messages
from chatd.frontends.web.proxies import Visitor
from chatd.frontends.web.taking import WebTaker, Wording
from chatd.frontends.web.voice import WebVoice
from chatd.intake import Gate, Intake
from chatd.outlet import GRACE, Outlet
from chatd.session import Session
from chatd.wire.commands import Web
from chatd.wire.dialect import Dialect
from chatd.wire.frames import Frames
from chatd.wire.webjson import parse

PING_SECONDS = 30.0
"""How often a peer is asked whether it is there; one that has said nothing by the next time is not."""


class WebRoute(NamedTuple):
    """The route of a message through the server, and back.

    :param converse: leads a session from the greeting to the goodbye
    :param requests: do what is asked for
    """

    intake: Intake
    delivery: Delivery
    converse: Callable[[Session], None]
    requests: Requests


class WebFactory:
    """Makes what stands behind each WebSocket, and has what all of them share.

    :param door: lets connections in
    :param flood: whether messages that come too fast wait
    :param line_bytes: that a text may have
    :param queue_bytes: that may wait for a slow reader
    :param dialect: words things for course-work clients
    """

    frontend = "web"

    def __init__(
        self,
        clock: IReactorTime,
        route: WebRoute,
        door: Keeper,
        flood: bool,
        line_bytes: int,
        queue_bytes: int,
        dialect: Dialect,
    ) -> None:
        self.clock, self.route, self.door = clock, route, door
        # One for all, so that what a room says is worded and framed once.
        self.wording, self.dialect = Frames(), dialect
        self.flood, self.line_bytes, self.queue_bytes = flood, line_bytes, queue_bytes
        self.open: set[WebPeer] = set()
        self.received = 0
        """Bytes that came."""
        self.too_slow = 0
        """Connections that were dropped since they did not read."""

    def buildProtocol(self, request: Any) -> WebPeer:
        """What stands behind the connection of a :class:`~chatd.frontends.web.request.WebRequest`."""
        return WebPeer(self, request.visitor, request.channel)

    def limit(self, flood: bool, line_bytes: int, queue_bytes: int) -> None:
        """Let these hold for new connections."""
        self.flood, self.line_bytes, self.queue_bytes = flood, line_bytes, queue_bytes

    def sweep(self) -> None:
        """See who is still there; every few seconds."""
        for peer in list(self.open):
            peer.sweep()


class WebPeer:
    """One connection: its messages go through the gate to the session, its outlet writes to the transport."""

    write: Callable[[bytes], None]
    session: Session

    def __init__(self, factory: WebFactory, visitor: Visitor, channel: Any) -> None:
        self._shared = factory
        self._visitor = visitor
        self._channel = channel
        self._is_let_in = self._is_deaf = False
        self._is_closed = False  # whether a close frame was sent
        self._is_heard = True
        self._cut: IDelayedCall | None = None
        self._asked_at = factory.clock.seconds()

    # What twisted.web.websocket calls

    def negotiationStarted(self, transport: Any) -> None:  # noqa: N802 - Twisted's name
        """There is a connection; nothing can be sent yet."""
        self._wire = transport
        transport._textBuffer, transport._bytesBuffer = Bounded(""), Bounded(b"")  # noqa: SLF001 - it has no bound
        transport.detachProducer()  # the HTTP channel's
        self.transport = transport.transport
        self.write = self.transport.write
        transport.transport = Replies(self.reply, self.peer_closed)
        # Nothing else catches what it raises. What came behind the handshake is told as the body of a request.
        self._channel.dataReceived = self._channel.rawDataReceived = self._take

    def negotiationFinished(self) -> None:  # noqa: N802 - Twisted's name
        """Begin the session, unless there are too many from there."""
        shared, route, clock = self._shared, self._shared.route, self._shared.clock
        voice, wording = WebVoice(), shared.wording
        session = self.session = Session(
            self._visitor.address, Web(self._visitor.origin), voice, route.delivery, clock, shared.frontend
        )
        # There are no verbs among what is said; they are requests of their own.
        session.verbatim = True
        taker = self._taker = WebTaker(session, voice, route.requests.of(session), wording)
        self._messages = Messages(parse, shared.line_bytes)
        bucket = TokenBucket(FLOOD_LINES, FLOOD_RATE) if shared.flood else None
        self._gate = Gate(route.intake, taker, self.transport, self._messages, bucket)
        session.poke, session.is_wanted = self._gate.poke, self._gate.is_wanted
        if not self._is_admitted(wording):
            return
        voice.outlet = Outlet(self, route.delivery, wording, clock, shared.queue_bytes, self._too_slow, self._gate.poke)
        notice(self._messages, taker, session, voice.outlet, shared.dialect)
        shared.open.add(self)
        route.converse(session)

    def _is_admitted(self, wording: Wording) -> bool:
        door = self._shared.door
        self._is_let_in = door.enter(self, self._visitor.address) and not door.has_only_tickets(self)
        if not self._is_let_in:
            door.leave(self)
            self._gate.close()
            self.write(wording.answered(door.refusal, None))
            self._close(POLICY)
            self._cut_soon()
        return self._is_let_in

    def textMessageReceived(self, message: str) -> None:  # noqa: N802 - Twisted's name
        """A message has come."""
        self._feed(message.encode())

    def bytesMessageReceived(self, data: bytes | bytearray) -> None:  # noqa: N802 - Twisted's name
        """A message has come whose program has not said that it is text."""
        self._feed(bytes(data))

    def _feed(self, message: bytes) -> None:
        if len(message) > LONGEST_MESSAGE:
            raise TooBig
        self._gate.feed(message)

    def pongReceived(self, payload: bytes) -> None:  # noqa: N802 - Twisted's name
        """It is still there, as is known from any bytes that come."""

    def connectionLost(self, reason: Failure) -> None:
        """What came before is still worked off, unheard."""
        if self._cut is not None and self._cut.active():
            self._cut.cancel()
        self._is_closed = True
        self._shared.door.leave(self)
        if self._is_let_in:
            self._shared.open.discard(self)
            self._hear_no_more()

    def _hear_no_more(self) -> None:
        self.session.outlet.lost()
        self._gate.end(gone=True)

    # Input

    def _take(self, data: bytes) -> None:
        """Bytes have come; what cannot be taken ends this connection and nothing else."""
        self._is_heard = True
        self._shared.received += len(data)
        while not self._is_deaf:
            try:
                self._wire.dataReceived(data)
            except TooBig:
                self._end(Closing("message-too-long", str(LONGEST_MESSAGE)))
            except LocalProtocolError:
                # A ping that comes behind our close frame cannot be answered; the peer's own may stand behind it.
                data = b""
                continue
            return

    def _end(self, why: Closing) -> None:
        """The session is over, whatever else has come."""
        self._gate.close()
        if self._is_let_in:
            self.session.end(why)

    # Output of twisted.web.websocket's own

    def reply(self, frame: bytes) -> None:
        """Send a pong, behind what was told before; or a close frame, behind which nothing is sent."""
        if self._wire._wsconn.state is ConnectionState.OPEN:  # noqa: SLF001 - it tells nobody
            self.session.outlet.tell(frame)
        else:
            self.write(frame)

    def peer_closed(self) -> None:
        """The peer has closed the connection, or what it sent are no frames: this was the last that is read."""
        self._is_deaf = True
        if not self._is_closed:
            self._is_closed = True
            self._hear_no_more()
            self.unregisterProducer()  # or TLS would wait for it
            self._cut_soon()
        self.transport.loseConnection()

    def _cut_soon(self) -> None:
        # What was written may never be read.
        self._cut = self._shared.clock.callLater(GRACE, self.abortConnection)

    # What the door asks

    @property
    def lines(self) -> int:
        """How many things that were asked for were taken."""
        return self._gate.taken

    @property
    def is_awaited(self) -> bool:
        """Whether nothing is worked on that it has asked for."""
        return not self.session.is_working

    def sweep(self) -> None:
        """Ask whether the peer is there, now and then, and cut the connection of one that is not."""
        now = self._shared.clock.seconds()
        if now - self._asked_at < PING_SECONDS or self._is_closed:
            return
        if not self._is_heard and not self._gate.is_paused:
            self.abortConnection()
            return
        self._is_heard, self._asked_at = False, now
        self.session.outlet.tell(self._wire._wsconn.send(Ping()))  # noqa: SLF001 - its own ping() may raise

    # Output: what an outlet writes to, but for ``write``, which is the transport's own

    def sender(self) -> Callable[[bytes], int]:
        """As :class:`chatd.outlet.Transport`."""
        return straight(self.transport) or self._hand

    def _hand(self, data: bytes) -> int:
        self.write(data)
        return len(data)

    def end(self) -> None:
        """Send what was written and say why the connection ends; it does when the peer has said so too."""
        self._gate.close()
        self._close(code_of(self.session.ending))

    def _close(self, code: int) -> None:
        if not self._is_closed:
            self._is_closed = True
            self.write(self._wire._wsconn.send(CloseConnection(code)))  # noqa: SLF001 - loseConnection() would not wait

    def abortConnection(self) -> None:
        """End the connection at once."""
        self.transport.abortConnection()

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Let ``producer`` know when no more should be written, and when it may."""
        self.transport.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        """Let nobody know any more."""
        self.transport.unregisterProducer()

    def _too_slow(self) -> None:
        self._shared.too_slow += 1
        why = Closing("too-slow")
        self._gate.close()
        self.session.outlet.close(self.session.last_words(why), drop=True)
        self.session.end(why)
