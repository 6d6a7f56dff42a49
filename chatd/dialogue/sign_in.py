"""Signing in and out: accounts and guests, from the first question to the last goodbye."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import msgspec
from twisted.internet.defer import Deferred, DeferredLock

from chatd.auth import Account, Accounts, Authority, Identity, NameTaken
from chatd.chat import events as e
from chatd.chat.answers import Closing, Done, Refusal, Refused
from chatd.chat.hub import Hub
from chatd.chat.user import USER
from chatd.dialogue.beginning import Beginning
from chatd.dialogue.prompt import ask, ask_new_password, ask_secret
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.verbs.people import free_name
from chatd.verbs.records import keep
from chatd.verbs.rooms import Rooms
from chatd.verbs.talking import user_of

MOST_FAILURES = 3
"""Wrong passwords on one connection before it is closed."""


class Rules(msgspec.Struct, frozen=True):
    """Who may come in.

    :param register: whether people make accounts themselves
    :param guests: whether anybody may come without one
    :param sessions_per_account: how many sessions a user may have at once
    """

    register: bool = True
    guests: bool = True
    sessions_per_account: int = 5


class Attempts:
    """What is remembered of one connection's attempts: wrong passwords, and who was let in but for the room."""

    def __init__(self) -> None:
        self.failures = 0
        self.waiting: Identity | None = None


