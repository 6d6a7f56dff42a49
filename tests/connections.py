"""Sessions without connections: what they are told can be read, and lines are given to them by hand."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat.room import Room, RoomRecord
from chatd.delivery import Channel
from chatd.outlet import Outlet
from chatd.session import Handling, Session
from chatd.taking import LineTaker
from chatd.voice import LineVoice
from chatd.wire.commands import Way
from chatd.wire.lines import TooLong
from chatd.wire.prose import Prose
from tests.outlets import Turns, Wire

LIMIT = 100
"""Bytes that a line may have."""

PROSE = Prose(ZoneInfo("UTC"))


class Connection:
    """A session, and what its peer reads.

    :param handle: what is done with a line in a room, besides noting it in :attr:`handled`
    """

    def __init__(
        self, turns: Turns, clock: Clock, handle: Callable[[str], Handling | None] = lambda text: None
    ) -> None:
        self.wire = Wire()
        self.handled: list[str] = []
        self.handle = handle
        self._turns = turns
        voice = LineVoice(turns.delivery)
        self.session = Session("192.0.2.7", Way("nc -N h 1"), voice, turns.delivery, clock)
        self.taker = LineTaker(self.session, voice, clock, LIMIT, self._handled)
        voice.outlet = Outlet(self.wire, turns.delivery, PROSE, clock, 1 << 18, self._full, self._full)

    def _full(self) -> None:
        pass

    def _handled(self, session: Session, text: str) -> Handling | None:
        self.handled.append(text)
        return self.handle(text)

    def say(self, *lines: str | bytes | TooLong) -> None:
        """Give the session lines, each of which it must want."""
        for line in lines:
            if not self.taker.wants_line():
                raise AssertionError(f"nobody waits for {line!r}")
            self.taker.take(line.encode() if isinstance(line, str) else line)
        self._turns.end()

    def lines(self) -> list[str]:
        """What has come since the last time."""
        self._turns.end()
        data = bytes(self.wire.received)
        self.wire.received.clear()
        return data.decode().split("\r\n")[:-1]

    def enter(self, room: Room, channel: Channel) -> None:
        """Join ``room``, and forget what was told before."""
        self.session.join(room, channel)
        self.lines()


def new_room(name: str) -> Room:
    return Room(RoomRecord(name), 10)


async def waiting(work: Deferred[a.Answer | None]) -> a.Answer | None:
    """Work on a line that is done when a test says so."""
    return await work


class SessionTestCase(SynchronousTestCase):
    """Has one session, and two rooms in which it is not yet."""

    def setUp(self) -> None:
        self.turns = Turns()
        self.clock = Clock()
        self.alice = Connection(self.turns, self.clock)
        self.session: Session = self.alice.session
        self.taker = self.alice.taker
        self.lab, self.den = new_room("lab"), new_room("den")
        self.channel = Channel()

    def begin(self, coroutine: Coroutine[Deferred[Any], Any, Any]) -> Deferred[Any]:
        return Deferred.fromCoroutine(coroutine)

    def ask(self, name: str = "name", text: str = "user name:") -> Deferred[str]:
        return self.session.ask(name, text)

    def ask_secret(self) -> Deferred[str]:
        return self.session.ask("password", "password:", secret=True)

    def enter(self) -> Deferred[None]:
        """Be in the room, as its conversation is."""
        self.alice.enter(self.lab, self.channel)
        return self.begin(self.session.in_rooms())
