"""Taking messages: what becomes of each thing that a program asks for and the gate lets through."""

from __future__ import annotations

from typing import Protocol

from twisted.logger import Logger

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Closing, Done, Refusal, Refused
from chatd.dialogue.requests import answers_of
from chatd.frontends.web.voice import WebVoice
from chatd.outlet import Gone, Renderer
from chatd.session import Handling, Session
from chatd.wire.webjson import Asked, Request, Typed


class Wording(Renderer, Protocol):
    """Words values, and whose answer they are."""

    def answered(self, answer: Answer, to: str | int | None) -> bytes:
        """The frame of ``answer``, to the request that bore the id ``to``; None for one without."""


class Doing(Protocol):
    """Does what is asked for; see :class:`chatd.dialogue.requests.Conversation`."""

    def say(self, request: r.Say) -> Handling | None:
        """Say something that nobody waits to have confirmed; gives what is still to be waited for, if anything is."""

    async def answer(self, request: Request) -> Answer | None:
        """Do what ``request`` asks for; the answer, or None where there is none but what has been told.

        :raises Refusal: where it is not done
        """


class WebTaker:
    """Takes what one session asks for; an implementation of :class:`chatd.intake.Taker`.

    :ivar doing: does it
    :ivar wording: of what it is answered
    """

    log = Logger()

    def __init__(self, session: Session, voice: WebVoice, doing: Doing, wording: Wording) -> None:
        self.behind = 0
        self.doing = doing
        self.wording = wording
        self._session = session
        self._voice = voice
        self._stopped: Refused | None = None
        """Why the paste that is being said is not said any further."""
        self._is_told = False

    @property
    def pasted(self) -> bool:
        """As :class:`chatd.intake.Taker`."""
        return self._session.pasted

    def wants_line(self) -> bool:
        """Whether the next thing would be taken now: nothing is worked on, and the peer and its rooms have kept up."""
        session = self._session
        if session.is_over or session.is_working or self._voice.outlet.is_loaded:
            return False
        return all(channel.admits(session.poke) for channel in session.rooms.values())

    def take(self, asked: Asked) -> None:
        """Take the next thing."""
        session = self._session
        session.hear()
        session.pasted = False
        self._voice.answers = {**asked.answers, **answers_of(asked.request)}
        session.work(self._do, asked)

    def _do(self, session: Session, asked: Asked) -> Handling | None:
        if asked.refused is not None:
            self._tell(asked.refused, asked)
            return None
        if isinstance(asked.request, r.Say | Typed):
            self._line_up(session, asked)
            if self._stopped is not None:
                if asked.id is not None or (asked.is_last and not self._is_told):
                    self._stop(self._stopped, asked)
                return None
        if isinstance(asked.request, r.Say) and asked.id is None:
            handling = self.doing.say(asked.request)
            return handling and self._said(handling, asked)
        return self._answer(asked)

    def _line_up(self, session: Session, asked: Asked) -> None:
        """Whether a line goes on with a paste is what its program says, however it came."""
        if not asked.goes_on:
            session.paste = self._stopped = None
        session.behind, session.ahead = asked.behind, asked.ahead

    async def _said(self, handling: Handling, asked: Asked) -> None:
        try:
            await handling
        except Refusal as refusal:
            self._stop(refusal.answer, asked)

    def _stop(self, why: Refused, asked: Asked) -> None:
        """Once is enough, whatever else the paste has, but for those who wait for an answer."""
        self._stopped, self._is_told = why, asked.is_last
        if asked.is_last:
            self._tell(why, asked)

    async def _answer(self, asked: Asked) -> None:
        assert asked.request is not None
        answer: Answer | None
        try:
            answer = await self.doing.answer(asked.request)
        except Refusal as refusal:
            answer = refusal.answer
            if isinstance(asked.request, r.Say):
                self._stopped, self._is_told = answer, True
        except Gone:
            raise
        except Exception:
            # As in a session's own work; but the answer is to say to what.
            self.log.failure("what {address} asked for could not be done", address=self._session.address)
            answer = Refused("internal")
        if answer is None and asked.id is not None:
            answer = Done(str(asked.request.__struct_config__.tag))
        if answer is not None:
            self._tell(answer, asked)

    def _tell(self, answer: Answer, asked: Asked) -> None:
        self._voice.outlet.tell(self.wording.answered(answer, asked.id))

    def end_of_input(self) -> None:
        """No more comes."""
        self._session.end(Closing("end-of-input"))

    def endless_line(self) -> None:
        """Messages have ends."""
        raise AssertionError("a message that is too long ends the connection by itself")
