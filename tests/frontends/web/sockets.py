"""WebSockets in memory, to a whole server without sockets: frames in, objects out."""

from __future__ import annotations

from typing import Any

import msgspec
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Message,
    Ping,
    RejectConnection,
    RejectData,
    Request,
)
from zope.interface import directlyProvides

from chatd.testing import Server
from chatd.website import Website
from tests.frontends.web.visits import HttpTransport

Object = dict[str, Any]


class Peer:
    """One connection; ``code`` is what the server has closed it with, ``refused`` the status of a refused handshake."""

    def __init__(self, server: Server, website: Website, reading: bool = True, **headers: str) -> None:
        self.server = server
        self.transport = HttpTransport("198.51.100.7", reading)
        directlyProvides(self.transport, IConsumer)  # as twisted.web.websocket asks
        self.channel: Any = website.site.buildProtocol(self.transport.getPeer())
        self.channel.makeConnection(self.transport)
        self.code: int | None = None
        self.refused: int | None = None
        self._told: list[Object] = []
        self._connection = WSConnection(ConnectionType.CLIENT)
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.write(Request(host="chat.example", target="/ws", extra_headers=named))
        self._told = self.objects()

    def write(self, event: Event) -> None:
        """Send a handshake or a frame."""
        self.send_bytes(self._connection.send(event))

    def send_bytes(self, data: bytes) -> None:
        """Send ``data``, and let the server do what it brings about."""
        self.channel.dataReceived(data)
        self.server.turn()

    def send(self, *objects: Object | str) -> None:
        """Send messages in one piece."""
        texts = [told if isinstance(told, str) else msgspec.json.encode(told).decode() for told in objects]
        self.send_bytes(b"".join(self._connection.send(Message(text)) for text in texts))

    def objects(self) -> list[Object]:
        """What has come since the last time."""
        data = bytes(self.transport.written)
        self.transport.written.clear()
        self._connection.receive_data(data)
        for event in self._connection.events():
            self._take(event)
        told, self._told = self._told, []
        return told

    def _take(self, event: Event) -> None:
        if isinstance(event, Message):
            assert isinstance(event.data, str) and event.message_finished
            self._told.append(msgspec.json.decode(event.data))
        elif isinstance(event, CloseConnection):
            self.code = event.code
        elif isinstance(event, RejectConnection):
            self.refused = event.status_code
        else:
            assert isinstance(event, AcceptConnection | Ping | RejectData), event

    def lose(self) -> None:
        """End the connection."""
        self.channel.connectionLost(Failure(ConnectionDone()))
        self.server.turn()

    @property
    def is_ended(self) -> bool:
        """Whether the server has ended the connection."""
        return self.transport.closing or self.transport.aborted
