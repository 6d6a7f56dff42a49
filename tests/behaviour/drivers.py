"""What a person does and hears, whichever frontend it goes by: the drivers that the behavioural suite speaks through.

A test asks for requests and expects values; a driver words the ones and finds the others in what came. A new frontend
joins the suite by one more row in :data:`DRIVERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.testing import Client, Server
from chatd.verbs.table import VERBS
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code
from tests.behaviour.readers import Heard, JsonReader, Reader, TextReader, Value

CHOOSE = a.Prompt("choose", "choose:")
"""The main menu's question."""

ALICE, BOB, CAROL = "198.51.100.1", "198.51.100.2", "198.51.100.3"
"""Addresses to come from."""


def said(room: str, user: str, *texts: str) -> list[Heard]:
    """Everything that ``user`` said there."""
    return [Heard(room, e.Said(user, text)) for text in texts]


def again(room: str, user: str, *texts: str) -> list[Heard]:
    """What was said, told once more."""
    return [Heard(heard.log, heard.event, again=True) for heard in said(room, user, *texts)]


def paste(room: str, user: str, block: int, *lines: str, known: int = 0) -> list[Heard]:
    """Lines that ``user`` said there in one piece.

    :param known: how many of them the server knew of when it took the first; 0 for all
    """
    return [
        Heard(room, e.Said(user, line, block, number, known or len(lines)), goes_on=number > 1)
        for number, line in enumerate(lines, 1)
    ]


class Driver(Protocol):
    """One connection of somebody."""

    everything: bytearray
    """All that ever came, as it came."""

    @property
    def closed(self) -> bool:
        """Whether the server has ended the connection."""

    def register(self, name: str, password: str, again: str = "") -> None:
        """Make an account; ``again`` is the password as repeated, where that differs."""

    def login(self, name: str, password: str) -> None:
        """Log in."""

    def guest(self, name: str = "") -> None:
        """Come in as a guest."""

    def do(self, *requests: r.Request) -> None:
        """Ask for ``requests``, each when the one before has been answered."""

    def answer(self, *answers: str) -> None:
        """Answer what is asked."""

    def choose(self, word: str) -> None:
        """Take an item of the main menu that is no request."""

    def expect(self, *values: Value, code: Code | None = None) -> None:
        """See that ``values`` came, in this order, whatever came between; what came before the last is done with.

        :param code: the code that each bears, where the frontend has codes
        """

    def expect_only(self, *values: Value) -> None:
        """See that ``values`` came, and nothing else since the last one that was expected."""

    def expect_refused(self, error: str, about: str = "", limit: int = 0, near: tuple[str, ...] = ()) -> None:
        """See that a refusal came; an empty ``near`` stands for any."""

    def heard(self, value: Value) -> bool:
        """Whether ``value`` is among what came and is not done with; it is not done with then either."""

    def forget(self) -> None:
        """Be done with all that came."""

    def ticket(self) -> str:
        """The ticket that came."""

    def hang_up(self) -> None:
        """End the connection."""


