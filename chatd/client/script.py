"""A script's say: every line of standard input is said in a room as it is, and the exit status tells whether it was."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Closing, Prompt, Refused, Setting, ThrownOut, Welcome, YouEntered
from chatd.chat.events import Entry, Said
from chatd.chat.text import clean
from chatd.client.connection import ChatConnection
from chatd.client.lines import Line
from chatd.client.outcome import Finish, Status, connection_ended
from chatd.client.sign_in import SignIn
from chatd.client.words import Words
from chatd.wire.codes import LISTEN, SPEAK
from chatd.wire.objects import Value

PATIENCE = 120.0
"""Seconds without a line from the server, while one is due, after which the script gives up."""


class Script:
    """Speaks for a script.

    A line counts as said when it has come back from the room, and as refused when an error comes in its place. Nothing
    is read from standard input before ``/verbatim`` is confirmed, and nothing after the room is left.

    :param keyboard: the producer of the lines, told to go on and to wait
    """

    def __init__(
        self, clock: IReactorTime, keyboard: Any, sign_in: SignIn, words: Words, finish: Finish, address: str
    ) -> None:
        self._keyboard = keyboard
        self._sign_in = sign_in
        self._words = words
        self._finish = finish
        self._address = address
        self._clock = clock
        self._connection: ChatConnection
        self._patience: IDelayedCall | None = None
        self._has_heard = False
        self._asks_for_json = True
        self._user = self._room = ""
        self._speaks = self._ended = False
        self._sent = self._said = self._refused = 0
        self._why = ""

    # The server's side

    def connected(self, connection: ChatConnection) -> None:
        self._connection = connection
        self._patience = self._clock.callLater(PATIENCE, self._impatient)

    def told(self, line: Line) -> None:
        self._has_heard = True
        if self._patience is not None and self._patience.active():
            self._patience.reset(PATIENCE)
        if line.code is SPEAK and self._asks_for_json:
            self._asks_for_json = False
            self._connection.say(b"format json")
        elif isinstance(line.value, Prompt):
            self._asked(line)
        elif line.code is None:
            self._end(Status.UNREACHABLE, f"no chatd answers at {self._address}")
        elif line.value is not None:
            self._note(line.value)

    def _asked(self, line: Line) -> None:
        assert line.code is not None and isinstance(line.value, Prompt)
        answer = self._sign_in.answer(line.code, line.value)
        if answer is not None:
            self._connection.say(answer.encode())
        elif line.value.name != "choose":
            self._end(Status.REFUSED, f"the server asks for something that a script was not given: {line.value.text}")

    def _note(self, value: Value) -> None:
        self._sign_in.told(value)
        if isinstance(value, Entry):
            if isinstance(value.event, Said) and value.event.user == self._user and value.log == self._room:
                self._said += 1
                self._check()
        elif isinstance(value, Refused):
            self._note_refusal(value)
        elif isinstance(value, Answer):
            self._note_answer(value)

    def _note_refusal(self, refused: Refused) -> None:
        sentence = self._sentence(refused)
        if self._sent:
            self._refused += 1
            self._why = self._why or sentence
            self._check()
        elif self._sign_in.refused is not None:
            self._end(Status.REFUSED if self._user else Status.LOGIN, sentence)
        elif self._speaks or self._room:
            self._end(Status.REFUSED, sentence)

    def _note_answer(self, answer: Answer) -> None:
        if isinstance(answer, Welcome):
            self._user = answer.user
        elif isinstance(answer, YouEntered):
            self._room = answer.room
            self._connection.say(b"/verbatim")
        elif isinstance(answer, Setting) and answer.name == "verbatim" and not self._speaks:
            self._speak()
        elif isinstance(answer, ThrownOut):
            self._end(Status.REFUSED, self._sentence(answer))
        elif isinstance(answer, Closing):
            self._why = self._why or self._sentence(answer)

    def _sentence(self, answer: Answer) -> str:
        return " ".join(self._words.lines(LISTEN, answer))

    def _speak(self) -> None:
        self._speaks = True
        if self._patience is not None:
            self._patience.cancel()  # now it is the script's turn, for as long as it likes
        self._connection.transport.registerProducer(self._keyboard, True)
        self._keyboard.resumeProducing()

    def lost(self, reason: Failure) -> None:
        status, sentence = connection_ended(reason, self._address, self._has_heard)
        if not self._speaks:
            self._end(status, self._why if status is Status.CUT and self._why else sentence)
        elif not self._ended or self._said + self._refused < self._sent:
            why = self._why or sentence
            self._end(Status.CUT, f"{self._said} of {self._sent} lines sent were said: {why}")
        else:
            self._conclude()

    # The script's side

    def typed(self, line: bytes) -> None:
        """The next line that is to be said; one with nothing to be seen in it is passed over."""
        if clean(line.decode(errors="replace")).strip():
            self._sent += 1
            self._connection.say(line)

    def endless(self) -> None:
        """What comes has no line ends."""
        self._end(Status.REFUSED, "standard input has a line without end, which nobody could say")

    def hang_up(self) -> None:
        """That was all."""
        self._ended = True
        self._connection.transport.unregisterProducer()
        self._patience = self._clock.callLater(PATIENCE, self._impatient)
        if self._connection.has_half_close:
            self._connection.hang_up()
        self._check()

    def _check(self) -> None:
        # Over TLS nothing could be heard any more after hanging up, so that comes last there.
        if self._ended and not self._connection.has_half_close and self._said + self._refused >= self._sent:
            self._conclude()

    # The end

    def _impatient(self) -> None:
        hint = "" if self._has_heard else "; should --tls be given, or not?"
        self._end(Status.CUT, f"nothing has come from {self._address} for {PATIENCE:.0f} seconds{hint}")

    def _conclude(self) -> None:
        if self._refused:
            self._end(Status.REFUSED, f"{self._refused} of {self._sent} lines were refused: {self._why}")
        else:
            self._end(Status.DONE, "")

    def _end(self, status: int, sentence: str) -> None:
        if self._patience is not None and self._patience.active():
            self._patience.cancel()
        self._keyboard.stopProducing()
        self._connection.transport.loseConnection()
        self._finish(status, sentence)
