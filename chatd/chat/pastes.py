"""Pastes: lines of one session that were received in one piece are one block, and are shown as one."""

from __future__ import annotations

from chatd.chat.events import Entry, Said
from chatd.chat.room import Room

LONGEST = 500
"""Lines of a block; what follows is another one."""

SHOWN_WHOLE = 40
"""Lines of a block of which all are shown to people."""

SHOWN = 12
"""Lines that are shown of a block which was known to be longer than that when its first line was taken."""


class Paste:
    """A block that is being said.

    :param room: where
    :param block: the number of its first line, by which it is called
    :param lines: how many lines had been received when the first was taken, itself included; there may be more
    :ivar line: how many have been said
    """

    __slots__ = ("block", "line", "lines", "room")

    def __init__(self, room: Room, block: int, lines: int) -> None:
        self.room = room
        self.block = block
        self.lines = lines
        self.line = 1


def shown(lines: int) -> int:
    """How many lines are shown of a block of which ``lines`` were known when it began."""
    return SHOWN if lines > SHOWN_WHOLE else SHOWN_WHOLE


def is_next_line(entry: Entry, before: Entry) -> bool:
    """Whether ``entry`` is a line of the same paste as ``before``, which the same reader was told just before."""
    event, former = entry.event, before.event
    return type(event) is Said and event.block > 0 and type(former) is Said and former.block == event.block
