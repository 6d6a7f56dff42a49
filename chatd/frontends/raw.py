"""A connection whose bytes are a file's, as the transfer sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat.answers import Answer, Ready, Sending
from chatd.delivery import Delivery
from chatd.frontends.direct import Direct
from chatd.intake import Gate
from chatd.session import Session
from chatd.wire.codes import SPEAK

PIECE = 262144
"""Bytes that are taken from the connection at a time."""


class RawPeer:
    """A connection.

    :param transport: that of the connection
    :param delivery: counts what is sent
    :param uncount: called when the ticket was found good
    """

    __slots__ = ("_delivery", "_gate", "_session", "_transport", "_uncount")

    def __init__(
        self, session: Session, gate: Gate[Any], transport: Any, delivery: Delivery, uncount: Callable[[], None]
    ) -> None:
        self._session = session
        self._delivery = delivery
        self._transport = transport
        self._uncount = uncount
        self._gate = gate

    def receive_raw(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """Give all further bytes to ``receive``, first those that wait; ``ended`` once when no more can come."""
        self._transport.bufferSize = PIECE
        self._gate.take_raw(receive, ended)

    def pause(self) -> None:
        """Read nothing for now."""
        self._gate.pause()

    def resume(self) -> None:
        """Go on reading."""
        self._gate.resume()

    def tell(self, answer: Answer, turn: bool = False) -> None:
        """Send one line; with ``turn`` it is the peer's turn then."""
        if isinstance(answer, Ready | Sending):
            # Its ticket is good: who sits behind the same address is not to be kept out by a file.
            self._uncount()
        self._session.tell(answer, SPEAK if turn else None)

    def write(self, data: bytes) -> None:
        """Send raw bytes."""
        self._session.outlet.tell(data)
        self._session.outlet.write_own()

    def duplicate(self) -> int | None:
        """A descriptor of its socket, to be closed by the caller; None while bytes have to go by :meth:`write`."""
        outlet = self._session.outlet
        outlet.write_own()
        # Whatever wraps a transport shows the methods of the one below as its own: a file would go unencrypted.
        if not isinstance(self._transport, Direct) or not outlet.is_free:
            return None
        return self._transport.duplicate()

    def took(self, size: int, is_full: bool) -> None:
        """That descriptor has taken so many bytes; where it is full, :meth:`drained` waits until it takes more."""
        self._delivery.bytes += size
        if is_full:
            self._transport.fill()

    async def drained(self) -> None:
        """Wait until what was written is taken."""
        await self._session.outlet.ready()
