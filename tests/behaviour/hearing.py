"""Lines that came on one connection, and what was expected among them."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.testing import Server
from chatd.wire.codes import Code
from tests.behaviour.readers import Reader, Value


class Hearing:
    """What has come on a connection and is not done with: the half of a driver that hears.

    :param reader: for the format that the lines have
    """

    def __init__(self, reader: Reader, server: Server) -> None:
        self.everything = bytearray()
        self._reader = reader
        self._server = server
        self._unread: list[str] = []

    def _listen(self) -> list[str]:
        """All that has come and is not done with, now that it has been looked for."""
        raise NotImplementedError

    def _place(self, value: Value, start: int, code: Code | None) -> tuple[int, int] | None:
        """Where the lines of ``value`` begin and end."""
        for at in range(start, len(self._unread)):
            length = self._reader.length(self._unread[at:], value, self._server.now())
            if length and code in (None, Code(self._unread[at].partition(" ")[0])):
                return at, at + length
        return None

    def expect(self, *values: Value, code: Code | None = None) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._listen()
        start = 0
        for value in values:
            place = self._place(value, start, code)
            if place is None:
                raise self._missing(value, start)
            start = place[1]
        del self._unread[:start]

    def expect_only(self, *values: Value) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._listen()
        start = 0
        for value in values:
            place = self._place(value, start, None)
            if place is None or place[0] != start:
                raise self._missing(value, start)
            start = place[1]
        if self._unread[start:]:
            raise AssertionError("nothing more was expected, but this came:\n" + "\n".join(self._unread[start:]))
        self._unread.clear()

    def _missing(self, value: Value, start: int) -> AssertionError:
        return AssertionError(f"{value}\ndid not come, but this:\n" + "\n".join(self._unread[start:]))

    def expect_refused(self, error: str, about: str = "", limit: int = 0, near: tuple[str, ...] = ()) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self.expect(a.Refused(error, about, near, limit))

    def heard(self, value: Value) -> bool:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._listen()
        return self._place(value, 0, None) is not None

    def forget(self) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._listen().clear()

    def ticket(self) -> str:
        """As :class:`tests.behaviour.drivers.Driver`."""
        found = [ticket for line in self._listen() if (ticket := self._reader.ticket(line))]
        if not found:
            raise AssertionError("no ticket came, but this:\n" + "\n".join(self._unread))
        self._unread.clear()
        return found[-1]
