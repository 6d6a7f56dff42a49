"""Accounts in memory, and a pool whose work can be counted and held up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from chatd.auth import Account, NameTaken
from chatd.chat.answers import Refusal, Refused
from chatd.chat.names import Looks, key
from chatd.hashing import HashPool

# The cheapest hash there is: tests are about what is done with it.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

HASH = CHEAP.hash(b"sesame")
"""Of ``sesame``."""


class MemoryAccounts:
    """Implements :class:`chatd.auth.Accounts`."""

    def __init__(self, *accounts: Account) -> None:
        self.kept = {key(account.name): account for account in accounts}

    def get(self, name: str) -> Account | None:
        return self.kept.get(key(name))

    def looks_like(self, name: str) -> str | None:
        return Looks(account.name for account in self.kept.values()).like(name)

    def add(self, account: Account) -> Deferred[None]:
        taken = self.looks_like(account.name)
        if taken is not None:
            return fail(NameTaken(taken))
        self.kept[key(account.name)] = account
        return succeed(None)

    def change(self, account: Account) -> Deferred[None]:
        if key(account.name) not in self.kept:
            return fail(KeyError(account.name))
        self.kept[key(account.name)] = account
        return succeed(None)

    def remove(self, name: str) -> Deferred[None]:
        return succeed(None) if self.kept.pop(key(name), None) else fail(KeyError(name))

    def seen(self, name: str, at: int) -> None:
        pass

    def names(self) -> list[str]:
        return [account.name for account in self.kept.values()]

    def unused(self, since: int) -> list[str]:
        return [a.name for a in self.kept.values() if a.role == "user" and max(a.created, a.last_seen) <= since]

    def keep_seen(self) -> Deferred[None]:
        return succeed(None)

    def operators(self) -> list[str]:
        return [account.name for account in self.kept.values() if account.role == "operator"]


class CountingHasher:
    """Argon2, and what it was asked for."""

    def __init__(self) -> None:
        self._hasher = CHEAP
        self.hashed = 0
        self.verified: list[str] = []

    def hash(self, password: bytes) -> str:
        self.hashed += 1
        return self._hasher.hash(password)

    def verify(self, hashed: str, password: bytes) -> bool:
        self.verified.append(hashed)
        return self._hasher.verify(hashed, password)

    def check_needs_rehash(self, hashed: str) -> bool:
        return self._hasher.check_needs_rehash(hashed)


class Threads:
    """The threads of a pool: work is done at once, or with ``later`` when :meth:`work` is called."""

    def __init__(self, later: bool = False) -> None:
        self.later = later
        self._waiting: list[tuple[Callable[[], Any], Deferred[Any]]] = []

    def __call__(self, work: Callable[[], Any], /) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()
        self._waiting.append((work, done))
        if not self.later:
            self.work()
        return done

    def __len__(self) -> int:
        return len(self._waiting)

    def work(self) -> None:
        """Do the oldest piece of work."""
        work, done = self._waiting.pop(0)
        try:
            result = work()
        except Exception as error:
            done.errback(error)
        else:
            done.callback(result)


class PoolTestCase(SynchronousTestCase):
    """Has a pool, and looks at what its coroutines come to."""

    def setUp(self) -> None:
        self.hasher = CountingHasher()
        self.threads = Threads()
        hasher: Any = self.hasher
        self.pool = HashPool(self.threads, hasher)

    def begin(self, coroutine: Coroutine[Deferred[Any], Any, Any]) -> Deferred[Any]:
        return Deferred.fromCoroutine(coroutine)

    def result(self, coroutine: Coroutine[Deferred[Any], Any, Any]) -> Any:
        return self.successResultOf(self.begin(coroutine))

    def refused(self, begun: Coroutine[Deferred[Any], Any, Any] | Deferred[Any]) -> Refused:
        deferred = begun if isinstance(begun, Deferred) else self.begin(begun)
        error: Refusal = self.failureResultOf(deferred, Refusal).value
        return error.answer
