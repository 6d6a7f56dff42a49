"""Questions: what the program itself wants to know of the server, asked when it disturbs nothing, and not shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chatd.chat.answers import Answer, Helped, Members, Refused, ResumeCode, RoomList
from chatd.client.gate import Gate

PATIENCE = 30.0
"""Seconds after which an answer is no longer waited for."""

_ANSWERS: dict[str, type[Answer]] = {"/help": Helped, "/who": Members, "/rooms": RoomList, "/resume": ResumeCode}


class Questions:
    """Asks one after the other.

    :param wishes: the verbs that are to be asked; each is taken from there when it is its turn
    :param say: sends a line to the server
    """

    def __init__(self, clock: IReactorTime, gate: Gate, wishes: deque[str], say: Callable[[bytes], None]) -> None:
        self._clock = clock
        self._gate = gate
        self._wishes = wishes
        self._say = say
        self._asked = ""
        self._patience: IDelayedCall | None = None
        gate.opened.append(self.ask)

    def ask(self) -> None:
        """Ask what is to be asked, if that may be now."""
        if self._wishes and self._gate.is_open:
            self._asked = self._wishes.popleft()
            self._gate.take()
            self._patience = self._clock.callLater(PATIENCE, self._unanswered)
            self._say(self._asked.encode())

    def told(self, answer: object) -> bool:
        """Whether ``answer`` is that to what was asked, and need not be shown."""
        if not self._asked:
            return False
        verb, _, about = self._asked.partition(" ")
        if isinstance(answer, Members) and about and answer.room != about:
            return False
        mine = type(answer) is _ANSWERS[verb] or (isinstance(answer, Refused) and answer.about == about != "")
        if mine:
            self._settle()
            self._gate.check()
        return mine

    def _unanswered(self) -> None:
        self._patience = None
        self._settle()
        self._gate.check()

    def _settle(self) -> None:
        self._asked = ""
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        self._gate.give_back()

    def stop(self) -> None:
        """Wait for nothing any more; what was to be asked is forgotten."""
        self._wishes.clear()
        if self._asked:
            self._settle()
