"""How long a message may be, which twisted.web.websocket has no bound for."""

from __future__ import annotations

from typing import Any

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
        self._pieces.append(piece)

    def done(self) -> Any:
        """The whole message."""
        message = self._empty.join(self._pieces)
        self._pieces, self._size = [], 0
        return message
