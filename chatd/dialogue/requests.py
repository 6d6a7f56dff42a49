"""The conversation with a program that is asked nothing: what it wants, and all that it takes, comes in one piece.

It has no menu, and may ask at any time for whatever there is.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec
from twisted.internet.defer import Deferred

from chatd.chat import entrances as n
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Lines, Refusal
from chatd.dialogue.menu import Menu
from chatd.dialogue.resume import Place
from chatd.dialogue.rooms import rejoin
from chatd.dialogue.sign_in import Attempts
from chatd.session import Handling, Session
from chatd.verbs.table import parse
from chatd.wire.webjson import NOT_HERE, Request, Typed

Done = Coroutine[Deferred[Any], Any, None]


class Requests:
    """Does what programs ask for.

    :param menu: has all that people are led to
    """

    def __init__(self, menu: Menu) -> None:
        self.menu = menu

    async def converse(self, session: Session) -> None:
        """Greet ``session``, and wait until it is over; what it asks for goes another way."""
        session.tell(self.menu.greeting)
        if self.menu.motd():
            session.tell(Lines(self.menu.motd()))
        await session.until_over()

    def of(self, session: Session) -> Conversation:
        """What ``session`` asks for is to be given to this."""
        return Conversation(self.menu, session)


class Conversation:
    """One connection's way through the server."""

    __slots__ = ("attempts", "menu", "session")

    def __init__(self, menu: Menu, session: Session) -> None:
        self.menu = menu
        self.session = session
        self.attempts = Attempts()

    def say(self, request: r.Say) -> Handling | None:
        """Say something that nobody waits to have confirmed; gives what is still to be waited for, if anything is."""
        return self.menu.dispatcher.request(self.session, request)

    async def answer(self, request: Request) -> Answer | None:
        """Do what ``request`` asks for; the answer, or None where there is none but what has been told.

        :raises Refusal: where it is not done
        """
        session = self.session
        user = session.user
        try:
            if isinstance(request, n.Entrance):
                await _ENTRANCES[type(request)](self, request)
                return None
            return await self.menu.dispatcher.answer(session, _meant(request))
        finally:
            if session.user is not user and not session.rooms:
                self.menu.arrived(session)
                await self.menu.post.hand_over(session)

    async def log_in(self, request: n.Login) -> None:
        """As :class:`chatd.chat.entrances.Login`."""
        await self.menu.sign_in.log_in(self.session, self.attempts, request.name)

    async def register(self, request: n.Register) -> None:
        """As :class:`chatd.chat.entrances.Register`; a guest is in the same rooms afterwards, as far as he may be."""
        session = self.session
        # What stands against it is the answer: nobody is to be asked for anything before it is told.
        self.menu.sign_in.check_registration(session, request.name)
        rooms = [room.name for room in sorted(session.rooms, key=lambda room: room is session.focus)]
        await self.menu.sign_in.register(session, request.name)
        for name in rooms:
            try:
                await self._enter(r.Enter(name))
            except Refusal as refusal:
                session.tell(refusal.answer)

    async def go_on(self, request: n.GoOn) -> None:
        """As :class:`chatd.chat.entrances.GoOn`."""
        places = [Place(log, after) for log, after in request.seen.items()]
        await self.menu.resume.go_on(self.session, self.attempts, request.code, places)

    async def rejoin(self, request: n.Rejoin) -> None:
        """As :class:`chatd.chat.entrances.Rejoin`."""
        await rejoin(self.session, self.menu.last_rooms, self._enter)

    async def _enter(self, request: r.Enter) -> None:
        await self.menu.dispatcher.do(self.session, request)


def answers_of(request: Request | None) -> Mapping[str, str]:
    """What ``request`` itself answers of the questions that people are asked, by their names."""
    if isinstance(request, n.Login | n.Unregister):
        return {"password": request.password}
    if isinstance(request, n.Register):
        new = {"new-password": request.password, "new-password-again": request.password}
        return {"register-code": request.code, **new}
    if isinstance(request, n.Password):
        return {"password": request.password, "new-password": request.new, "new-password-again": request.new}
    return {}


def _meant(request: r.Request | Typed) -> r.Request:
    """The request that is meant by what somebody typed.

    :raises Refusal: as :func:`chatd.verbs.table.parse`; ``lines-only``
    """
    if not isinstance(request, Typed):
        return request
    meant = parse(request.text)
    if isinstance(meant, NOT_HERE):
        raise Refusal("lines-only", str(meant.__struct_config__.tag))
    if request.room and getattr(meant, "room", None) == "":
        return msgspec.structs.replace(meant, room=request.room)
    return meant


_ENTRANCES: dict[type[n.Entrance], Callable[[Conversation, Any], Done]] = {
    n.Login: Conversation.log_in,
    n.Register: Conversation.register,
    n.Guest: lambda c, request: c.menu.sign_in.guest(c.session, request.name),
    n.Oldest: lambda c, request: c.menu.sign_in.oldest(c.session, c.attempts),
    n.Logout: lambda c, request: c.menu.sign_in.log_out(c.session),
    n.Rejoin: Conversation.rejoin,
    n.GoOn: Conversation.go_on,
    n.Password: lambda c, request: c.menu.sign_in.own.password(c.session),
    n.Unregister: lambda c, request: c.menu.sign_in.unregister(c.session),
}
