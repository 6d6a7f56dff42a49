"""People: who is here, who somebody is, one's own status, and the names of guests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import knows
from chatd.chat.answers import About, Answer, Done, Members, Person, Refusal, StatusChanged
from chatd.chat.hub import Hub
from chatd.chat.moments import Moment
from chatd.chat.names import key
from chatd.chat.naming import checked
from chatd.chat.user import OFFLINE, OPERATOR, User
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.talking import nobody_called, room_of, user_of


def free_name(hub: Hub, accounts: Accounts, user: User | None, name: str) -> str:
    """``name`` as it would be shown, if nobody but ``user`` has it or one that looks the same.

    :raises Refusal: ``name-taken``, or what is wrong with it
    """
    shown = checked(name)
    own = user.name if user is not None else None
    for taken in (accounts.looks_like(shown), hub.looks.like(shown)):
        if taken is not None and taken != own:
            raise Refusal("name-taken", shown)
    return shown


class People:
    """Handlers about users.

    :param seconds: of a clock that only goes forward
    """

    def __init__(
        self, hub: Hub, logs: Logs, sessions: Sessions, accounts: Accounts, seconds: Callable[[], float]
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._sessions = sessions
        self._accounts = accounts
        self._seconds = seconds

    def who(self, session: Session, request: r.Who) -> Members:
        """The members of a room, or at the menu everybody."""
        user = user_of(session)
        if request.room or session.rooms:
            room = self._hub.room_for(user, request.room) if request.room else room_of(session, self._hub, "")
            return Members(room.name, _people(room.members.values()))
        return Members("", _people(self._hub.users.values()))

    def whois(self, session: Session, request: r.Whois) -> About:
        """One user, here or, with an account, elsewhere."""
        asker = user_of(session)
        user = self._hub.users.get(key(request.name))
        if user is None:
            return self._absent(request.name)
        mine = user is asker or asker.role == OPERATOR
        sessions = self._sessions.of(user.name) if mine else []
        rooms = [r for r in self._hub.rooms_of(user) if mine or knows(asker, r)]
        addresses = ", ".join(sorted({s.address for s in sessions}))
        names = tuple(room.name for room in rooms)
        idle = int(self._seconds() - user.heard_at)
        return About(user.person, True, user.since, names, len(sessions), addresses, idle)

    def _absent(self, name: str) -> About:
        account = self._accounts.get(name)
        if account is None:
            raise nobody_called(self._hub, self._accounts, name)
        return About(Person(account.name, False, account.role, OFFLINE), False, Moment(account.last_seen), ())

    def status(self, session: Session, request: r.Status) -> Answer:
        """Shown, or set and told once to each session of whoever shares a room."""
        user = user_of(session)
        if request.status:
            user.set_status(request.status.casefold(), request.text)
            self._sessions.tell_status(user, session)
        return StatusChanged(user.person)

    async def nick(self, session: Session, request: r.Nick) -> Answer:
        """Told to each of the guest's rooms, in their logs."""
        user = user_of(session)
        if not user.guest:
            raise Refusal("accounts-keep-names")
        self._hub.bans.check_rename(user.name)
        name, old = free_name(self._hub, self._accounts, user, request.name), user.name
        # Hers from now on, or somebody else could have it before the logs tell of it.
        self._hub.looks.add(name)
        for log in (user.log, *(room.name for room in self._hub.rooms_of(user))):
            self._logs.append(log, e.Renamed(old, name), session.address)
        await self._logs.settled()
        return Done("renamed", name)


def _people(users: Iterable[User]) -> tuple[Person, ...]:
    return tuple(user.person for user in sorted(users, key=lambda user: user.key))


def handlers(people: People) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Who: people.who, r.Whois: people.whois, r.Status: people.status, r.Nick: people.nick}
