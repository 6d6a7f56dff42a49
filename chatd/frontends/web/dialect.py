"""A connection that turns out, at its first object, to speak the dialect of course work, and is spoken to in it."""

from __future__ import annotations

from functools import partial

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Members, Refusal
from chatd.chat.entrances import Guest
from chatd.frontends.web.messages import Messages
from chatd.frontends.web.taking import Doing, WebTaker
from chatd.outlet import Outlet
from chatd.session import Handling, Session
from chatd.wire import webjson
from chatd.wire.dialect import ROOM, Dialect, Registered, is_spoken, translated


def notice(messages: Messages, taker: WebTaker, session: Session, outlet: Outlet, dialect: Dialect) -> None:
    """Have the first object among ``messages`` show what the connection speaks."""

    def own() -> str:
        return session.user.name if session.user is not None else ""

    def first(message: bytes, limit: int) -> list[webjson.Asked]:
        try:
            fields = webjson.read(message)
        except Refusal:
            return webjson.parse(message, limit)
        messages.parse = webjson.parse
        if is_spoken(fields):
            messages.parse = partial(webjson.parse, translate=lambda fields: translated(fields, own()))
            taker.wording = outlet.renderer = dialect
            taker.doing = Joining(taker.doing, session)
        return messages.parse(message, limit)

    messages.parse = first


class Joining:
    """Lets whoever becomes a guest be in the room at once; see :class:`~chatd.frontends.web.taking.Doing`."""

    __slots__ = ("_doing", "_session")

    def __init__(self, doing: Doing, session: Session) -> None:
        self._doing = doing
        self._session = session

    def say(self, request: r.Say) -> Handling | None:
        """As :class:`~chatd.frontends.web.taking.Doing`."""
        return self._doing.say(request) if self._session.user is not None else self.answer(request)

    async def answer(self, request: webjson.Request) -> Answer | None:
        """As :class:`~chatd.frontends.web.taking.Doing`; a new guest is answered who is there.

        :raises Refusal: also ``not-logged-in``, before there is one
        """
        if not isinstance(request, Guest):
            if self._session.user is None and not isinstance(request, r.Quit):
                raise Refusal("not-logged-in")
            return await self._doing.answer(request)
        await self._doing.answer(request)
        await self._doing.answer(r.Enter(ROOM))
        there = await self._doing.answer(r.Who(ROOM))
        assert isinstance(there, Members)
        return Registered(there.room, there.members)
