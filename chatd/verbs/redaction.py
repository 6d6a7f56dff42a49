"""Taking back what was said: from the journal first, and then from everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import Deferred

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import check_moderate
from chatd.chat.answers import Answer, Refusal
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.redacted import is_blank
from chatd.chat.room import Room
from chatd.chat.user import User
from chatd.history import History
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.records import keep
from chatd.verbs.talking import room_of, user_of

OWN_MINUTES = 10
"""How long people may take back what they said last."""

_LONGEST_NUMBER = 18


class Eraser(Protocol):
    """Takes texts out of the journal."""

    def blank(self, log: str, seq: int) -> Deferred[e.Entry | None]:
        """Have the text of an entry gone from the disk; gives it as it was, None where nobody said such."""


class Redaction:
    """Handler for what is taken back.

    :param history: what else has it
    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, hub: Hub, logs: Logs, eraser: Eraser, history: History, now: Callable[[], int]) -> None:
        self._hub = hub
        self._logs = logs
        self._eraser = eraser
        self._history = history
        self._now = now

    async def redact(self, session: Session, request: r.Redact) -> None:
        """Once its text is gone from the disk, the room is told."""
        name, _, number = request.entry.rpartition("#")
        room = room_of(session, self._hub, request.room or name)
        user = user_of(session)
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            raise Refusal("no-such-message", request.entry)
        seq = int(number)
        self._check(user, room, seq)
        remembered = next((entry for entry in room.recent if entry.seq == seq and _is_said(entry)), None)
        entry = await keep(self._eraser.blank(room.name, seq)) or remembered
        if entry is None or seq in room.redacted:
            raise Refusal("no-such-message", request.entry)
        self._history.redact(room.name, seq)
        self._logs.append(room.name, e.Redacted(user.name, seq, entry.event.user), session.address)
        await self._logs.settled()

    def _check(self, user: User, room: Room, seq: int) -> None:
        """May ``user`` take that back?"""
        try:
            check_moderate(user, room)
        except Refusal:
            mine = (entry for entry in reversed(room.recent) if _is_said(entry) and key(entry.event.user) == user.key)
            last = next(mine, None)
            # A guest of the same name may have been here before.
            earliest = max(self._now() - OWN_MINUTES * 60_000, user.named if user.guest else 0)
            if last is None or last.seq != seq or last.at < earliest:
                raise Refusal("not-redactable", limit=OWN_MINUTES) from None


def _is_said(entry: e.Entry) -> bool:
    return isinstance(entry.event, e.Said | e.Emoted) and not is_blank(entry)


def handlers(redaction: Redaction) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Redact: redaction.redact}
