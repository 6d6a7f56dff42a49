"""A site in memory, with files that go on when the test says so, and whoever visits it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from zope.interface import implementer

from chatd.frontends.web.proxies import Proxies
from chatd.frontends.web.site import WebSite
from chatd.testing import MemoryTransport
from tests.transfers.memory import Scene

PAGE = {
    "index.html": "<!doctype html><title>chatd</title>" + "<p>hello " * 50,
    "page.js": "const hello = 1;\n" * 50,
    "icon.svg": "<svg/>",
    "notes.txt": "not to be served",
}


class Answer(NamedTuple):
    """What was answered: header names are in lower case."""

    code: int
    headers: dict[str, str]
    body: bytes


@implementer(IPushProducer)
class HttpTransport(MemoryTransport):
    """As twisted.web needs it."""

    def stopProducing(self) -> None:
        self.loseConnection()


class Visit:
    """One connection to the site."""

    def __init__(self, web: Web, address: str, reading: bool) -> None:
        self.web = web
        self.transport = HttpTransport(address, reading)
        self.channel: Any = web.site.buildProtocol(self.transport.getPeer())
        self.channel.makeConnection(self.transport)

    def send(self, data: bytes) -> None:
        """Send ``data``, and let happen what happens of itself."""
        self.channel.dataReceived(data)
        self.web.scene.settle()

    def answers(self, *methods: str) -> list[Answer]:
        """All that was answered since the last time, to requests with these methods; else all to GET."""
        data = bytes(self.transport.written)
        self.transport.written.clear()
        found: list[Answer] = []
        while data:
            head, _, data = data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            code = int(first.split()[1])
            method = methods[len(found)] if len(found) < len(methods) else "GET"
            size = 0 if method == "HEAD" else int(headers.get("content-length", 0))
            found.append(Answer(code, headers, data[:size]))
            data = data[size:]
        return found

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Ask, and what was answered to it."""
        self.send(request(method, path, headers, body))
        (answer,) = self.answers(method)
        return answer

    def lose(self) -> None:
        """End the connection."""
        self.channel.connectionLost(Failure(ConnectionDone()))
        self.web.scene.settle()


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """What a browser sends."""
    told = {"Host": "chat.example", **(headers or {})}
    if body and "Content-Length" not in told and "Transfer-Encoding" not in told:
        told["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Web:
    """A site.

    :param connections: of one address
    """

    def __init__(
        self,
        test: SynchronousTestCase,
        socket: Resource | None = None,
        connections: int = 0,
        trusted: Iterable[str] = (),
    ) -> None:
        directory = tempfile.TemporaryDirectory()
        test.addCleanup(directory.cleanup)
        for name, text in PAGE.items():
            Path(directory.name, name).write_text(text)
        self.scene = Scene()
        self.ailing = ""
        self.site = WebSite(
            self.scene.clock,
            socket or Resource(),
            self.scene.transfers,
            lambda: self.ailing,
            b'{"$schema":"..."}',
            Proxies(trusted),
            connections,
            Path(directory.name),
        )

    def visit(self, address: str = "198.51.100.7", reading: bool = True) -> Visit:
        """A new connection."""
        return Visit(self, address, reading)
