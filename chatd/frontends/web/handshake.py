"""Where WebSockets begin: whose page may begin one, and what is answered to whoever wants something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from twisted.web.http_headers import Headers
from twisted.web.websocket import WebSocketResource

from chatd.frontends.web.socket import WebFactory

_WANTED = {"Host": ["chatd"], "Upgrade": ["websocket"], "Connection": ["Upgrade"], "Sec-WebSocket-Version": ["13"]}

_KEY = re.compile("[A-Za-z0-9+/]{22}==")  # sixteen bytes in base64


def _is_begun_rightly(headers: Headers) -> bool:
    """Whether a request with an Upgrade has the rest of what begins a WebSocket (RFC 6455, 4.2.1)."""
    connection = ",".join(headers.getRawHeaders("Connection", [])).lower().split(",")
    keys = headers.getRawHeaders("Sec-WebSocket-Key", [])
    versions = headers.getRawHeaders("Sec-WebSocket-Version", [])
    is_told = "upgrade" in map(str.strip, connection) and versions == ["13"]
    return is_told and len(keys) == 1 and _KEY.fullmatch(keys[0]) is not None


class SocketResource(WebSocketResource):
    """Where WebSockets begin.

    :param factory: makes what stands behind each
    :param origins: from which pages of other sites may connect, as browsers name them: ``https://chat.example.org``
    """

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, factory: WebFactory, origins: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(factory)
        self._origins = origins

    def render_GET(self, request: Any) -> bytes | int:  # noqa: N802 - Twisted's name
        """Begin one, where the page that asks for it is ours, or whoever asks is no page."""
        origin = request.getHeader("origin")
        if origin is not None and origin.lower() not in (request.visitor.origin, *self._origins()):
            # Or any page that somebody looks at could speak in his name.
            request.setResponseCode(403)
            request.setHeader("content-type", "text/plain; charset=utf-8")
            return b"This page is of another site, from which this server takes no WebSockets.\n"
        if not _is_begun_rightly(request.requestHeaders):
            request.setResponseCode(426)
            request.setHeader("upgrade", "websocket")
            request.setHeader("sec-websocket-version", "13")
            request.setHeader("content-type", "text/plain; charset=utf-8")
            return b"Here WebSockets begin (RFC 6455), and nothing else.\n"
        # What else a request says is nothing to wsproto but what it may stumble over.
        request.requestHeaders = Headers({**_WANTED, "Sec-WebSocket-Key": [request.getHeader("sec-websocket-key")]})
        answer: bytes | int = super().render_GET(request)
        return answer