class SignIn:
    """The words of the menu that change who a session is.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        sessions: Sessions,
        rooms: Rooms,
        accounts: Accounts,
        authority: Authority,
        pool: HashPool,
        rules: Rules,
        beginning: Beginning,
        now: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._rooms = rooms
        self._accounts = accounts
        self._authority = authority
        self._pool = pool
        self._rules = rules
        self._beginning = beginning
        self._now = now
        self._changing = DeferredLock()
        self._guests = count(1)

    async def log_in(self, session: Session, attempts: Attempts, name: str) -> None:
        """Name and password are asked, whatever comes of it.

        :raises Refusal: ``wrong-password`` and others
        """
        attempts.waiting = None
        name = name or await ask(session, "user-name", "user name:")
        password = await ask_secret(session, "password", "password")
        if session.user is not None:
            raise Refusal("logged-in-already", session.user.name)
        try:
            identity = await self._authority.log_in(name, password)
        except Refusal as refusal:
            self._note_failure(session, attempts, name, refusal)
            raise
        attempts.failures = 0
        await self._rehash(identity, password)
        if len(self._sessions.of(identity.name)) >= self._rules.sessions_per_account:
            attempts.waiting = identity
            raise Refusal("too-many-sessions", identity.name, limit=self._rules.sessions_per_account)
        self._beginning.of_account(session, identity)

    def _note_failure(self, session: Session, attempts: Attempts, name: str, refusal: Refusal) -> None:
        if refusal.answer.error != "wrong-password":
            return
        # What was given for a name may have been a password, so that only names of accounts are noted.
        known = account.name if (account := self._accounts.get(name)) is not None else ""
        self._logs.append(f"@{known}" if known else "", e.LoginFailed(known), session.address)
        attempts.failures += 1
        if attempts.failures >= MOST_FAILURES:
            session.end(Closing("wrong-passwords"))

    async def _rehash(self, identity: Identity, password: str) -> None:
        account = self._accounts.get(identity.name) if identity.kept else None
        if account is not None and self._pool.outdated(account.password):
            hashed = await self._pool.hash(password)
            await self._change(account.name, account.password, hashed)

    async def oldest(self, session: Session, attempts: Attempts) -> None:
        """Ends the oldest session of whoever was let in but for the limit, and begins this one.

        :raises Refusal: ``no-oldest``
        """
        identity, attempts.waiting = attempts.waiting, None
        if identity is None or session.user is not None:
            raise Refusal("no-oldest")
        for other in self._sessions.of(identity.name)[: 1 - self._rules.sessions_per_account or None]:
            other.end(Closing("other-session", identity.name))
            session.tell(Done("oldest-ended", identity.name))
        self._beginning.of_account(session, identity)

    async def register(self, session: Session, name: str) -> None:
        """A name that cannot be had is told before any password, but everything is asked, whatever comes of it.

        :raises Refusal: what stands against it
        """
        name = name or await ask(session, "user-name", "user name:")
        refusal = self._refusal(session, name)
        if refusal is not None:
            session.tell(refusal)
        password, same = await ask_new_password(session)
        if refusal is not None:
            raise Refusal("not-registered")
        if not same:
            raise Refusal("passwords-differ")
        shown = self._free(session, name)
        account = Account(shown, await self._pool.hash(password), created=self._now())
        try:
            await self._keep(self._accounts.add(account))
        except NameTaken as error:
            raise Refusal("name-taken", str(error)) from None
        self._logs.append(f"@{shown}", e.Registered(shown), session.address)
        session.tell(Done("registered", shown))
        await self._leave(session)
        self._beginning.of_account(session, Identity(shown, USER, kept=True))

    def _refusal(self, session: Session, name: str) -> Refused | None:
        try:
            if session.user is not None and not session.user.guest:
                raise Refusal("logged-in-already", session.user.name)
            if not (self._rules.register and self._authority.registers):
                raise Refusal("registration-closed")
            self._hub.bans.check_server(self._free(session, name), False, session.address)
        except Refusal as refusal:
            return refusal.answer
        return None

    def _free(self, session: Session, name: str) -> str:
        return free_name(self._hub, self._accounts, session.user, name)

    async def guest(self, session: Session, name: str) -> None:
        """Under the given name, or one that is made up.

        :raises Refusal: what stands against it
        """
        if session.user is not None:
            raise Refusal("logged-in-already", session.user.name)
        if not self._rules.guests:
            raise Refusal("guests-closed")
        self._beginning.of_guest(session, self._free(session, name) if name else self._made_up(session))

    def _made_up(self, session: Session) -> str:
        for number in self._guests:
            try:
                return self._free(session, f"guest{number}")
            except Refusal:
                continue
        raise AssertionError("unreachable")

    async def password(self, session: Session) -> None:
        """Both passwords are asked, whatever comes of it.

        :raises Refusal: what stands against it
        """
        old = await ask_secret(session, "password", "present password")
        new, same = await ask_new_password(session)
        account = self._own_account(session)
        if not await self._pool.verify(account.password, old):
            raise Refusal("wrong-password")
        if not same:
            raise Refusal("passwords-differ")
        hashed = await self._pool.hash(new)
        if not await self._change(account.name, account.password, hashed):
            raise Refusal("wrong-password")
        session.tell(Done("password-changed"))

    async def _change(self, name: str, old: str, new: str) -> bool:
        # One change at a time, or two would both find the old password, and both be told that theirs holds.
        async with self._changing:
            account = self._accounts.get(name)
            if account is None or account.password != old:
                return False
            await self._keep(self._accounts.change(msgspec.structs.replace(account, password=new)))
            return True

    def _own_account(self, session: Session) -> Account:
        user = user_of(session)
        if user.guest:
            raise Refusal("no-account")
        account = self._accounts.get(user.name)
        if account is None:
            raise Refusal("foreign-account")
        return account

    async def unregister(self, session: Session) -> None:
        """The account goes, after its password was asked.

        :raises Refusal: what stands against it
        """
        password = await ask_secret(session, "password", "password, to give the account up")
        account = self._own_account(session)
        if not await self._pool.verify(account.password, password):
            raise Refusal("wrong-password")
        async with self._changing:
            await self._keep(self._accounts.remove(account.name))
        await self._rooms.orphan(account.name)
        self._logs.append(f"@{account.name}", e.Unregistered(account.name), session.address)
        for other in self._sessions.of(account.name):
            if other is not session:
                other.end(Closing("account-gone", account.name))
        await self._leave(session)
        session.tell(Done("unregistered", account.name))

    async def log_out(self, session: Session) -> None:
        """Back to nobody.

        :raises Refusal: ``not-logged-in``
        """
        user_of(session)
        await self._leave(session)
        session.tell(Done("logged-out"))

    async def finish(self, session: Session) -> None:
        """The last of a session, however it ended: rooms are left, the log notes it, and its peer is told why."""
        why = session.ending or Closing("quit")
        await self._leave(session, "" if why.reason in ("quit", "end-of-input") else why.reason)
        session.outlet.close(session.last_words(why))

    async def _leave(self, session: Session, reason: str = "") -> None:
        await self._rooms.leave_all(session, reason)
        user = session.user
        if user is None:
            return
        if not user.guest:
            self._accounts.seen(user.name, self._now())
        self._logs.append(user.log, e.LoggedOut(user.name, " ".join(session.last_rooms)), session.address)
        session.last_rooms = ()
        await self._logs.settled()
        self._sessions.end(session)

    @staticmethod
    async def _keep(on_disk: Deferred[None]) -> None:
        try:
            await keep(on_disk)
        except KeyError:
            raise Refusal("wrong-password") from None
