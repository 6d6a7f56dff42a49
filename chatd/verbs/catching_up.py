"""Catching up: exactly what came in a log after a number is told again, and what is not kept stands as a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Gap, Refusal, Replayed, ResumeCode
from chatd.chat.events import Entry
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.redacted import is_blank
from chatd.chat.room import Room
from chatd.history import History
from chatd.passes import Passes
from chatd.session import Handling, Session
from chatd.verbs.talking import user_of

MOST = 5000
"""Entries that are told at most; where there are more, a gap stands for the older ones."""

_SPAN = 250
"""Numbers that are looked through at once."""


class CatchingUp:
    """Tells sessions what they have missed."""

    def __init__(self, hub: Hub, history: History, passes: Passes) -> None:
        self._hub = hub
        self._history = history
        self._passes = passes

    def code(self, session: Session, request: r.Resume) -> ResumeCode:
        """For this session."""
        return ResumeCode(*self._passes.make(user_of(session), session.mark))

    async def in_history(self, session: Session, room: Room, after: int) -> int:
        """Tell what came after ``after`` and the room remembers no more; the number of the last that was told, or is
        known not to be kept.

        :raises chatd.outlet.Gone: the connection has ended
        """
        is_begun = False
        while (oldest := _oldest(room)) > after + 1:
            try:
                start = after + 1 if is_begun else await self._first(room, after, oldest)
                found = await self._history.page(room.name, start + _SPAN, _SPAN)
            except Refusal:
                start, found = oldest, []
            is_begun = True
            if start > after + 1:
                session.tell(Gap(room.name, after + 1, start - 1))
            after = max(start, min(start + _SPAN, oldest)) - 1
            await self._tell(session, [entry for entry in found if start <= entry.seq <= after])
        return after

    async def _first(self, room: Room, after: int, oldest: int) -> int:
        """The first number that can be told of those after ``after``.

        Where something up to there is kept, everything after it is.
        """
        first = after + 1
        if after and not await self._history.page(room.name, after + 1, 1):
            entries = await self._history.since(room.name, 0, 1)
            first = max(first, min(entries[0].seq, oldest) if entries else oldest)
        return max(first, oldest - MOST)

    def remembered(self, session: Session, log: str, entries: Sequence[Entry], all_known: bool, after: int) -> None:
        """Tell, at once, those of ``entries``, the last of ``log``, that came after ``after``.

        :param all_known: whether there were no others in the log
        """
        first = entries[0].seq if entries else 0
        if not all_known and first > after + 1:
            session.tell(Gap(log, after + 1, first - 1))
        for entry in self._heard(session, (entry for entry in entries if entry.seq > after)):
            session.tell(Replayed(entry))

    async def _tell(self, session: Session, entries: Iterable[Entry]) -> None:
        for entry in self._heard(session, entries):
            session.tell(Replayed(entry))
            await session.outlet.ready()

    def _heard(self, session: Session, entries: Iterable[Entry]) -> list[Entry]:
        ignored = {key(name) for name in self._hub.ignores.of(user_of(session).name)}
        return [entry for entry in entries if not is_blank(entry) and key(entry.event.user) not in ignored]


def _oldest(room: Room) -> int:
    """The number of the oldest entry that the room remembers, 0 where it has forgotten none."""
    return 0 if room.remembers_all or not room.recent else room.recent[0].seq


def handlers(catching_up: CatchingUp) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Resume: catching_up.code}
