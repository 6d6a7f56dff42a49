"""Talks: the conversations that there are, with their rows, their people, and what of them nobody has looked at."""

from __future__ import annotations

from collections import deque

import msgspec

from chatd.chat.answers import Person
from chatd.chat.names import key
from chatd.client.model.rows import Clockface, Kind, Row

MOST_ROWS = 5000
"""Rows of one conversation that are kept; the server has the others."""

SERVER = ""
"""The name of the conversation with the server itself."""


class Talk:
    """One conversation: a room, what somebody writes to one alone (``@bob``), or the server's own.

    ``first`` is the number of the oldest row that is kept; numbers count all there ever were. ``anchor`` is the number
    of the row at the bottom of the screen, None for the newest, whatever it is; ``hidden`` are the lines of it that are
    below the screen.

    :param name: as shown
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: deque[Row] = deque(maxlen=MOST_ROWS)
        self.first = 0
        self.unread = 0
        self.mentions = 0
        self.topic = ""
        self.people: dict[str, Person] = {}
        self.is_left = False
        """Whether one is not in the room any more."""
        self.seen = 0
        """The number of the last entry of its log that has come."""
        self.anchor: int | None = None
        self.hidden = 0
        self._day = ""

    @property
    def last(self) -> int:
        """The number of the newest row, one less than :attr:`first` where there is none."""
        return self.first + len(self.rows) - 1

    def row(self, number: int) -> Row:
        """The row of that number."""
        return self.rows[number - self.first]

    def add(self, row: Row, clock: Clockface) -> None:
        """One more row, with the day before it where that is another one."""
        if row.block and self.rows and self.rows[-1].block == row.block:
            row = msgspec.structs.replace(row, who="")
        if row.at and row.kind is not Kind.CHATC:
            day = clock.day(row.at)
            if self._day and day != self._day:
                self._append(Row(Kind.DATE, day))
            self._day = day
        self._append(row)

    def _append(self, row: Row) -> None:
        if len(self.rows) == MOST_ROWS:
            self.first += 1
        self.rows.append(row)
        if self.anchor is not None and self.anchor < self.first:
            self.anchor, self.hidden = self.first, 0

    def redact(self, seq: int, text: str) -> None:
        """Let the row of the entry ``seq`` say ``text`` instead."""
        for index, row in enumerate(self.rows):
            if row.seq == seq and row.kind is not Kind.EVENT:
                self.rows[index] = Row(Kind.EVENT, text, at=row.at, seq=seq)

    def look(self) -> None:
        """Somebody looks at it."""
        self.unread = self.mentions = 0

    # People

    def come(self, person: Person) -> None:
        """Somebody is in it."""
        self.people[key(person.name)] = person

    def go(self, name: str) -> None:
        """Somebody is no longer in it."""
        self.people.pop(key(name), None)

    @property
    def sorted_people(self) -> list[Person]:
        """Everybody in it, by name."""
        return [self.people[name] for name in sorted(self.people)]


class Talks:
    """All of them, in the order in which they began; the server's own is the first."""

    def __init__(self) -> None:
        self._all: dict[str, Talk] = {SERVER: Talk(SERVER)}
        self.shown = self.server

    @property
    def server(self) -> Talk:
        """That with the server."""
        return self._all[SERVER]

    @property
    def all(self) -> list[Talk]:
        """Each of them."""
        return list(self._all.values())

    def get(self, name: str) -> Talk | None:
        """The one of that name."""
        return self._all.get(_key(name))

    def open(self, name: str) -> Talk:
        """The one of that name, made where there is none."""
        return self._all.setdefault(_key(name), Talk(name))

    def close(self, talk: Talk) -> None:
        """It is over; the server's own never is."""
        if talk is self.server:
            return
        index = self.all.index(talk)
        del self._all[_key(talk.name)]
        if self.shown is talk:
            self.show(self.all[min(index, len(self._all) - 1)])

    def rename(self, talk: Talk, name: str) -> None:
        """It is called otherwise from now on; its place stays."""
        talk.name = name
        self._all = {_key(one.name): one for one in self._all.values()}

    def show(self, talk: Talk) -> None:
        """Look at it."""
        self.shown = talk
        talk.look()

    def step(self, by: int) -> None:
        """Look at the one that is so many further down in the list."""
        self.show(self.all[(self.all.index(self.shown) + by) % len(self._all)])

    def go_to(self, number: int) -> None:
        """Look at the one of that index, if there is one."""
        if 0 <= number < len(self._all):
            self.show(self.all[number])

    def go_to_unread(self) -> None:
        """Look at the next one that names one, or else that has something new."""
        index = self.all.index(self.shown)
        order = [*self.all[index + 1 :], *self.all[:index]]
        for talk in [*(t for t in order if t.mentions), *(t for t in order if t.unread)][:1]:
            self.show(talk)


def _key(name: str) -> str:
    return f"@{key(name[1:])}" if name.startswith("@") else key(name) if name else SERVER
