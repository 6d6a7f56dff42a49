"""Files of accounts, for tests."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.auth import Account
from chatd.stores.accounts import CsvAccounts
from chatd.stores.table import InThread
from tests.stores.faults import at_once, new_directory

NOON = 1_769_860_800_000  # 2026-01-31T12:00:00Z
ALICE = Account("Alice", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA", "user", NOON)


class AccountsTestCase(SynchronousTestCase):
    def new_path(self) -> Path:
        return new_directory(self) / "users.csv"

    def open(self, path: Path, in_thread: InThread = at_once) -> CsvAccounts:
        accounts = CsvAccounts(path, in_thread)
        accounts.load()
        return accounts

    def having(self, *all_of_them: Account) -> Path:
        path = self.new_path()
        accounts = self.open(path)
        for account in all_of_them:
            self.successResultOf(accounts.add(account))
        return path