class LineDriver:
    """Speaks the line protocol, as somebody with netcat or a program does.

    :param reader: for the format that the lines are to have
    """

    def __init__(self, reader: Reader, server: Server, address: str = ALICE) -> None:
        self.everything = bytearray()
        self.client: Client = server.connect(address)
        self._reader = reader
        self._server = server
        self._unread: list[str] = []
        self._code = LISTEN
        self.type(*reader.greeting)
        self.forget()

    # Doing

    def register(self, name: str, password: str, again: str = "") -> None:
        """As :class:`Driver`."""
        self.answer(f"register {name}", password, again or password)

    def login(self, name: str, password: str) -> None:
        """As :class:`Driver`."""
        self.answer(f"login {name}", password)

    def guest(self, name: str = "") -> None:
        """As :class:`Driver`."""
        self.choose(f"guest {name}")

    def do(self, *requests: r.Request) -> None:
        """As :class:`Driver`."""
        for request in requests:
            self._listen()
            self.type(self._line(request))

    def _line(self, request: r.Request) -> str:
        if isinstance(request, r.Say):
            return f"/{request.text}" if request.text.startswith("/") else request.text
        verb = next(verb for verb in VERBS if verb.request is type(request))
        values = [str(value) for value in msgspec.structs.astuple(request) if value != ""]
        if isinstance(request, r.History):
            words = (("since", request.since), ("before", request.before))
            values = [request.room] if request.room else []
            values += [str(request.count)] if request.count else []
            values += [f"{word} {value}" for word, value in words if value]
        return ("/" if self._code in (DUPLEX, CREDENTIALS) else "") + " ".join([verb.name, *values])

    def type(self, *lines: str) -> None:
        """Send ``lines`` in one piece."""
        self.client.send(*lines)

    def answer(self, *answers: str) -> None:
        """As :class:`Driver`."""
        for line in answers:
            self.type(line)

    def choose(self, word: str) -> None:
        """As :class:`Driver`."""
        self.type(word)

    def end_input(self) -> None:
        """Say that nothing more is sent, as ``nc -N`` does."""
        self.client.end_input()

    def hang_up(self) -> None:
        """As :class:`Driver`."""
        self.client.lose()

    @property
    def closed(self) -> bool:
        """As :class:`Driver`."""
        return self.client.closed

    # Hearing

    def _listen(self) -> list[str]:
        data = self.client.received()
        self.everything += data
        lines = data.decode().split("\r\n")
        if lines.pop():
            raise AssertionError(f"not a whole line at the end of {data!r}")
        if lines:
            self._code = Code(lines[-1].partition(" ")[0])
        self._unread += lines
        return self._unread

    def _place(self, value: Value, start: int, code: Code | None) -> tuple[int, int] | None:
        """Where the lines of ``value`` begin and end."""
        for at in range(start, len(self._unread)):
            length = self._reader.length(self._unread[at:], value, self._server.now())
            if length and code in (None, Code(self._unread[at].partition(" ")[0])):
                return at, at + length
        return None

    def expect(self, *values: Value, code: Code | None = None) -> None:
        """As :class:`Driver`."""
        self._listen()
        start = 0
        for value in values:
            place = self._place(value, start, code)
            if place is None:
                raise self._missing(value, start)
            start = place[1]
        del self._unread[:start]

    def expect_only(self, *values: Value) -> None:
        """As :class:`Driver`."""
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
        """As :class:`Driver`."""
        self.expect(a.Refused(error, about, near, limit))

    def expect_prompt(self, text: str, code: Code = SPEAK) -> None:
        """See that the last line asks ``text``."""
        line = (self._listen() or [""])[-1]
        if not line.startswith(f"{code.value} ") or text not in line:
            raise AssertionError(f"{text!r} was not asked last, but this came:\n" + "\n".join(self._unread))
        self._unread.clear()

    def heard(self, value: Value) -> bool:
        """As :class:`Driver`."""
        self._listen()
        return self._place(value, 0, None) is not None

    def codes(self) -> list[str]:
        """The codes of the lines that came and are not done with; all are done with then."""
        codes = [line.partition(" ")[0] for line in self._listen()]
        self._unread.clear()
        return codes

    def forget(self) -> None:
        """As :class:`Driver`."""
        self._listen().clear()

    def ticket(self) -> str:
        """As :class:`Driver`."""
        found = [ticket for line in self._listen() if (ticket := self._reader.ticket(line))]
        if not found:
            raise AssertionError("no ticket came, but this:\n" + "\n".join(self._unread))
        self._unread.clear()
        return found[-1]


LINES: dict[str, Callable[..., LineDriver]] = {
    "OverText": partial(LineDriver, TextReader()),
    "OverJson": partial(LineDriver, JsonReader()),
}
"""The drivers of the line frontend."""

DRIVERS: dict[str, Callable[..., Driver]] = {**LINES}
"""All drivers, by what stands behind the names of their test cases."""
