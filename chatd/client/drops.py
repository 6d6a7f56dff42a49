"""Gives files to the room and fetches those of others, beside what the person says.

The server answers a request with a ticket or a refusal, on the chat connection, where the person's own requests are
answered too; :mod:`chatd.client.gate` says when it may be asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import msgspec
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Refused, Ticket
from chatd.chat.events import Dropped, Entry
from chatd.client.files import Gift, NotGiven
from chatd.client.gate import Gate
from chatd.client.profiles import FETCHED
from chatd.client.progress import Progress
from chatd.client.transfers import Failed, Moved
from chatd.wire.sentences import REFUSED

AT_ONCE = 3
"""Transfers at a time; the others wait."""

TICKET_PATIENCE = 60.0
"""Seconds after which a ticket is no longer waited for."""

_REFUSALS = frozenset({
    "bad-name", "bad-sha256", "bad-size", "disk-full", "expired", "guests-send-nothing", "no-focus", "no-such-file",
    "no-such-room", "not-in-room", "not-kept", "room-quota", "spool-failed", "too-large", "too-many-files",
    "too-many-tickets", "user-quota",
})  # fmt: skip


Moving = Coroutine[Deferred[Any], Any, Any]
"""A transfer under way; raises :class:`~chatd.client.transfers.Failed`."""

MOST_TRIES = 3
"""How often a file is asked for again where the server has forgotten the ticket, as after a restart."""


class _Wish(msgspec.Struct):
    """What is to be asked of the server.

    :param room: the room it is for
    :param gift: what is to be given; None for a file that is to be fetched
    """

    request: str
    room: str
    name: str
    size: int
    sha256: str
    gift: Gift | None = None
    tries: int = 1
    cancelled: bool = False


class Drops:
    """The files of one person.

    :param gate: says when the server may be asked
    :param put: sends a file that has the sum of the third argument, see :func:`chatd.client.transfers.put`
    :param get: fetches a file, and gives its path, see :func:`chatd.client.transfers.get`
    :param say: sends a line to the server
    :param tell: tells the person a sentence
    :param in_thread: runs a function that may block
    :param most: bytes up to which a file is fetched without being asked for
    :param changed: called when :attr:`lines` may say something new
    """

    def __init__(
        self,
        clock: IReactorTime,
        gate: Gate,
        put: Callable[[Ticket, Gift, str, Moved], Moving],
        get: Callable[[Ticket, Moved], Moving],
        say: Callable[[bytes], None],
        tell: Callable[[str], None],
        in_thread: Callable[..., Deferred[Any]],
        most: int = FETCHED,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._gate = gate
        self._put = put
        self._get = get
        self._say = say
        self._tell = tell
        self._in_thread = in_thread
        self._most = most
        self._changed = changed
        self._wishes: deque[_Wish] = deque()
        self._asked: _Wish | None = None
        self._patience: IDelayedCall | None = None
        self._running: dict[Deferred[Any], Progress] = {}
        self._stopped = False
        self.focus = ""
        gate.opened.append(self._next)

    @property
    def lines(self) -> list[str]:
        """How far each file on its way has come, for people."""
        return [progress.line for progress in self._running.values()]

    def _next(self) -> None:
        if self._wishes and self._gate.is_open and len(self._running) < AT_ONCE and not self._stopped:
            wish = self._wishes.popleft()
            if wish.gift is not None and wish.room != self.focus:
                self._tell(f"{wish.name} was meant for {wish.room} and is not given; say so again where it is to go")
                self._close(wish)
                self._next()
            else:
                self._ask(wish)

    def _ask(self, wish: _Wish) -> None:
        self._asked = wish
        self._gate.take()
        self._patience = self._clock.callLater(TICKET_PATIENCE, self._unanswered)
        self._say(wish.request.encode())

    def _unanswered(self) -> None:
        self._patience = None
        wish = self._settle()
        self._tell(f"the server does not say whether {wish.name} may be transferred")
        self._close(wish)
        self._gate.check()

    def _settle(self) -> _Wish:
        assert self._asked is not None
        wish, self._asked = self._asked, None
        self._gate.give_back()
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        return wish

    # What is wished for

    def give(self, gift: Gift) -> None:
        """Give a file to the room that has the focus."""
        room = self.focus
        hashed = self._in_thread(gift.digest, lambda: self._stopped)
        hashed.addCallback(partial(self._give, gift, room)).addErrback(partial(self._not_hashed, gift))

    def _give(self, gift: Gift, room: str, sha256: str) -> None:
        request = f"/send {gift.name} {gift.size} {sha256}"
        wish = _Wish(request, room, gift.name, gift.size, sha256, gift)
        if self._stopped:
            self._close(wish)
        else:
            self._wishes.append(wish)
            self._next()

    def _not_hashed(self, gift: Gift, failure: Failure) -> None:
        gift.file.close()
        failure.trap(NotGiven)
        self._tell(str(failure.value))

    def offered(self, entry: Entry) -> None:
        """Somebody else has given a file; fetch it, unless it is large."""
        if isinstance(entry.event, Dropped) and entry.event.size <= self._most:
            drop = entry.event
            request = f"/get {entry.log}#{drop.id}"
            self._wishes.append(_Wish(request, entry.log, drop.name, drop.size, drop.sha256))
            self._next()

    def cancel(self, name: str) -> bool:
        """Do without the file called ``name``, or with an empty name, without all; whether there was one."""
        wishes = [wish for wish in self._wishes if name in ("", wish.name)]
        for wish in wishes:
            self._wishes.remove(wish)
            self._close(wish)
        if self._asked is not None and name in ("", self._asked.name) and not self._asked.cancelled:
            self._asked.cancelled = True
            wishes.append(self._asked)
        running = [running for running, progress in self._running.items() if name in ("", progress.name)]
        for one in running:
            one.cancel()
        return bool(wishes or running)

    # What the server answers

    def told(self, answer: Answer) -> bool:
        """Take note of an answer; whether it need not be shown."""
        if isinstance(answer, Ticket):
            return self._ticket(answer)
        if isinstance(answer, Refused) and self._asked is not None and answer.error in _REFUSALS:
            wish = self._settle()
            self._tell(f"{wish.name} is not {'given' if wish.gift else 'fetched'}:")
            self._close(wish)
            self._gate.check()
        return False

    def _ticket(self, ticket: Ticket) -> bool:
        mine = self._asked is not None and (ticket.purpose == "put") == (self._asked.gift is not None)
        wish = self._settle() if mine and self._asked and self._asked.size == ticket.size else None
        if wish is not None and wish.cancelled:
            self._close(wish)
        elif ticket.purpose == "get":
            # One that the person has asked for is fetched as well: that is what it is for.
            progress = self._progress(ticket.name, ticket.size, gives=False)
            self._run(self._get(ticket, progress.moved), progress, wish, lambda path: f"{ticket.name} is here: {path}")
        elif wish is not None and wish.gift is not None:
            told = f"{wish.name} is given, {wish.size} bytes, sha256 {wish.sha256}"
            progress = self._progress(wish.name, wish.size, gives=True)
            moving = self._put(ticket, wish.gift, wish.sha256, progress.moved)
            self._run(moving, progress, wish, lambda _: told)
        else:
            return False
        self._gate.check()
        return True

    def _progress(self, name: str, size: int, gives: bool) -> Progress:
        return Progress(name, size, gives, self._clock.seconds, self._changed)

    def _run(self, moving: Moving, progress: Progress, wish: _Wish | None, done: Callable[[Any], str]) -> None:
        running = Deferred.fromCoroutine(moving)
        self._running[running] = progress
        running.addCallbacks(
            lambda result: self._tell(done(result)), lambda failure: self._broken(progress.name, wish, failure)
        )
        running.addBoth(lambda again: self._ended(running, wish, bool(again)))

    def _broken(self, name: str, wish: _Wish | None, failure: Failure) -> bool:
        """Whether it is tried again."""
        failure.trap(Failed, CancelledError)
        if failure.check(CancelledError):
            self._tell(f"{name} is cut off")
            return False
        if wish is not None and str(failure.value) == REFUSED["no-such-ticket"] and wish.tries < MOST_TRIES:
            wish.tries += 1
            self._wishes.append(wish)
            return True
        self._tell(f"{name} could not be transferred: {failure.value}")
        return False

    def _ended(self, running: Deferred[Any], wish: _Wish | None, again: bool) -> None:
        self._running.pop(running, None)
        if wish is not None and not again:
            self._close(wish)
        self._changed()
        self._next()

    @staticmethod
    def _close(wish: _Wish) -> None:
        if wish.gift is not None:
            wish.gift.file.close()

    # The end

    def verbatim(self) -> None:
        """What is sent from now on is said, whatever it is: nothing can be asked any more."""
        self._stopped = True
        for wish in self._wishes:
            self._close(wish)
        self._wishes.clear()

    def suspend(self) -> None:
        """The chat connection is lost: what is under way goes on, and what was to be asked waits for the next one."""
        self._stopped = False
        if self._asked is not None:
            self._wishes.appendleft(self._settle())

    def stop(self) -> None:
        """Give up all that is under way."""
        self.verbatim()
        if self._asked is not None:
            self._close(self._settle())
        for running in list(self._running):
            running.cancel()
