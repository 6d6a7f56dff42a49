"""A whole server in memory with a site, and programs that speak by WebSocket with it, well or badly."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from zope.interface import alsoProvides

from chatd.testing import MemoryTransport, Server
from chatd.website import Website
from tests.behaviour.scene import PASSWORD, Stage

ADDRESS = "198.51.100.7"

UPGRADE = {
    "Host": "chat.example",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
"""Kinds of frames; 0 goes on with what was begun."""


def frame(payload: bytes, kind: int = TEXT, last: bool = True, masked: bool = True) -> bytes:
    """A frame as a client sends it (RFC 6455, 5.2), masked with zeros."""
    size, mask = len(payload), 0x80 * masked
    head = bytes((0x80 * last | kind,))
    if size < 126:
        head += bytes((mask | size,))
    elif size < 65536:
        head += struct.pack("!BH", mask | 126, size)
    else:
        head += struct.pack("!BQ", mask | 127, size)
    return head + bytes(4 * masked) + payload


def request(path: str = "/ws", headers: Mapping[str, str | None] | None = None) -> bytes:
    """A request to speak by WebSocket; a header that is None is left out."""
    told = {**UPGRADE, **(headers or {})}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items() if value is not None)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class WebTransport(MemoryTransport):
    """As twisted.web needs it; like a socket, it hears nothing any more once it is to be closed."""

    @property
    def disconnecting(self) -> bool:
        """Whether it is closed as soon as all is written."""
        return self.closing

    def writeSequence(self, pieces: Iterable[bytes]) -> None:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        self.write(b"".join(pieces))

    def stopProducing(self) -> None:
        """As :class:`twisted.internet.interfaces.IPushProducer`."""
        self.loseConnection()


class Peer:
    """One connection: bytes to it, and what came back.

    :ivar head: of the answer to the handshake
    :ivar codes: of the close frames that came; 1005 for none (RFC 6455, 7.1.5)
    """

    def __init__(self, server: Server, site: Any, address: str = ADDRESS, reading: bool = True) -> None:
        self.server = server
        self.transport = WebTransport(address, reading)
        alsoProvides(self.transport, IConsumer, IPushProducer)
        self.channel: Any = site.buildProtocol(IPv4Address("TCP", address, 50000))
        self.channel.makeConnection(self.transport)
        self.ended = False
        self.head = b""
        self.objects: list[dict[str, Any]] = []
        self.codes: list[int] = []
        self.pongs: list[bytes] = []
        self.pings = 0
        self._begun = False

    def send_bytes(self, data: bytes) -> None:
        """Send ``data``, and let the server do what it brings about."""
        if not self.transport.closing:
            self.channel.dataReceived(data)
        self.server.turn()

    def begin(self, behind: bytes = b"", path: str = "/ws", headers: Mapping[str, str | None] | None = None) -> str:
        """Ask to speak by WebSocket, with ``behind`` in the same segment; the first line of the answer."""
        self.send_bytes(request(path, headers) + behind)
        head, _, rest = bytes(self.transport.written).partition(b"\r\n\r\n")
        self.head = head + b"\r\n"
        first = head.decode().partition("\r\n")[0]
        if " 101 " in first:
            self.transport.written[:] = rest
            self._begun = True
        return first

    def send(self, *messages: Any) -> None:
        """Send ``messages``, each in a frame, in one piece."""
        self.send_bytes(b"".join(frame(msgspec.json.encode(message)) for message in messages))

    def read(self) -> list[dict[str, Any]]:
        """The objects that have come since the last time; other frames are noted.

        :raises AssertionError: the server has sent something behind its close frame, or what is no text
        """
        assert self._begun
        data = bytes(self.transport.written)
        self.transport.written.clear()
        objects: list[dict[str, Any]] = []
        while data:
            kind, size, start = data[0] & 15, data[1], 2
            assert data[0] & 0xF0 == 0x80 and size < 128, "no whole frame as a server sends it"
            if size > 125:
                start = 4 if size == 126 else 10
                size = int.from_bytes(data[2:start], "big")
            payload, data = data[start : start + size], data[start + size :]
            assert len(payload) == size, "half a frame"
            assert not self.codes, f"{kind} behind the close frame: {payload!r}"
            if kind == CLOSE:
                self.codes.append(int.from_bytes(payload[:2], "big") or 1005)
            elif kind == PONG:
                self.pongs.append(payload)
            elif kind == PING:
                self.pings += 1
            else:
                assert kind == TEXT
                objects.append(msgspec.json.decode(payload))
        self.objects += objects
        return objects

    def ask(self, type: str, **fields: Any) -> list[dict[str, Any]]:
        """Ask for something; all that is told because of it."""
        self.send({"type": type, **fields})
        return self.read()

    def lose(self, clean: bool = True) -> None:
        """End the connection."""
        if not self.ended:
            self.ended = True
            self.channel.connectionLost(Failure(ConnectionDone() if clean else ConnectionLost()))
            self.server.turn()

    @property
    def is_cut(self) -> bool:
        """Whether the server has ended the connection without waiting for anything."""
        return self.transport.aborted

    @property
    def session(self) -> Any:
        """Of the server."""
        return self.channel.dataReceived.__self__.session


class WebStage(Stage):
    """A server with a site."""

    def setUp(self) -> None:
        self.furnish()

    def furnish(self, config: dict[str, dict[str, Any]] | None = None, **more: Any) -> None:
        """Begin with a new server."""
        self.start(config, **more)
        self.website = Website(self.server.house)

    def visitor(self, address: str = ADDRESS, reading: bool = True) -> Peer:
        """A connection on which nothing is asked yet."""
        peer = Peer(self.server, self.website.site, address, reading)
        self.addCleanup(peer.lose)
        return peer

    def program(self, address: str = ADDRESS) -> Peer:
        """A program that was greeted."""
        peer = self.visitor(address)
        self.assertEqual(peer.begin(), "HTTP/1.1 101 Switching Protocols")
        self.assertEqual([told["type"] for told in peer.read()], ["greeting"])
        return peer

    def guest(self, name: str, *rooms: str) -> Peer:
        """A program that is a guest, in ``rooms``."""
        peer = self.program()
        peer.send({"type": "guest", "name": name}, *({"type": "enter", "room": room} for room in rooms))
        peer.read()
        return peer

    def account(self, name: str, *rooms: str) -> Peer:
        """A program that has made an account, in ``rooms``."""
        peer = self.program()
        peer.send({"type": "register", "name": name, "password": PASSWORD})
        peer.send(*({"type": "enter", "room": room} for room in rooms))
        peer.read()
        return peer


def kinds(objects: Iterable[Mapping[str, Any]]) -> list[str]:
    """What they are."""
    return [told["type"] for told in objects]


def texts(objects: Iterable[Mapping[str, Any]]) -> list[str]:
    """What was said among them."""
    return [told["text"] for told in objects if told["type"] == "said"]
