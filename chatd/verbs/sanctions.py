"""Changing which bans and mutes there are: on disk first, then here."""

from __future__ import annotations

from typing import Protocol

import msgspec
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.chat.moderation import Ban, Bans
from chatd.verbs.records import keep


class BanStore(Protocol):
    """Where bans and mutes are kept."""

    def save(self, ban: Ban) -> Deferred[None]:
        """Keep one more, or new values for one; fires when it is on disk."""

    def remove(self, number: int) -> Deferred[None]:
        """Forget the one of that number; fires when that is on disk."""


class Sanctions:
    """Imposes bans and mutes, and lifts them.

    :param bans: those that there are
    """

    log = Logger()

    def __init__(self, bans: Bans, store: BanStore) -> None:
        self._bans = bans
        self._store = store

    async def impose(self, ban: Ban) -> None:
        """Have ``ban`` hold, in place of one about the same.

        :param ban: its number is given here
        :raises Refusal: ``not-kept``
        """
        old = next((old for old in self._bans.all() if old.same_subject(ban)), None)
        numbered = msgspec.structs.replace(ban, id=old.id if old else self._bans.next_id())
        await keep(self._store.save(numbered))
        self._bans.add(numbered)

    async def lift(self, ban: Ban) -> None:
        """Have ``ban`` hold no more.

        :raises Refusal: ``not-kept``
        """
        await keep(self._store.remove(ban.id))
        self._bans.remove(ban)

    def forget_room(self, room: str) -> None:
        """Forget those of a room that is deleted; what fails is logged, and never told."""
        self._forget(self._bans.of_room(room))

    def forget_over(self) -> None:
        """Forget those that are over; what fails is logged, and never told."""
        self._forget(self._bans.over())

    def _forget(self, bans: list[Ban]) -> None:
        for ban in bans:
            self._bans.remove(ban)
            self._store.remove(ban.id).addErrback(lambda failure: self.log.failure("a ban cannot be removed", failure))
