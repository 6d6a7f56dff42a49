"""Bounds that twisted.web.websocket has not: of a message, and of what it says by itself to who does not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

LONGEST_MESSAGE = 8192
"""Bytes of a message; a longer one ends the connection."""


class TooBig(Exception):
    """A message is longer than it may be."""


class Bounded:
    """Collects the pieces of a message, as twisted.web.websocket has them collected, but not without end."""

    def __init__(self, empty: Any) -> None:
        self._empty = empty
        self._pieces: list[Any] = []
        self._size = 0

    def add(self, piece: Any) -> None:
        """One more.

        :raises TooBig: where the message is too long with it
        """
        # The characters of a text are at most as many as its bytes, which are counted when it is whole.
        self._size += len(piece)
        if self._size > LONGEST_MESSAGE:
            raise TooBig
        if piece:  # there may be any number of empty ones
            self._pieces.append(piece)

    def done(self) -> Any:
        """The whole message."""
        message = self._empty.join(self._pieces)
        self._pieces, self._size = [], 0
        return message


class Replies(NamedTuple):
    """What twisted.web.websocket writes to in place of the transport: pongs, and the answer to a close frame.

    :param write: takes a frame
    :param loseConnection: called when the peer has closed the connection, or nothing that it sends is understood
    """

    write: Callable[[bytes], None]
    loseConnection: Callable[[], None]
