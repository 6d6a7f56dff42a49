"""Rows: what a conversation shows, one for each thing that was said or happened."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from enum import Enum

import msgspec

from chatd.chat import events as e
from chatd.chat.events import Entry
from chatd.chat.mentions import mentioned
from chatd.chat.names import key
from chatd.client.words import Words


class Kind(Enum):
    """What a row is; each is drawn in its own way."""

    SAID = "said"
    OWN = "own"
    EVENT = "event"
    DATE = "date"
    ANSWER = "answer"
    REFUSAL = "refusal"
    CHATC = "chatc"
    """This program itself speaks."""


class Row(msgspec.Struct, frozen=True):
    """One row, however many lines of the screen it takes.

    :param at: milliseconds since 1970-01-01 UTC; 0 for what has no time
    :param who: stands before the text, empty for nobody
    :param mention: whether it names the one who reads it
    :param old: whether it was said before one came
    :param seq: its number in its log, 0 for none
    :param block: the number of the first line of the paste that it is a line of, 0 for none
    """

    kind: Kind
    text: str
    at: int = 0
    who: str = ""
    mention: bool = False
    old: bool = False
    seq: int = 0
    block: int = 0


class Clockface:
    """How times are shown.

    :param zone: None for that of this machine
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone
        self.shown = True

    def time(self, at: int) -> str:
        """The time of day, five columns wide; empty where none is shown."""
        return f"{self._local(at):%H:%M}" if at and self.shown else ""

    def day(self, at: int) -> str:
        """The day, in words."""
        return f"{self._local(at):%A, %d %B %Y}"

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone)


def row_of(entry: Entry, me: str, words: Words, old: bool = False) -> Row:
    """The row that shows ``entry`` to the user ``me``."""
    event = entry.event
    own = key(event.user) == key(me)
    if isinstance(event, e.Said | e.Emoted | e.Private):
        who, text = _spoken(event)
        named = not own and not isinstance(event, e.Private) and bool(mentioned(event.text, {key(me): None}))
        block = event.block if isinstance(event, e.Said) else 0
        return Row(Kind.OWN if own else Kind.SAID, text, entry.at, who, named, old, entry.seq, block)
    return Row(Kind.EVENT, words.sentence(entry), entry.at, old=old, seq=entry.seq)


def _spoken(event: e.Said | e.Emoted | e.Private) -> tuple[str, str]:
    if isinstance(event, e.Emoted):
        return "*", f"{event.user} {event.text}"
    return event.user, event.text


def counts(entry: Entry) -> bool:
    """Whether it is worth reading for whoever looks elsewhere, and not only a coming and going."""
    return isinstance(entry.event, e.Said | e.Emoted | e.Private | e.Dropped)
