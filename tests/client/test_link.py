"""A connection that comes back."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chatd.client.connection import SILENCE, ChatConnection
from chatd.client.lines import Line
from chatd.client.link import FIRST, LONGEST, Link, back_off
from tests.client.helpers import Wire


@implementer(IStreamClientEndpoint)
class Endpoint:
    """Notes who wants to connect."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Deferred[Any]]] = []

    def connect(self, factory: Any) -> Deferred[Any]:
        """Note it."""
        self.waiting.append((factory, Deferred()))
        return self.waiting[-1][1]


class LinkTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.endpoint = Endpoint()
        self.calls: list[str] = []
        self.states: list[str] = []
        self.unreachable: list[Failure] = []
        self.link = Link(
            self.clock,
            self.endpoint,
            self,
            lambda: 0.5,
            lambda state, stands: self.states.append(state),
            self.unreachable.append,
        )
        self.link.start()

    def connected(self, connection: ChatConnection) -> None:
        self.calls.append("connected")

    def told(self, line: Line) -> None:
        self.calls.append(line.text)

    def lost(self, reason: Failure) -> None:
        self.calls.append("lost")

    def succeed(self) -> Wire:
        factory, connecting = self.endpoint.waiting.pop()
        protocol = factory.buildProtocol(None)
        wire = Wire(protocol)
        connecting.callback(protocol)
        return wire

    def refuse(self) -> None:
        self.endpoint.waiting.pop()[1].errback(ConnectError())

    def test_what_comes_is_handed_on(self) -> None:
        wire = self.succeed()
        wire.says("00 hello")
        self.assertEqual(self.calls, ["connected", "hello"])
        self.assertEqual(self.states, ["connecting", "connected"])

    def test_a_connection_that_is_lost_comes_back(self) -> None:
        self.succeed().ends(ConnectionLost())
        self.assertEqual(self.states[-1], "not connected, trying again in 1 s")
        self.assertEqual(self.endpoint.waiting, [])
        self.clock.advance(FIRST)
        self.succeed()
        self.assertEqual(self.calls, ["connected", "lost", "connected"])
        self.assertEqual(self.unreachable, [])

    def test_it_is_tried_again_and_again(self) -> None:
        self.succeed().ends()
        for _ in range(9):
            self.clock.advance(LONGEST)
            self.refuse()
        self.clock.advance(LONGEST)
        self.succeed()
        self.assertEqual(self.states[-1], "connected")

    def test_a_server_that_never_answered_is_not_waited_for(self) -> None:
        self.refuse()
        self.assertEqual(len(self.unreachable), 1)
        self.clock.advance(LONGEST)
        self.assertEqual(self.endpoint.waiting, [])

    def test_a_server_that_does_not_speak_is_tried_again(self) -> None:
        wire = self.succeed()
        self.clock.advance(SILENCE)
        self.assertTrue(wire.transport.aborted)
        wire.ends(ConnectionLost())
        self.clock.advance(FIRST)
        self.succeed().says("00 hello")
        self.clock.advance(SILENCE)
        self.assertEqual(self.calls[-1], "hello")

    def test_who_goes_is_not_brought_back(self) -> None:
        wire = self.succeed()
        self.link.stop()
        wire.ends()
        self.clock.advance(LONGEST)
        self.assertEqual(self.endpoint.waiting, [])

    def test_the_waits_grow_up_to_a_bound_and_are_spread(self) -> None:
        least, most = back_off(lambda: 0.0), back_off(lambda: 1.0)
        self.assertEqual([least(1), most(1), most(1000)], [0.0, FIRST, LONGEST])
        self.assertLess(most(2), most(3))
