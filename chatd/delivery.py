"""Delivery: what rooms and sessions are told leaves in order, joined, once a turn.

What a room hears in a turn is worded once for each way of wording it, joined once, and the same bytes are sent to every
member that is an ordinary one all turn long: that is in this room alone, and reads. A member that is told something of
its own meanwhile, or that comes or goes, has its own list of pieces for the turn instead, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import merge

from chatd.chat.events import Entry
from chatd.outlet import Outlet, Renderer
from chatd.wire.codes import DUPLEX

MOST_BYTES = 65536
"""Bytes that a room takes before its members have had them; several such must fit into what may wait for a reader."""

LINE_COST = 64
"""Bytes that a line counts for besides its own: about what is put around it."""


class _Piece:
    """An entry in one turn of a room, worded once for each renderer; ``order`` is its place among all rooms'."""

    __slots__ = ("before", "entry", "lines", "order")

    def __init__(self, order: int, entry: Entry, before: Entry | None) -> None:
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

    Every outlet of it is in one of three places: among the ordinary ones of its renderer, whose bytes are shared; among
    the particular ones, for which pieces are collected one by one; or among the others, each written to by itself.

    :param last: the room's last entry, if there was one
    """

    __slots__ = ("_behind", "_pokes", "_taken", "last", "ordinary", "others", "particular", "pieces", "waited_for")

    def __init__(self, last: Entry | None = None) -> None:
        self.ordinary: dict[Renderer, dict[Outlet, Callable[[bytes], int]]] = {}
        self.others: dict[Outlet, None] = {}
        self.particular: dict[Outlet, None] = {}
        self.pieces: list[_Piece] = []
        self.last = last
        self.waited_for: dict[Outlet, None] = {}
        self._taken = 0
        self._behind = False
        self._pokes: dict[Callable[[], None], None] = {}

    def admits(self, poke: Callable[[], None]) -> bool:
        """Whether the room takes another line now; if not, ``poke`` is called when it does."""
        if self._taken < MOST_BYTES:
            return True
        self._pokes[poke] = None
        return False

    def took(self, size: int) -> None:
        """The room has taken a line of so many bytes, which will come back from its log."""
        self._taken += size + LINE_COST

    def written(self) -> None:
        """What the room has taken is written to its members; it takes more as soon as nobody is waited for."""
        self._behind = True
        self.reopen()

    def reopen(self) -> None:
        """Take more, if all has been written and nobody is waited for."""
        if self._behind and not self.waited_for:
            self._behind = False
            self._taken = 0
            pokes, self._pokes = self._pokes, {}
            for poke in pokes:
                poke()

    def remove(self, outlet: Outlet) -> None:
        """Take ``outlet`` out of its place."""
        self.others.pop(outlet, None)
        self.particular.pop(outlet, None)
        self.waited_for.pop(outlet, None)
        for group in self.ordinary.values():
            group.pop(outlet, None)

    def joined(self, renderer: Renderer) -> bytes:
        """All that the room hears in this turn, in one piece."""
        if len(self.pieces) == 1:
            return self.pieces[0].worded(renderer)
        return b"".join([piece.worded(renderer) for piece in self.pieces])


class Delivery:
    """One turn's pieces for all rooms, and their way to the outlets.

    :param wake: asks for :meth:`flush` at the end of this reactor turn
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self.deliveries = 0
        """How often something that a room heard was handed to one session."""
        self.bytes = 0
        """Bytes that were handed to transports, of rooms and of sessions."""
        self._order = 0
        self._spoke: dict[Channel, None] = {}
        self._particular: dict[Outlet, None] = {}
        self._channels: dict[Outlet, dict[Channel, None]] = {}

    def publish(
        self, channel: Channel, entry: Entry, deaf: Collection[Outlet] = (), named: Collection[Outlet] = ()
    ) -> None:
        """Let all of ``channel`` hear ``entry``, but not the outlets in ``deaf``; those in ``named`` as a mention."""
        if not self._spoke:
            self._wake()
        for outlet in (*deaf, *named):
            self.single_out(outlet)
        self._order += 1
        piece = _Piece(self._order, entry, channel.last)
        channel.last = entry
        channel.pieces.append(piece)
        self._spoke[channel] = None
        for outlet in list(channel.particular):
            if outlet in deaf:
                continue
            self.deliveries += 1
            if outlet in named:
                outlet.add(outlet.renderer.mention(DUPLEX, entry, piece.before))
            else:
                outlet.add(piece.worded(outlet.renderer))

    def join(self, channel: Channel, outlet: Outlet) -> None:
        """Let ``outlet`` hear the channel from now on."""
        self.single_out(outlet)
        self._channels.setdefault(outlet, {})[channel] = None
        channel.particular[outlet] = None

    def leave(self, channel: Channel, outlet: Outlet) -> None:
        """Let ``outlet`` hear no more of the channel than it did up to now."""
        self.single_out(outlet)
        channel.remove(outlet)
        channel.reopen()
        mine = self._channels.get(outlet, {})
        mine.pop(channel, None)
        if not mine:
            self._channels.pop(outlet, None)

    def single_out(self, outlet: Outlet) -> None:
        """From here to the end of the turn, collect the outlet's pieces one by one."""
        if outlet.pieces is None:
            outlet.pieces = self._heard(outlet)
            self.place(outlet)
        if outlet not in self._particular:
            self._particular[outlet] = None
            self._wake()

    def _heard(self, outlet: Outlet) -> list[bytes]:
        spoke = [channel.pieces for channel in self._channels.get(outlet, ()) if channel.pieces]
        if not spoke:
            return []
        pieces = spoke[0] if len(spoke) == 1 else merge(*spoke)
        heard = [piece.worded(outlet.renderer) for piece in pieces]
        self.deliveries += len(heard)
        return heard

    def place(self, outlet: Outlet) -> None:
        """Put ``outlet`` where it belongs now, in each of its channels."""
        channels = self._channels.get(outlet, ())
        for channel in channels:
            channel.remove(outlet)
            if outlet.pieces is not None:
                channel.particular[outlet] = None
            elif outlet.is_free and len(channels) == 1:
                channel.ordinary.setdefault(outlet.renderer, {})[outlet] = outlet.transport.sender()
            else:
                channel.others[outlet] = None
            if outlet.is_waited_for:
                channel.waited_for[outlet] = None
            else:
                channel.reopen()

    def _share(self, group: dict[Outlet, Callable[[bytes], int]], data: bytes) -> None:
        """Send ``data`` to all of ``group``; no more than this is done for each of them."""
        size, short = len(data), {}
        for send in list(group.values()):
            try:
                sent = send(data)
            except OSError:
                sent = 0
            if sent < size:
                short[send] = sent
        if short:
            for outlet, send in list(group.items()):
                if send in short:
                    # What it did not take waits in the transport, which sees to errors too.
                    outlet.send(data[short[send] :])
                    self.place(outlet)

    def flush(self) -> None:
        """Write what this turn has brought."""
        spoke, self._spoke = self._spoke, {}
        particular, self._particular = self._particular, {}
        others: dict[Outlet, None] = {}
        for channel in spoke:
            others.update(channel.others)
            for renderer, group in channel.ordinary.items():
                if group:
                    data = channel.joined(renderer)
                    if not data:
                        continue
                    self.deliveries += len(channel.pieces) * len(group)
                    self.bytes += len(data) * len(group)
                    self._share(group, data)
        for outlet in others:
            outlet.write(b"".join(self._heard(outlet)))
        for channel in spoke:
            channel.pieces = []
        for outlet in particular:
            outlet.write_own()
        for channel in spoke:
            channel.written()
