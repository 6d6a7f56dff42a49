"""A listener that has no file descriptor to accept with."""

from __future__ import annotations

import os
import socket
from errno import EMFILE
from typing import Any

from twisted.internet import tcp
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.spare import AGAIN_SECONDS, accept_with_a_spare


class Reserve:
    """As Twisted's, which is lost at first."""

    def __init__(self) -> None:
        self.is_there = False
        self.available = lambda: self.is_there

    def reserve(self) -> None:
        self.is_there = True


class Accepted(Protocol):
    """A connection that nobody needs."""

    transport: Any

    def connectionMade(self) -> None:
        self.transport.connectionLost(Failure(ConnectionDone()))


class SpareTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reserve = Reserve()
        self.patch(tcp, "_reservedFD", self.reserve)
        self.clock = MemoryReactorClock()
        port: Any = tcp.Port(0, Factory.forProtocol(Accepted), interface="127.0.0.1", reactor=self.clock)
        port.startListening()
        self.reserve.is_there = False
        # The socket is closed a turn later.
        self.addCleanup(self.clock.advance, 0)
        self.addCleanup(port.stopListening)
        self.port = port
        accept_with_a_spare(port)
        self.addCleanup(socket.create_connection(port.socket.getsockname(), 10).close)

    def no_descriptors(self) -> None:
        def fail(*arguments: object) -> int:
            raise OSError(EMFILE, "Too many open files")

        self.patch(os, "open", fail)

    def test_one_that_was_lost_is_had_back(self) -> None:
        self.port.doRead()
        self.assertTrue(self.reserve.is_there)
        self.assertEqual(self.port.sessionno, 1)

    def test_where_there_is_none_nobody_is_accepted_for_a_while(self) -> None:
        self.no_descriptors()
        self.port.doRead()
        self.assertEqual((self.port.sessionno, self.clock.readers), (0, set()))
        self.clock.advance(AGAIN_SECONDS)
        self.assertEqual(self.clock.readers, {self.port})
