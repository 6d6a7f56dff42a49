"""Taking lines: what becomes of each line of a session that comes through the gate."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from chatd.chat.answers import Closing, Refusal, Refused
from chatd.session import Handling, Session
from chatd.voice import LineVoice
from chatd.wire.lines import TooLong
from chatd.wire.text import to_text


class LineTaker:
    """Takes the lines of one session: they answer what it is asked, or are for the room that it is in.

    :param voice: of the session
    :param limit: bytes that a line may have, for telling
    :param handle: called with each line in a room; gives what is still to be waited for, if anything is
    """

    __slots__ = ("_clock", "_handle", "_limit", "_session", "_voice", "_was_behind", "behind")

    def __init__(
        self,
        session: Session,
        voice: LineVoice,
        clock: IReactorTime,
        limit: int,
        handle: Callable[[Session, str], Handling | None],
    ) -> None:
        self._session = session
        self._voice = voice
        self._clock = clock
        self._limit = limit
        self._handle = handle
        self._was_behind = False
        self.behind = 0

    @property
    def pasted(self) -> bool:
        """As :class:`chatd.intake.Taker`."""
        return self._session.pasted

    def wants_line(self) -> bool:
        """Whether the next line would be taken now: somebody waits for it, and the peer reads its answers.

        What is thrown away is taken at once, or it would still be there when it is no longer thrown away.
        """
        session, voice = self._session, self._voice
        if session.is_over or self._is_deaf:
            return not session.is_over
        if voice.outlet.is_loaded:
            return False
        if voice.is_asking or not session.is_idle_in_rooms:
            return voice.is_asking
        return session.focus is None or session.rooms[session.focus].admits(session.poke)

    def take(self, line: bytes | TooLong) -> bool:
        """Take the next line; true where it is thrown away, since one was taken out of the room it was typed for."""
        session, voice = self._session, self._voice
        if not self._was_behind:
            session.paste = None
        session.behind = self.behind
        self._was_behind = self.behind > 0
        session.pasted = False
        session.hear()
        if self._is_deaf:
            self._throw_away()
            return True
        try:
            text = to_text(line, self._limit, voice.is_asking_secret)
        except Refusal as refusal:
            voice.refuse_line(refusal.answer)
            return False
        if voice.is_asking:
            session.paste = None
            voice.answer(text)
        else:
            session.work(self._handle, text)
        return False

    @property
    def _is_deaf(self) -> bool:
        """Whether what comes was typed for a room that one has been taken out of."""
        # A secret was typed for its question, which is there still.
        deaf = self._session.deaf
        if deaf is None or self._voice.is_asking_secret:
            return False
        if self._clock.seconds() >= deaf[0]:
            self._session.deaf = None
            return False
        return True

    def _throw_away(self) -> None:
        deaf = self._session.deaf
        assert deaf is not None
        until, room = deaf
        if room:
            self._session.deaf = (until, "")
            self._session.tell(Refused("dropped-lines", room))
        elif not self._voice.outlet.is_loaded:
            # Who answers every question once must not wait for the next for ever.
            self._voice.repeat_prompt()

    def end_of_input(self) -> None:
        """No further line comes, and all that came are taken."""
        self._session.end(Closing("end-of-input"))

    def endless_line(self) -> None:
        """What comes cannot be made sense of any more."""
        self._session.end(Closing("endless-line"))
