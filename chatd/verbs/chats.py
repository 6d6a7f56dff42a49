"""Private chats: asking for one, agreeing to it, letting what is typed go there, and ending it."""

from __future__ import annotations

from collections.abc import Callable

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Chat, Done, Refusal, Setting
from chatd.chat.hub import Hub
from chatd.chat.names import closest, key
from chatd.chat.user import User
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.private import append
from chatd.verbs.rooms import Rooms
from chatd.verbs.talking import user_of


class Chats:
    """Handlers for private chats.

    Nobody is told whether he is ignored: a request to who ignores one waits like any other, and then was not answered.

    :param seconds: of a clock that only goes forward
    """

    def __init__(self, hub: Hub, logs: Logs, sessions: Sessions, rooms: Rooms, seconds: Callable[[], float]) -> None:
        self._hub = hub
        self._logs = logs
        self._talks = hub.talks
        self._sessions = sessions
        self._rooms = rooms
        self._seconds = seconds

    def chat(self, session: Session, request: r.Chat) -> Answer:
        """Asks, agrees where the other has asked, or lets what is typed go where there is a chat already."""
        user, to = user_of(session), self._hub.user(request.name)
        if user is to:
            raise Refusal("chat-yourself")
        self._check_hears(user, to)
        if self._talks.is_open(user.key, to.key):
            return self._focus(session, to)
        if self._talks.has_asked(to.key, user.key):
            return self.yes(session, r.Yes(to.name))
        self._hub.check_message(user, to)
        if self._talks.ask(user.key, to.key, self._seconds()) and not self._hub.ignores.covers(to.name, user.name):
            self._tell(to.key, Chat(user.name, "asked"))
        return Done("chat-asked", to.name)

    def yes(self, session: Session, request: r.Yes) -> Answer:
        """Both are told; what is typed in this session goes there."""
        user, asker = user_of(session), self._hub.user(request.name)
        self._check_hears(user, asker)
        self._talks.accept(user.key, asker.key)
        self._tell(asker.key, Chat(user.name, "open"))
        self._tell(user.key, Chat(asker.name, "open"))
        return self._focus(session, asker)

    def _check_hears(self, user: User, other: User) -> None:
        if self._hub.ignores.covers(user.name, other.name):
            raise Refusal("chat-ignored", other.name)

    def no(self, session: Session, request: r.No) -> Answer:
        """The one who asked is told."""
        user, asker = user_of(session), self._hub.user(request.name)
        if not self._talks.withdraw(asker.key, user.key):
            raise Refusal("not-asked", asker.name)
        self._tell(asker.key, Chat(user.name, "declined"))
        return Done("chat-declined", asker.name)

    def close(self, session: Session, request: r.Close) -> Answer:
        """The other is told; one that was only asked for is asked for no more."""
        user = user_of(session)
        if not request.name and session.talk is None:
            raise Refusal("usage", "/close NAME")
        name = request.name or (session.talk.name if session.talk is not None else "")
        with_focus = session.talk is not None and key(name) == session.talk.key
        if not (self.hang_up(user, name, session) or self._talks.withdraw(user.key, key(name)) or with_focus):
            raise Refusal("no-chat", name, closest(name, self._chatting(user)))
        if with_focus and session.focus is not None:
            session.tell(Done("chat-closed", name))
            session.talk = None
            return Setting("focus", session.focus.name)
        return Done("chat-closed", name)

    def _chatting(self, user: User) -> list[str]:
        return [self._hub.users[other].name for other in self._talks.of(user.key) if other in self._hub.users]

    def hang_up(self, user: User, name: str, asking: Session | None = None) -> bool:
        """End the chat of ``user`` with ``name``; whether there was one.

        :param asking: the session of ``user`` that is told otherwise
        """
        closed = self._talks.close(user.key, key(name))
        if closed:
            self._tell(key(name), Chat(user.name, "closed"))
            for session in self._sessions.of(user.name):
                if session is not asking:
                    # What is typed there may still be meant for the other.
                    session.tell(Done("chat-closed", name))
        return closed

    def alone(self, session: Session, text: str) -> None:
        """What is typed while a private chat has the focus goes to that one person, or to nobody."""
        user, peer = user_of(session), session.talk
        assert peer is not None
        if not self._talks.is_open(user.key, peer.key):
            raise Refusal("chat-over", peer.name)
        append(self._logs, session, e.Private(user.name, peer.name, text))

    def focus(self, session: Session, request: r.Focus) -> Answer:
        """A room that the session is in, or else a chat; ``@`` before a name says that it is a person's."""
        user, name = user_of(session), request.room.removeprefix("@")
        in_room = any(room.key == key(request.room) for room in session.rooms)
        if not in_room and self._talks.is_open(user.key, key(name)):
            return self._focus(session, self._hub.user(name))
        return self._rooms.focus(session, request)

    def leave(self, session: Session, request: r.Leave) -> Answer | Handling:
        """What has the focus is left, be it a chat or a room."""
        if session.talk is not None and not request.room:
            return self.close(session, r.Close())
        return self._rooms.leave(session, request)

    def _focus(self, session: Session, peer: User) -> Setting:
        session.talk = peer
        return Setting("focus", f"@{peer.name}")

    def _tell(self, user: str, answer: Answer) -> None:
        for session in self._sessions.of(user):
            session.tell(answer)

    # What nobody has asked for

    def depart(self, user: User) -> None:
        """``user`` is gone: those with whom she chatted are told."""
        for other in self._talks.leave(user.key):
            self._tell(other, Chat(user.name, "closed"))

    def expire(self) -> None:
        """Who has waited too long for an answer is told so."""
        for asker, asked in self._talks.expire(self._seconds()):
            user = self._hub.users.get(asked)
            self._tell(asker, Chat(user.name if user is not None else asked, "unanswered"))


def handlers(chats: Chats) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {
        r.Chat: chats.chat,
        r.Yes: chats.yes,
        r.No: chats.no,
        r.Close: chats.close,
        r.Focus: chats.focus,
        r.Leave: chats.leave,
    }
