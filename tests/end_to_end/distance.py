"""A way to a server that takes its time: what is sent arrives a moment later, and only so much is under way."""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from threading import Thread

WINDOW = 65536
"""Bytes under way in one direction of one connection."""


class _Direction:
    def __init__(self, source: socket.socket, sink: socket.socket, delay: float) -> None:
        self.source, self._sink, self._delay = source, sink, delay
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self.ended = False

    @property
    def wants(self) -> bool:
        """Whether more may be sent."""
        return self._size < WINDOW and not self.ended

    def take(self) -> None:
        data = self.source.recv(WINDOW - self._size)
        self.ended = not data
        self._under_way.append((time.monotonic() + self._delay, data))
        self._size += len(data)

    def arrive(self, now: float) -> float | None:
        """Hand over what has arrived; when the next does."""
        while self._under_way and self._under_way[0][0] <= now:
            _, data = self._under_way.popleft()
            self._size -= len(data)
            if data:
                self._sink.sendall(data)
            else:
                self._sink.shutdown(socket.SHUT_WR)
        return self._under_way[0][0] if self._under_way else None


class Distance(Thread):
    """Connections over the distance, each with both its ends in this process.

    :param connect: makes a connection to the server
    :param delay: seconds that every byte is under way
    """

    def __init__(self, connect: Callable[[], socket.socket], delay: float) -> None:
        super().__init__(daemon=True)
        self._connect = connect
        self._delay = delay
        self._over = False
        self._directions: list[_Direction] = []

    def connect(self) -> socket.socket:
        """A connection to the server, over the distance."""
        near, far = socket.socketpair()
        server = self._connect()
        self._directions = [
            *self._directions,
            _Direction(far, server, self._delay),
            _Direction(server, far, self._delay),
        ]
        return near

    def run(self) -> None:
        """Until :meth:`finish`."""
        while not self._over:
            directions, now = self._directions, time.monotonic()
            dues = [due for due in [direction.arrive(now) for direction in directions] if due is not None]
            with selectors.PollSelector() as selector:
                for direction in directions:
                    if direction.wants:
                        selector.register(direction.source, selectors.EVENT_READ, direction)
                for key, _ in selector.select(max(0.0, min([*dues, now + 0.01]) - time.monotonic())):
                    key.data.take()

    def finish(self) -> None:
        """Carry nothing any more."""
        self._over = True
        self.join()
        for direction in self._directions:
            direction.source.close()
