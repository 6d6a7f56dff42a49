"""What was said longer ago than rooms remember: looked up by place, and searched by words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chatd.chat.events import Entry
from chatd.roomlog import Journal, Record


class Found(NamedTuple):
    """What a search found.

    :param entries: the newest first
    :param more: what to give as ``before`` to go on where this search stopped, 0 where it has seen everything. A search
        stops when it has enough, and also, with however few it has by then, when it has taken long enough.
    :param complete: whether the history had everything that was journalled before the search began; otherwise it is
        still being read, and there may be more later
    """

    entries: tuple[Entry, ...]
    more: int
    complete: bool


class History(Protocol):
    """The history of all logs, which follows the journal.

    Logs are named as in :class:`chatd.chat.events.Entry`, in any writing. Who entered and left is no part of it. What a
    deleted room or a given up account had is not either, nor is what the journal no longer has. Every answer knows what
    was :meth:`wrote` before it was asked for, but while the history is being made anew, or cannot be written.
    """

    def wrote(self, records: Sequence[Record]) -> None:
        """The journal has been given ``records``, and has called back."""

    def redact(self, log: str, seq: int) -> None:
        """Have the text of an entry gone, from now on in every answer, and soon from the disk.

        To be called when the journal has that text no more, or else a history made anew would bring it back.
        """

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
        """Messages, topics and names of files that have all of ``words``, in the order in which they were journalled.

        The last word may be the beginning of one, as may every word with ``*`` behind it, if it has two letters. What
        stands in double quotes belongs together. Case, accents and punctuation make no difference, and nothing that can
        be typed is an error.

        :param logs: where to look: all that the asker may read
        :param user: who wrote it; empty for anybody. Then ``words`` may be empty.
        :param since: the first millisecond since 1970-01-01 UTC that counts
        :param until: the first one that no longer counts, 0 for none
        :param before: :attr:`Found.more` of the search to go on with
        :param limit: how many entries at most
        :returns: a Deferred that fails with :class:`chatd.chat.answers.Refusal`: ``search-unavailable``, ``busy``,
            ``too-many-words``
        """

    def page(self, log: str, before: int, count: int) -> Deferred[list[Entry]]:
        """The last ``count`` entries of ``log`` with numbers below ``before``, the oldest first.

        :param before: 0 for the end of the log
        :returns: a Deferred that fails with :class:`chatd.chat.answers.Refusal`: ``search-unavailable``, ``busy``
        """

    def since(self, log: str, at: int, limit: int) -> Deferred[list[Entry]]:
        """The first ``limit`` entries of ``log`` from a moment on, the oldest first; fails as :meth:`page` does.

        :param at: milliseconds since 1970-01-01 UTC
        """

    def count(self, log: str, after: int) -> Deferred[int]:
        """How many entries of ``log`` have numbers above ``after``; fails as :meth:`page` does."""


class Followed:
    """A journal that the history follows."""

    def __init__(self, journal: Journal, history: History) -> None:
        self._journal = journal
        self._history = history

    def write(self, records: Sequence[Record], written: Callable[[], None]) -> None:
        """As :class:`chatd.roomlog.Journal`; the history has it after everybody else."""

        def then() -> None:
            written()
            self._history.wrote(records)

        self._journal.write(records, then)
