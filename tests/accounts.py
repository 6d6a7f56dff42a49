"""Accounts in memory, and a pool whose work can be counted and held up."""

from __future__ import annotations

from argon2 import PasswordHasher
from twisted.internet.defer import Deferred, fail, succeed

from chatd.auth import Account, NameTaken
from chatd.chat.names import Looks, key

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
