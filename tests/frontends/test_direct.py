"""Sending at once: only what the socket itself would do, and nothing before what waits."""

from __future__ import annotations

import contextlib  # trial would take a "suppress" of this module for its own
import socket
from typing import Any

from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.direct import DirectServer
from chatd.frontends.line import LineProtocol

MUCH = b"x" * (4 << 20)


class Reactor:
    """Is told what is waited for; that is when the test says so."""

    def __getattr__(self, name: str) -> Any:
        return lambda what: None


class Wrapper:
    """Forwards what it has not itself, as a wrapper for TLS does."""

    def __init__(self, transport: DirectServer) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class DirectTests(SynchronousTestCase):
    def setUp(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.peer = socket.create_connection(listener.getsockname())
            accepted, address = listener.accept()
        for end in (self.peer, accepted):
            self.addCleanup(end.close)
            end.setblocking(False)
        port: Any = None
        reactor: Any = Reactor()
        self.transport: Any = DirectServer(accepted, Protocol(), address, port, 0, reactor)
        self.protocol: Any = LineProtocol(None)  # type: ignore[arg-type]
        self.protocol.transport = self.transport
        self.protocol.write = self.transport.write

    def read(self) -> bytes:
        """All that the peer has got."""
        read = b""
        with contextlib.suppress(BlockingIOError):
            while data := self.peer.recv(1 << 20):
                read += data
        return read

    def test_an_idle_one_is_sent_to_by_its_socket(self) -> None:
        self.assertEqual(self.protocol.sender()(b"hello"), 5)
        self.transport.write(b" there")
        self.assertEqual(self.read(), b"hello there")

    def test_while_something_waits_all_goes_behind_it(self) -> None:
        self.transport.write(MUCH)
        self.assertFalse(self.transport.is_idle)
        self.assertEqual(self.protocol.sender()(b"later"), 5)
        read = b""
        while not read.endswith(b"later"):
            read += self.read()
            self.transport.doWrite()
        self.assertEqual(len(read), len(MUCH) + 5)
        self.assertTrue(self.transport.is_idle)

    def test_one_that_is_closing_is_not_idle(self) -> None:
        self.transport.loseConnection()
        self.assertFalse(self.transport.is_idle)

    def test_the_socket_below_a_wrapper_is_never_sent_to(self) -> None:
        wrapped: list[bytes] = []
        self.protocol.transport = Wrapper(self.transport)
        self.protocol.write = wrapped.append
        self.assertEqual(self.protocol.sender()(b"secret"), 6)
        self.assertEqual((wrapped, self.read()), ([b"secret"], b""))
