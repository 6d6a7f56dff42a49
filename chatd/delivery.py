"""Delivery: what rooms and sessions are told leaves in order, joined, once a turn, through queues that are bounded.

What a room hears in a turn is worded once for each way of wording it, joined once, and the same bytes are written to
every member that is an ordinary one all turn long. A member that is told something of its own meanwhile, or that comes
or goes, has its own list of pieces for the turn instead, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import merge
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from zope.interface import implementer

from chatd.chat.answers import Answer
from chatd.chat.events import Entry
from chatd.wire.codes import DUPLEX, Code

GRACE = 5.0
"""Seconds that a peer has to read the last words, before its connection is cut."""


class Gone(Exception):
    """The connection has ended, and nobody is there to ask or tell."""


class Renderer(Protocol):
    """Words values for one kind of reader; two renderers are the same where they word everything alike."""

    @property
    def name(self) -> str:
        """What ``format`` calls it."""

    def event(self, code: Code, entry: Entry, before: int = 0) -> bytes:
        """The lines of an entry; ``before`` is when the room's former entry was, in milliseconds."""

    def answer(self, code: Code, answer: Answer) -> bytes:
        """The lines of an answer."""


class Transport(Protocol):
    """What an outlet writes to; all but ``end`` as Twisted's transports have it."""

    def write(self, data: bytes) -> None:
        """Send ``data`` behind what was written before."""

    def end(self) -> None:
        """Send what was written, and end the connection."""

    def abortConnection(self) -> None:
        """End the connection at once, whatever was written."""

    def registerProducer(self, producer: IPushProducer, streaming: bool) -> None:
        """Let ``producer`` know when no more should be written, and when it may."""

    def unregisterProducer(self) -> None:
        """Let nobody know any more."""


class _Piece:
    """An entry in one turn of a room, worded once for each renderer; ``order`` is its place among all rooms'."""

    __slots__ = ("before", "entry", "lines", "order")

    def __init__(self, order: int, entry: Entry, before: int) -> None:
        self.order = order
        self.entry = entry
        self.before = before
        self.lines: dict[Renderer, bytes] = {}

    def __lt__(self, other: _Piece) -> bool:
        return self.order < other.order

    def worded(self, renderer: Renderer) -> bytes:
        line = self.lines.get(renderer)
        if line is None:
            line = self.lines[renderer] = renderer.event(DUPLEX, self.entry, self.before)
        return line


class Channel:
    """The audience of a room, and what the room hears in this turn.

    :param last_at: when the room's last entry was, in milliseconds; 0 for never
    """

    __slots__ = ("last_at", "outlets", "particular", "pieces")

    def __init__(self, last_at: int = 0) -> None:
        self.outlets: dict[Outlet, None] = {}
        self.particular: set[Outlet] = set()
        self.pieces: list[_Piece] = []
        self.last_at = last_at


class Delivery:
    """One turn's pieces for all rooms, and their way to the outlets.

    :param wake: asks for :meth:`flush` at the end of this reactor turn
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._order = 0
        self._spoke: dict[Channel, None] = {}
        self._particular: dict[Outlet, None] = {}

    def publish(self, channel: Channel, entry: Entry, deaf: Collection[Outlet] = ()) -> None:
        """Let all of ``channel`` hear ``entry``, but not the outlets in ``deaf``."""
        if not self._spoke:
            self._wake()
        for outlet in deaf:
            self.single_out(outlet)
        self._order += 1
        piece = _Piece(self._order, entry, channel.last_at)
        channel.last_at = entry.at
        channel.pieces.append(piece)
        self._spoke[channel] = None
        for outlet in channel.particular:
            if outlet not in deaf:
                outlet.add(piece.worded(outlet.renderer))

    def join(self, channel: Channel, outlet: Outlet) -> None:
        """Let ``outlet`` hear the channel from now on."""
        self.single_out(outlet)
        channel.outlets[outlet] = None
        channel.particular.add(outlet)
        outlet.channels[channel] = None

    def leave(self, channel: Channel, outlet: Outlet) -> None:
        """Let ``outlet`` hear no more of the channel than it did up to now."""
        self.single_out(outlet)
        channel.outlets.pop(outlet, None)
        channel.particular.discard(outlet)
        outlet.channels.pop(channel, None)

    def single_out(self, outlet: Outlet) -> None:
        """From here to the end of the turn, collect the outlet's pieces one by one."""
        if outlet.pieces is None:
            heard = merge(*(channel.pieces for channel in outlet.channels if channel.pieces))
            outlet.pieces = [piece.worded(outlet.renderer) for piece in heard]
            for channel in outlet.channels:
                channel.particular.add(outlet)
        if outlet not in self._particular:
            self._particular[outlet] = None
            self._wake()

    def flush(self) -> None:
        """Write what this turn has brought."""
        spoke, self._spoke = self._spoke, {}
        particular, self._particular = self._particular, {}
        several: dict[Outlet, None] = {}
        for channel in spoke:
            self._write_shared(channel, several)
        for outlet in several:
            heard = merge(*(channel.pieces for channel in outlet.channels))
            outlet.write(b"".join([piece.worded(outlet.renderer) for piece in heard]))
        for channel in spoke:
            channel.pieces = []
        for outlet in particular:
            outlet.write_own()

    @staticmethod
    def _write_shared(channel: Channel, several: dict[Outlet, None]) -> None:
        joined: dict[Renderer, bytes] = {}
        for outlet in channel.outlets:
            if outlet.pieces is not None:
                continue
            if len(outlet.channels) > 1 and any(c.pieces for c in outlet.channels if c is not channel):
                several[outlet] = None
                continue
            data = joined.get(outlet.renderer)
            if data is None:
                pieces = [piece.worded(outlet.renderer) for piece in channel.pieces]
                data = joined[outlet.renderer] = b"".join(pieces)
            outlet.write(data)


