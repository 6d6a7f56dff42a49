"""Intake: the one place that decides whether a session's next line is taken.

A line is taken when its session wants one (nobody is at work on the former, and somebody waits for it), when the flood
rules allow it, and when the session has not had its share of this reactor turn. Sessions with lines to be taken stand
in one ring. Bytes that wait are bounded by pausing the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any, Generic, Protocol, TypeVar

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatd.chat.limits import TokenBucket

SHARE = 32
"""Lines that one session may have taken in one turn."""

WAITING = 65536
"""Bytes that may wait in one session before its connection is paused."""

PASTE_LINES, PASTE_BYTES = 500, 32 << 10
"""What a paste may have, for the flood rule to count it as one line; each line of what is above that counts."""

PASTE_RATE = 0.1
"""Such pastes a second, in the long run."""

_LONG_LINE = 4096 / PASTE_BYTES  # what a line may take of them, that is not known before it is taken


L = TypeVar("L")
L_contra = TypeVar("L_contra", contravariant=True)
L_co = TypeVar("L_co", covariant=True)


class Taker(Protocol[L_contra]):
    """Who takes the lines of a session."""

    behind: int
    """Lines that were received behind the one to be taken, in one piece with it; as far as was counted, 0 for none."""

    @property
    def pasted(self) -> bool:
        """Whether the line taken last went on with a paste."""

    def wants_line(self) -> bool:
        """Whether the next line would be taken now."""

    def take(self, line: L_contra) -> bool | None:
        """Take the next line; true where it was thrown away, and the flood rules need not count it."""

    def end_of_input(self) -> None:
        """No further line comes, and all that came are taken."""

    def endless_line(self) -> None:
        """A line has no end: nothing that follows can be made sense of."""


class Waiting(Protocol[L_co]):
    """The lines that wait: a :class:`chatd.wire.lines.LineSplitter`, or what stands for it."""

    endless_line: bool
    """Whether what comes cannot be made sense of any more."""

    @property
    def waiting(self) -> int:
        """Bytes that wait."""

    @property
    def lines(self) -> int:
        """How many lines wait."""

    def feed(self, data: bytes) -> None:
        """Take what has come."""

    def next_line(self) -> L_co | None:
        """The next line, None where none waits."""

    def take_rest(self) -> bytes:
        """What waits, for raw mode; nothing waits then."""

    def finish(self) -> None:
        """No more comes."""


class Source(Protocol):
    """The reading side of a connection."""

    def pauseProducing(self) -> None:
        """Stop reading for now."""

    def resumeProducing(self) -> None:
        """Go on reading."""


class Gate(Generic[L]):
    """One session's input: the bytes that wait, and whether a line of them is taken.

    :param source: paused while too much waits; None once there is nothing to read from
    :param bucket: the flood rule; None for none
    """

    def __init__(
        self, intake: Intake, taker: Taker[L], source: Source, splitter: Waiting[L], bucket: TokenBucket | None
    ) -> None:
        self._intake = intake
        self._taker = taker
        self._source: Source | None = source
        self._splitter = splitter
        self._bucket = bucket
        self.taken = 0
        """Lines that were taken."""
        self._pastes = TokenBucket(1, PASTE_RATE)
        self._behind = 0
        self._paused = False
        self._ended = False
        self._closed = False
        self._delay: IDelayedCall | None = None
        self._raw: tuple[Callable[[bytes], None], Callable[[], None]] | None = None

    def feed(self, data: bytes) -> None:
        """Bytes have come."""
        if self._closed:
            return
        if self._raw is not None:
            self._raw[0](data)
            return
        self._splitter.feed(data)
        self._pause_or_resume()
        self.poke()

    def end(self, gone: bool = False) -> None:
        """No more bytes come; with ``gone``, the connection cannot be paused any more either."""
        if gone:
            self._source = None
        if self._ended or self._closed:
            return
        self._ended = True
        if self._raw is not None:
            self._raw[1]()
            return
        self._splitter.finish()
        self.poke()

    def close(self) -> None:
        """Take nothing any more, whatever still comes."""
        self._closed = True
        self._raw = None
        self._splitter.take_rest()
        if self._delay is not None and self._delay.active():
            self._delay.cancel()
        self.resume()

    def is_wanted(self) -> bool:
        """Whether somebody is at the other end still, or has left lines to be taken; in any thread."""
        return not self._closed and (self._source is not None or self._splitter.waiting > 0)

    @property
    def is_paused(self) -> bool:
        """Whether nothing is read, so that nobody is heard either."""
        return self._paused

    def take_raw(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """From now on bytes are no lines: those that wait, and all that come, go to ``receive``; then ``ended``."""
        self._raw = (receive, ended)
        if self._paused:
            self.resume()
        rest = self._splitter.take_rest()
        if rest:
            receive(rest)
        if self._ended:
            ended()

    def pause(self) -> None:
        """Stop reading."""
        self._paused = True
        if self._source is not None:
            self._source.pauseProducing()

    def resume(self) -> None:
        """Go on reading."""
        self._paused = False
        if self._source is not None:
            self._source.resumeProducing()

    def poke(self) -> None:
        """Something has changed: lines may be taken now."""
        if not self._closed and self._raw is None:
            self._intake.ready(self)

    def serve(self, share: int) -> bool:
        """Take up to ``share`` lines; whether there may be more to take at once."""
        while self._raw is None and not self._closed and self._taker.wants_line():
            if not share:
                return True
            if not self._allowed():
                break
            line = self._splitter.next_line()
            if line is None:
                self._behind = 0
                self._nothing_more()
                break
            share -= 1
            self.taken += 1
            # What came meanwhile is counted when all that was counted is taken: each byte is looked at once.
            behind = self._behind
            self._behind = self._taker.behind = behind - 1 if behind > 1 else self._splitter.lines
            thrown_away = self._taker.take(line)
            if self._bucket is not None and not thrown_away:
                self._count(self._bucket, line)
        self._pause_or_resume()
        return False

    def _count(self, bucket: TokenBucket, line: L) -> None:
        now = self._intake.clock.seconds()
        if self._taker.pasted and isinstance(line, Sized):
            share, left = max(1 / PASTE_LINES, len(line) / PASTE_BYTES), self._pastes.level(now)
            self._pastes.take(now, min(share, left))
            if share <= left:
                return
        bucket.take(now)

    def _nothing_more(self) -> None:
        if self._splitter.endless_line:
            self.close()
            self._taker.endless_line()
        elif self._ended:
            self._closed = True
            self._taker.end_of_input()

    def _allowed(self) -> bool:
        if self._delay is not None:
            return False
        if self._bucket is None:
            return True
        now = self._intake.clock.seconds()
        wait = self._bucket.wait(now)
        goes_on = wait > 0 and self._taker.pasted and self._behind > 0
        if wait > 0 and not (goes_on and self._pastes.level(now) >= _LONG_LINE):
            self._delay = self._intake.clock.callLater(wait, self._delay_over)
            return False
        return True

    def _delay_over(self) -> None:
        self._delay = None
        self.poke()

    def _pause_or_resume(self) -> None:
        if self._raw is not None or self._closed:
            return
        if self._splitter.waiting > WAITING:
            if not self._paused:
                self.pause()
        elif self._paused:
            self.resume()


class Intake:
    """The ring of sessions that have lines to be taken.

    :param wake: asks for :meth:`serve` at the end of this reactor turn
    """

    def __init__(self, clock: IReactorTime, wake: Callable[[], None]) -> None:
        self.clock = clock
        self._wake = wake
        self._ring: dict[Gate[Any], None] = {}

    def ready(self, gate: Gate[Any]) -> None:
        """Let ``gate`` be served."""
        self._ring[gate] = None
        self._wake()

    def serve(self) -> None:
        """Let every gate in the ring take its share; those with more to take stand in it again."""
        ring, self._ring = self._ring, {}
        for gate in ring:
            if gate.serve(SHARE):
                self.ready(gate)
