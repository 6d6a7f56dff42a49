"""People: who is here, who somebody is, and one's own status."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chatd.auth import Accounts
from chatd.chat import requests as r
from chatd.chat.access import knows
from chatd.chat.answers import About, Answer, Members, Person, Refusal, StatusChanged
from chatd.chat.hub import Hub
from chatd.chat.moments import Moment
from chatd.chat.names import key
from chatd.chat.user import OFFLINE, OPERATOR, User
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.talking import room_of, user_of


class People:
    """Handlers about users."""

    def __init__(self, hub: Hub, sessions: Sessions, accounts: Accounts) -> None:
        self._hub = hub
        self._sessions = sessions
        self._accounts = accounts

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
        return About(user.person, True, user.since, names, len(sessions), addresses)

    def _absent(self, name: str) -> About:
        account = self._accounts.get(name)
        if account is None:
            self._hub.user(name)
            raise Refusal("no-such-user", name)
        return About(Person(account.name, False, account.role, OFFLINE), False, Moment(account.last_seen), ())

    def status(self, session: Session, request: r.Status) -> Answer:
        """Shown, or set and told once to each session of whoever shares a room."""
        user = user_of(session)
        if request.status:
            user.set_status(request.status.casefold(), request.text)
            told = StatusChanged(user.person)
            for neighbour in self._hub.neighbours(user):
                for other in self._sessions.of(neighbour.name):
                    if other is not session:
                        other.tell(told)
        return StatusChanged(user.person)


def _people(users: Iterable[User]) -> tuple[Person, ...]:
    return tuple(user.person for user in sorted(users, key=lambda user: user.key))


def handlers(people: People) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Who: people.who, r.Whois: people.whois, r.Status: people.status}
