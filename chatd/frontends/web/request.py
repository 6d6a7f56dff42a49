"""One request: who asks, what may be asked, and the answer; of its body nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, Protocol
from urllib.parse import unquote_to_bytes

import msgspec
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web import http
from twisted.web.server import Request

from chatd.chat.answers import Answer
from chatd.frontends.door import LEAVING
from chatd.frontends.web.channel import Channel
from chatd.frontends.web.crowd import Right

SMALL = 4096
"""Bytes of a body that none is asked for; they are thrown away."""

DRAINED = 1 << 20
"""Bytes of a body that are read and thrown away after an answer that came before them, so that it can be read."""

PAUSED_SECONDS = 1.0
"""How long a connection of which more came stands still, so that the answer can be read, before it is closed."""

TEXT, JSON = b"text/plain; charset=utf-8", b"application/json"

CONTENT_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"connect-src 'self' ws: wss:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    b"Content-Security-Policy": CONTENT_POLICY,
    b"X-Content-Type-Options": b"nosniff",
    b"Referrer-Policy": b"no-referrer",
    b"Cross-Origin-Opener-Policy": b"same-origin",
    b"Cross-Origin-Resource-Policy": b"same-origin",
    b"Permissions-Policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"Cache-Control": b"no-store",
}

_RETRY_SECONDS = b"30"


class Place(Protocol):
    """What is at a path."""

    methods: ClassVar[tuple[bytes, ...]]
    for_files: ClassVar[bool]
    """Whether it is open to those who may do nothing but give and fetch files."""

    def takes_body(self, request: WebRequest) -> bool:
        """Whether the request is to be answered while its body comes; how is :meth:`WebRequest.take`'s matter."""

    def render(self, request: WebRequest) -> None:
        """Answer, now or later."""


class WebRequest(Request):
    """A request.

    ``visitor`` says who asks; see :class:`~chatd.frontends.web.proxies.Visitor`.
    """

    log = Logger()
    defaultContentType = TEXT  # noqa: N815 - Twisted's name
    site: Any
    postpath: list[bytes]
    channel: Any = None  # a Channel, until the request has come to its end
    answered = False
    whole = False
    """Whether its body has come to its end."""

    def __init__(self, channel: Channel, queued: object = False) -> None:
        super().__init__(channel, parsePOSTFormSubmission=False)
        self._place: Place | None = None
        self._thrown = 0
        self.length: int | None = 0
        self.take: Callable[[bytes], None] = self._throw_away
        """Where its body goes."""

    # From the channel

    def head_received(self, command: bytes, path: bytes, version: bytes, length: int | None) -> None:
        """Its head has come.

        :param length: of its body in bytes; None where that is not told
        """
        self.method, self.uri, self.clientproto, self.length = command, path, version, length
        self.path, self.args = path.partition(b"?")[0], {}
        self.site = self.channel.site
        for name, value in _HEADERS.items():
            self.setHeader(name, value)
        self.setHeader(b"Date", http.datetimeToString())
        self.visitor = self.site.proxies.visitor(self.channel.address, self.requestHeaders, self.isSecure())
        if length != 0:
            self._begin()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802 - Twisted's name
        """Its body has come, too."""
        self.whole = True
        if self.length == 0:
            self._begin()
        elif self._place is not None:
            self._render(self._place)
        elif self.answered:
            self.finish()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Some of its body has come."""
        self.take(data)

    def _throw_away(self, data: bytes) -> None:
        self._thrown += len(data)
        if self._thrown > DRAINED and self.channel is not None:
            # Not cut yet: a connection that is closed with bytes unread is reset, and the answer may be lost with it.
            self.channel.pause()
            self.channel.setTimeout(PAUSED_SECONDS)

    # What is to be done

    def _begin(self) -> None:
        hosts = self.requestHeaders.getRawHeaders("Host", [])
        if not self.path.startswith(b"/") or (self.clientproto == b"HTTP/1.1" and len(hosts) != 1):
            self.answer(http.BAD_REQUEST)
            return
        self.prepath, self.postpath = [], [unquote_to_bytes(part) for part in self.path[1:].split(b"/")]
        place: Place | None = self.site.find(self.postpath)
        right = self.channel.right
        if right is Right.NOTHING or (right is Right.FILES and (place is None or not place.for_files)):
            self.setHeader(b"Retry-After", _RETRY_SECONDS)
            self.close_after()
            self.answer(http.SERVICE_UNAVAILABLE)
        elif place is None:
            self.answer(http.NOT_FOUND)
        elif self.method not in place.methods:
            self.setHeader(b"Allow", b", ".join(place.methods))
            self.answer(http.NOT_ALLOWED)
        else:
            self._enter(place)

    def _enter(self, place: Place) -> None:
        if self.whole or place.takes_body(self):
            self._render(place)
        elif self.length is None or self.length > SMALL:
            self.answer(http.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._place = place

    def _render(self, place: Place) -> None:
        try:
            place.render(self)
        except Exception:
            self.failed(Failure())

    # The answer

    def answer(self, code: int, body: bytes | None = None, kind: bytes = TEXT, length: int | None = None) -> None:
        """Answer, all at once; where the body has not come to its end, the connection ends with it.

        :param body: None for one that says what ``code`` means
        :param length: that of the body, where it is left out for HEAD
        """
        if self.channel is None or self.answered:
            return
        self.answered = True
        self.setResponseCode(code, HTTPStatus(code).phrase.encode())
        if code not in http.NO_BODY_CODES:
            body = b"%d %b\n" % (code, self.code_message) if body is None else body
            self.setHeader(b"Content-Type", kind)
            self.setHeader(b"Content-Length", b"%d" % (len(body) if length is None else length))
        if not self.whole:
            self.close_after()
            self.take = self._throw_away
            self.channel.setTimeout(LEAVING)
        self.write(body or b"")
        if self.whole:
            self.finish()

    def tell(self, code: int, answer: Answer) -> None:
        """Answer with an object."""
        self.answer(code, msgspec.json.encode(answer) + b"\n", JSON)

    def close_after(self) -> None:
        """Let the connection end with this answer."""
        self.channel.persistent = False
        self.setHeader(b"Connection", b"close")

    def cut(self) -> None:
        """End the connection at once: what was begun cannot be brought to its end."""
        if self.channel is not None:
            self.channel.transport.abortConnection()

    def failed(self, failure: Failure) -> None:
        """Something went wrong that is a defect of the server's."""
        self.log.failure("a request for {path} failed", failure, path=self.path)
        if self.startedWriting:
            self.cut()
        else:
            self.answer(http.INTERNAL_SERVER_ERROR)
