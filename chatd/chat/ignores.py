"""Ignores: who does not want to hear of whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from chatd.chat.answers import Refusal
from chatd.chat.names import key

MOST = 100
"""Users that one user ignores."""


class IgnoreRecord(msgspec.Struct, frozen=True):
    """A row of ignores.csv: whom an account ignores.

    :param user: its shown name
    :param ignored: shown names
    :param changed: milliseconds since 1970-01-01 UTC
    """

    user: str
    ignored: tuple[str, ...]
    changed: int


class Ignores:
    """Whom each user ignores, guests among them; names are compared by their keys."""

    def __init__(self, records: Iterable[IgnoreRecord] = ()) -> None:
        self._ignored: dict[str, dict[str, str]] = {}
        self._by: dict[str, dict[str, None]] = {}
        for record in records:
            for name in record.ignored:
                self.add(record.user, name)

    def __bool__(self) -> bool:
        return bool(self._by)

    def of(self, user: str) -> tuple[str, ...]:
        """The shown names of those whom ``user`` ignores, as they were given."""
        return tuple(self._ignored.get(key(user), {}).values())

    def by(self, speaker: str) -> Collection[str]:
        """The keys of those who ignore ``speaker``."""
        return self._by.get(key(speaker), ())

    def covers(self, user: str, speaker: str) -> bool:
        """Whether ``user`` ignores ``speaker``."""
        return bool(self._by) and key(user) in self.by(speaker)

    def check(self, user: str, name: str) -> None:
        """May ``user`` ignore ``name`` too?

        :raises Refusal: ``ignore-yourself``, ``too-many-ignored``
        """
        if key(user) == key(name):
            raise Refusal("ignore-yourself")
        if len(self._ignored.get(key(user), ())) >= MOST and not self.covers(user, name):
            raise Refusal("too-many-ignored", limit=MOST)

    def add(self, user: str, name: str) -> None:
        """``user`` ignores ``name`` from now on."""
        self._ignored.setdefault(key(user), {})[key(name)] = name
        self._by.setdefault(key(name), {})[key(user)] = None

    def discard(self, user: str, name: str) -> None:
        """``user`` does not ignore ``name`` any more."""
        mine, others = self._ignored.get(key(user), {}), self._by.get(key(name), {})
        mine.pop(key(name), None)
        others.pop(key(user), None)
        if not mine:
            self._ignored.pop(key(user), None)
        if not others:
            self._by.pop(key(name), None)

    def forget(self, user: str) -> None:
        """``user`` is nobody any more who could ignore anybody."""
        for name in self.of(user):
            self.discard(user, name)

    def lift(self, name: str) -> None:
        """Nobody ignores ``name`` any more: whoever is called so next is somebody else."""
        for user in list(self.by(name)):
            self.discard(user, name)

    def rename(self, old: str, new: str) -> None:
        """The guest who was ``old`` is ``new``: she ignores and is ignored as before."""
        for name in self.of(old):
            self.discard(old, name)
            self.add(new, name)
        for user in list(self.by(old)):
            self.discard(user, old)
            self.add(user, new)
