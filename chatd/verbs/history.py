"""What was said before: told again on entering, asked for by place or time, and searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twisted.internet.defer import Deferred

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Past, PasteLines, Refusal, Replayed, Searched
from chatd.chat.events import Dropped, Emoted, Entry, Said
from chatd.chat.hub import Hub
from chatd.chat.moments import since
from chatd.chat.names import key
from chatd.chat.pastes import is_next_line, shown
from chatd.chat.reading import readable
from chatd.chat.redacted import is_blank
from chatd.chat.room import Room
from chatd.chat.searching import Search, parse
from chatd.chat.user import User
from chatd.history import History
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.talking import room_of, user_of

AT_ENTRY, SHOWN, MOST = 10, 20, 500
"""Entries that are told on entering, by ``history`` where no number is given, and at once at most."""

PAGE = 100
"""Lines of a paste that are told at once."""

FOUND = 20
"""Entries that a search tells at once."""

_SPAN, _SPANS = 250, 8
"""Numbers that are looked through at once for lines of a paste, and how often; others may speak between them."""

_LONGEST_NUMBER = 18

_TOLD_AT_ENTRY = (Dropped, Emoted, Said)
"""What people said and gave; how the room itself is, is told anyway."""


class Histories:
    """Handlers for what was said before.

    What rooms remember is told from there, and what is older from the history.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, hub: Hub, logs: Logs, history: History, now: Callable[[], int]) -> None:
        self._hub = hub
        self._logs = logs
        self._history = history
        self._now = now

    # On entering

    async def news(self, user: User, room: Room) -> int:
        """How many events there were since ``user`` left ``room``; 0 where that is not known, or she is in it."""
        after = room.left.get(user.key)
        if user.guest or after is None or user.key in room.attendance:
            return 0
        known = sum(entry.seq > after for entry in room.recent)
        if known < len(room.recent) or room.remembers_all:
            return known
        try:
            return max(known, await self._history.count(room.name, after))
        except Refusal:
            return known

    def recap(self, session: Session, room: Room) -> None:
        """Tell ``session``, which has just entered, what was said last: little enough to be told at once."""
        day, before = self._now(), None
        told = [entry for entry in room.recent if isinstance(entry.event, _TOLD_AT_ENTRY)]
        for entry in self._heard(session, told)[-AT_ENTRY:]:
            session.tell(Replayed(entry, day, before is not None and is_next_line(entry, before)))
            day, before = entry.at, entry

    # By place or time

    async def history(self, session: Session, request: r.History) -> Answer:
        """The last entries, or those before an id, the oldest first."""
        if request.count < 0:
            raise Refusal("bad-count")
        room, before = room_of(session, self._hub, request.room), 0
        if request.before:
            room, before = self._place(session, request.before)
        start = self._moment(request.since)
        count = min(request.count or (MOST if start else SHOWN), MOST)
        await self._logs.settled()
        entries, complete = await self._before(room, before, count + 1)
        entries = [entry for entry in entries if entry.at >= start]
        page = entries[-count:]
        told = self._heard(session, page)
        await self._tell(session, told)
        return Past(room.name, len(told), page[0].seq if len(entries) > count else 0, complete)

    def _moment(self, text: str) -> int:
        try:
            return since(text, self._now()) if text else 0
        except ValueError:
            raise Refusal("bad-moment", text) from None

    def _place(self, session: Session, text: str) -> tuple[Room, int]:
        name, _, number = text.rpartition("#")
        if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
            raise Refusal("bad-id", text)
        return room_of(session, self._hub, name), int(number)

    async def _before(self, room: Room, before: int, count: int) -> tuple[list[Entry], bool]:
        """The last ``count`` entries below ``before``, and whether all that there are could be looked at."""
        known = [entry for entry in room.recent if not before or entry.seq < before][-count:]
        if len(known) == count or room.remembers_all:
            return known, True
        oldest = known[0].seq if known else before
        try:
            return [*await self._history.page(room.name, oldest, count - len(known)), *known], True
        except Refusal:
            return known, False

    # Pastes

    async def more(self, session: Session, request: r.More) -> Answer:
        """Of a paste the lines that were not shown, or those from a later one on."""
        if not request.entry:
            return await self._find_more(session)
        room, number = self._place(session, request.entry)
        await self._logs.settled()
        lines = await self._paste(room, number)
        if not lines:
            raise Refusal("no-paste", request.entry)
        first = lines[0].event
        assert isinstance(first, Said)
        if first.block == number:
            lines = lines[shown(first.lines) :]
        await self._tell(session, self._heard(session, lines[:PAGE]))
        return PasteLines(room.name, first.block, len(lines[:PAGE]), lines[PAGE].seq if len(lines) > PAGE else 0)

    async def _paste(self, room: Room, number: int) -> list[Entry]:
        """The lines from ``number`` on of the paste that it is a line of, as many as may be told, and one more."""
        lines: list[Entry] = []
        for start in range(number, number + _SPAN * _SPANS, _SPAN):
            span = await self._span(room, start)
            block = _block(lines[0] if lines else next((entry for entry in span if entry.seq == number), None))
            more = [entry for entry in span if block and _block(entry) == block]
            lines += more
            if not more or len(lines) > PAGE + shown(0) or self._logs.next_number(room.name) <= start + _SPAN:
                break
        return lines

    async def _span(self, room: Room, start: int) -> list[Entry]:
        end = start + _SPAN
        if room.remembers_all or room.recent[0].seq <= start:
            return [entry for entry in room.recent if start <= entry.seq < end]
        return [entry for entry in await self._history.page(room.name, end, _SPAN) if entry.seq >= start]

    # By words

    async def search(self, session: Session, request: r.Search) -> Answer:
        """The newest first, of all that the asker may read."""
        query = parse(request.words)
        if not query.words and not query.user:
            raise Refusal("nothing-to-search")
        return await self._find(session, Search(query, self._moment(query.since), 0))

    async def _find_more(self, session: Session) -> Answer:
        if session.search is None:
            raise Refusal("nothing-more")
        return await self._find(session, session.search)

    async def _find(self, session: Session, search: Search) -> Answer:
        query, session.search = search.query, None
        logs = self._readable(session, query.room)
        found = await self._history.search(
            query.words, logs, user=query.user, since=search.since, before=search.before, limit=FOUND
        )
        if found.more:
            session.search = Search(query, search.since, found.more)
        # What was found next need not be the line behind, so that each bears its name.
        await self._tell(session, self._heard(session, found.entries), joined=False)
        return Searched(len(found.entries), found.more > 0, found.complete)

    def _readable(self, session: Session, room: str) -> list[str]:
        user = user_of(session)
        logs = [readable.name for readable in readable(self._hub, user, session.address, room)]
        # A guest's name may have been another guest's before.
        return logs if room or user.guest else [*logs, user.log]

    def _heard(self, session: Session, entries: Iterable[Entry]) -> list[Entry]:
        """What of ``entries`` was not taken back, and is not by somebody whom the user ignores."""
        ignored = {key(name) for name in self._hub.ignores.of(user_of(session).name)}
        there = (entry for entry in entries if not is_blank(entry))
        return [entry for entry in there if not ignored or key(entry.event.user) not in ignored]

    async def _tell(self, session: Session, entries: Iterable[Entry], joined: bool = True) -> None:
        day: int = self._now()
        before: Entry | None = None
        for entry in entries:
            session.tell(Replayed(entry, day, joined and before is not None and is_next_line(entry, before)))
            day, before = entry.at, entry
            ready = Deferred.fromCoroutine(session.outlet.ready())
            if not ready.called:
                # Others may be heard meanwhile.
                before = None
            await ready


def _block(entry: Entry | None) -> int:
    return entry.event.block if entry is not None and isinstance(entry.event, Said) else 0


def handlers(histories: Histories) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request; histories are for :mod:`chatd.verbs.private` to direct."""
    return {r.More: histories.more, r.Search: histories.search}
