"""The window: where everything has its place on a screen of whatever size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import urwid

from chatd.client.model.desk import Desk
from chatd.client.screen.lists import Lines, compact, people_lines, talk_lines
from chatd.client.screen.scrollback import Scrollback

LIST_FROM, PEOPLE_FROM = 60, 80
"""Columns of the screen from which the conversations, and the people, have a list of their own."""

MOST_TRANSFERS = 4
"""Lines that transfers may take."""


class Input(urwid.Widget):
    """Draws the line that is typed, with the cursor in it; at most a third of the screen high."""

    _sizing = frozenset({urwid.BOX})
    _selectable = False
    no_cache = ["render"]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def _edit(self) -> urwid.Edit:
        editor = self._desk.editor
        edit = urwid.Edit(("prompt", caption(self._desk)), editor.text, multiline=True)
        edit.set_mask("*" if editor.masked else None)
        edit.set_edit_pos(editor.cursor)
        return edit

    def lines(self, columns: int) -> int:
        """How many lines it would take."""
        return self._edit().rows((columns,), True)

    def render(self, size: Any, focus: bool = False) -> urwid.Canvas:
        """The lines around the cursor."""
        columns, rows = size
        canvas = urwid.CompositeCanvas(self._edit().render((columns,), True))
        assert canvas.cursor is not None
        spare = canvas.rows() - rows
        if spare > 0:
            canvas.trim(min(max(0, canvas.cursor[1] - rows + 1), spare), rows)
        elif spare < 0:
            canvas.pad_trim_top_bottom(0, -spare)
        return canvas


def caption(desk: Desk) -> str:
    """What stands before the line that is typed."""
    if desk.asked:
        return f"{desk.prompt} "
    return f"{desk.talks.shown.name or 'server'}> "


class Window(urwid.Widget):
    """Draws the desk.

    ``with_lists`` and ``with_people`` say whether those are wanted, where there is room.

    :param transfers: gives the lines for files that are on their way
    """

    _sizing = frozenset({urwid.BOX})
    _selectable = False
    no_cache = ["render"]

    def __init__(self, desk: Desk, transfers: Callable[[], list[str]] = list) -> None:
        super().__init__()
        self._desk = desk
        self._transfers = transfers
        self.with_list = self.with_people = True
        self.scrollback = Scrollback(desk.talks, desk.clock)
        self._input = Input(desk)
        self._list = Lines(partial(talk_lines, desk))
        self._people = Lines(partial(people_lines, desk))

    def render(self, size: Any, focus: bool = False) -> urwid.Canvas:
        """Everything that fits."""
        columns, rows = size
        transfers = self._transfers()[: min(MOST_TRANSFERS, rows // 4)]
        high = min(self._input.lines(columns), max(1, rows // 3))
        parts: list[tuple[int, urwid.Widget]] = [
            (1, _bar(self._title())),
            (max(1, rows - high - 2 - len(transfers)), self._body(columns)),
            *((1, _line(text)) for text in transfers),
            (1, _bar(self._status(columns))),
            (high, self._input),
        ]
        drawn = []
        for height, part in parts:
            canvas = urwid.CompositeCanvas(part.render((columns, height)))
            drawn.append((canvas, None, part is self._input))
        whole = urwid.CompositeCanvas(urwid.CanvasCombine(drawn))
        if whole.rows() > rows:
            whole.trim(whole.rows() - rows, rows)  # a screen of a few lines: the input is the last to go
        return whole

    def _body(self, columns: int) -> urwid.Widget:
        parts: list[Any] = [self.scrollback]
        wide = 20 if columns >= 100 else 16
        if self.with_list and columns >= LIST_FROM:
            parts = [(wide, self._list), (1, _rule()), *parts]
        if self.with_people and columns >= PEOPLE_FROM and self._desk.talks.shown.people:
            parts = [*parts, (1, _rule()), (wide, self._people)]
        return urwid.Columns(parts, box_columns=range(len(parts)))

    def _title(self) -> list[Any]:
        talk = self._desk.talks.shown
        people = f" ({len(talk.people)})" if talk.people else ""
        left = ", you have left" if talk.is_left else ""
        topic = f" - {talk.topic}" if talk.topic else ""
        return [f" {talk.name or 'server'}{people}{left}{topic}"]

    def _status(self, columns: int) -> list[Any]:
        desk = self._desk
        who = desk.user or "nobody yet"
        below = f" - {self.scrollback.below} more below, Alt-> shows them" if self.scrollback.below else ""
        if desk.choices:
            return [f" {' '.join(desk.choices)}"]
        if columns < LIST_FROM or not self.with_list:
            state = "" if desk.is_connected else f" {desk.state} -"
            more = f" +{self.scrollback.below}" if self.scrollback.below else ""
            return [f"{state}{more}", *compact(desk)]
        return [f" {who} - {desk.place} - {desk.state}{below}"]


def _bar(markup: list[Any]) -> urwid.Widget:
    return urwid.Filler(urwid.AttrMap(urwid.Text(markup, wrap="ellipsis"), "bar"))


def _line(text: str) -> urwid.Widget:
    return urwid.Filler(urwid.Text(text, wrap="ellipsis"))


def _rule() -> urwid.Widget:
    return urwid.AttrMap(urwid.SolidFill("\u2502"), "line")
