"""A room full of people over real sockets, some of whom do not read: who heard what, and in which order."""

from __future__ import annotations

import csv
import re
import selectors
import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.end_to_end.reading import DEADLINE

SPEAKER = "speaker"
_MARK = 8
"""Digits of the number with which every message begins."""

_IS_IN = re.compile(rb"-- you are in;|\"you-entered\"")

# What is said faster than it is taken is shown as a paste.
_SAID = re.compile(
    rb'^111 (?:\[public\] (?:[0-9:]+ %b: |\| )|.*"user":"%b","text":")(\d{%d}) ' % (2 * (SPEAKER.encode(),) + (_MARK,))
)


class Member:
    """One connection to the room.

    :param connection: from which it reads as long as it is asked to
    """

    def __init__(self, connection: socket.socket, name: str) -> None:
        self.name = name
        self.socket = connection
        self.lines: list[bytes] = []
        """What came that the speaker has not said, and the line that came last."""
        self.heard = 0
        """The number of the message that came last; it was the next one each time."""
        self.size = 0
        """Bytes of the line that it came in, with its end."""
        self.ended = False
        self._rest = b""
        connection.setblocking(False)

    def take(self) -> None:
        """Read what there is.

        :raises AssertionError: a message is missing, or came twice
        """
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            said = _SAID.search(line)
            if said:
                number = int(said[1])
                assert number == self.heard + 1, f"{self.name} heard {number} after {self.heard}"
                self.heard, self.size = number, len(line) + 1
            else:
                self.lines.append(line.rstrip(b"\r"))


class Room:
    """The room ``public``, and those who are in it: the speaker, and others.

    :param connect: makes a connection to the server
    :param log: the journal's file, where who left is found
    :param first: lines that each member sends before all others
    """

    def __init__(self, connect: Callable[[], socket.socket], log: Path, first: str = "") -> None:
        self._connect = connect
        self._first = first
        self._log = log
        self._selector = selectors.DefaultSelector()
        self.said = 0
        self.members: list[Member] = []
        self.speaker = self.enter(SPEAKER)

    def close(self) -> None:
        """Hang up."""
        self._selector.close()
        for member in self.members:
            member.socket.close()

    def enter(self, name: str) -> Member:
        """One more member, who reads."""
        member = Member(self._connect(), name)
        self.members.append(member)
        member.socket.send(f"{self._first}guest {name}\npublic\n".encode())
        self.read(member)
        self.until(lambda: any(_IS_IN.search(line) for line in member.lines))
        return member

    def read(self, member: Member) -> None:
        """Let ``member`` read from now on."""
        self._selector.register(member.socket, selectors.EVENT_READ, member)

    def stall(self, member: Member) -> None:
        """Let ``member`` read nothing from now on."""
        self._selector.unregister(member.socket)

    def say(self, size: int) -> None:
        """Say the next message, of so many bytes."""
        self.said += 1
        line = b"%0*d %b\n" % (_MARK, self.said, b"x" * (size - _MARK - 1))
        self.speaker.socket.setblocking(True)
        self.speaker.socket.sendall(line)
        self.speaker.socket.setblocking(False)

    def take(self, seconds: float) -> None:
        """Let everybody read what comes within so many seconds at most."""
        for key, _ in self._selector.select(seconds):
            key.data.take()
            if key.data.ended:
                self._selector.unregister(key.fileobj)

    def until(self, done: Callable[[], bool]) -> None:
        """Let everybody read until it is done.

        :raises AssertionError: it takes too long
        """
        end = time.monotonic() + DEADLINE
        while not done():
            assert time.monotonic() < end, "it takes too long"
            self.take(0.1)

    def journal(self) -> list[list[str]]:
        """The rows of what was said and of who left, so far."""
        with self._log.open(newline="") as file:
            rows = [row for row in csv.reader(file) if len(row) == 7]
        return [row for row in rows if row[1] == "left" or (row[1] == "said" and row[4] == SPEAKER)]

    def left(self) -> set[str]:
        """The names of those who left."""
        return {row[4] for row in self.journal() if row[1] == "left"}
