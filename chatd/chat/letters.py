"""Letters: private messages that wait for somebody, and those that two have exchanged last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from chatd.chat.events import Entry, Private
from chatd.chat.names import key

MOST_WAITING = 100
"""Letters that wait for one person; one more is refused to its sender."""

WAITS = 30 * 24 * 3600 * 1000
"""Milliseconds that a letter waits."""

MOST_KNOWN = 10_000
"""Users whose last private messages are remembered."""


class Letter(msgspec.Struct, frozen=True):
    """A private message that waits for its reader; a row of mail.csv.

    :param id: rising in the order in which they came
    :param entry: of the reader's log
    """

    id: int
    entry: Entry

    @property
    def to(self) -> str:
        """The key of the reader."""
        return key(self.entry.log[1:])


class Waiting:
    """The letters that wait, by the key of their reader."""

    def __init__(self, letters: Iterable[Letter] = ()) -> None:
        self._letters: dict[str, dict[int, Letter]] = {}
        for letter in sorted(letters, key=lambda letter: letter.id):
            self.add(letter)

    def add(self, letter: Letter) -> None:
        """One more, behind those that are there."""
        self._letters.setdefault(letter.to, {})[letter.id] = letter

    def discard(self, letter: Letter) -> None:
        """One less, if it is there."""
        mine = self._letters.get(letter.to, {})
        mine.pop(letter.id, None)
        if not mine:
            self._letters.pop(letter.to, None)

    def holds(self, letter: Letter) -> bool:
        """Whether it still waits."""
        return letter.id in self._letters.get(letter.to, {})

    def of(self, name: str) -> list[Letter]:
        """Those for the user called ``name``, the oldest first."""
        return list(self._letters.get(key(name), {}).values())

    def all(self) -> list[Letter]:
        """Every one."""
        return [letter for mine in self._letters.values() for letter in mine.values()]


class Exchanged:
    """The last private messages of each user, bounded.

    :param bound: how many are remembered of each user
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._entries: dict[str, deque[Entry]] = {}

    def load(self, recent: Mapping[str, Sequence[Entry]]) -> None:
        """Know what ``recent`` tells of users' logs; what it tells of rooms is passed over."""
        for log, entries in recent.items():
            for entry in entries if log.startswith("@") else ():
                self.note(entry)

    def note(self, entry: Entry) -> None:
        """Know one more entry of a user's log, if it is a private message."""
        if not isinstance(entry.event, Private):
            return
        user = key(entry.log[1:])
        mine = self._entries.pop(user, None)
        if mine is None:
            mine = deque(maxlen=self._bound)
        mine.append(entry)
        # Whoever wrote last stands last, and is forgotten last.
        self._entries[user] = mine
        if len(self._entries) > MOST_KNOWN:
            del self._entries[next(iter(self._entries))]

    def forget(self, user: str) -> None:
        """Know nothing of the user called ``user`` any more."""
        self._entries.pop(key(user), None)

    def rename(self, old: str, new: str) -> None:
        """Who was ``old`` is ``new``."""
        mine = self._entries.pop(key(old), None)
        if mine is not None:
            self._entries[key(new)] = mine

    def of(self, user: str) -> list[Entry]:
        """All that is remembered of the log of ``user``, the oldest first."""
        return list(self._entries.get(key(user), ()))

    def remembers_all(self, user: str) -> bool:
        """Whether nothing that the log of ``user`` had has been forgotten."""
        return len(self._entries.get(key(user), ())) < self._bound


def between(entries: Iterable[Entry], one: str, other: str) -> list[Entry]:
    """Those of ``entries`` that the two wrote to each other."""
    pair = sorted((key(one), key(other)))
    return [
        entry
        for entry in entries
        if isinstance(entry.event, Private) and sorted((key(entry.event.user), key(entry.event.to))) == pair
    ]
