"""Errands: what a script has done in a room, other than saying something: following it, giving and fetching a file."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Closing, Prompt, Refused, Replayed, ThrownOut, Ticket, Welcome, YouEntered
from chatd.chat.events import Entry
from chatd.chat.text import clean
from chatd.client.connection import ChatConnection
from chatd.client.files import Gift
from chatd.client.lines import Line
from chatd.client.outcome import Finish, Status, connection_ended
from chatd.client.resumption import Resumption
from chatd.client.sign_in import SignIn
from chatd.client.transfers import Failed
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX, LISTEN, SPEAK

Moving = Coroutine[Deferred[Any], Any, Any]


class Work(Protocol):
    """What is to be done in the room."""

    def begin(self, say: Callable[[bytes], None]) -> None:
        """The room is entered; ``say`` sends a line."""

    def told(self, line: Line) -> None:
        """The server says ``line``."""


class Errand:
    """Goes into the room, and ends the program with the status that tells how it went.

    :param cut: the connection is lost, and comes back; None where it does not
    """

    def __init__(
        self,
        sign_in: SignIn,
        resumption: Resumption,
        words: Words,
        work: Work,
        finish: Finish,
        cut: Callable[[], None] | None,
        address: str,
    ) -> None:
        self._sign_in = sign_in
        self._resumption = resumption
        self._words = words
        self._work = work
        self._finish = finish
        self._cut = cut
        self._address = address
        self._connection: ChatConnection
        self._asks_for_json = True
        self._has_heard = self._inside = self._known = False
        self._why = ""

    def connected(self, connection: ChatConnection) -> None:
        """The connection stands."""
        self._connection = connection
        self._sign_in.restart()
        self._asks_for_json = True
        self._has_heard = False

    def told(self, line: Line) -> None:
        """The server says ``line``."""
        self._has_heard = True
        if line.code is SPEAK and self._asks_for_json:
            self._asks_for_json = False
            self._connection.say(b"format json")
        elif isinstance(line.value, Prompt):
            self._asked(line)
        elif line.code is None:
            self._finish(Status.UNREACHABLE, f"no chatd answers at {self._address}")
        elif line.value is not None:
            self._heard(line)

    def _asked(self, line: Line) -> None:
        assert line.code is not None and isinstance(line.value, Prompt)
        answer = self._sign_in.answer(line.code, line.value)
        if answer is not None:
            self._connection.say(answer.encode())
        elif line.value.name != "choose":
            text = line.value.text
            self._finish(Status.REFUSED, f"the server asks for something that a script was not given: {text}")

    def _heard(self, line: Line) -> None:
        value = line.value
        self._sign_in.told(value)
        self._resumption.told(value)
        if isinstance(value, Refused) and self._sign_in.refused is not None:
            self._finish(Status.REFUSED if self._known else Status.LOGIN, self._sentence(value))
        elif isinstance(value, Welcome):
            self._known = True
        elif isinstance(value, ThrownOut):
            self._finish(Status.REFUSED, self._sentence(value))
        elif isinstance(value, Closing):
            self._why = self._sentence(value)
        elif isinstance(value, YouEntered) and not self._inside:
            self._inside = True
            self._work.begin(self._connection.say)
        elif self._inside:
            self._work.told(line)

    def _sentence(self, answer: Answer) -> str:
        return " ".join(self._words.lines(LISTEN, answer))

    def lost(self, reason: Failure) -> None:
        """It has ended."""
        status, sentence = connection_ended(reason, self._address, self._has_heard)
        if self._cut is not None and self._inside and status is Status.CUT:
            self._cut()
        else:
            self._finish(status, self._why or sentence)


class Following:
    """Shows what is said and what happens in the room.

    :param show: shows a line
    :param raw: whether the objects themselves are shown
    """

    def __init__(self, show: Callable[[str], None], words: Words, raw: bool) -> None:
        self._show = show
        self._words = words
        self._raw = raw

    def begin(self, say: Callable[[bytes], None]) -> None:
        """Everything comes by itself."""

    def told(self, line: Line) -> None:
        """Show it, if it happened."""
        value = line.value
        if not isinstance(value, Entry | Replayed):
            return
        if self._raw:
            self._show(clean(line.text))
            return
        entry = value.entry if isinstance(value, Replayed) else value
        for text in self._words.lines(DUPLEX, entry):
            self._show(text)


class _Transfer:
    """Asks for a ticket, and uses it.

    :param request: what asks for it
    :param move: what is done with the ticket
    """

    def __init__(
        self,
        request: str,
        move: Callable[[Ticket], Moving],
        done: Callable[[Any], str],
        show: Callable[[str], None],
        finish: Finish,
    ) -> None:
        self._request = request
        self._move = move
        self._done = done
        self._show = show
        self._finish = finish
        self._words = Words()
        self._running = False

    def begin(self, say: Callable[[bytes], None]) -> None:
        """Ask."""
        say(self._request.encode())

    def told(self, line: Line) -> None:
        """The ticket, or why there is none."""
        if isinstance(line.value, Ticket) and not self._running:
            self._running = True
            moving = Deferred.fromCoroutine(self._move(line.value))
            moving.addCallbacks(self._moved, self._failed)
        elif isinstance(line.value, Refused) and not self._running:
            self._finish(Status.REFUSED, " ".join(self._words.lines(LISTEN, line.value)))

    def _moved(self, result: Any) -> None:
        text = self._done(result)
        if text:
            self._show(text)
        self._finish(Status.DONE, "")

    def _failed(self, failure: Failure) -> None:
        failure.trap(Failed, CancelledError)
        self._finish(Status.CUT, str(failure.value))


def giving(gift: Gift, sha256: str, put: Callable[..., Moving], show: Callable[[str], None], finish: Finish) -> Work:
    """Gives a file to the room, silently."""
    request = f"/send {gift.name} {gift.size} {sha256}"
    return _Transfer(request, lambda ticket: put(ticket, gift, sha256, _unseen), lambda _: "", show, finish)


def fetching(number: str, get: Callable[..., Moving], show: Callable[[str], None], finish: Finish) -> Work:
    """Fetches a file of the room, and shows its path."""
    return _Transfer(f"/get {number}", lambda ticket: get(ticket, _unseen), lambda path: str(Path(path)), show, finish)


def _unseen(at: int) -> None:
    """Nobody looks at it."""
