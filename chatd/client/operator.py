"""What an operator says to the console, and what is shown of its answers."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Protocol, TextIO

from chatd.chat import reports as p
from chatd.chat.answers import Answer, Closing, Prompt, Refused
from chatd.chat.events import Entry
from chatd.client.console import NoServer
from chatd.client.lines import Line
from chatd.wire.codes import CREDENTIALS, LISTEN
from chatd.wire.objects import Unknown
from chatd.wire.prose import Prose

RED, YELLOW, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[0m"

_WRONG = ("usage", "unknown-command", "bad-time", "bad-role", "file-is-yours")
"""Refusals of what was said so that nothing could be made of it."""


class Status(IntEnum):
    """What ``chatctl`` exits with."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NO_SERVER = 3


class Server(Protocol):
    """Who is talked to."""

    def say(self, line: str) -> None:
        """Send one line."""

    def read(self) -> Line:
        """The next line."""


class Shown:
    """Shows what comes.

    :param json: whether programs read it
    :param colours: whether what is wrong stands out
    """

    def __init__(self, out: TextIO, errors: TextIO, json: bool = False, colours: bool = False) -> None:
        self._out = out
        self._errors = errors
        self._json = json
        self._colours = colours
        self._prose = Prose()

    def show(self, line: Line) -> Status:
        """Show ``line``; what it means for the exit status."""
        value = line.value
        if isinstance(value, p.Line):
            self._write(self._out, value.text)
        elif isinstance(value, p.Exported):
            # What was exported goes into a file as it is, and this does not.
            self._show(value, self._errors)
        elif self._json:
            self._write(self._out, line.text)
        elif isinstance(value, Answer):
            self._show(value, self._errors if isinstance(value, Refused | p.RowRefused) else self._out)
        else:
            self._write(self._out, value.text if isinstance(value, Unknown) and value.text else line.text)
        if isinstance(value, Refused):
            return Status.USAGE if value.error in _WRONG else Status.REFUSED
        return Status.REFUSED if isinstance(value, p.RowRefused) else Status.DONE

    def _show(self, answer: Answer, to: TextIO) -> None:
        wrong = isinstance(answer, Refused | p.RowRefused)
        for text in self._words(answer):
            colour = RED if wrong or text.startswith("ALARM") else _colour(answer)
            shown = f"{colour}{text}{PLAIN}" if self._colours and colour else text
            self._write(to, shown)

    def _words(self, answer: Answer) -> list[str]:
        lines = self._prose.answer(LISTEN, answer).decode().split("\r\n")[:-1]
        return [line.partition(" ")[2] for line in lines]

    @staticmethod
    def _write(to: TextIO, text: str) -> None:
        to.write(text + "\n")
        to.flush()


def _colour(answer: Answer) -> str:
    if isinstance(answer, p.LogLine):
        return {"warn": YELLOW, "error": RED, "critical": RED}.get(answer.level, "")
    return ""


class Operator:
    """Says commands, and answers what is asked in return.

    :param person: whether somebody types
    """

    def __init__(self, server: Server, shown: Shown, person: bool) -> None:
        self._server = server
        self._shown = shown
        self._person = person

    def do(self, command: str, rows: Iterable[str] = ()) -> Status:
        """Have ``command`` done.

        :param rows: for a command that asks for some
        :raises NoServer: the server goes meanwhile
        :raises KeyboardInterrupt: the person has had enough of what follows
        """
        self._server.say(command)
        status, feed = Status.DONE, iter(rows)
        while True:
            line = self._server.read()
            if isinstance(line.value, Prompt):
                if line.value.name == "console":
                    return status
                self._answer(line, line.value, feed)
            elif isinstance(line.value, Closing):
                if line.value.reason != "quit" and status is Status.DONE:
                    self._shown.show(line)
                return status
            elif isinstance(line.value, Entry):
                continue
            else:
                status = max(status, self._shown.show(line))

    def _answer(self, line: Line, prompt: Prompt, rows: Iterator[str]) -> None:
        if prompt.name == "following":
            self._follow()
        elif prompt.name == "row":
            self._server.say(next(rows, "."))
        elif line.code is CREDENTIALS:
            self._server.say(self._secret(prompt.text))
        else:
            self._server.say(self._typed(prompt.text))

    def _follow(self) -> None:
        """Show what comes until the person has had enough."""
        try:
            while True:
                line = self._server.read()
                if isinstance(line.value, Closing):
                    raise NoServer("the server has ended")
                self._shown.show(line)
        except KeyboardInterrupt:
            self._server.say("")

    def _secret(self, question: str) -> str:
        return getpass.getpass(f"{question} ") if self._person else self._typed(question)

    def _typed(self, question: str) -> str:
        if self._person:
            return input(f"{question} ")
        return sys.stdin.readline().rstrip("\r\n")