@implementer(IPushProducer)
class Outlet:
    """A session's way out: what it is told, in order, with a bound on what waits for a slow reader.

    :param limit: bytes that may wait here, beyond what the transport holds
    :param overflow: called once when more would have to wait
    :param drained: called whenever nothing waits any more
    """

    def __init__(
        self,
        transport: Transport,
        delivery: Delivery,
        renderer: Renderer,
        clock: IReactorTime,
        limit: int,
        overflow: Callable[[], None],
        drained: Callable[[], None],
    ) -> None:
        self.renderer = renderer
        self.channels: dict[Channel, None] = {}
        self.pieces: list[bytes] | None = None
        self.closed = False
        self.full = False
        self._transport = transport
        self._delivery = delivery
        self._clock = clock
        self._limit = limit
        self._overflow = overflow
        self._drained = drained
        self._held = False
        self._waiting: list[bytes] = []
        self._size = 0
        self._farewell: float | None = None
        self._waiters: list[Deferred[None]] = []
        self._abort: IDelayedCall | None = None
        transport.registerProducer(self, True)

    def tell(self, data: bytes) -> None:
        """Write ``data`` behind all that this outlet has heard up to now."""
        self._delivery.single_out(self)
        self.add(data)

    def add(self, data: bytes) -> None:
        """One more piece for an outlet that is singled out already."""
        assert self.pieces is not None
        self.pieces.append(data)
        if self._held:
            self._count(len(data))

    def hold(self) -> None:
        """Write what was told so far, and keep all that follows until :meth:`release`."""
        self._delivery.single_out(self)
        self.write_own()
        self._delivery.single_out(self)
        self._held = True

    def release(self) -> None:
        """Let go what was held."""
        self._held = False
        self._size = sum(map(len, self._waiting))
        self._delivery.single_out(self)

    def write_own(self) -> None:
        """Write the pieces that were collected one by one; from here on the outlet is an ordinary one again."""
        if self.pieces is None or (self._held and self._farewell is None):
            return
        pieces, self.pieces = self.pieces, None
        for channel in self.channels:
            channel.particular.discard(self)
        if pieces:
            self.write(b"".join(pieces))
        if self._farewell is not None and not self.closed:
            self._shut(self._farewell)

    def write(self, data: bytes) -> None:
        """Hand ``data`` to the transport, or keep it while the transport is full."""
        if self.closed:
            return
        if self.full:
            self._waiting.append(data)
            self._count(len(data))
        else:
            self._transport.write(data)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._limit and self._farewell is None:
            self._overflow()

    async def ready(self) -> None:
        """Returns when the transport can take more.

        :raises Gone: where the connection has ended
        """
        if self.full and not self.closed:
            self._waiters.append(Deferred())
            await self._waiters[-1]
        if self.closed:
            raise Gone

    def close(self, last_words: bytes, grace: float = GRACE, drop: bool = False) -> None:
        """Write ``last_words`` and end the connection; cut it where the peer has not read them ``grace`` seconds later.

        :param drop: whether what waits is thrown away, so that only the last words are written
        """
        if self._farewell is not None or self.closed:
            return
        self._farewell = grace
        self._delivery.single_out(self)
        if drop:
            self._waiting.clear()
            self.pieces = []
        self.add(last_words)

    def _shut(self, grace: float) -> None:
        for data in self._waiting:
            self._transport.write(data)
        self._waiting.clear()
        self._transport.unregisterProducer()
        self._transport.end()
        self._abort = self._clock.callLater(grace, self._cut)
        self._end()

    def _cut(self) -> None:
        self._abort = None
        self._transport.abortConnection()

    def lost(self) -> None:
        """The connection is gone: nothing is written any more, and nobody waits."""
        if self._abort is not None and self._abort.active():
            self._abort.cancel()
        self._abort = None
        self._waiting.clear()
        self._end()

    def _end(self) -> None:
        self.closed = True
        self.resumeProducing()

    def pauseProducing(self) -> None:
        """The transport is full."""
        self.full = True

    def resumeProducing(self) -> None:
        """The transport is empty again: give it what waits."""
        self.full = False
        waiting, self._waiting = self._waiting, []
        self._size = 0
        if waiting:
            self.write(b"".join(waiting))
        if not self.full:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                waiter.callback(None)
            self._drained()

    def stopProducing(self) -> None:
        """The transport has ended; :meth:`lost` follows."""
