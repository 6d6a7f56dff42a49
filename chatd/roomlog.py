"""The ordered logs of rooms and users: they number events, have them journalled, and give them back in order.

Nothing is delivered that has not come back from its log. Appending returns nothing; at the end of the reactor turn all
that was appended is handed to the journal in one piece, and then each numbered entry is handed on, in order, never
inside the stack of whoever appended it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.chat.events import ACCOUNT_EVENTS, Entry, Event
from chatd.chat.names import key


class Record(NamedTuple):
    """An entry as the journal keeps it: with the address of who caused it, empty where nobody did."""

    entry: Entry
    address: str


class Past(NamedTuple):
    """What a journal knew when it was opened.

    :param last: the last number given out in each log, by :func:`log_key`
    :param recent: the last entries of each log, oldest first, by the same, but for who entered and left
    :param rooms: the rooms of each user's last session in the order they were entered, by key of the user's name
    :param left: the number with which each account left each room last, as far as known, by the keys of both
    :param first: the number from which on the entries of a log are its own, where it is not 1, by :func:`log_key`
    """

    last: dict[str, int]
    recent: dict[str, list[Entry]]
    rooms: dict[str, tuple[str, ...]]
    left: Mapping[str, Mapping[str, int]] = MappingProxyType({})
    first: Mapping[str, int] = MappingProxyType({})


class Journal(Protocol):
    """Where entries are kept."""

    def write(self, records: Sequence[Record], written: Callable[[], None]) -> None:
        """Hand ``records`` to the operating system, then call ``written``.

        Calls are answered in order. Where they cannot be kept, ``written`` is called all the same: chat goes on.
        """


def log_key(log: str) -> str:
    """What two writings of one log's name have in common."""
    return f"@{key(log[1:])}" if log.startswith("@") else key(log)


class Logs:
    """All logs of this process, and the one queue in which their entries go to the journal and come back.

    :param journal: where entries are kept
    :param arrive: called with each entry that has come back
    :param now: milliseconds since 1970-01-01 UTC
    :param wake: asks for :meth:`flush` at the end of this reactor turn
    :param last: the last number given out in each log
    """

    log = Logger()

    def __init__(
        self,
        journal: Journal,
        arrive: Callable[[Entry], None],
        now: Callable[[], int],
        wake: Callable[[], None],
        last: dict[str, int],
    ) -> None:
        self._journal = journal
        self._arrive = arrive
        self._now = now
        self._wake = wake
        self._last = {log_key(log): number for log, number in last.items()}
        self._keys: dict[str, str] = {}
        self._queue: list[Record | Deferred[None]] = []
        self._away = 0  # entries that have not come back

    def append(self, log: str, event: Event, address: str = "") -> None:
        """Put ``event`` at the end of ``log``; it comes back numbered.

        :param log: a room's shown name, or ``@`` and a user's
        :param address: of the connection that caused it
        """
        number = 0 if isinstance(event, ACCOUNT_EVENTS) else self._number(log)
        self._queue.append(Record(Entry(log, number, self._now(), event), address))
        self._away += 1
        self._wake()

    def next_number(self, log: str) -> int:
        """The number that the next event will have which is appended to ``log``."""
        return self._last.get(self._keys.get(log) or log_key(log), 0) + 1

    def _number(self, log: str) -> int:
        name = self._keys.get(log)
        if name is None:
            name = self._keys[log] = log_key(log)
        number = self._last[name] = self._last.get(name, 0) + 1
        return number

    @property
    def pending(self) -> bool:
        """Whether something was appended that has not come back."""
        return self._away > 0

    def settled(self) -> Deferred[None]:
        """Fires when all that was appended so far has come back, before anything that is appended later does."""
        mark: Deferred[None] = Deferred()
        self._queue.append(mark)
        self._wake()
        return mark

    def flush(self) -> None:
        """Journal what was appended; give it back when it is written."""
        if not self._queue:
            return
        queue, self._queue = self._queue, []
        records = [item for item in queue if type(item) is Record]
        if not records and not self._away:
            # Marks alone are nothing to keep, and nothing is under way that they must wait for.
            self._give_back(queue)
            return
        self._journal.write(records, lambda: self._give_back(queue))

    def _give_back(self, queue: list[Record | Deferred[None]]) -> None:
        for item in queue:
            if type(item) is Record:
                self._away -= 1
                try:
                    self._arrive(item.entry)
                except Exception:
                    # One entry that goes wrong must keep back none of the others.
                    self.log.failure("an entry of {place} could not be told", place=item.entry.log)
            else:
                item.callback(None)  # type: ignore[union-attr]
