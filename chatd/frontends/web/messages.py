"""What of a WebSocket's messages waits, one thing after the other, until the gate lets it be taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from chatd.wire.webjson import Asked

Parse = Callable[[bytes, int], list[Asked]]
"""Gives what a message asks for; the number is how many bytes a text may have."""


BESIDES = 64
"""Bytes that a message is counted for besides its own, or there could be any number of those that have none."""


class Messages:
    """A queue that :class:`chatd.intake.Gate` takes from as from a splitter of lines; a paste is a line a line.

    What a message asks for is made out when its turn comes: it takes 160 times the room.

    :param limit: bytes that a text may have
    """

    __slots__ = ("_asked", "_limit", "_size", "_whole", "parse", "waiting")

    endless_line = False

    def __init__(self, parse: Parse, limit: int) -> None:
        self.parse = parse
        self._limit = limit
        self._whole: deque[bytes] = deque()
        self._asked: deque[Asked] = deque()
        self._size = 0  # of the message that what is asked for came with
        self.waiting = 0
        """Bytes that wait, and what goes with them."""

    @property
    def lines(self) -> int:
        """How many things wait, as far as is known."""
        return len(self._asked) + len(self._whole)

    def feed(self, data: bytes) -> None:
        """Take one message."""
        self._whole.append(data)
        self.waiting += len(data) + BESIDES

    def next_line(self) -> Asked | None:
        """The next thing that is asked for, None where nothing waits."""
        if not self._asked:
            if not self._whole:
                return None
            message = self._whole.popleft()
            self._size = len(message) + BESIDES
            self._asked.extend(self.parse(message, self._limit))
        asked = self._asked.popleft()
        if not self._asked:
            self.waiting -= self._size
        return asked

    def take_rest(self) -> bytes:
        """Throw away what waits."""
        self._whole.clear()
        self._asked.clear()
        self.waiting = 0
        return b""

    def finish(self) -> None:
        """No more comes; there is never half a message."""
