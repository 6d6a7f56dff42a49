"""An outlet: a session's way out, in order, with a bound on what waits for a slow reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from zope.interface import implementer

from chatd.chat.answers import Answer
from chatd.chat.events import Entry
from chatd.chat.limits import TokenBucket
from chatd.wire.codes import Code

PATIENCE, PATIENCE_RATE = 1.0, 1 / 30
"""Seconds that rooms wait at once for an outlet that is full before they take more, and in every second on average;
who reads quickly but from far away is waited for, and who does not read costs the others no more."""

LOAD = 65536
"""Bytes that one outlet alone is told in a turn, before it has to be written to."""

GRACE = 5.0
"""Seconds that a peer has to read the last words, before its connection is cut."""


class Gone(Exception):
    """The connection has ended, and nobody is there to ask or tell."""


class Renderer(Protocol):
    """Words values for one kind of reader; two renderers are the same where they word everything alike."""

    @property
    def name(self) -> str:
        """What ``format`` calls it."""

    def event(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """The lines of an entry, none where it is not shown; ``before`` is the room's former one."""

    def mention(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """As :meth:`event`, for somebody whose name stands in it and who wants to be made aware of that."""

    def answer(self, code: Code, answer: Answer) -> bytes:
        """The lines of an answer."""


class Transport(Protocol):
    """What an outlet writes to; all but ``end`` as Twisted's transports have it."""

    def write(self, data: bytes) -> None:
        """Send ``data`` behind what was written before."""

    def sender(self) -> Callable[[bytes], int]:
        """What takes bytes as :meth:`write` does, or some of them, and gives how many; until others are written."""

    def end(self) -> None:
        """Send what was written, and end the connection."""

    def abortConnection(self) -> None:
        """End the connection at once, whatever was written."""

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Let ``producer`` know when no more should be written, and when it may."""

    def unregisterProducer(self) -> None:
        """Let nobody know any more."""


class Exchange(Protocol):
    """Who joins what rooms say with what sessions are told: the delivery."""

    bytes: int
    """Those that were handed to transports."""

    def single_out(self, outlet: Outlet) -> None:
        """From here to the end of the turn, collect the outlet's pieces one by one."""

    def place(self, outlet: Outlet) -> None:
        """Whether the outlet can be written to like everybody else has changed."""


@implementer(IPushProducer)
class Outlet:
    """A session's way out.

    :param limit: bytes that may wait here, beyond what the transport holds
    :param overflow: called once when more would have to wait
    :param drained: called whenever nothing waits any more
    """

    def __init__(
        self,
        transport: Transport,
        exchange: Exchange,
        renderer: Renderer,
        clock: IReactorTime,
        limit: int,
        overflow: Callable[[], None],
        drained: Callable[[], None],
    ) -> None:
        self.renderer = renderer
        self.send = transport.write  # whatever waits
        self.pieces: list[bytes] | None = None
        """What this turn has brought, for an outlet that is singled out."""
        self.closed = False
        self.full = False
        self.is_waited_for = False
        """Whether rooms take no more until this outlet has had what they said."""
        self._patience = TokenBucket(PATIENCE, PATIENCE_RATE)
        self._hurry: IDelayedCall | None = None
        self.transport = transport
        self._exchange = exchange
        self._clock = clock
        self._limit = limit
        self._overflow = overflow
        self._drained = drained
        self._held = False
        self._told = 0  # bytes of the pieces that are not held
        self._waiting: list[bytes] = []
        self.queued = 0
        """Bytes that wait here, beyond what the transport holds."""
        self._farewell: float | None = None
        self._waiters: list[Deferred[None]] = []
        self._abort: IDelayedCall | None = None
        transport.registerProducer(self, True)

    @property
    def is_free(self) -> bool:
        """Whether what a room says can be handed to the transport as it is, by its ``sender``."""
        return self.pieces is None and not self.full and not self.closed

    @property
    def is_loaded(self) -> bool:
        """Whether what was told has to go out before more is."""
        return self.full or self._told > LOAD

    def tell(self, data: bytes) -> None:
        """Write ``data`` behind all that this outlet has heard up to now."""
        self._exchange.single_out(self)
        self.add(data)

    def add(self, data: bytes) -> None:
        """One more piece for an outlet that is singled out already; none comes behind the last words."""
        assert self.pieces is not None
        if self._farewell is not None:
            return
        self.pieces.append(data)
        if self._held:
            self._count(len(data))
        else:
            self._told += len(data)

    def hold(self) -> None:
        """Write what was told so far, and keep all that follows until :meth:`release`."""
        self._exchange.single_out(self)
        if self._held:
            return
        # Not by write_own: what the rooms have said in this turn would be heard once more.
        pieces, self.pieces = self.pieces, []
        self._told = 0
        if pieces:
            self.write(b"".join(pieces))
        self._held = True

    def release(self) -> None:
        """Let go what was held."""
        self._held = False
        self.queued = sum(map(len, self._waiting))
        self._exchange.single_out(self)

    def write_own(self) -> None:
        """Write the pieces that were collected one by one; from here on the outlet is an ordinary one again."""
        if self.pieces is None or (self._held and self._farewell is None):
            return
        pieces, self.pieces = self.pieces, None
        loaded, self._told = self._told > LOAD, 0
        farewell = self._farewell
        if pieces:
            self.write(b"".join(pieces))
        if farewell is not None and not self.closed:
            self._shut(farewell)
        self._exchange.place(self)
        if loaded:
            self._go_on()

    def write(self, data: bytes) -> None:
        """Hand ``data`` to the transport, or keep it while the transport is full."""
        if self.closed or not data:
            return
        if self.full:
            self._waiting.append(data)
            self._count(len(data))
        else:
            self._exchange.bytes += len(data)
            self.send(data)

    def _count(self, size: int) -> None:
        self.queued += size
        if self.queued > self._limit and self._farewell is None:
            self._overflow()

    async def ready(self) -> None:
        """Returns when what was told has gone out, and the transport can take more.

        :raises Gone: where the connection has ended
        """
        if self.is_loaded and not self.closed:
            self._waiters.append(Deferred())
            await self._waiters[-1]
        if self.closed:
            raise Gone

    def close(self, last_words: bytes, grace: float = GRACE, drop: bool = False) -> None:
        """Write ``last_words`` and end the connection, which is cut where they are not read ``grace`` seconds later.

        :param drop: whether what waits is thrown away, so that only the last words are written
        """
        if self._farewell is not None or self.closed:
            return
        self._farewell = grace
        self._exchange.single_out(self)
        assert self.pieces is not None
        if drop:
            self._waiting.clear()
            self.pieces = []
        self.pieces.append(last_words)

    def _shut(self, grace: float) -> None:
        for data in self._waiting:
            self.send(data)
        self._waiting.clear()
        self.transport.unregisterProducer()
        self.transport.end()
        self._abort = self._clock.callLater(grace, self._cut)
        self._end()

    def _cut(self) -> None:
        self._abort = None
        self.transport.abortConnection()

    def lost(self) -> None:
        """The connection is gone: nothing is written any more, and nobody waits."""
        if self._abort is not None and self._abort.active():
            self._abort.cancel()
        self._abort = None
        self._waiting.clear()
        self._end()

    def _end(self) -> None:
        self.closed = True
        self._told = 0
        self.resumeProducing()

    def pauseProducing(self) -> None:
        """The transport is full."""
        self.full = True
        patience = self._patience.level(self._clock.seconds())
        if patience > 0:
            self.is_waited_for = True
            self._full_at = self._clock.seconds()
            self._hurry = self._clock.callLater(patience, self._lose_patience)
        self._exchange.place(self)

    def _lose_patience(self) -> None:
        self._stop_waiting()
        self._exchange.place(self)

    def _stop_waiting(self) -> None:
        if self.is_waited_for:
            self.is_waited_for = False
            now = self._clock.seconds()
            self._patience.take(now, min(now - self._full_at, self._patience.level(now)))
        if self._hurry is not None and self._hurry.active():
            self._hurry.cancel()
        self._hurry = None

    def resumeProducing(self) -> None:
        """The transport is empty again: give it what waits."""
        self.full = False
        self._stop_waiting()
        waiting, self._waiting = self._waiting, []
        self.queued = 0
        if waiting:
            self.write(b"".join(waiting))
        if not self.full:
            self._exchange.place(self)
            self._go_on()

    def _go_on(self) -> None:
        if self.is_loaded:
            return
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.callback(None)
        self._drained()

    def stopProducing(self) -> None:
        """The transport has ended; :meth:`lost` follows."""
