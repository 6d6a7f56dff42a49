"""The connection that raw bytes go over: what has come from it, and how long it is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime

from chatd.chat.answers import Answer, Refusal

STALLED_SECONDS = 30
"""A peer that lets no byte move for so long is given up."""

AHEAD = 262144
"""Bytes that may have come before they are asked for: while some are written to the disk, others are received."""

T = TypeVar("T")


class Peer(Protocol):
    """A connection. When it has ended nothing here raises but ``drained``."""

    def tell(self, answer: Answer, turn: bool = False) -> None:
        """Send one line; with ``turn`` it is the peer's turn then."""

    def write(self, data: bytes) -> None:
        """Send raw bytes."""

    def duplicate(self) -> int | None:
        """A descriptor of its socket, to be closed by the caller; None while bytes have to go by :meth:`write`."""

    def took(self, size: int, is_full: bool) -> None:
        """That descriptor has taken so many bytes; where it is full, :meth:`drained` waits until it takes more."""

    async def drained(self) -> None:
        """Wait until what was written is taken; raises when the connection has ended. May be cancelled."""

    def receive_raw(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """Give all further bytes to ``receive``, first those that wait; ``ended`` once when no more can come."""

    def pause(self) -> None:
        """Read nothing for now; once more while paused does nothing."""

    def resume(self) -> None:
        """Go on reading; once more while reading does nothing."""


class Wait:
    """Waits for a peer, only so long at a time, and only until somebody ends it."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._over: Refusal | None = None
        self._waiting: Deferred[Any] | None = None

    def end(self, why: Refusal) -> None:
        """Have this wait raise ``why``, or the next one."""
        if self._over is None:
            self._over = why
            if self._waiting is not None:
                self._waiting.cancel()

    def check(self) -> None:
        """Raise what it was ended with, if it was."""
        if self._over is not None:
            raise self._over

    async def until(self, begin: Callable[[], Deferred[T]]) -> T:
        """What ``begin()`` fires with.

        :raises Refusal: what it was ended with; ``stalled`` after :data:`STALLED_SECONDS`
        """
        self.check()
        stall = self._clock.callLater(STALLED_SECONDS, self.end, Refusal("stalled", limit=STALLED_SECONDS))
        waiting = self._waiting = begin()
        try:
            return await waiting
        except CancelledError:
            self.check()
            raise
        finally:
            self._waiting = None
            if stall.active():
                stall.cancel()


class Inbox:
    """The raw bytes that come from a peer, which is paused while there are :data:`AHEAD` of them or more."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._held: list[bytes] = []
        self._waiting: Deferred[bytes] | None = None
        self._closed = self._ended = False
        peer.receive_raw(self._receive, self._end)

    def _receive(self, data: bytes) -> None:
        if data and not self._closed:
            self._held.append(data)
            self._wake()
            if self.held >= AHEAD:
                self._peer.pause()

    def _end(self) -> None:
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            data = b"".join(self._held)
            self._held.clear()
            waiting.callback(data)

    @property
    def held(self) -> int:
        """How many bytes there are that nobody has asked for yet."""
        return sum(map(len, self._held))

    def more(self) -> Deferred[bytes]:
        """What has come, as soon as there is any; empty once the input has ended."""
        waiting = self._waiting = Deferred()
        if self._held or self._ended:
            self._wake()
        self._peer.resume()
        return waiting

    def close(self) -> None:
        """Throw away whatever else comes."""
        self._closed = True
        self._held.clear()
        self._peer.resume()
