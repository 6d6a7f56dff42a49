"""Where WebSockets begin: whose page may begin one, and what is answered to whoever wants something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.web.websocket import WebSocketResource

from chatd.frontends.web.socket import WebFactory


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
        if request.getHeader("sec-websocket-key") is None or request.getHeader("sec-websocket-version") != "13":
            request.setResponseCode(426)
            request.setHeader("upgrade", "websocket")
            request.setHeader("sec-websocket-version", "13")
            request.setHeader("content-type", "text/plain; charset=utf-8")
            return b"Here WebSockets begin (RFC 6455), and nothing else.\n"
        answer: bytes | int = super().render_GET(request)
        return answer
