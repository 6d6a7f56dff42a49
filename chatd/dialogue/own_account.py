"""Accounts that change: by those whose they are, by whoever runs the server, and by nobody using them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
from twisted.internet.defer import Deferred, DeferredLock

from chatd.auth import Account, Accounts
from chatd.chat import events as e
from chatd.chat.answers import Closing, Done, Refusal
from chatd.chat.names import closest
from chatd.dialogue.guard import Guard
from chatd.dialogue.prompt import ask_new_password, ask_secret
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.verbs.records import keep
from chatd.verbs.rooms import Rooms
from chatd.verbs.talking import user_of

_SLIPS, _MOST_ALIKE = 2, 1000
"""By how many characters a name that was meant may be longer or shorter, and how many are compared."""


class OwnAccounts:
    """What people do to the accounts they have, and operators to all."""

    def __init__(
        self, accounts: Accounts, pool: HashPool, guard: Guard, logs: Logs, sessions: Sessions, rooms: Rooms
    ) -> None:
        self._accounts = accounts
        self._pool = pool
        self._guard = guard
        self._logs = logs
        self._sessions = sessions
        self._rooms = rooms
        self._changing = DeferredLock()

    async def password(self, session: Session) -> None:
        """Both passwords are asked, whatever comes of it.

        :raises Refusal: what stands against it
        """
        old = await ask_secret(session, "password", "present password")
        new, same = await ask_new_password(session)
        account = self._of(session)
        await self._verify(session, account, old)
        if not same:
            raise Refusal("passwords-differ")
        hashed = await self._pool.hash(new)
        if not await self._change(account.name, account.password, hashed):
            raise Refusal("wrong-password")
        session.tell(Done("password-changed"))

    async def rehash(self, account: Account, password: str) -> None:
        """Hash ``password`` anew, where that was done with other parameters than it is now."""
        if self._pool.outdated(account.password):
            hashed = await self._pool.hash(password)
            await self._change(account.name, account.password, hashed)

    async def _change(self, name: str, old: str, new: str) -> bool:
        # One change at a time, or two would both find the old password, and both be told that theirs holds.
        async with self._changing:
            account = self._accounts.get(name)
            if account is None or account.password != old:
                return False
            await kept(self._accounts.change(msgspec.structs.replace(account, password=new)))
            return True

    async def edit(self, name: str, change: Callable[[Account], Account]) -> Account:
        """Have the account called ``name`` be what ``change`` makes of it, whoever's it is.

        :raises Refusal: ``no-such-account``, ``not-kept``, or as ``change``
        """
        async with self._changing:
            account = self.named(name)
            changed = change(account)
            if changed != account:
                await kept(self._accounts.change(changed))
            return changed

    def named(self, name: str) -> Account:
        """The account called ``name``.

        :raises Refusal: ``no-such-account``, with the names that are closest
        """
        account = self._accounts.get(name)
        if account is None:
            raise Refusal("no-such-account", name, closest(name, islice(self._alike(name), _MOST_ALIKE)))
        return account

    def _of(self, session: Session) -> Account:
        user = user_of(session)
        if user.guest:
            raise Refusal("no-account")
        account = self._accounts.get(user.name)
        if account is None:
            raise Refusal("foreign-account")
        return account

    async def _verify(self, session: Session, account: Account, password: str) -> None:
        # Who finds a terminal that somebody has left must not be able to guess faster here than at the login.
        self._guard.check(account.name, session.address)
        try:
            if not await self._pool.verify(account.password, password):
                raise Refusal("wrong-password")
        except Refusal as refusal:
            self._guard.judge(account.name, session.address, refusal)
            raise
        self._guard.judge(account.name, session.address, None)

    async def give_up(self, session: Session) -> Account:
        """The account goes, after its password was asked, and so do its other sessions.

        :raises Refusal: what stands against it
        """
        password = await ask_secret(session, "password", "password, to give the account up")
        account = self._of(session)
        await self._verify(session, account, password)
        await self.remove(account.name, session.address)
        for other in self._sessions.of(account.name):
            if other is not session:
                other.end(Closing("account-gone", account.name))
        return account

    async def remove(self, name: str, address: str) -> None:
        """The account goes, and nothing that was its is another's who comes under that name; its sessions stay.

        :param address: of whoever wants that
        :raises Refusal: ``not-kept``, ``wrong-password`` where there is no such account any more
        """
        async with self._changing:
            await kept(self._accounts.remove(name))
        await self._rooms.orphan(name)
        self._logs.append(f"@{name}", e.Unregistered(name), address)

    def _alike(self, name: str) -> Iterator[str]:
        first, size = name[:1].casefold(), len(name)
        return (n for n in self._accounts.names() if n[:1].casefold() == first and abs(len(n) - size) <= _SLIPS)

    async def expire(self, since: int) -> None:
        """Remove the accounts without a role that were neither made nor used after ``since`` (milliseconds).

        When they were used is kept on disk first, or after a crash too little would be known of it.
        """
        await self._accounts.keep_seen()
        for name in self._accounts.unused(since):
            if not self._sessions.of(name):
                await self.remove(name, "")


async def kept(on_disk: Deferred[None]) -> None:
    """Wait until a change of an account is kept.

    :raises Refusal: where it could not be, ``not-kept``, or there is no such account any more, ``wrong-password``
    """
    try:
        await keep(on_disk)
    except KeyError:
        raise Refusal("wrong-password") from None
