"""Saying something: in a room, and to one person."""

from __future__ import annotations

from collections.abc import Callable

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import check_speak
from chatd.chat.answers import Answer, Done, Refusal
from chatd.chat.hub import Hub
from chatd.chat.pastes import LONGEST, Paste
from chatd.chat.room import Room
from chatd.chat.user import User
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.table import hinted, may_be_slip, said_of


def user_of(session: Session) -> User:
    """Whose session it is.

    :raises Refusal: ``not-logged-in``
    """
    if session.user is None:
        raise Refusal("not-logged-in")
    return session.user


def room_of(session: Session, hub: Hub, name: str) -> Room:
    """The room called ``name`` that the session is in; with an empty name, the one that has the focus.

    :raises Refusal: ``no-focus``, ``in-chat``, ``no-such-room``, ``not-in-room``
    """
    if session.talk is not None and not name:
        # What is meant for one person alone must never reach a room.
        raise Refusal("in-chat", session.talk.name)
    room = hub.room_for(session.user, name) if name else session.focus
    if room is None:
        raise Refusal("no-focus")
    if room not in session.rooms:
        raise Refusal("not-in-room", room.name)
    return room


class Talking:
    """Handlers for what is said.

    :param hint: tells a netcat user how a file is given, where a line looks like the wish to
    :param alone: takes what is typed while a private chat has the focus
    """

    def __init__(
        self,
        hub: Hub,
        logs: Logs,
        hint: Callable[[Session, str], Answer | None],
        alone: Callable[[Session, str], None],
    ) -> None:
        self._hub = hub
        self._logs = logs
        self._hint = hint
        self._alone = alone

    def say(self, session: Session, request: r.Say) -> Handling | None:
        """Comes back from the room's log; what looks like a slip is told to the speaker alone, behind it."""
        if session.talk is not None and not request.room:
            self._alone(session, request.text)
            return None
        room = self._where(session, request)
        self._logs.append(room.name, self._said(session, room, request.text), session.address)
        if session.verbatim or not may_be_slip(request.text):
            return None
        return self._tell_hint(session, request.text)

    async def _tell_hint(self, session: Session, text: str) -> Answer | None:
        await self._logs.settled()
        verb = hinted(text)
        return Done("said-verb", verb) if verb else self._hint(session, text)

    def emote(self, session: Session, request: r.Emote) -> None:
        """Comes back from the room's log."""
        if session.talk is not None and not request.room:
            self._alone(session, f"* {request.text}")
            return
        room = self._where(session, request)
        self._logs.append(room.name, e.Emoted(user_of(session).name, request.text), session.address)

    def _where(self, session: Session, request: r.Say | r.Emote) -> Room:
        room = room_of(session, self._hub, request.room)
        if not request.text.strip():
            raise Refusal("nothing-said")
        check_speak(user_of(session), room, self._hub.bans)
        session.rooms[room].took(len(request.text))
        return room

    def _said(self, session: Session, room: Room, text: str) -> e.Said:
        name, paste = user_of(session).name, session.paste
        if paste is not None and paste.room is room and paste.line < LONGEST:
            paste.line += 1
            session.pasted = True
            return e.Said(name, text, paste.block, paste.line, paste.lines)
        ahead = said_of(session.ahead(), session.verbatim) if session.behind else 0
        if not ahead:
            session.paste = None
            return e.Said(name, text)
        paste = session.paste = Paste(room, self._logs.next_number(room.name), ahead + 1)
        return e.Said(name, text, paste.block, 1, paste.lines)


def handlers(talking: Talking) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request; histories are for :mod:`chatd.verbs.private` to direct."""
    return {
        r.Say: talking.say,
        r.Emote: talking.emote,
    }
