"""One connection of HTTP: counted, bounded in time, and told of a request as soon as its head has come."""

from __future__ import annotations

from typing import Any, Protocol

from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from zope.interface import implementer

from chatd.frontends.door import LEAVING, LOCAL, SPARE_SECONDS, address_of
from chatd.frontends.web.crowd import Crowd, Right, Visit
from chatd.frontends.web.proxies import Proxies
from chatd.transfers.peer import STALLED_SECONDS

HEAD_SECONDS = 30.0
"""How long the head of a request may take, from the beginning of the connection or the end of the answer before it."""

_SHORTEST_TOO_LONG = 20
"""Digits of a length that no file has, and of which Python would not make a number at all, were there enough."""


class Premises(Protocol):
    """What the connections of a site have in common."""

    crowd: Crowd
    proxies: Proxies
    open: set[Channel]


@implementer(IHalfCloseableProtocol)
class Channel(HTTPChannel):
    """One connection.

    Its requests are :class:`~chatd.frontends.web.request.WebRequest` objects.
    """

    site: Premises  # and what twisted.web asks of it
    transport: Any
    maxHeaders = 100  # noqa: N815 - Twisted's name
    _gone = _leaving = _is_socket = False
    _is_new = True  # whether nothing has come yet

    def connectionMade(self) -> None:
        """Somebody has come."""
        super().connectionMade()
        if hasattr(self.transport, "setTcpKeepAlive"):
            self.transport.setTcpKeepAlive(True)
        self.address = address_of(self.transport.getPeer())
        uncounted = self.address == LOCAL or self.site.proxies.trusts(self.address)
        self._visit = Visit(Right.ALL) if uncounted else self.site.crowd.enter(self.address)
        self.site.open.add(self)
        if self.right is not Right.ALL:
            self.setTimeout(SPARE_SECONDS if self.right is Right.FILES else LEAVING)

    @property
    def right(self) -> Right:
        """What may be asked for here."""
        return self._visit.right

    def uncount(self) -> None:
        """It is here on business of its own, and takes nobody's place any more."""
        self._visit.free()

    def hand_over(self) -> None:
        """It speaks HTTP no more, and is somebody else's."""
        self._is_socket = True
        self._leave_site()

    def _leave_site(self) -> None:
        self._visit.free()
        self.site.open.discard(self)

    # Requests

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come. Who begins with a line as one types it is told at once that this is no place for it."""
        if self._is_new:
            self._is_new = False
            line, end, _ = data.partition(b"\n")
            if end and not line.endswith(b"\r"):
                self._respondToBadRequestAndDisconnect()
                return
        super().dataReceived(data)

    def resetTimeout(self) -> None:  # noqa: N802 - Twisted's name
        """Bytes that come now and then buy no time."""

    def headerReceived(self, line: bytes) -> bool:  # noqa: N802 - Twisted's name
        """One header has come."""
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and len(value.strip()) >= _SHORTEST_TOO_LONG:
            self._respondToBadRequestAndDisconnect()
            return False
        # Whoever looks at a value that is not UTF-8 would get an exception in place of it.
        return bool(super().headerReceived(line.decode(errors="replace").encode()))

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line of the head does not end."""
        self._respondToBadRequestAndDisconnect()

    def allHeadersReceived(self) -> None:  # noqa: N802 - Twisted's name
        """Let the request begin, before its body comes: who is refused need not send it."""
        request = self.requests[-1]
        self.persistent = self.checkPersistence(request, self._version)
        if self._leaving:
            request.close_after()
        request.head_received(self._command, self._path, self._version, self.length)
        expected = request.requestHeaders.getRawHeaders("Expect", [""])[0].lower() == "100-continue"
        if expected and self._version == b"HTTP/1.1" and self.length != 0 and not request.startedWriting:
            self._send100Continue()

    def pause(self) -> None:
        """Read nothing for now."""
        self._networkProducer.pauseProducing()

    def resume(self) -> None:
        """Go on reading."""
        self._networkProducer.resumeProducing()

    # The end

    def leave(self) -> None:
        """Take no further requests: go now, or with the answer to what was asked."""
        self._leaving = True
        self.persistent = False
        if not self.requests:
            self.loseConnection()

    def readConnectionLost(self) -> None:
        """No more bytes come: what was asked for whole is still answered, to ``nc -N`` for one."""
        if self._is_socket or not self._handlingRequest:
            self.transport.loseConnection()
        else:
            self.leave()

    def writeConnectionLost(self) -> None:
        """Nothing can be written any more."""
        self.transport.loseConnection()

    def loseConnection(self) -> None:
        """Send what was written, and end the connection, which is cut where that is not taken in time."""
        super().loseConnection()
        if self._abortingCall is None and not self._gone:
            self._abortingCall = self.callLater(STALLED_SECONDS, self.forceAbortClient)

    def timeoutConnection(self) -> None:  # noqa: N802 - Twisted's name
        """The head has taken too long."""
        self.loseConnection()

    def forceAbortClient(self) -> None:  # noqa: N802 - Twisted's name
        """What was written has not been taken."""
        self._abortingCall = None
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is over."""
        self._gone = True
        super().connectionLost(reason)
        self._leave_site()
