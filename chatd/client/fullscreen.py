"""The full screen: joins what is shown with the keys, the terminal and the conversation with the server."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

from chatd.chat.answers import Prompt, StatusChanged
from chatd.chat.names import key
from chatd.client.conversation import Conversation
from chatd.client.gate import Gate
from chatd.client.keys import Keys
from chatd.client.lines import Line
from chatd.client.model.desk import CHOOSE, Desk
from chatd.client.model.rows import Kind, Row
from chatd.client.outbox import Outbox
from chatd.client.questions import Questions
from chatd.client.screen.window import Window
from chatd.wire.codes import CREDENTIALS, DUPLEX, Code

FAREWELL = 3.0
"""Seconds that the server has to say goodbye."""


class Stage(Protocol):
    """The terminal; see :class:`chatd.client.screen.stage.Stage`."""

    def draw(self) -> None: ...

    def ring(self) -> None: ...

    def redraw(self) -> None: ...

    def suspend(self) -> None: ...


class FullScreen:
    """What a person at a terminal has in front of her; ``conversation`` is to be set before anything comes.

    :param make_stage: makes the stage, from what it draws and what it tells the keys
    :param done: ends the program
    """

    conversation: Conversation

    def __init__(
        self,
        reactor: Any,
        desk: Desk,
        gate: Gate,
        make_stage: Callable[[Window, Callable[[str], None]], Stage],
        done: Callable[[], None],
    ) -> None:
        self._reactor = reactor
        self._desk = desk
        self._done = done
        self._leaving = False
        self._keys = Keys(desk, reactor, self)
        self.window = Window(desk, self._transfers)
        self.stage = make_stage(self.window, self._keys.press)
        self._outbox = Outbox(gate, self._type, self._send, self.tell)
        self._questions = Questions(reactor, gate, desk.wishes, self._send)

    def _transfers(self) -> list[str]:
        return self.conversation.drops.lines

    def _type(self, line: bytes) -> None:
        self.conversation.typed(line)

    def _send(self, line: bytes) -> None:
        self.conversation.say(line)

    # What the server says

    def heard(self, line: Line) -> None:
        """The server says ``line``."""
        value, desk = line.value, self._desk
        if line.code is DUPLEX:
            desk.unask()
        quiet = self._outbox.told(value) | self._questions.told(value)
        quiet = quiet or (isinstance(value, StatusChanged) and key(value.person.name) != key(desk.user))
        desk.heard(value, line.text, quiet)
        if desk.rings:
            desk.rings = 0
            if desk.bell:
                self.stage.ring()
        self.stage.draw()

    def asked(self, code: Code, line: Line) -> None:
        """The server asks the person for a line."""
        prompt = line.value if isinstance(line.value, Prompt) else Prompt("", line.text)
        self._desk.ask(prompt.name or "line", prompt.text, code is CREDENTIALS)
        self.stage.draw()

    def tell(self, sentence: str) -> None:
        """This program itself has something to say."""
        self._desk.tell(sentence)
        self.stage.draw()

    def progressed(self) -> None:
        """Files on their way have come further."""
        self.stage.draw()

    def cut(self, sentence: str) -> None:
        """The connection is lost, for a reason that ``sentence`` tells; it comes back."""
        self._desk.tell(sentence)
        self._desk.resuming = True
        self.stage.draw()

    def typed(self) -> None:
        """A line was sent; what was asked is answered."""
        self._desk.unask()

    def hide(self) -> None:
        """A secret is asked for; the desk knows."""

    show = hide

    def connection(self, state: str, stands: bool) -> None:
        """How it is with the connection."""
        self._desk.state, self._desk.is_connected = state, stands
        if not stands:
            self._desk.unask()
            self._outbox.stop()
            self._questions.stop()
        self.stage.draw()

    # What the person does

    def submit(self) -> None:
        """The line is typed."""
        desk = self._desk
        asked, secret = desk.asked, desk.editor.masked
        desk.resuming = False
        text = desk.editor.take()
        desk.choices = ()
        if asked:
            self._answer(asked, text, secret)
        elif text.strip():
            self._say(text)
        self.window.scrollback.to_end()

    def _answer(self, asked: str, text: str, secret: bool) -> None:
        line = text if secret else text.split("\n", 1)[0].strip()
        if asked == CHOOSE:
            line = line.removeprefix("/")
        if not secret:
            self._desk.talks.server.add(Row(Kind.ANSWER, f"{self._desk.prompt} {line}"), self._desk.clock)
        self.conversation.typed(line.encode())

    def _say(self, text: str) -> None:
        talk = self._desk.talks.shown
        if "\n" not in text and (text + " ").startswith("/cancel "):
            self._cancel(text.removeprefix("/cancel").strip())
        elif "\n" not in text and text.startswith("/") and not text.startswith("//"):
            self._verb(text.rstrip())
        elif talk.name.startswith("@"):
            self._outbox.put("", _letters(talk.name[1:], text))
        elif not self._desk.is_room(talk) or talk.is_left:
            where = f"you are not in {talk.name} any more" if talk.name else "nobody hears you here"
            self.tell(f"{where}; Alt-Up and Alt-Down go to your rooms. Not said: {text}")
        else:
            self._outbox.put(talk.name, _block(text) if "\n" in text else text)

    def _cancel(self, name: str) -> None:
        if not self.conversation.drops.cancel(name):
            self.tell(f"{name} is not on its way" if name else "no file is on its way")

    def _verb(self, line: str) -> None:
        talk = self._desk.talks.shown
        if talk.name.startswith("@") and line in ("/leave", "/close", "/part", "/exit"):
            self._desk.talks.close(talk)
            if self._outbox.focus == talk.name:
                self._outbox.put("", f"/close {talk.name[1:]}")
        elif not self._desk.in_rooms:
            self.tell(f"wait for the menu; not sent: {line}")
        else:
            self._outbox.put(talk.name if self._desk.is_room(talk) and not talk.is_left else "", line)

    def pasted(self, text: str) -> None:
        """``text`` was pasted; the path of a file, on an empty line, is one that was dropped here."""
        editor = self._desk.editor
        path = text.strip().strip("'\"").replace("\\ ", " ")
        if not editor.text and not editor.masked and path.startswith("/") and os.path.isfile(path):
            text = f"Send: {path}"
        editor.insert(text if not editor.masked else text.split("\n", 1)[0])

    def quit(self) -> None:
        """The person wants to go; the second time, at once."""
        if self._leaving or not self._desk.is_connected:
            self._done()
            return
        self._leaving = True
        self.tell("leaving")
        self.conversation.hang_up()
        self._reactor.callLater(FAREWELL, self._done)

    # What keys do to the screen

    def page(self, by: int) -> None:
        """Go up or down by so many screens."""
        self.window.scrollback.page(by)

    def to_start(self) -> None:
        """Go to the oldest row."""
        self.window.scrollback.to_start()

    def to_end(self) -> None:
        """Go to the newest row."""
        self.window.scrollback.to_end()

    def toggle(self, number: int) -> None:
        """Show or hide the list on the left (2) or the right (3)."""
        if number == 2:
            self.window.with_list = not self.window.with_list
        else:
            self.window.with_people = not self.window.with_people

    def redraw(self) -> None:
        """Draw everything anew."""
        self.stage.redraw()

    def suspend(self) -> None:
        """Let the shell have the terminal for a while."""
        self.stage.suspend()


def _letters(name: str, text: str) -> str:
    """What sends ``text`` to one person, line by line."""
    lines = [line[1:] if line.startswith("//") else line for line in text.split("\n")]
    return "\n".join(f"/msg {name} {line}" for line in lines if line.strip())


def _block(text: str) -> str:
    """A paste in which no line is taken for a verb; empty lines around it are left out."""
    lines = text.strip("\n").split("\n")
    lines = [f"/{line}" if line.startswith("/") else line for line in lines]
    # One line alone would leave the room, whatever stands around it.
    return "\n".join("Exit Chat." if line.strip().casefold() == "exit chat" else line for line in lines)
