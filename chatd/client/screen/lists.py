"""The lists at the sides: the conversations with what is unread in them, and the people of the one that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import urwid

from chatd.chat.answers import Person
from chatd.client.model.desk import Desk
from chatd.client.model.talks import Talk

Markup = list[Any]

_ROLES = {"operator": "@", "moderator": "%"}


class Lines(urwid.Widget):
    """Draws lines that a function gives, one below the other, each cut off where there is no more room.

    :param lines: gives them for so many columns, and the index of one that must be seen
    """

    _sizing = frozenset({urwid.BOX})
    _selectable = False
    no_cache = ["render"]

    def __init__(self, lines: Callable[[int], tuple[list[Markup], int]]) -> None:
        super().__init__()
        self._lines = lines

    def render(self, size: Any, focus: bool = False) -> urwid.Canvas:
        """As many lines as there is room for."""
        columns, rows = size
        lines, seen = self._lines(columns)
        first = max(0, min(seen - rows // 2, len(lines) - rows))
        shown = [urwid.Text(line, wrap="ellipsis").render((columns,)) for line in lines[first : first + rows]]
        if not shown:
            return urwid.SolidCanvas(" ", columns, rows)
        whole = urwid.CompositeCanvas(urwid.CanvasCombine([(canvas, None, False) for canvas in shown]))
        whole.pad_trim_top_bottom(0, rows - whole.rows())
        return whole


def talk_line(number: int, talk: Talk, shown: bool, columns: int) -> Markup:
    """One conversation: its number, its name, ``!`` and how often it names one, and what else is unread."""
    counts: Markup = [("mention", f" !{talk.mentions}")] if talk.mentions else []
    if talk.unread > talk.mentions:
        counts.append(("unread", f" {talk.unread - talk.mentions}"))
    head = f"{'>' if shown else ' '}{number if number < 10 else ' '} "
    room = columns - len(head) - sum(len(text) for _, text in counts)
    look = "shown" if shown else "unread" if talk.unread else "dim" if talk.is_left else None
    return [(look, head + _cut(talk.name or "server", room)), *counts]


def _cut(text: str, columns: int) -> str:
    """As much of ``text`` as there is room for; what counts something stands behind it."""
    if urwid.calc_width(text, 0, len(text)) <= columns:
        return text
    end, _ = urwid.calc_text_pos(text, 0, len(text), max(0, columns - 1))
    return text[:end] + "\u2026"


def talk_lines(desk: Desk, columns: int) -> tuple[list[Markup], int]:
    """Every conversation, and the index of the one that is shown."""
    talks = desk.talks.all
    lines = [talk_line(number, talk, talk is desk.talks.shown, columns) for number, talk in enumerate(talks)]
    return lines, talks.index(desk.talks.shown)


def person_line(person: Person) -> Markup:
    """Somebody: a sign for the role, the name, and the status in a word."""
    sign = "?" if person.guest else _ROLES.get(person.role, " ")
    if person.status == "active" and not person.text:
        return [f"{sign}{person.name}"]
    status = person.status if person.status != "active" else ""
    words = f"{status}: {person.text}" if status and person.text else status or person.text
    return [("dim", f"{sign}{person.name} ({words})")]


def people_lines(desk: Desk, columns: int) -> tuple[list[Markup], int]:
    """Everybody in the conversation that is shown."""
    people = desk.talks.shown.sorted_people
    head: Markup = [("dim", f"{len(people)} here")]
    return [head, *map(person_line, people)] if people else [], 0


_COMPACT = 14
"""Columns that a conversation may take in one line with others."""


def compact(desk: Desk) -> Markup:
    """The conversations in one line, for a narrow screen; what is to be looked at comes first."""
    shown = desk.talks.shown

    def rank(numbered: tuple[int, Talk]) -> tuple[bool, int, int]:
        _, talk = numbered
        return talk is not shown, -talk.mentions, -talk.unread

    numbered = sorted(enumerate(desk.talks.all), key=rank)
    return [part for number, talk in numbered for part in (*talk_line(number, talk, talk is shown, _COMPACT), " ")]
