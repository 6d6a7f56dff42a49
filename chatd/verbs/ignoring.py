"""Ignoring people: what they write, ask and say in rooms does not reach who ignores them, and they are not told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import Deferred, DeferredLock
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Done, Ignoring, Refusal
from chatd.chat.hub import Hub
from chatd.chat.ignores import IgnoreRecord
from chatd.chat.names import closest, key
from chatd.chat.user import User
from chatd.session import Handling, Session
from chatd.verbs.talking import nobody_called, user_of


class IgnoreStore(Protocol):
    """Where it is kept whom accounts ignore."""

    def all(self) -> list[IgnoreRecord]:
        """Everybody's."""

    def save(self, record: IgnoreRecord) -> Deferred[None]:
        """Keep one user's; fires when it is on disk."""

    def remove(self, user: str) -> Deferred[None]:
        """Forget one user's; fires when that is on disk."""


class Ignore:
    """Handlers about whom one ignores.

    :param hang_up: ends the private chat of two users, given by name, if they have one
    :param now: milliseconds since 1970-01-01 UTC
    """

    log = Logger()

    def __init__(
        self,
        hub: Hub,
        accounts: Accounts,
        store: IgnoreStore,
        hang_up: Callable[[User, str], object],
        now: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._accounts = accounts
        self._store = store
        self._hang_up = hang_up
        self._now = now
        self._changing = DeferredLock()
        for record in store.all():
            # Guests of an earlier run are among them, and whoever has such a name now is somebody else.
            for name in filter(accounts.get, record.ignored):
                hub.ignores.add(record.user, name)

    async def ignore(self, session: Session, request: r.Ignore) -> Answer:
        """From the answer on; an account's is kept."""
        user = user_of(session)
        if not request.name:
            return Ignoring(self._hub.ignores.of(user.name))
        async with self._changing:
            name = self._known(request.name)
            self._hub.ignores.check(user.name, name)
            await self._save(user, (*self._others(user, name), name))
            self._hub.ignores.add(user.name, name)
        self._hang_up(user, name)
        return Done("ignored", name)

    async def unignore(self, session: Session, request: r.Unignore) -> Answer:
        """From the answer on; an account's is kept."""
        user = user_of(session)
        async with self._changing:
            if not self._hub.ignores.covers(user.name, request.name):
                ignored = self._hub.ignores.of(user.name)
                raise Refusal("not-ignored", request.name, closest(request.name, ignored))
            await self._save(user, self._others(user, request.name))
            self._hub.ignores.discard(user.name, request.name)
        return Done("unignored", request.name)

    def _known(self, name: str) -> str:
        known = self._accounts.get(name) or self._hub.users.get(key(name))
        if known is None:
            raise nobody_called(self._hub, self._accounts, name)
        return known.name

    def _others(self, user: User, name: str) -> tuple[str, ...]:
        return tuple(other for other in self._hub.ignores.of(user.name) if key(other) != key(name))

    async def _save(self, user: User, names: tuple[str, ...]) -> None:
        if user.guest:
            return
        try:
            await self._store.save(IgnoreRecord(user.name, names, self._now()))
        except OSError:
            raise Refusal("not-kept") from None

    def note(self, entry: e.Entry) -> None:
        """``entry`` of a user's log has come back: an account that is gone ignores nobody."""
        if isinstance(entry.event, e.Unregistered):
            self._store.remove(entry.event.user).addErrback(self._not_removed)

    def _not_removed(self, failure: Failure) -> None:
        self.log.error("it is still kept whom an account ignored that is gone: {error}", error=failure.value)


def handlers(ignore: Ignore) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Ignore: ignore.ignore, r.Unignore: ignore.unignore}
