"""A request whose bytes, in one direction or the other, are a file's, as the transfer sees it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from chatd.chat.answers import Answer, Ready, Sending, Stored
from chatd.frontends.web.request import WebRequest
from chatd.outlet import Gone


@implementer(IPushProducer)
class FilePeer:
    """A request.

    :param begin: called before the first byte of a file that is sent: to write the head of the answer
    :param size: how many bytes are to be sent
    """

    def __init__(self, request: WebRequest, begin: Callable[[], None] = lambda: None, size: int = 0) -> None:
        self._request = request
        self._begin, self._missing = begin, size
        self._sending = self._full = False
        self._draining: Deferred[None] | None = None
        request.notifyFinish().addErrback(lambda _: self._lost())
        self._ended: Callable[[], None] = lambda: None

    def _lost(self) -> None:
        self._ended()
        self._full = False
        draining, self._draining = self._draining, None
        if draining is not None:
            draining.errback(Gone())

    # As chatd.transfers.peer.Peer

    def tell(self, answer: Answer, turn: bool = False) -> None:
        """What the transfer has to say; of that only what is stored is for the client."""
        request = self._request
        if request.channel is None:
            return
        if isinstance(answer, Ready | Sending):
            # Its ticket is good: who sits behind the same address is not to be kept out by a file.
            request.channel.uncount()
            request.close_after()
        if isinstance(answer, Sending):
            request.answered = self._sending = True
            self._begin()
            request.registerProducer(self, True)
        elif isinstance(answer, Stored):
            request.tell(HTTPStatus.CREATED, answer)

    def write(self, data: bytes) -> None:
        """Send raw bytes."""
        if self._request.channel is not None:
            self._missing -= len(data)
            self._request.write(data)

    def duplicate(self) -> int | None:
        """As :class:`chatd.transfers.peer.Peer`: what goes by HTTP goes by its channel."""
        return None

    def took(self, size: int, is_full: bool) -> None:
        """As :class:`chatd.transfers.peer.Peer`."""

    async def drained(self) -> None:
        """Wait until what was written is taken, but for what one piece at most is."""
        if self._full:
            draining = self._draining = Deferred()
            await draining
        if self._request.channel is None:
            raise Gone

    def receive_raw(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """Give the body to ``receive``; ``ended`` once when no more can come."""
        self._request.take, self._ended = receive, ended

    def pause(self) -> None:
        """Read nothing for now."""
        if self._request.channel is not None:
            self._request.channel.pause()

    def resume(self) -> None:
        """Go on reading."""
        if self._request.channel is not None:
            self._request.channel.resume()

    def end(self) -> None:
        """Nothing more is sent; where something is missing, the connection is cut, so that this is seen."""
        request = self._request
        if self._sending and request.channel is not None:
            request.unregisterProducer()
            if self._missing:
                request.cut()
            else:
                request.finish()

    # As twisted.internet.interfaces.IPushProducer

    def pauseProducing(self) -> None:
        """The transport has enough."""
        self._full = True

    def resumeProducing(self) -> None:
        """The transport has sent it."""
        self._full = False
        draining, self._draining = self._draining, None
        if draining is not None and not draining.called:
            draining.callback(None)

    def stopProducing(self) -> None:
        """The transport is gone; that is told otherwise, too."""
