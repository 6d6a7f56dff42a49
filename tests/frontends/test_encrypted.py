"""A TLS handshake that does not come to its end is waited for ten seconds, and a connection that has done it stays."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import CertificateOptions, DefaultOpenSSLContextFactory
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python.failure import Failure
from twisted.test.iosim import FakeTransport, IOPump
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.encrypted import HANDSHAKE_SECONDS, PromptProtocol
from tests.end_to_end import certificates


class HandshakeTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        key, certificate = certificates.write(directory)
        context = DefaultOpenSSLContextFactory(str(key), str(certificate))
        factory = TLSMemoryBIOFactory(context, False, Factory.forProtocol(Protocol))
        self.clock = Clock()
        factory.protocol = partial(PromptProtocol, self.clock)  # type: ignore[assignment]
        self.server: Any = factory.buildProtocol(None)
        self.transport = FakeTransport(self.server, isServer=True)
        self.server.makeConnection(self.transport)

    def test_a_silent_one_is_cut(self) -> None:
        self.clock.advance(HANDSHAKE_SECONDS - 0.1)
        self.assertFalse(self.transport.disconnecting)
        self.clock.advance(0.1)
        self.assertTrue(self.transport.disconnecting)

    def test_bytes_now_and_then_buy_no_time(self) -> None:
        # The beginning of a record of which more would have to come (RFC 8446, 5.1).
        for byte in b"\x16\x03\x01\x40\x00":
            self.clock.advance(HANDSHAKE_SECONDS / 5)
            self.server.dataReceived(bytes((byte,)))
        self.assertTrue(self.transport.disconnecting)

    def test_one_that_has_done_it_stays(self) -> None:
        factory = TLSMemoryBIOFactory(CertificateOptions(), True, Factory.forProtocol(Protocol))
        client: Any = factory.buildProtocol(None)
        transport = FakeTransport(client, isServer=False)
        client.makeConnection(transport)
        IOPump(client, self.server, transport, self.transport, False).flush()
        self.clock.advance(10 * HANDSHAKE_SECONDS)
        self.assertFalse(self.transport.disconnecting)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_one_that_is_gone_is_waited_for_no_longer(self) -> None:
        self.server.connectionLost(Failure(ConnectionDone()))
        self.assertEqual(self.clock.getDelayedCalls(), [])
