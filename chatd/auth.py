"""Who somebody is: accounts, and twisted.cred's realm and checkers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import IUsernamePassword
from twisted.cred.error import UnauthorizedLogin
from twisted.cred.portal import IRealm, Portal
from twisted.cred.strcred import ICheckerFactory
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.logger import Logger
from twisted.plugin import IPlugin
from zope.interface import Interface, implementer

from chatd.chat.answers import Refusal
from chatd.chat.names import BadName, check
from chatd.hashing import HashPool, always

DISABLED = "!"
"""Stands before the hash of an account that nobody may log in to, as in the shadow file of Unix (shadow(5))."""


class Account(msgspec.Struct, frozen=True):
    """A row of users.csv.

    :param name: as registered, and shown
    :param password: an Argon2id hash in PHC string format; behind :data:`DISABLED` where nobody may log in
    :param role: ``user``, ``moderator`` or ``operator``
    :param created: milliseconds since 1970-01-01 UTC
    :param last_seen: the same, 0 for never
    """

    name: str
    password: str
    role: str = "user"
    created: int = 0
    last_seen: int = 0

    @property
    def is_disabled(self) -> bool:
        """Whether nobody may log in."""
        return self.password.startswith(DISABLED)


class NameTaken(Exception):
    """There is an account of this name already, or of one that looks the same; the argument is that account's name."""


class Accounts(Protocol):
    """The accounts that there are. Names are compared by :func:`chatd.chat.names.key`."""

    def get(self, name: str) -> Account | None:
        """The account of that name, in whatever case it is written."""

    def looks_like(self, name: str) -> str | None:
        """The name of an account that cannot be told from ``name`` by look, itself included, or None."""

    def add(self, account: Account) -> Deferred[None]:
        """Keep a new account; fires when it is on disk.

        :raises NameTaken: (in the Deferred) also while another registration of that name is on its way to the disk
        """

    def change(self, account: Account) -> Deferred[None]:
        """Keep new values for an account that there is; fires when they are on disk.

        :raises KeyError: (in the Deferred) there is no such account (any more)
        """

    def remove(self, name: str) -> Deferred[None]:
        """Forget an account; fires when that is on disk.

        :raises KeyError: (in the Deferred) there is no such account (any more)
        """

    def seen(self, name: str, at: int) -> None:
        """Note when the account was last here; reaches the disk at the next compaction."""

    def names(self) -> list[str]:
        """The shown name of every account, in no order; there may be many."""

    def operators(self) -> list[str]:
        """The names of the accounts whose role is operator."""

    def unused(self, since: int) -> list[str]:
        """The names of the accounts without a role that were neither made nor used after ``since`` (milliseconds)."""

    def keep_seen(self) -> Deferred[None]:
        """Have what :meth:`seen` has noted on disk; fires when it is, and never fails."""


class Identity(msgspec.Struct, frozen=True):
    """Who has logged in.

    :param kept: whether the account is a row of users.csv, which can be changed here
    """

    name: str
    role: str
    kept: bool


class IIdentity(Interface):
    """What the realm gives for a login: an :class:`Identity`."""


@implementer(IUsernamePassword)
class _Password:
    """A name and password as a person typed them.

    Checkers of others compare with ``bytes`` (Twisted's file and Unix checkers) or with ``str`` (its ``memory``), so
    that ``form`` says which of the two is offered.

    :param wanted: see :meth:`chatd.hashing.HashPool.verify`
    """

    def __init__(self, name: str, password: str, form: type[bytes | str], wanted: Callable[[], bool]) -> None:
        self.name = name
        self.text = password
        self.wanted = wanted
        self.username: Any = name if form is str else name.encode()
        self.password: Any = password if form is str else password.encode()

    def checkPassword(self, password: Any) -> bool:
        """Whether ``password`` is the one that was typed."""
        mine, other = (p.encode() if isinstance(p, str) else p for p in (self.password, password))
        return secrets.compare_digest(mine, other)


