"""The accounts of users.csv."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import astuple, replace
from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from chatd.auth import Account, NameTaken
from chatd.chat import names
from chatd.chat.moments import iso
from chatd.stores.datadir import check_private
from chatd.stores.rows import BadRow, moment, name, quoted
from chatd.stores.table import Columns, InThread, Table

COLUMNS = ("name", "password", "role", "created", "last_seen")
ROLES = ("user", "moderator", "operator")

# Not an empty field: a row that ends in one could not be told from a row that was cut off there.
_NEVER = "never"


def _account(row: Sequence[str]) -> Account:
    shown, password, role, created, last_seen = row
    if role not in ROLES:
        raise BadRow(f"role must be user, moderator or operator, not {quoted(role)}")
    seen = 0 if last_seen == _NEVER else moment("last_seen", last_seen)
    return Account(name(shown), password, role, moment("created", created), seen)


class CsvAccounts:
    """Implements :class:`chatd.auth.Accounts`.

    :param path: users.csv, which need not be there yet
    :param in_thread: runs what waits for the disk, see :class:`~chatd.stores.table.Table`
    """

    def __init__(self, path: Path, in_thread: InThread) -> None:
        self._path = path
        self._table = Table(path, Columns(COLUMNS, COLUMNS.index("role"), self._row, _account), names.key, in_thread)
        self._looks = names.Looks()  # of the accounts that there are, and of those on their way to the disk
        self._leaving: set[str] = set()  # keys of those on their way out
        self._seen: dict[str, int] = {}  # by name, later than the row in the table says

    def load(self) -> None:
        """Read the file, once, before anything else.

        :raises Unusable: where others than its owner may read or write it
        :raises BrokenTable: where a person has to mend it first
        :raises OSError: where it cannot be read
        """
        check_private(self._path)
        self._table.load()
        for account in self._table.all():
            self._looks.add(account.name)

    def close(self) -> Deferred[None]:
        """Write what is waiting, and when whom was last seen; fires when that is done."""
        return self._table.close()

    def get(self, name: str) -> Account | None:
        """The account of that name, in whatever case it is written."""
        account = self._table.get(name)
        return account and self._with_last_seen(account)

    def looks_like(self, name: str) -> str | None:
        """The name of an account that cannot be told from ``name`` by look, itself included; None where there is none.

        An account counts from the moment of :meth:`add` until its removal is on disk.
        """
        return self._looks.like(name)

    def operators(self) -> list[str]:
        """The names of the accounts whose role is operator."""
        return [account.name for account in self._table.all() if account.role == "operator"]

    def names(self) -> list[str]:
        """The names of all accounts, as the file has them."""
        return [account.name for account in self._table.all()]

    def seen(self, name: str, at: int) -> None:
        """Note when the account was last here (milliseconds); reaches the disk at the next compaction."""
        account = self._table.get(name)
        if account is not None:
            self._seen[account.name] = at
            self._table.touch()

    def add(self, account: Account) -> Deferred[None]:
        """Keep a new account; fires when it is on disk.

        :raises NameTaken: (in the Deferred) also while another registration of that name is on its way to the disk
        :raises OSError: (in the Deferred) where it could not be written
        """
        taken = self.looks_like(account.name)
        if taken is not None:
            return fail(NameTaken(taken))
        self._looks.add(account.name)
        return _shielded(self._table.save(account).addErrback(self._not_added, account.name))

    def change(self, account: Account) -> Deferred[None]:
        """Keep new values for an account that there is; fires when they are on disk.

        :raises KeyError: (in the Deferred) there is no such account (any more)
        :raises OSError: (in the Deferred) where they could not be written
        """
        if self._table.get(account.name) is None or self._is_leaving(account.name):
            return fail(KeyError(account.name))
        return self._table.save(account)

    def remove(self, name: str) -> Deferred[None]:
        """Forget an account; fires when that is on disk.

        :raises KeyError: (in the Deferred) there is no such account (any more)
        :raises OSError: (in the Deferred) where that could not be written
        """
        account = self._table.get(name)
        if account is None or self._is_leaving(name):
            return fail(KeyError(name))
        self._leaving.add(names.key(name))
        kept = self._table.remove(account.name)
        kept.addCallbacks(self._removed, self._not_removed, callbackArgs=(account.name,), errbackArgs=(name,))
        return _shielded(kept)

    def _is_leaving(self, name: str) -> bool:
        return names.key(name) in self._leaving

    def _not_added(self, failure: Failure, name: str) -> Failure:
        self._looks.discard(name)
        return failure

    def _removed(self, _: None, name: str) -> None:
        self._leaving.discard(names.key(name))
        self._looks.discard(name)
        self._seen.pop(name, None)

    def _not_removed(self, failure: Failure, name: str) -> Failure:
        self._leaving.discard(names.key(name))
        return failure

    def _with_last_seen(self, account: Account) -> Account:
        at = self._seen.get(account.name, 0)
        return replace(account, last_seen=at) if at > account.last_seen else account

    def _row(self, account: Account) -> Sequence[str]:
        name, password, role, created, last_seen = astuple(self._with_last_seen(account))
        return name, password, role, iso(created), iso(last_seen) or _NEVER


def _shielded(kept: Deferred[None]) -> Deferred[None]:
    """What a caller may cancel: what is done about ``kept`` goes on regardless."""
    told: Deferred[None] = Deferred()
    kept.chainDeferred(told)
    return told
