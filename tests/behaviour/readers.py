"""Finding values in the lines that came: in those for people, and in those for programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.wire.codes import Code
from chatd.wire.objects import value as parsed
from chatd.wire.prose import Prose


class Heard(msgspec.Struct, frozen=True):
    """An event as somebody is told it.

    :param log: the room's shown name, or ``@`` and the user's
    :param seq: its number; 0 for any
    :param at: milliseconds since 1970-01-01 UTC; 0 for now
    :param again: whether it is told as history
    :param goes_on: whether people are told it as a further line of a paste
    """

    log: str
    event: e.Event
    seq: int = 0
    at: int = 0
    again: bool = False
    goes_on: bool = False


Value = Heard | a.Answer


class Reader(Protocol):
    """Finds values in lines."""

    greeting: tuple[str, ...]
    """What has the lines come so that this can read them."""

    def length(self, lines: Sequence[str], value: Value, now: int) -> int:
        """How many lines from the first on say ``value``, 0 where they do not.

        :param now: milliseconds since 1970-01-01 UTC
        """

    def ticket(self, line: str) -> str:
        """The ticket in a line, empty where there is none."""


class TextReader:
    """Reads lines for people: a value is worded as the server words it, and compared."""

    greeting: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._prose = Prose(raw=True)

    def length(self, lines: Sequence[str], value: Value, now: int) -> int:
        """As :class:`Reader`."""
        for code in Code:
            wording = self._worded(code, value, now)
            came = [_without_number(line) if _any_number(value) else line for line in lines[: len(wording)]]
            if came == wording or (_any_near(value) and came and came[0].startswith(f"{wording[0]}; did you mean ")):
                return len(wording)
        return 0

    def _worded(self, code: Code, value: Value, now: int) -> list[str]:
        if isinstance(value, Heard):
            entry = e.Entry(value.log, value.seq, value.at or now, value.event)
            former = e.Entry(value.log, 0, entry.at, value.event) if value.goes_on else None
            again = a.Replayed(entry, goes_on=value.goes_on)
            data = self._prose.answer(code, again) if value.again else self._prose.event(code, entry, former)
        else:
            data = self._prose.answer(code, value)
        return data.decode().split("\r\n")[:-1]

    def ticket(self, line: str) -> str:
        """As :class:`Reader`."""
        match = re.search(r"echo (?:put|get) ([0-9a-f]{32})\b", line)
        return match[1] if match else ""


def _any_number(value: Value) -> bool:
    return isinstance(value, Heard) and value.again and not value.seq


def _without_number(line: str) -> str:
    return re.sub(r"^(\d+ \[[^#\]]+#)\d+\]", r"\g<1>0]", line)


def _any_near(value: Value) -> bool:
    return isinstance(value, a.Refused) and not value.near


class JsonReader:
    """Reads lines for programs: an object is compared with the value."""

    greeting: tuple[str, ...] = ("format json",)

    def length(self, lines: Sequence[str], value: Value, now: int) -> int:
        """As :class:`Reader`."""
        came = parsed(lines[0].partition(" ")[2])
        if isinstance(value, Heard):
            return int(_is_heard(came, value, now))
        if _any_near(value) and isinstance(came, a.Refused):
            came = msgspec.structs.replace(came, near=())
        return int(_without_place(came, value) == value)

    def ticket(self, line: str) -> str:
        """As :class:`Reader`."""
        came = parsed(line.partition(" ")[2])
        return came.ticket if isinstance(came, a.Ticket) else ""


def _without_place(came: object, value: Value) -> object:
    """What came, without what only a program that resumes wants to know, where that is not asked for."""
    if isinstance(came, a.Welcome) and isinstance(value, a.Welcome) and not value.resume:
        return msgspec.structs.replace(came, resume="", seq=0)
    if isinstance(came, a.YouEntered) and isinstance(value, a.YouEntered) and not value.seq:
        return msgspec.structs.replace(came, seq=0)
    return came


def _is_heard(came: object, value: Heard, now: int) -> bool:
    again = isinstance(came, a.Replayed)
    entry = came.entry if isinstance(came, a.Replayed) else came
    if not isinstance(entry, e.Entry) or again != value.again:
        return False
    number, at = value.seq or entry.seq, value.at or now
    return entry == e.Entry(value.log, number, at, value.event)
