"""TLS on the line frontend: who never agrees on encryption does not stand about."""

from __future__ import annotations

import contextlib
from pathlib import Path

from OpenSSL import SSL
from twisted.internet.ssl import DefaultOpenSSLContextFactory
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.line import HANDSHAKE_SECONDS
from tests.end_to_end import certificates
from tests.frontends.lines import Listener, Transport


class HandshakeTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        key, certificate = certificates.write(directory)
        context = DefaultOpenSSLContextFactory(str(key), str(certificate), SSL.TLS_SERVER_METHOD)
        self.listener = Listener()
        factory = TLSMemoryBIOFactory(context, False, self.listener.factory, self.listener.clock)
        self.transport = Transport()
        self.server: TLSMemoryBIOProtocol = factory.buildProtocol(None)
        self.server.makeConnection(self.transport)

    def shake_hands(self) -> bytes:
        """As a client does; what it is told then."""
        client = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD))
        client.set_connect_state()
        told = b""
        for _ in range(10):
            with contextlib.suppress(SSL.WantReadError):
                client.do_handshake()
                told += client.recv(4096)
            with contextlib.suppress(SSL.WantReadError):
                self.server.dataReceived(client.bio_read(65536))
            self.listener.turn()
            if self.transport.written:
                client.bio_write(bytes(self.transport.written))
                self.transport.written.clear()
        return told

    def test_who_says_nothing_is_cut_off(self) -> None:
        self.listener.clock.advance(HANDSHAKE_SECONDS - 1)
        self.assertFalse(self.transport.aborted)
        self.listener.clock.advance(1)
        self.assertTrue(self.transport.aborted)

    def test_so_is_who_begins_and_goes_no_further(self) -> None:
        self.server.dataReceived(b"\x16\x03\x01")
        self.listener.clock.advance(HANDSHAKE_SECONDS)
        self.assertTrue(self.transport.aborted)

    def test_who_has_agreed_may_take_his_time(self) -> None:
        self.assertEqual(self.shake_hands(), b"11 say:\r\n")
        self.listener.clock.advance(HANDSHAKE_SECONDS)
        self.assertFalse(self.transport.aborted)
