"""Tickets: the right to put or get one file, used by one connection at a time, the newest."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from twisted.internet.defer import CancelledError, Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat.answers import Refusal
from chatd.chat.files import Drop
from chatd.transfers.peer import Wait
from chatd.transfers.upload import Upload

UNKNOWN = -1
"""The size of a file of which ``put TICKET SIZE`` is to tell it."""

PUT, GET = "put", "get"

Work = Callable[[Wait], Coroutine[Deferred[Any], Any, None]]


class Offer(msgspec.Struct, frozen=True):
    """What a ticket allows.

    :param ticket: the word that stands for it; whoever knows it may use it
    :param purpose: :data:`PUT` or :data:`GET`
    :param name: the safe base name
    :param size: bytes, or :data:`UNKNOWN`
    :param sha256: 64 hexadecimal digits; of a put empty where it was not told
    :param expires: milliseconds since 1970-01-01 UTC
    """

    ticket: str
    purpose: str
    name: str
    size: int
    sha256: str
    expires: int


class Ticket:
    """An open ticket.

    :param subject: the file that is fetched, or what is to become one
    """

    log = Logger()

    def __init__(self, offer: Offer, user: str, room: str, subject: Drop | Upload, clock: IReactorTime) -> None:
        self.offer, self.user, self.room, self.subject, self._clock = offer, user, room, subject, clock
        self.size = offer.size
        self.sent = False  # whether its file has been sent to the end
        self.closed: Refusal | None = None
        self._newest: Wait | None = None
        self._lock = DeferredLock()

    @property
    def used(self) -> bool:
        """Whether a connection uses it now."""
        return self._newest is not None

    def use(self, work: Work) -> Deferred[None]:
        """Do ``work`` for the newest connection that wants it, as soon as the one before has let go.

        What a thread is at cannot be called back, so cancelling ends the work at its next wait for the peer.

        :raises Refusal: (in the Deferred) what ``work`` raises; ``replaced`` where a newer one has come
        """
        wait = Wait(self._clock)
        if self._newest is not None:
            self._newest.end(Refusal("replaced"))
        self._newest = wait
        told: Deferred[None] = Deferred(lambda told: self._cancel(told, wait))
        Deferred.fromCoroutine(self._work(wait, work)).addBoth(self._tell, told)
        return told

    def _cancel(self, told: Deferred[None], wait: Wait) -> None:
        told.errback(CancelledError())
        wait.end(Refusal("cut-off"))

    def _tell(self, result: Failure | None, told: Deferred[None]) -> None:
        if not told.called:
            told.callback(result)
        elif result is not None and not isinstance(result.value, Refusal):
            self.log.failure("a transfer that nobody waits for any more", result)

    async def _work(self, wait: Wait, work: Work) -> None:
        try:
            await wait.until(self._lock.acquire)
            try:
                await work(wait)
            finally:
                self._lock.release()
        finally:
            if self._newest is wait:
                self._newest = None
            self._tidy()

    def close(self, why: Refusal) -> None:
        """Let it be good no more; whoever uses it is told ``why``."""
        self.closed = why
        if self._newest is not None:
            self._newest.end(why)
        self._tidy()

    def _tidy(self) -> None:
        if self.closed is not None and not self._lock.locked and isinstance(self.subject, Upload):
            Deferred.fromCoroutine(self.subject.throw_away())
