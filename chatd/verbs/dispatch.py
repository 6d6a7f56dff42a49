"""From a line or a request to its handler, and from the handler's outcome to what the session is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Refusal
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.verbs.table import parse

Handler = Callable[..., Answer | Handling | None]


_APPENDING = (r.Say, r.Emote, r.Message, r.Reply)
"""Requests that only append to a log: they keep the order of lines by themselves, and wait for nothing."""


class Dispatcher:
    """Knows the handler of each request.

    What a line is answered comes behind what the lines before it have brought about: while entries are on their way to
    the journal, every request but those that add to them waits.

    :param tables: handlers by the type of request
    """

    def __init__(self, logs: Logs, *tables: Mapping[type[r.Request], Handler]) -> None:
        self._logs = logs
        self._handlers = {kind: handler for table in tables for kind, handler in table.items()}

    def line(self, session: Session, text: str) -> Handling | None:
        """Do what a line in a room asks for; gives what is still to be waited for, if anything is."""
        if not text.strip():
            session.pasted = session.paste is not None
            return None
        try:
            request = r.Say(text) if session.verbatim else parse(text)
        except Refusal as refusal:
            session.paste = None
            return self._refuse_settled(refusal)
        if type(request) is not r.Say:
            session.paste = None
        return self.request(session, request)

    def request(self, session: Session, request: r.Request) -> Handling | None:
        """Do what ``request`` asks for; gives what is still to be waited for, if anything is."""
        try:
            if self._logs.pending and not isinstance(request, _APPENDING):
                return self._do_settled(session, request)
            outcome = self._handlers[type(request)](session, request)
        except Refusal as refusal:
            session.paste = None
            return self._refuse_settled(refusal)
        if isinstance(outcome, Answer):
            session.tell(outcome)
            return None
        return outcome

    async def _do_settled(self, session: Session, request: r.Request) -> Answer | None:
        await self._logs.settled()
        return await self._outcome(session, request)

    async def _refuse_settled(self, refusal: Refusal) -> None:
        if self._logs.pending:
            await self._logs.settled()
        raise refusal

    async def _outcome(self, session: Session, request: r.Request) -> Answer | None:
        outcome = self._handlers[type(request)](session, request)
        return outcome if outcome is None or isinstance(outcome, Answer) else await outcome

    async def do(self, session: Session, request: r.Request) -> None:
        """Do what ``request`` asks for, and tell the session what comes of it.

        :raises Refusal: where it is not done
        """
        answer = await self.answer(session, request)
        if answer is not None:
            session.tell(answer)

    async def answer(self, session: Session, request: r.Request) -> Answer | None:
        """Do what ``request`` asks for; the answer, or None where what it has brought about has been told.

        :raises Refusal: where it is not done
        """
        if self._logs.pending:
            await self._logs.settled()
        answer = await self._outcome(session, request)
        if answer is None and self._logs.pending:
            # It is told before the next question, which gives one the turn to speak, or before the confirmation.
            await self._logs.settled()
        return answer
