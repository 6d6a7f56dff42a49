"""What of a WebSocket's messages waits, one thing after the other, until the gate lets it be taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from chatd.wire.webjson import Asked

Parse = Callable[[bytes, int], list[Asked]]
"""Gives what a message asks for; the number is how many bytes a text may have."""


class Messages:
    """A queue that :class:`chatd.intake.Gate` takes from as from a splitter of lines; a paste is a line a line.

    :param limit: bytes that a text may have
    """

    __slots__ = ("_asked", "_limit", "parse", "waiting")

    endless_line = False

    def __init__(self, parse: Parse, limit: int) -> None:
        self.parse = parse
        self._limit = limit
        self._asked: deque[Asked] = deque()
        self.waiting = 0
        """Bytes that wait."""

    @property
    def lines(self) -> int:
        """How many things wait."""
        return len(self._asked)

    def ahead(self) -> Iterator[bytes]:
        """Nothing: what follows in the same paste, each thing knows by itself."""
        return iter(())

    def feed(self, data: bytes) -> None:
        """Take one message."""
        asked = self.parse(data, self._limit)
        self.waiting += sum(map(len, asked))
        self._asked.extend(asked)

    def next_line(self) -> Asked | None:
        """The next thing that is asked for, None where nothing waits."""
        if not self._asked:
            return None
        asked = self._asked.popleft()
        self.waiting -= len(asked)
        return asked

    def take_rest(self) -> bytes:
        """Throw away what waits."""
        self._asked.clear()
        self.waiting = 0
        return b""

    def finish(self) -> None:
        """No more comes; there is never half a message."""
