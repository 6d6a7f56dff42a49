"""Private messages: to who is here, to who comes later, and what two have written to each other."""

from __future__ import annotations

from collections.abc import Callable

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Done, Past, Refusal, Replayed
from chatd.chat.hub import Hub
from chatd.chat.letters import between
from chatd.chat.names import key
from chatd.chat.redacted import is_blank
from chatd.chat.user import User
from chatd.history import History
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.history import MOST, SHOWN
from chatd.verbs.post import Post
from chatd.verbs.talking import nobody_called, user_of

_PAGE, _PAGES = 500, 10
"""Entries of one's own log that are looked through at once for what somebody wrote, and how often."""


def append(logs: Logs, session: Session, event: e.Private) -> None:
    """Put ``event`` at the end of the logs of both."""
    logs.append(f"@{event.to}", event, session.address)
    if key(event.to) != key(event.user):
        logs.append(f"@{event.user}", event, session.address)


class Private:
    """Handlers for private messages.

    :param of_room: tells what was said in a room
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        accounts: Accounts,
        post: Post,
        history: History,
        of_room: Callable[[Session, r.History], Handling],
    ) -> None:
        self._history = history
        self._of_room = of_room
        self._hub = hub
        self._logs = logs
        self._accounts = accounts
        self._post = post

    def message(self, session: Session, request: r.Message) -> Handling | None:
        """Comes back from the logs of both; who has an account and is not here gets it at the next login."""
        user, to = user_of(session), self._hub.users.get(key(request.name))
        if to is not None:
            self._hub.check_message(user, to)
            append(self._logs, session, e.Private(user.name, to.name, request.text))
            return None
        account = self._accounts.get(request.name)
        if account is None:
            raise nobody_called(self._hub, self._accounts, request.name)
        if user.guest:
            raise Refusal("share-a-room", account.name)
        return self._leave_word(session, e.Private(user.name, account.name, request.text))

    async def _leave_word(self, session: Session, event: e.Private) -> Answer | None:
        with self._post.room_for_one(event.to):
            append(self._logs, session, event)
            await self._logs.settled()
            if await self._post.is_kept(event):
                return Done("kept", event.to)
        if key(event.to) in self._hub.users:
            return None
        raise Refusal("not-kept")

    def reply(self, session: Session, request: r.Reply) -> Handling | None:
        """As :meth:`message`, to who wrote last."""
        user = user_of(session)
        name, guest = user.wrote_last, user.guest_wrote
        if not name:
            raise Refusal("nobody-to-answer")
        if guest is not None:
            # What is meant for one guest must not reach another who has the name now.
            name = guest.name
            if self._hub.users.get(guest.key) is not guest:
                raise Refusal("writer-gone", name)
        return self.message(session, r.Message(name, request.text))

    def history(self, session: Session, request: r.History) -> Handling:
        """Of a room, or, with ``@NAME`` in its place or a private chat that has the focus, of what two wrote."""
        name = request.room or (f"@{session.talk.name}" if session.talk is not None else "")
        if name.startswith("@"):
            return self._between(session, name[1:], request.count or SHOWN)
        return self._of_room(session, request)

    async def _between(self, session: Session, name: str, count: int) -> Answer:
        user = user_of(session)
        if count < 0:
            raise Refusal("bad-count")
        await self._logs.settled()
        entries, complete = await self._exchanged(user, name, min(count, MOST))
        if not entries and key(name) not in self._hub.users and self._accounts.get(name) is None:
            raise nobody_called(self._hub, self._accounts, name)
        shown = [entry for entry in entries if not self._hub.ignores.covers(user.name, entry.event.user)]
        for entry in shown:
            session.tell(Replayed(entry))
            await session.outlet.ready()
        return Past(f"@{name}", len(shown), complete=complete)

    async def _exchanged(self, user: User, name: str, count: int) -> tuple[list[e.Entry], bool]:
        """The last that the two have written to each other, and whether all that there is could be looked at."""
        mine = self._hub.exchanged.of(user.name)
        found = between(mine, user.name, name)
        oldest = mine[0].seq if mine else 0
        for _ in range(_PAGES):
            # A guest's name may have been another guest's before.
            if len(found) >= count or user.guest:
                break
            try:
                page = await self._history.page(user.log, oldest, _PAGE)
            except Refusal:
                return found, False
            if not page:
                break
            found = between(page, user.name, name) + found
            oldest = page[0].seq
        return [entry for entry in found if not is_blank(entry)][-count:], True


def handlers(private: Private) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Message: private.message, r.Reply: private.reply, r.History: private.history}
