"""Raw transfers: one file by one ticket on a connection of its own, gone on with where it was cut off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IProtocol, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.internet.task import deferLater
from twisted.protocols.basic import FileSender, LineReceiver
from twisted.python.failure import Failure

from chatd.chat.answers import Ticket
from chatd.chat.text import clean
from chatd.client.files import Gift, Part
from chatd.client.lines import Line, read
from chatd.wire.codes import SPEAK

SILENCE = 60
"""Seconds without a byte after which a transfer is given up and tried again."""

PIECE = 262144
"""Bytes that are taken from the connection at a time."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 60.0, 60.0, 60.0)
"""Seconds before each new try; one that got further begins with the first again."""

Moved = Callable[[int], None]
"""Told how many bytes of the file are there."""

Dial = Callable[[IProtocol], Deferred[Any]]
"""Connects a protocol to the same listener, in the same way."""


class Cut(Exception):
    """The connection ended too soon; it may be tried again."""


class Failed(Exception):
    """It cannot be done, however often it is tried; the argument is a sentence."""


class _Side(Protocol):
    """What one does with a transfer connection."""

    request: str

    def answered(self, connection: TransferConnection, line: Line) -> None:
        """The server says ``line`` to the request."""

    def came(self, connection: TransferConnection, data: bytes) -> None:
        """Raw bytes have come."""


class TransferConnection(LineReceiver):
    """Asks at the first prompt, and hands on what comes then.

    ``done`` fires when all is done, or fails with :class:`Cut` or :class:`Failed`.
    """

    delimiter = b"\n"
    transport: Any

    def __init__(self, clock: IReactorTime, side: _Side) -> None:
        self.done: Deferred[str] = Deferred()
        self._clock = clock
        self._side = side
        self._asked = False
        self._silence: IDelayedCall
        self.why = ""

    def connectionMade(self) -> None:
        self.transport.bufferSize = PIECE
        self._silence = self._clock.callLater(SILENCE, self.transport.abortConnection)

    def moved(self) -> None:
        """A byte has come or gone."""
        if self._silence.active():
            self._silence.reset(SILENCE)

    def _quiet(self) -> None:
        if self._silence.active():
            self._silence.cancel()

    def lineReceived(self, data: bytes) -> None:
        self.moved()
        line = read(data)
        if self._asked:
            self._side.answered(self, line)
        elif line.code is SPEAK:
            self._asked = True
            self.sendLine(self._side.request.encode())

    def rawDataReceived(self, data: bytes) -> None:
        self.moved()
        if not self.done.called:
            self._side.came(self, data)

    def end(self, result: str | Failed) -> None:
        """All is done, or nothing more can be."""
        if self.done.called:
            return
        self._quiet()
        if isinstance(result, str):
            self.transport.loseConnection()
            self.done.callback(result)
        else:
            self.transport.abortConnection()
            self.done.errback(result)

    def drop(self) -> None:
        """Nobody wants it any more."""
        if self.transport is not None:
            self._quiet()
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._quiet()
        if not self.done.called:
            self.done.errback(Cut(self.why or reason.getErrorMessage()))


class _Window:
    """As much of a file as is to be sent, and no more even if it has grown."""

    def __init__(self, file: BinaryIO, offset: int, size: int, moved: Moved) -> None:
        self._file = file
        self._size = size
        self._moved = moved
        self.left = size - offset

    def read(self, size: int) -> bytes:
        self._moved(self._size - self.left)
        try:
            data = self._file.read(min(size, self.left))
        except OSError:
            return b""
        self.left -= len(data)
        return data


