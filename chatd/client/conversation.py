"""A person's conversation: does what the codes say with what comes from the server, and with what is typed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Protocol

from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Closing, Prompt, Setting, ThrownOut, Welcome, YouEntered, YouLeft
from chatd.chat.events import Dropped, Entry
from chatd.client.connection import ChatConnection
from chatd.client.drops import Drops
from chatd.client.files import NotGiven, gift
from chatd.client.gate import Gate
from chatd.client.lines import Line
from chatd.client.outcome import Finish, Status, connection_ended
from chatd.client.resumption import Resumption
from chatd.client.sign_in import SignIn
from chatd.client.words import Words
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code

AT_OWN_WISH = ("quit", "end-of-input")
"""Reasons for which a connection ends when the person wants it to."""


FOR_GOOD = frozenset({
    "account-disabled", "account-gone", "banned", "http", "idle", "kicked", "no-login", "other-session",
})  # fmt: skip
"""Reasons for which it makes no sense to connect again."""


class Display(Protocol):
    """What the person sees: :class:`chatd.client.printer.Printer`, or the full screen."""

    def heard(self, line: Line) -> None:
        """The server says ``line``."""

    def asked(self, code: Code, line: Line) -> None:
        """The server asks the person for a line."""

    def tell(self, sentence: str) -> None:
        """This program itself has something to say."""

    def typed(self) -> None:
        """The person has typed a line."""

    def progressed(self) -> None:
        """Files on their way have come further."""


class Echoing(Protocol):
    """Whether what the person types is shown; see :class:`chatd.client.terminal.Echo`."""

    def hide(self) -> None: ...

    def show(self) -> None: ...


class Conversation:
    """Stands between the person and the connection.

    :param make_drops: makes what gives and fetches files, from what tells the server a line and the person a sentence
    :param finish: the program is to end
    :param cut: the connection has ended against the person's will, and comes back; None where it does not
    :param address: of the server, for telling
    """

    def __init__(
        self,
        display: Display,
        echo: Echoing,
        sign_in: SignIn,
        resumption: Resumption,
        gate: Gate,
        make_drops: Callable[[Callable[[bytes], None], Callable[[str], None]], Drops],
        finish: Finish,
        cut: Finish | None,
        address: str,
    ) -> None:
        self._display = display
        self._echo = echo
        self._sign_in = sign_in
        self._resumption = resumption
        self._gate = gate
        self._drops = make_drops(self.say, display.tell)
        self._finish = finish
        self._cut = cut
        self._address = address
        self._connection: ChatConnection | None = None
        self._floor = LISTEN
        self._has_heard = False
        self._is_asked = False
        self._ahead: deque[bytes] = deque()
        self._asks_for_json = True
        self._verbatim = False
        self._user = ""
        self._closing: Closing | None = None
        self._hung_up = False

    # The server's side

    def connected(self, connection: ChatConnection) -> None:
        self._connection = connection
        self._sign_in.restart()
        self._floor = LISTEN
        self._has_heard = self._is_asked = self._verbatim = self._hung_up = False
        self._asks_for_json = True
        self._closing = None
        self._ahead.clear()

    def told(self, line: Line) -> None:
        self._has_heard = True
        # Whoever sends no codes lets everybody talk at any time.
        self._floor = line.code or DUPLEX
        self._is_asked = isinstance(line.value, Prompt) or line.code in (SPEAK, CREDENTIALS)
        if line.code is CREDENTIALS:
            self._echo.hide()
        else:
            self._echo.show()
        if line.code is not None and self._is_asked:
            self._asked(line.code, line)
        else:
            self._heard(line)
            while self._ahead and self._floor is DUPLEX:
                self._talk(self._ahead.popleft())
        self._gate.turn(line.code is DUPLEX and not self._is_asked)

    def _asked(self, code: Code, line: Line) -> None:
        if code is SPEAK and self._asks_for_json:
            self._asks_for_json = False
            self._answer(b"format json")
            return
        prompt = line.value
        answer = self._sign_in.answer(code, prompt) if isinstance(prompt, Prompt) else None
        if answer is not None:
            self._answer(answer.encode())
            return
        self._display.asked(code, line)
        if self._ahead and code is not DUPLEX:
            self._answer(self._ahead.popleft())

    def _heard(self, line: Line) -> None:
        value = line.value
        if value == Setting("format", "json"):
            return
        self._sign_in.told(value)
        self._resumption.told(value)
        if isinstance(value, Entry):
            self._note_entry(value)
        elif isinstance(value, Answer):
            self._note(value)
            if self._drops.told(value):
                return
        self._display.heard(line)

    def _note_entry(self, entry: Entry) -> None:
        mine = entry.event.user == self._user
        if mine:
            self._gate.release()
        elif isinstance(entry.event, Dropped):
            self._drops.offered(entry)

    def _note(self, answer: Answer) -> None:
        if isinstance(answer, Welcome):
            self._user = answer.user
        elif isinstance(answer, YouEntered):
            self._drops.focus = answer.room
        elif isinstance(answer, YouLeft | ThrownOut):
            self._drops.focus = answer.focus
        elif isinstance(answer, Setting) and answer.name == "focus":
            self._drops.focus = answer.value
        elif isinstance(answer, Closing):
            self._closing = answer
        if self._floor is DUPLEX:
            self._gate.release()

    def lost(self, reason: Failure) -> None:
        self._gate.reset()
        closed = self._closing.reason if self._closing else ""
        if closed == "wrong-passwords":
            self._finish(Status.LOGIN, "")
        elif closed in AT_OWN_WISH or (self._hung_up and reason.check(ConnectionDone)):
            self._finish(Status.DONE, "")
        else:
            status, sentence = connection_ended(reason, self._address, self._has_heard)
            if self._cut is not None and status is Status.CUT and self._has_heard and closed not in FOR_GOOD:
                self._drops.suspend()
                self._cut(status, sentence)
                return
            if self._cut is not None and self._closing is not None:
                sentence = " ".join(Words().lines(LISTEN, self._closing))  # the screen that had it is gone
            self._finish(status, sentence)
        self._drops.stop()

    @property
    def drops(self) -> Drops:
        """The files on their way."""
        return self._drops

    # The person's side

    def typed(self, line: bytes) -> None:
        """The person has typed ``line``."""
        self._display.typed()
        if self._floor is DUPLEX:
            self._talk(line)
        elif self._floor is LISTEN:
            self._ahead.append(line)
        else:
            self._answer(line)

    def _talk(self, line: bytes) -> None:
        if not self._verbatim and not self._is_asked:
            if self._gives(os.fsdecode(line)):
                return
            if line.startswith(b"/verbatim"):
                self._verbatim = True
                self._gate.shut()
                self._drops.verbatim()
            elif line.startswith(b"/") and not line.startswith(b"//"):
                self._gate.hold()
        self._is_asked = False
        self.say(line)

    def _gives(self, line: str) -> bool:
        if not self._drops.focus:
            return False
        try:
            given = gift(line)
        except NotGiven as refusal:
            self._display.tell(f"nothing is given: {refusal}")
            return True
        if given is not None:
            self._drops.give(given)
        return given is not None

    def hang_up(self) -> None:
        """The person types nothing more."""
        if self._connection is not None:
            self._hung_up = True
            self._connection.hang_up()

    def endless(self) -> None:
        """The person's line has no end."""
        self._display.tell("that line has no end; nothing more can be typed")

    def _answer(self, line: bytes) -> None:
        self._floor = LISTEN
        self._echo.show()
        self.say(line)

    def say(self, line: bytes) -> None:
        """Send a line as it is."""
        if self._connection is not None and not self._hung_up:
            self._connection.say(line)
