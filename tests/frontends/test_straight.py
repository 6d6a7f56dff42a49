"""Sockets to which something else than the transport writes."""

from __future__ import annotations

import os
import socket
from typing import Any

from twisted.internet import tcp
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chatd.frontends.direct import DirectServer


class Reactor:
    """Notes who wants to write."""

    def __init__(self) -> None:
        self.writers: set[object] = set()
        self.addWriter, self.removeWriter = self.writers.add, self.writers.discard
        self.addReader = id  # nobody reads


@implementer(IPushProducer)
class Producer:
    paused = False

    def pauseProducing(self) -> None:
        self.paused = True

    def resumeProducing(self) -> None:
        self.paused = False

    def stopProducing(self) -> None:
        """It has ended."""


class StraightTests(SynchronousTestCase):
    def setUp(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.theirs = socket.create_connection(listener.getsockname(), 10)
            ours, address = listener.accept()
        for each in (self.theirs, ours):
            self.addCleanup(each.close)
        ours.setblocking(False)
        reactor: Any = Reactor()
        port: Any = None
        self.producer = Producer()
        self.server: Any = DirectServer(ours, Protocol(), address, port, 0, reactor)
        self.writers = reactor.writers
        self.server.registerProducer(self.producer, True)

    def test_what_goes_past_an_idle_transport_arrives(self) -> None:
        descriptor = self.server.duplicate()
        os.write(descriptor, b"of a file")
        os.close(descriptor)
        self.server.write(b", and more")
        self.assertEqual(self.theirs.recv(19, socket.MSG_WAITALL), b"of a file, and more")

    def test_nothing_overtakes_what_waits(self) -> None:
        tcp.Server.write(self.server, b"waits")
        self.assertIsNone(self.server.duplicate())
        self.server.doWrite()
        os.close(self.server.duplicate())

    def test_one_that_is_encrypted_or_gone_has_no_other_way(self) -> None:
        self.server.TLS = True
        self.assertIsNone(self.server.duplicate())
        self.server.TLS, self.server.connected = False, False
        self.assertIsNone(self.server.duplicate())

    def test_one_that_is_full_says_when_it_takes_more(self) -> None:
        self.server.fill()
        self.assertEqual((self.producer.paused, self.writers), (True, {self.server}))
        self.server.doWrite()
        self.assertEqual((self.producer.paused, self.writers), (False, set()))
