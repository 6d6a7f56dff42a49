"""Connections whose peer is gone without a word: they are found out, and never keep their owner out."""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet.protocol import Factory
from twisted.trial.unittest import SynchronousTestCase

from chatd.listeners import Listeners
from chatd.outlet import GRACE
from tests.behaviour.scene import Stage

FOUND_OUT = 140
"""Seconds."""


class _Port:
    """As much of a port of Twisted's as tuning it needs."""

    def __init__(self, listening: socket.socket) -> None:
        self.socket = listening


class _Reactor:
    """Listens, and never accepts anything itself."""

    def __init__(self) -> None:
        self.ports: list[socket.socket] = []

    def listenTCP(self, port: int, factory: Any, backlog: int, interface: str) -> _Port:  # noqa: N802 - Twisted's name
        self.ports.append(socket.create_server((interface, port)))
        return _Port(self.ports[-1])


class KeepaliveTests(SynchronousTestCase):
    def test_a_silent_peer_is_found_out_in_140_seconds_whether_or_not_it_is_sent_something(self) -> None:
        reactor = _Reactor()
        Listeners(reactor, {}).open("line", "tcp:0:interface=127.0.0.1", Factory())
        (listening,) = reactor.ports
        with listening, socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:

            def option(name: str) -> int:
                return accepted.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))

            silence = option("TCP_KEEPIDLE") + option("TCP_KEEPINTVL") * option("TCP_KEEPCNT")
            self.assertEqual((silence, option("TCP_USER_TIMEOUT")), (FOUND_OUT, FOUND_OUT * 1000))


class GhostTests(Stage):
    def setUp(self) -> None:
        self.start({"accounts": {"sessions_per_account": 2}})
        first = self.server.connect()
        first.send("register alice", "pw", "pw", "public")
        # Neither of them reads, answers or closes any more.
        self.ghosts = [first, self.server.connect()]
        self.ghosts[1].send("login alice", "pw", "public")
        for ghost in self.ghosts:
            ghost.transport.reading = False

    def test_the_owner_is_let_in_at_once_and_the_ghost_is_cut(self) -> None:
        owner = self.server.connect()
        owner.send("login alice", "pw", "oldest", "public", "it is me")
        told = owner.lines()
        self.assertIn('00 already logged in: alice has 2 sessions; "oldest" ends the oldest and lets you in', told)
        self.assertIn("111 [public] 12:00 alice: it is me", told)
        self.assertFalse(self.ghosts[0].transport.aborted)
        self.server.advance(GRACE)
        self.assertTrue(self.ghosts[0].transport.aborted)

    def test_what_is_found_out_to_be_gone_is_over(self) -> None:
        for ghost in self.ghosts:
            ghost.lose(clean=False)
        owner = self.server.connect()
        owner.send("login alice", "pw")
        self.assertIn("00 welcome, alice", owner.lines())
