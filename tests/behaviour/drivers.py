"""What a person does and hears, whichever frontend it goes by: the drivers that the behavioural suite speaks through.

A test asks for requests and expects values; a driver words the ones and finds the others in what came. A new frontend
joins the suite by one more row in :data:`DRIVERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

import msgspec

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.testing import Client, Server
from chatd.verbs.table import VERBS
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code
from tests.behaviour.hearing import Hearing
from tests.behaviour.readers import Heard, JsonReader, Reader, TextReader, Value
from tests.behaviour.web import WebDriver

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

    def go_on(self, code: str, seen: Mapping[str, int | None]) -> None:
        """Go on with the session of ``code``.

        :param seen: the last numbers of rooms, and of one's own log (``@alice``); None for unknown
        """

    def do(self, *requests: r.Request) -> None:
        """Ask for ``requests``, each when the one before has been answered."""

    def paste(self, *lines: str) -> None:
        """Say ``lines``, in which there are no verbs, in one piece."""

    def give(self, ticket: str, data: bytes) -> bool:
        """Give a file on a connection of its own; whether it was taken."""

    def fetch(self, ticket: str, offset: int = 0) -> bytes:
        """Fetch a file on a connection of its own; nothing where it is not to be had."""

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


class LineDriver(Hearing):
    """Speaks the line protocol, as somebody with netcat or a program does.

    :param reader: for the format that the lines are to have
    """

    def __init__(self, reader: Reader, server: Server, address: str = ALICE) -> None:
        super().__init__(reader, server)
        self.client: Client = server.connect(address)
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

    def go_on(self, code: str, seen: Mapping[str, int | None]) -> None:
        """As :class:`Driver`."""
        self.type(" ".join(["resume", code, *(log if seq is None else f"{log}={seq}" for log, seq in seen.items())]))

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

    def paste(self, *lines: str) -> None:
        """As :class:`Driver`."""
        self.type(*lines)

    def give(self, ticket: str, data: bytes) -> bool:
        """As :class:`Driver`."""
        return b"\r\n00 stored " in self._transfer(f"put {ticket}", data)

    def fetch(self, ticket: str, offset: int = 0) -> bytes:
        """As :class:`Driver`."""
        head, _, data = self._transfer(f"get {ticket} {offset}").partition(b"\r\n")
        return data if head.startswith(b"00 sending ") else b""

    def _transfer(self, head: str, data: bytes = b"") -> bytes:
        other = self._server.connect(self.client.transport.address)
        other.received()
        other.send_bytes(f"{head}\n".encode() + data)
        return other.received()

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

    def expect_prompt(self, text: str, code: Code = SPEAK) -> None:
        """See that the last line asks ``text``."""
        line = (self._listen() or [""])[-1]
        if not line.startswith(f"{code.value} ") or text not in line:
            raise AssertionError(f"{text!r} was not asked last, but this came:\n" + "\n".join(self._unread))
        self._unread.clear()

    def codes(self) -> list[str]:
        """The codes of the lines that came and are not done with; all are done with then."""
        codes = [line.partition(" ")[0] for line in self._listen()]
        self._unread.clear()
        return codes


LINES: dict[str, Callable[..., LineDriver]] = {
    "OverText": partial(LineDriver, TextReader()),
    "OverJson": partial(LineDriver, JsonReader()),
}
"""The drivers of the line frontend."""

DRIVERS: dict[str, Callable[..., Driver]] = {**LINES, "OverWeb": WebDriver}
"""All drivers, by what stands behind the names of their test cases."""
