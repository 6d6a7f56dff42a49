"""The site: the page and its files, the WebSocket, files by ticket, whether the server is well, and the schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from twisted.internet.interfaces import IReactorTime
from twisted.web import http
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from chatd.frontends.web.assets import Asset, load
from chatd.frontends.web.channel import HEAD_SECONDS, Channel
from chatd.frontends.web.crowd import Crowd
from chatd.frontends.web.files import Files
from chatd.frontends.web.proxies import Proxies
from chatd.frontends.web.request import JSON, Place, WebRequest
from chatd.transfers.service import Transfers

PAGE = Path(__file__).with_name("page")
"""Where the page is."""


class WebSite(Site):
    """Makes the protocol of each connection, and knows what is where.

    :param socket: what a request to speak by WebSocket is handed to; where its ``render`` gives NOT_DONE_YET it has the
        connection, and counts it itself; what else it gives is the answer. ``request.visitor`` says who asks
    :param health: why the server cannot do all that it should, in a word; empty where all is well
    :param schema: JSON Schema of what is said on the socket
    :param connections: of one address at once, 0 for any number; :attr:`crowd` bears another later
    """

    noisy = False
    protocol = Channel  # type: ignore[assignment]  # and no wrapper that would change to HTTP/2

    def __init__(
        self,
        clock: IReactorTime,
        socket: Resource,
        transfers: Transfers,
        health: Callable[[], str],
        schema: bytes,
        proxies: Proxies,
        connections: int,
        page: Path = PAGE,
    ) -> None:
        super().__init__(Resource(), WebRequest, timeout=HEAD_SECONDS, reactor=clock)
        self.crowd = Crowd(connections)
        self.proxies = proxies
        self.open: set[Channel] = set()
        """Connections on which HTTP is spoken."""
        files = load(page)
        self._files = Files(transfers)
        self._places: dict[bytes, Place] = {
            **files,
            b"": _Front(files[b"index.html"], _Socket(socket)),
            b"ws": _Socket(socket),
            b"health": _Health(health),
            b"schema.json": Asset(schema, "application/schema+json"),
        }

    def find(self, path: Sequence[bytes]) -> Place | None:
        """What is at ``path``, given by its parts."""
        if path[0] == b"files":
            return self._files if 2 <= len(path) <= 3 else None
        return self._places.get(path[0]) if len(path) == 1 else None

    def leave(self) -> None:
        """Take no further requests; each connection ends with the answer to its last."""
        for channel in list(self.open):
            channel.leave()

    def cut(self) -> None:
        """End every connection at once."""
        for channel in list(self.open):
            channel.transport.abortConnection()

    def acceptableProtocols(self) -> list[bytes]:  # noqa: N802 - Twisted's name
        """What is spoken here, for TLS to agree on."""
        return [b"http/1.1"]

    def log(self, request: http.Request) -> None:
        """Nothing is to be told of a request."""

    def startFactory(self) -> None:
        """Nothing is to be begun: there is no log that would need the time."""

    def stopFactory(self) -> None:
        """Nothing is to be ended."""


class _Bare:
    methods: ClassVar[tuple[bytes, ...]] = (b"GET", b"HEAD")
    for_files: ClassVar[bool] = False

    def takes_body(self, request: WebRequest) -> bool:
        return False


class _Socket(_Bare):
    methods: ClassVar[tuple[bytes, ...]] = (b"GET",)

    def __init__(self, socket: Resource) -> None:
        self._socket = socket

    def render(self, request: WebRequest) -> None:
        if not wants_socket(request):
            request.setHeader(b"Upgrade", b"websocket")
            request.setHeader(b"Connection", b"Upgrade")
            request.answer(HTTPStatus.UPGRADE_REQUIRED)
            return
        channel = request.channel
        answer: Any = self._socket.render(request)
        if answer is NOT_DONE_YET:
            channel.hand_over()
        else:
            kind = request.responseHeaders.getRawHeaders(b"Content-Type", [request.defaultContentType])[0]
            request.answer(request.code, answer, kind)


class _Front(_Bare):
    def __init__(self, page: Asset, socket: _Socket) -> None:
        self._page, self._socket = page, socket

    def render(self, request: WebRequest) -> None:
        place: Place = self._socket if request.method == b"GET" and wants_socket(request) else self._page
        place.render(request)


class _Health(_Bare):
    def __init__(self, health: Callable[[], str]) -> None:
        self._health = health

    def render(self, request: WebRequest) -> None:
        why = self._health()
        told = {"status": "unavailable", "why": why} if why else {"status": "ok"}
        code = HTTPStatus.SERVICE_UNAVAILABLE if why else HTTPStatus.OK
        request.answer(code, msgspec.json.encode(told) + b"\n", JSON)


def wants_socket(request: WebRequest) -> bool:
    """Whether a request is one to speak by WebSocket from here on (RFC 6455)."""
    upgrade = ",".join(request.requestHeaders.getRawHeaders("Upgrade", []))
    return "websocket" in (word.strip().lower() for word in upgrade.split(","))
