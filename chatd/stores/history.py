"""The history of all logs in history.sqlite, which is brought up to the journal in a thread, and read in another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import msgspec
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from chatd.chat.answers import Refusal
from chatd.chat.events import Entry, Registered, RoomCreated, RoomDeleted, Unregistered
from chatd.chat.redacted import blanked
from chatd.history import Found
from chatd.roomlog import Record, log_key
from chatd.stores import history_database, history_words
from chatd.stores.history_filling import Filler
from chatd.stores.history_following import Follower
from chatd.stores.history_searching import Query, Searcher
from chatd.stores.journal_sync import InThread

MOST_WAITING = 64
"""Questions that may wait to be answered; whoever comes then is told to ask again."""

_TURNS = frozenset((RoomCreated, RoomDeleted, Registered, Unregistered))
"""Events with which a log becomes another's."""

T = TypeVar("T")


class SqliteHistory:
    """The history in ``directory``, an implementation of :class:`chatd.history.History`.

    :param first: the number from which on the entries of a log are its own, where it is not 1, by
        :func:`chatd.roomlog.log_key`, as the journal knew it when it was opened
    :param in_thread: runs what waits for the disk, two things at once; it must go on until :meth:`close` has fired
    """

    log = Logger()

    def __init__(self, directory: Path, first: Mapping[str, int], in_thread: InThread, clock: IReactorTime) -> None:
        self._in_thread = in_thread
        self._searcher = Searcher(directory, clock.seconds)
        self._reading = DeferredLock()
        # What nobody sets makes a wait a sleep.
        filler = Filler(directory, first, clock.seconds, Event().wait)
        self._follower = Follower(filler, in_thread, clock, self._leave)
        self._turned: dict[str, int] = {}
        self._waiting = 0
        self._failing = self._closed = False

    def start(self) -> None:
        """Read what the journal has already; once, when it is open and threads are running."""
        self._follower.start()

    def wrote(self, records: Sequence[Record]) -> None:
        """As :meth:`chatd.history.History.wrote` says."""
        self._follower.grow()
        for entry, _ in records:
            if type(entry.event) in _TURNS:
                log = entry.log if entry.seq else f"@{entry.event.user}"
                self._turned[log_key(log)] = self._follower.written

    def redact(self, log: str, seq: int) -> None:
        """As :meth:`chatd.history.History.redact` says."""
        self._follower.redactions.add((log_key(log), seq))
        self._follower.grow()

    def search(
        self,
        words: str,
        logs: Collection[str],
        *,
        user: str = "",
        since: int = 0,
        until: int = 0,
        before: int = 0,
        limit: int = 20,
    ) -> Deferred[Found]:
        """As :meth:`chatd.history.History.search` says."""

        async def found() -> Found:
            match = history_words.match(words)
            await self._follower.catch_up()
            complete = self._follower.complete
            keys = {log_key(log) for log in logs} - self._unsettled()
            if not keys or not (match or user):
                return Found((), 0, complete)
            query = Query(match, sorted(keys), user, since, until, before, limit)
            entries, more = await self._ask(partial(self._searcher.search, query))
            return Found(tuple(entry for entry in entries if not self._is_redacted(entry)), more, complete)

        return self._answer(found)

    def page(self, log: str, before: int, count: int) -> Deferred[list[Entry]]:
        """As :meth:`chatd.history.History.page` says."""
        return self._entries(log, partial(self._searcher.page, log_key(log), before, count))

    def since(self, log: str, at: int, limit: int) -> Deferred[list[Entry]]:
        """As :meth:`chatd.history.History.since` says."""
        return self._entries(log, partial(self._searcher.since, log_key(log), at, limit))

    def count(self, log: str, after: int) -> Deferred[int]:
        """As :meth:`chatd.history.History.count` says."""

        async def count() -> int:
            await self._follower.catch_up()
            settled = log_key(log) not in self._unsettled()
            return await self._ask(partial(self._searcher.count, log_key(log), after)) if settled else 0

        return self._answer(count)

    def close(self) -> Deferred[None]:
        """Leave the files; fires when that is done, and never fails. What is asked from now on is refused."""
        self._closed = True
        return Deferred.fromCoroutine(self._close())

    async def _close(self) -> None:
        try:
            # Who leaves last tidies up, which those who only read cannot.
            await self._leave()
            await self._follower.close()
        except Exception as error:
            self.log.error("history.sqlite was not closed: {error!r}", error=error)

    def _leave(self) -> Deferred[None]:
        return self._reading.run(self._in_thread, self._searcher.close)

    def _entries(self, log: str, question: Callable[[], list[Entry]]) -> Deferred[list[Entry]]:
        async def entries() -> list[Entry]:
            await self._follower.catch_up()
            found = await self._ask(question) if log_key(log) not in self._unsettled() else []
            return [_blanked(entry) if self._is_redacted(entry) else entry for entry in found]

        return self._answer(entries)

    def _unsettled(self) -> set[str]:
        """The logs of which the file may have what is no longer theirs."""
        read = self._follower.read
        return {log for log, turn in self._turned.items() if turn > read} if read < self._follower.written else set()

    def _is_redacted(self, entry: Entry) -> bool:
        redactions = self._follower.redactions
        return bool(redactions) and (log_key(entry.log), entry.seq) in redactions

    def _answer(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Deferred[T]:
        answer: Deferred[T] = Deferred()
        # Who asked may lose interest, but what runs in the thread goes on, and nothing else may use the file meanwhile.
        Deferred.fromCoroutine(self._bounded(work)).chainDeferred(answer)
        return answer

    async def _bounded(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Refusal("busy")
        self._waiting += 1
        try:
            return await work()
        finally:
            self._waiting -= 1

    async def _ask(self, question: Callable[[], T]) -> T:
        if self._closed:
            raise Refusal("search-unavailable")
        try:
            answer: T = await self._reading.run(self._in_thread, question)
        except Exception as error:
            self._fail(error)
            raise Refusal("search-unavailable") from None
        if self._failing:
            self._failing = False
            self.log.warn("history.sqlite can be read again")
        return answer

    def _fail(self, error: Exception) -> None:
        if history_database.is_damage(error):
            self._follower.replace(error)
        elif not self._failing:
            self._failing = True
            self.log.error("history.sqlite cannot be read: {error!r}; searches are refused", error=error)


def _blanked(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, event=blanked(entry.event))