class Putting:
    """Sends a file; the result is the sum that the server has found."""

    def __init__(self, ticket: str, file: BinaryIO, size: int, moved: Moved) -> None:
        self._moved = moved
        self.request = f"put {ticket}"
        self._file = file
        self._size = size
        self._begun = self._all_sent = False

    def answered(self, connection: TransferConnection, line: Line) -> None:
        word, _, rest = line.text.partition(" ")
        if not self._begun:
            ready = re.fullmatch(r"ready ([0-9]+) ([0-9]+)", line.text)
            if ready and int(ready[1]) == self._size and int(ready[2]) <= self._size:
                self._begin(connection, int(ready[2]))
            else:
                connection.end(Failed(clean(line.text)))
        elif word == "stored":
            connection.end(rest.strip())
        else:
            connection.why = connection.why or clean(line.text)
            if self._all_sent:
                connection.end(Failed(connection.why))

    def _begin(self, connection: TransferConnection, offset: int) -> None:
        self._begun = True
        self._file.seek(offset)

        def moved(at: int) -> None:
            connection.moved()
            self._moved(at)

        window = _Window(self._file, offset, self._size, moved)
        sending = FileSender().beginFileTransfer(window, connection.transport)
        sending.addCallbacks(lambda _: self._end(connection, window), lambda _: None)

    def _end(self, connection: TransferConnection, window: _Window) -> None:
        self._all_sent = True
        if window.left:
            connection.end(Failed("the file has become shorter, or cannot be read"))

    def came(self, connection: TransferConnection, data: bytes) -> None:
        """Nothing comes raw."""


class Getting:
    """Takes the rest of a file; the result is the sum that the server names."""

    def __init__(self, ticket: str, size: int, part: Part, moved: Moved) -> None:
        self._moved = moved
        self.request = f"get {ticket} {part.size}" if part.size else f"get {ticket}"
        self._part = part
        self._size = size
        self._sum = ""

    def answered(self, connection: TransferConnection, line: Line) -> None:
        sending = re.fullmatch(r"sending ([0-9]+) ([0-9a-f]{64})", line.text)
        if sending is None or int(sending[1]) != self._size:
            connection.end(Failed(clean(line.text)))
            return
        self._sum = sending[2]
        connection.setRawMode()
        self.came(connection, b"")

    def came(self, connection: TransferConnection, data: bytes) -> None:
        try:
            self._part.write(data[: self._size - self._part.size])
        except OSError as error:
            connection.end(Failed(f"it cannot be kept: {error.strerror}"))
            return
        self._moved(self._part.size)
        if self._part.size == self._size:
            connection.end(self._sum)


async def _tried(side: Callable[[Moved], _Side], dial: Dial, clock: IReactorTime, moved: Moved) -> str:
    best, failures = 0, 0

    def further(at: int) -> None:
        nonlocal best, failures
        if at > best:
            best, failures = at, 0
        moved(at)

    while True:
        connection = TransferConnection(clock, side(further))
        try:
            await dial(connection)
            return await connection.done
        except Failed:
            raise
        except CancelledError:
            connection.drop()
            raise
        except Exception as error:
            if failures == len(PAUSES):
                raise Failed(f"the connection was cut: {error}") from None
            failures += 1
            await deferLater(clock, PAUSES[failures - 1])


async def put(dial: Dial, clock: IReactorTime, ticket: Ticket, gift: Gift, sha256: str, moved: Moved) -> None:
    """Send ``gift``.

    :param sha256: what the server must find
    :raises Failed: with a sentence
    """
    stored = await _tried(lambda told: Putting(ticket.ticket, gift.file, gift.size, told), dial, clock, moved)
    if stored != sha256:
        raise Failed("what the server has stored is not what was sent")


async def get(dial: Dial, clock: IReactorTime, ticket: Ticket, moved: Moved, *, folder: Path) -> Path:
    """Fetch a file; the path that it has then.

    :raises Failed: with a sentence
    """
    try:
        part = Part(folder, ticket.name)
    except OSError as error:
        raise Failed(f"nothing can be kept in {folder}: {error.strerror}") from None
    try:
        found = await _tried(lambda told: Getting(ticket.ticket, ticket.size, part, told), dial, clock, moved)
        if found != part.sha256:
            raise Failed("what came is not what was given")
        return part.keep()
    except OSError as error:
        raise Failed(f"it cannot be kept: {error.strerror}") from None
    finally:
        part.discard()
