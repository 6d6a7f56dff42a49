"""The beginning of a session: from here on a connection is somebody's."""

from __future__ import annotations

from collections.abc import Callable

from chatd.auth import Accounts, Identity
from chatd.chat import events as e
from chatd.chat.answers import Closing, Refusal, Welcome
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.user import USER, User
from chatd.passes import Passes
from chatd.roomlog import Logs
from chatd.session import Session
from chatd.sessions import Sessions


class Beginning:
    """Begins sessions.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(
        self, hub: Hub, logs: Logs, sessions: Sessions, accounts: Accounts, passes: Passes, now: Callable[[], int]
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._accounts = accounts
        self._passes = passes
        self._now = now

    def of_account(self, session: Session, identity: Identity, mark: str = "") -> None:
        """Of somebody who has an account.

        :param mark: of the session that is gone on with; empty for a new one
        :raises Refusal: ``server-banned``, ``guest-has-name``
        """
        user = self._hub.users.get(key(identity.name))
        if user is not None and user.guest:
            for other in self._sessions.of(user.name):
                other.end(Closing("other-session", user.name))
            raise Refusal("guest-has-name", identity.name)
        if user is None:
            user = User(identity.name, guest=False, role=identity.role, since=self._now())
        self._hub.bans.check_server(user.name, False, session.address)
        self._accounts.seen(user.name, self._now())
        self._begin(session, user, mark)

    def of_guest(self, session: Session, name: str, old: Session | None = None) -> None:
        """Of a guest, under a name that is free, or that of ``old``, which is gone on with.

        :raises Refusal: ``server-banned``
        """
        self._hub.bans.check_server(name, True, session.address)
        user = old.user if old is not None else None
        self._begin(session, user or User(name, guest=True, role=USER, since=self._now()), old.mark if old else "")

    def _begin(self, session: Session, user: User, mark: str) -> None:
        self._sessions.begin(session, user)
        self._logs.append(user.log, e.LoggedIn(user.name), session.address)
        session.mark = mark or self._passes.new_mark()
        exchanged = self._hub.exchanged.of(user.name)
        code, _ = self._passes.make(user, session.mark)
        session.tell(Welcome(user.name, user.guest, user.role, code, exchanged[-1].seq if exchanged else 0))
