"""Outlets without connections: what was sent to whom can be read, and a peer reads when a test lets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Answer
from chatd.chat.events import Entry, Said
from chatd.delivery import Delivery
from chatd.outlet import Outlet
from chatd.wire.codes import Code

LIMIT = 1000
"""Bytes that may wait in an outlet."""

FULL = 100
"""Bytes that wait in a transport whose peer does not read, before it says that it is full."""


class Letters:
    """Words entries as a few letters, so that a failure can be read; ``before`` is among them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.worded = 0

    def event(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        self.worded += 1
        return letters(self.name, entry, before.seq if before is not None else 0)

    def mention(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        return b"!" + self.event(code, entry, before)

    def answer(self, code: Code, answer: Answer) -> bytes:
        raise NotImplementedError


def letters(name: str, entry: Entry, before: int) -> bytes:
    """What :class:`Letters` makes of an entry."""
    assert isinstance(entry.event, Said)
    return f"{name}.{entry.log}{entry.seq}<{before}{entry.event.text}|".encode()


class Wire:
    """A transport whose peer reads when :attr:`reading`; :attr:`writes` are the very objects that it was given."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.received = bytearray()
        self.reading = True
        self.ended = False
        self.aborted = False
        self.takes: int | None = None
        """Bytes that the sender takes, -1 for an error; None for all that there are."""
        self._waiting = bytearray()
        self._producer: IPushProducer | None = None
        self._full = False

    def write(self, data: bytes) -> None:
        if self.ended or self.aborted:
            raise AssertionError(f"{data!r} is written behind the end")
        self.writes.append(data)
        (self.received if self.reading else self._waiting).extend(data)
        if len(self._waiting) > FULL and self._producer is not None and not self._full:
            self._full = True
            self._producer.pauseProducing()

    def sender(self) -> Callable[[bytes], int]:
        return self._take

    def _take(self, data: bytes) -> int:
        if self.takes is not None and self.takes < 0:
            raise BlockingIOError
        taken = data if self.takes is None else data[: self.takes]
        self.write(taken)
        return len(taken)

    def stop_reading(self) -> None:
        """The peer reads nothing for now."""
        self.reading = False

    def read(self, go_on: bool = True) -> None:
        """The peer reads all there is, and goes on reading unless told otherwise."""
        self.reading = go_on
        self.received += self._waiting
        self._waiting.clear()
        full, self._full = self._full, False
        if full and self._producer is not None:
            self._producer.resumeProducing()

    def end(self) -> None:
        if self._producer is not None:
            raise AssertionError("a connection with a producer does not end")
        self.ended = True

    def abortConnection(self) -> None:
        self.aborted = True

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        self._producer = producer

    def unregisterProducer(self) -> None:
        self._producer = None


class Peer:
    """An outlet, and the peer at its other end.

    :param overflow: what the outlet calls besides counting :attr:`overflows`
    """

    def __init__(
        self,
        delivery: Delivery,
        renderer: Letters,
        clock: Clock,
        limit: int = LIMIT,
        overflow: Callable[[Peer], Any] = lambda peer: None,
    ) -> None:
        self.wire = Wire()
        self.overflows = 0
        self.drained = 0
        self._overflow = overflow
        self.outlet = Outlet(self.wire, delivery, renderer, clock, limit, self._overflowed, self._drained)

    def _overflowed(self) -> None:
        self.overflows += 1
        self._overflow(self)

    def _drained(self) -> None:
        self.drained += 1

    @property
    def received(self) -> bytes:
        """All that the peer has read."""
        return bytes(self.wire.received)


class Turns:
    """The end of the turn for a delivery that stands alone: it is flushed when it has asked for it, and only then."""

    def __init__(self) -> None:
        self.asked = False
        self.delivery = Delivery(self.ask)

    def ask(self) -> None:
        self.asked = True

    def end(self) -> None:
        """End the turn; what that asks for is done as well."""
        while self.asked:
            self.asked = False
            self.delivery.flush()


def said(log: str, number: int, text: str = "") -> Entry:
    """An entry, which happened ``number`` milliseconds after the epoch."""
    return Entry(log, number, number, Said("alice", text))


WHY = b"too slow|"


def send_away(peer: Peer) -> None:
    """What a frontend does with a reader that is too slow."""
    peer.outlet.close(WHY, drop=True)


class OutletTestCase(SynchronousTestCase):
    """Has one peer, which is sent away when it is too slow."""

    def setUp(self) -> None:
        self.turns = Turns()
        self.clock = Clock()
        self.text = Letters("t")
        self.peer = self.new_peer()

    def new_peer(self, *, full: bool = False) -> Peer:
        peer = Peer(self.turns.delivery, self.text, self.clock, LIMIT, send_away)
        if full:
            self.fill(peer)
        return peer

    def fill(self, peer: Peer) -> None:
        """Let nothing wait in ``peer``'s outlet, but as much in its transport as that takes."""
        peer.wire.stop_reading()
        peer.outlet.tell(b"x" * (FULL + 1))
        self.turns.end()
        self.assertTrue(peer.outlet.full)

    def after_filling(self, peer: Peer) -> bytes:
        """What ``peer`` reads, behind what :meth:`fill` has sent."""
        peer.wire.read()
        self.turns.end()
        self.assertTrue(peer.received.startswith(b"x" * (FULL + 1)))
        return peer.received[FULL + 1 :]
