"""Connections through a proxy, byte by byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.protocols.haproxy._wrapper import HAProxyWrappingFactory
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.proxied import HEADER_SECONDS, wait_for_header
from chatd.testing import MemoryTransport, Server

V1 = b"PROXY TCP4 203.0.113.5 192.0.2.1 50000 9000\r\n"
V1_LONG = b"PROXY TCP6 2001:DB8:0:0::5 2001:db8::1 50000 9000\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([203, 0, 113, 5, 192, 0, 2, 1]) + b"\xc3\x50\x23\x28"
LOCAL = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"
UNKNOWN = b"PROXY UNKNOWN\r\n"


class _Port:
    def __init__(self, factory: Any) -> None:
        self.factory = factory


class ProxiedTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        self.server = Server(directory)
        self.addCleanup(self.server.stop)
        self.port = _Port(HAProxyWrappingFactory(self.server.house.line))
        wait_for_header(self.port, self.server.clock)

    def connect(self) -> Any:
        self.transport = MemoryTransport("192.0.2.99")
        protocol: Any = self.port.factory.buildProtocol(None)
        protocol.makeConnection(self.transport)
        return protocol

    def feed(self, protocol: Any, data: bytes) -> str:
        """What comes of ``data``."""
        protocol.dataReceived(data)
        self.server.turn()
        told = self.transport.written.decode()
        self.transport.written.clear()
        return told

    def end(self, protocol: Any) -> None:
        protocol.connectionLost(Failure(ConnectionDone()))
        self.server.turn()

    def address(self) -> str:
        """Of the only connection."""
        (line,) = self.server.house.line.open
        return line.session.address

    def test_nothing_begins_before_the_header(self) -> None:
        protocol = self.connect()
        self.assertEqual((self.transport.written, self.server.house.line.open), (b"", set()))
        self.assertIn("11 choose:", self.feed(protocol, V1))
        self.assertEqual(self.address(), "203.0.113.5")
        self.end(protocol)
        self.assertEqual(self.server.house.line.open, set())

    def test_it_may_come_in_pieces_and_with_what_is_said(self) -> None:
        for header, address in ((V1, "203.0.113.5"), (V1_LONG, "2001:db8::5"), (V2, "203.0.113.5")):
            for cut in range(len(header)):
                protocol = self.connect()
                self.assertEqual(self.feed(protocol, header[:cut]), "")
                self.assertIn("welcome, gus", self.feed(protocol, header[cut:] + b"guest gus\n"), (header, cut))
                self.assertEqual(self.address(), address)
                self.end(protocol)

    def test_where_it_speaks_for_nobody_it_is_the_proxy_itself(self) -> None:
        for header in (LOCAL, UNKNOWN):
            protocol = self.connect()
            self.assertIn("11 choose:", self.feed(protocol, header))
            self.assertEqual(self.address(), "192.0.2.99")
            self.end(protocol)

    def test_what_is_no_header_ends_the_connection(self) -> None:
        garbage = (
            b"guest gus\nhello, this is no proxy\n",
            b"PROXY TCP4 \x1b[2J b c d\r\n",
            b"PROXY TCP4 ::1 ::1 x y\r\n",
        )
        for data in (*garbage, b"PROXY " + b"x" * 200, V2[:14] + b"\0\x01x", b"\n" * 20):
            protocol = self.connect()
            self.assertEqual(self.feed(protocol, data), "")
            self.assertTrue(self.transport.aborted, data)
            self.end(protocol)

    def test_so_does_having_none(self) -> None:
        protocol = self.connect()
        self.server.clock.advance(HEADER_SECONDS)
        self.assertTrue(self.transport.aborted)
        self.end(protocol)
        self.assertEqual(self.server.house.line.open, set())

    def test_one_that_goes_before_leaves_nothing_behind(self) -> None:
        self.end(self.connect())
        self.server.clock.advance(2 * HEADER_SECONDS)
        self.assertFalse(self.transport.aborted)

    def test_the_end_of_input_is_passed_on(self) -> None:
        protocol = self.connect()
        self.assertTrue(IHalfCloseableProtocol.providedBy(protocol))
        self.feed(protocol, V1 + b"guest gus\npublic\nhello\n")
        protocol.readConnectionLost()
        self.server.turn()
        self.assertIn("goodbye", self.transport.written.decode())
        early = self.connect()
        early.readConnectionLost()
        self.assertTrue(self.transport.closing)