@implementer(ICredentialsChecker)
class CsvChecker:
    """Checks passwords against the accounts of chatd's own.

    :param path: of the accounts' file; empty for users.csv in the data directory
    """

    credentialInterfaces = (IUsernamePassword,)

    def __init__(self, path: str = "") -> None:
        self.path = path
        self._accounts: Accounts | None = None
        self._pool: HashPool | None = None

    def bind(self, accounts: Accounts, pool: HashPool) -> None:
        """Check against ``accounts``, in ``pool``; one store serves the whole program."""
        self._accounts, self._pool = accounts, pool

    def requestAvatarId(self, credentials: Any) -> Deferred[Any]:
        """The account's name as registered.

        :raises UnauthorizedLogin: (in the Deferred) unknown name or wrong password, after the same time
        """
        return Deferred.fromCoroutine(self._check(credentials))

    async def _check(self, credentials: _Password) -> str:
        assert self._accounts is not None and self._pool is not None
        account = self._accounts.get(credentials.name)
        hashed = account.password.removeprefix(DISABLED) if account is not None else None
        if not await self._pool.verify(hashed, credentials.text, credentials.wanted) or account is None:
            raise UnauthorizedLogin
        current = self._accounts.get(account.name)
        if current is None or current.password != account.password:
            # The account went, or got another password, while the hash was computed.
            raise UnauthorizedLogin
        if account.is_disabled:
            # Told to nobody but whoever knows the password.
            raise Refusal("account-disabled", account.name)
        return account.name


@implementer(ICheckerFactory, IPlugin)
class CsvCheckerFactory:
    """Makes ``--auth csv:FILE``."""

    authType = "csv"
    authHelp = "Accounts in a CSV file of chatd's own; people register themselves."
    argStringFormat = "The file's name, within the data directory unless absolute; users.csv by default."
    credentialInterfaces = (IUsernamePassword,)

    def generateChecker(self, argument: str) -> CsvChecker:
        """A checker for the file called ``argument``."""
        return CsvChecker(argument)


@implementer(ICredentialsChecker)
class FirstOf:
    """Asks several checkers in turn; the first that knows the name and password wins."""

    log = Logger()
    credentialInterfaces = (IUsernamePassword,)

    def __init__(self, checkers: Iterable[Any]) -> None:
        self._checkers = list(checkers)

    def requestAvatarId(self, credentials: Any) -> Deferred[Any]:
        """What the first checker says that accepts the credentials.

        :raises UnauthorizedLogin: (in the Deferred) none does
        """
        return Deferred.fromCoroutine(self._ask(credentials))

    async def _ask(self, credentials: _Password) -> tuple[str, bool]:
        failed = False
        for checker in self._checkers:
            kept = isinstance(checker, CsvChecker)
            for form in (bytes,) if kept else (bytes, str):
                offered = _Password(credentials.name, credentials.text, form, credentials.wanted)
                try:
                    name = await maybeDeferred(checker.requestAvatarId, offered)
                except UnauthorizedLogin:
                    continue
                except Refusal:
                    raise
                except Exception:
                    # Another's checker may raise whatever it likes; that says nothing about the password.
                    self.log.failure("a checker of --auth failed")
                    failed = True
                    continue
                return (name.decode() if isinstance(name, bytes) else name), kept
        if failed:
            raise Refusal("internal")
        raise UnauthorizedLogin


@implementer(IRealm)
class Realm:
    """Gives an :class:`Identity` for each account that a checker has accepted."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def requestAvatar(
        self,
        avatarId: Any,  # noqa: N803 - Twisted names it
        mind: object,
        *interfaces: Any,
    ) -> tuple[Any, Identity, Callable[[], None]]:
        """The identity of ``avatarId``, a name and whether its account is kept here.

        :raises UnauthorizedLogin: where another checker has accepted a name that cannot be one here
        """
        name, kept = avatarId
        account = self._accounts.get(name) if kept else None
        try:
            shown = check(name, kept=account is not None)
        except BadName:
            raise UnauthorizedLogin from None
        identity = Identity(shown, account.role if account is not None else "user", kept)
        return interfaces[0], identity, lambda: None


class Authority:
    """The one place to ask who somebody is.

    :param checkers: asked in turn
    """

    def __init__(self, accounts: Accounts, checkers: Iterable[Any]) -> None:
        checkers = list(checkers)
        self.registers = any(isinstance(checker, CsvChecker) for checker in checkers)
        self._portal = Portal(Realm(accounts), [FirstOf(checkers)])

    async def log_in(self, name: str, password: str, wanted: Callable[[], bool] = always) -> Identity:
        """Who ``name`` is, if ``password`` is hers.

        :param wanted: see :meth:`chatd.hashing.HashPool.verify`
        :raises Refusal: ``wrong-password``, ``busy``, ``gone``
        """
        try:
            login: Any = await self._portal.login(_Password(name, password, bytes, wanted), None, IIdentity)
        except UnauthorizedLogin:
            raise Refusal("wrong-password") from None
        identity: Identity = login[1]
        return identity
