"""The scrollback: the rows of the conversation that is shown, from the bottom up, and paging in it."""

from __future__ import annotations

from typing import Any

import urwid

from chatd.client.model.rows import Clockface, Kind, Row
from chatd.client.model.talks import Talk, Talks
from chatd.client.screen.palette import name_look

TIME_COLUMNS = 5
_SIGNS = {Kind.EVENT: "-- ", Kind.REFUSAL: "!! ", Kind.CHATC: "chatc: ", Kind.DATE: "---- "}


def markup(row: Row) -> list[Any]:
    """The words of a row, with their looks."""
    look = "mention" if row.mention else "old" if row.old else None
    if row.kind in (Kind.SAID, Kind.OWN):
        name = "own" if row.kind is Kind.OWN else name_look(row.who)
        colon = " " if row.who == "*" else ": "
        return [(name, row.who), colon, (look, row.text)] if row.who else [(look, f"| {row.text}")]
    return [(row.kind.value, f"{_SIGNS.get(row.kind, '')}{row.text}")]


def drawn(row: Row, clock: Clockface, columns: int) -> urwid.Canvas:
    """A row, as many lines high as it needs; a sign before it tells what colours may not."""
    sign = "!" if row.mention else "~" if row.old else " "
    text = urwid.Text(markup(row))
    head = f"{clock.time(row.at):{TIME_COLUMNS}}{sign}" if clock.shown else sign
    left = len(head)
    if columns < left + 12:
        return text.render((columns,))
    line = urwid.Columns([(left, urwid.Text([("time", head[:-1]), ("mention", sign)])), text])
    return line.render((columns,))


class Scrollback(urwid.Widget):
    """Draws what is shown of :class:`chatd.client.model.talks.Talks`.

    ``below`` is how many rows are further down than the screen.
    """

    _sizing = frozenset({urwid.BOX})
    _selectable = False
    # It shows what the model is at the moment it is drawn.
    no_cache = ["render"]

    def __init__(self, talks: Talks, clock: Clockface) -> None:
        super().__init__()
        self._talks = talks
        self._clock = clock
        self._size = (80, 20)

    def render(self, size: Any, focus: bool = False) -> urwid.Canvas:
        """The rows that end at the anchor, as many as there is room for."""
        self._size = columns, rows = size
        talk = self._talks.shown
        if talk.anchor is not None:
            self._fill(talk)  # a wider screen has more room above the anchor than there may be rows
        parts: list[urwid.Canvas] = []
        height = 0
        number, hidden = (talk.last, 0) if talk.anchor is None else (talk.anchor, talk.hidden)
        while height < rows and number >= talk.first:
            part = self._part(talk, number, hidden)
            hidden = 0
            parts.append(part)
            height += part.rows()
            number -= 1
        return _stacked(parts[::-1], columns, rows)

    def _part(self, talk: Talk, number: int, hidden: int) -> urwid.CompositeCanvas:
        canvas = urwid.CompositeCanvas(drawn(talk.row(number), self._clock, self._size[0]))
        if hidden:
            canvas.trim(0, max(1, canvas.rows() - hidden))
        return canvas

    @property
    def below(self) -> int:
        """How many rows are further down."""
        talk = self._talks.shown
        return 0 if talk.anchor is None else talk.last - talk.anchor + bool(talk.hidden)

    # Paging

    def _height(self, number: int) -> int:
        return drawn(self._talks.shown.row(number), self._clock, self._size[0]).rows()

    def page(self, by: int) -> None:
        """Go up (below zero) or down by so many screens."""
        self.scroll(by * max(1, self._size[1] - 1))

    def scroll(self, lines: int) -> None:
        """Go up (below zero) or down by so many lines."""
        talk = self._talks.shown
        if not talk.rows:
            return
        if talk.anchor is None:
            talk.anchor, talk.hidden = talk.last, 0
        if lines < 0:
            self._up(talk, -lines)
        else:
            self._down(talk, lines)

    def _up(self, talk: Talk, lines: int) -> None:
        assert talk.anchor is not None
        self._rise(talk, lines)
        self._fill(talk)

    def _fill(self, talk: Talk) -> None:
        # The oldest row stays at the top of the screen, and goes no further down.
        missing = self._size[1] - self._lines_to(talk, self._size[1])
        if missing > 0:
            self._down(talk, missing)

    def _rise(self, talk: Talk, lines: int) -> None:
        assert talk.anchor is not None
        talk.hidden += lines
        while talk.hidden and talk.anchor > talk.first:
            height = self._height(talk.anchor)
            if talk.hidden < height:
                return
            talk.hidden -= height
            talk.anchor -= 1
        talk.hidden = min(talk.hidden, self._height(talk.anchor) - 1)

    def _lines_to(self, talk: Talk, most: int) -> int:
        """How many lines there are from the oldest row to the anchor, or ``most``."""
        assert talk.anchor is not None
        lines, number = -talk.hidden, talk.anchor
        while lines < most and number >= talk.first:
            lines += self._height(number)
            number -= 1
        return lines

    def _down(self, talk: Talk, lines: int) -> None:
        assert talk.anchor is not None
        talk.hidden -= lines
        while talk.hidden < 0:
            if talk.anchor >= talk.last:
                self.to_end()
                return
            talk.anchor += 1
            talk.hidden += self._height(talk.anchor)
        if talk.anchor == talk.last and talk.hidden == 0:
            self.to_end()

    def to_end(self) -> None:
        """Show the newest row, and every one that comes."""
        talk = self._talks.shown
        talk.anchor, talk.hidden = None, 0

    def to_start(self) -> None:
        """Show the oldest row that is kept."""
        self.scroll(-(1 << 30))


def _stacked(parts: list[urwid.Canvas], columns: int, rows: int) -> urwid.Canvas:
    if not parts:
        return urwid.SolidCanvas(" ", columns, rows)
    whole = urwid.CompositeCanvas(urwid.CanvasCombine([(part, None, False) for part in parts]))
    spare = rows - whole.rows()
    if spare:
        whole.pad_trim_top_bottom(spare, 0)
    return whole
