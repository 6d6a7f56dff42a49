"""Signing in and out: accounts and guests, from the first question to the last goodbye."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from itertools import count

import msgspec

from chatd.auth import Account, Accounts, Authority, Identity, NameTaken
from chatd.chat import events as e
from chatd.chat.answers import Closing, Done, Refusal
from chatd.chat.hub import Hub
from chatd.chat.user import USER
from chatd.dialogue.beginning import Beginning
from chatd.dialogue.guard import Guard
from chatd.dialogue.own_account import OwnAccounts, kept
from chatd.dialogue.prompt import ask, ask_new_password, ask_secret
from chatd.hashing import HashPool
from chatd.roomlog import Logs
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.verbs.people import free_name
from chatd.verbs.rooms import Rooms
from chatd.verbs.talking import user_of

MOST_FAILURES = 3
"""Wrong passwords on one connection before it is closed."""


class Rules(msgspec.Struct, frozen=True):
    """Who may come in.

    :param register: whether people make accounts themselves
    :param guests: whether anybody may come without one
    :param sessions_per_account: how many sessions a user may have at once
    :param register_code: what whoever makes an account must know; empty for nothing
    """

    register: bool = True
    guests: bool = True
    sessions_per_account: int = 5
    register_code: str = ""


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
        guard: Guard,
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
        self._guard = guard
        self.own = OwnAccounts(accounts, pool, guard, logs, sessions, rooms)
        self.rules = rules
        self._beginning = beginning
        self._now = now
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
            identity = await self._identity(session, name, password)
        except Refusal as refusal:
            self._note_failure(session, attempts, name, refusal.answer.error)
            raise
        attempts.failures = 0
        account = self._accounts.get(identity.name) if identity.kept else None
        if account is not None:
            await self.own.rehash(account, password)
        if len(self._sessions.of(identity.name)) >= self.rules.sessions_per_account:
            attempts.waiting = identity
            raise Refusal("too-many-sessions", identity.name, limit=self.rules.sessions_per_account)
        self._beginning.of_account(session, identity)

    async def _identity(self, session: Session, name: str, password: str) -> Identity:
        self._guard.log_in(name, session.address)
        try:
            identity = await self._authority.log_in(name, password, session.is_wanted)
        except Refusal as refusal:
            self._guard.judge(name, session.address, refusal)
            raise
        self._guard.judge(name, session.address, None)
        return identity

    def _note_failure(self, session: Session, attempts: Attempts, name: str, error: str) -> None:
        if error not in ("wrong-password", "too-many-guesses"):
            return
        if error == "wrong-password":
            # What was given for a name may have been a password, so that only names of accounts are noted.
            known = account.name if (account := self._accounts.get(name)) is not None else ""
            self._logs.append(f"@{known}" if known else "", e.LoginFailed(known), session.address)
        attempts.failures += 1
        if attempts.failures >= MOST_FAILURES:
            session.end(Closing("wrong-passwords"))

    async def oldest(self, session: Session, attempts: Attempts) -> None:
        """Ends the oldest session of whoever was let in but for the limit, and begins this one.

        :raises Refusal: ``no-oldest``
        """
        identity, attempts.waiting = attempts.waiting, None
        if identity is None or session.user is not None:
            raise Refusal("no-oldest")
        for other in self._sessions.of(identity.name)[: 1 - self.rules.sessions_per_account or None]:
            other.end(Closing("other-session", identity.name))
            session.tell(Done("oldest-ended", identity.name))
        self._beginning.of_account(session, identity)

    async def register(self, session: Session, name: str) -> None:
        """A name that cannot be had is told before any password, but everything is asked, whatever comes of it.

        :raises Refusal: what stands against it
        """
        name = name or await ask(session, "user-name", "user name:")
        refused = False
        try:
            self.check_registration(session, name)
        except Refusal as refusal:
            refused = True
            session.tell(refusal.answer)
        code = await ask_secret(session, "register-code", "register code") if self.rules.register_code else ""
        password, same = await ask_new_password(session)
        if refused:
            raise Refusal("not-registered")
        if not same:
            raise Refusal("passwords-differ")
        # Before the code is looked at, or it could be guessed as fast as one likes.
        self._guard.register(session.address)
        if not compare_digest(code.encode(), self.rules.register_code.encode()):
            raise Refusal("wrong-register-code")
        shown = self._free(session, name)
        account = Account(shown, await self._pool.hash(password), created=self._now())
        try:
            await kept(self._accounts.add(account))
        except NameTaken as error:
            raise Refusal("name-taken", str(error)) from None
        self._logs.append(f"@{shown}", e.Registered(shown), session.address)
        session.tell(Done("registered", shown))
        await self._leave(session)
        self._beginning.of_account(session, Identity(shown, USER, kept=True))

    def check_registration(self, session: Session, name: str) -> None:
        """Whether an account of that name can be made.

        :raises Refusal: what stands against it
        """
        if session.user is not None and not session.user.guest:
            raise Refusal("logged-in-already", session.user.name)
        if not (self.rules.register and self._authority.registers):
            raise Refusal("registration-closed")
        self._hub.bans.check_server(self._free(session, name), False, session.address)

    def _free(self, session: Session, name: str) -> str:
        return free_name(self._hub, self._accounts, session.user, name)

    async def guest(self, session: Session, name: str) -> None:
        """Under the given name, or one that is made up.

        :raises Refusal: what stands against it
        """
        if session.user is not None:
            raise Refusal("logged-in-already", session.user.name)
        if not self.rules.guests:
            raise Refusal("guests-closed")
        self._beginning.of_guest(session, self._free(session, name) if name else self._made_up(session))

    def _made_up(self, session: Session) -> str:
        for number in self._guests:
            try:
                return self._free(session, f"guest{number}")
            except Refusal:
                continue
        raise AssertionError("unreachable")

    async def unregister(self, session: Session) -> None:
        """The account goes, after its password was asked.

        :raises Refusal: what stands against it
        """
        account = await self.own.give_up(session)
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
