"""Talks: private chats of two users, which one asks for and the other agrees to."""

from __future__ import annotations

from chatd.chat.answers import Refusal

EXPIRES = 300.0
"""Seconds that a request waits for its answer."""

MOST = 10
"""Requests of one user that wait, and talks that one user has open."""


class Talks:
    """Who talks with whom, and who has asked whom; users are given by their keys, times in seconds."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], float] = {}
        self._open: dict[str, dict[str, None]] = {}

    def is_open(self, one: str, other: str) -> bool:
        """Whether the two talk."""
        return other in self._open.get(one, ())

    def of(self, user: str) -> list[str]:
        """Those with whom ``user`` talks."""
        return list(self._open.get(user, ()))

    def ask(self, asker: str, asked: str, now: float) -> bool:
        """``asker`` wants to talk with ``asked``; whether that is news, and not asked already.

        :raises Refusal: ``too-many-chats``
        """
        known = (asker, asked) in self._asked
        waiting = sum(pair[0] == asker for pair in self._asked)
        if not known and waiting + len(self._open.get(asker, ())) >= MOST:
            raise Refusal("too-many-chats", limit=MOST)
        if not known:
            self._asked[asker, asked] = now + EXPIRES
        return not known

    def has_asked(self, asker: str, asked: str) -> bool:
        """Whether ``asker`` waits for an answer of ``asked``."""
        return (asker, asked) in self._asked

    def accept(self, asked: str, asker: str) -> None:
        """``asked`` agrees to what ``asker`` has asked for, so that they talk.

        :raises Refusal: ``not-asked``, ``too-many-chats``
        """
        if (asker, asked) not in self._asked:
            raise Refusal("not-asked", asker)
        if len(self._open.get(asked, ())) >= MOST:
            raise Refusal("too-many-chats", limit=MOST)
        self._asked.pop((asker, asked))
        self._asked.pop((asked, asker), None)
        self._open.setdefault(asker, {})[asked] = None
        self._open.setdefault(asked, {})[asker] = None

    def withdraw(self, asker: str, asked: str) -> bool:
        """What ``asker`` has asked for is settled otherwise; whether it was still waiting."""
        return self._asked.pop((asker, asked), None) is not None

    def close(self, one: str, other: str) -> bool:
        """The two talk no more; whether they did."""
        if not self.is_open(one, other):
            return False
        for mine, theirs in ((one, other), (other, one)):
            del self._open[mine][theirs]
            if not self._open[mine]:
                del self._open[mine]
        return True

    def leave(self, user: str) -> list[str]:
        """``user`` is gone, and so is all she asked and was asked; those with whom she talked."""
        for pair in [pair for pair in self._asked if user in pair]:
            del self._asked[pair]
        others = self.of(user)
        for other in others:
            self.close(user, other)
        return others

    def rename(self, old: str, new: str) -> None:
        """Who was ``old`` is ``new``."""

        def now(user: str) -> str:
            return new if user == old else user

        self._asked = {(now(one), now(other)): until for (one, other), until in self._asked.items()}
        for other in self.of(old):
            self._open[other] = {now(user): None for user in self._open[other]}
        if old in self._open:
            self._open[new] = self._open.pop(old)

    def expire(self, now: float) -> list[tuple[str, str]]:
        """Those who asked, and whom, and have waited too long; they wait no more."""
        old = [pair for pair, until in self._asked.items() if until <= now]
        for pair in old:
            del self._asked[pair]
        return old
