"""Answers the first prompts with what the command line gave: who one is, the password, and the room."""

from __future__ import annotations

from enum import Enum, auto

from chatd.chat.answers import Prompt, Refused, Welcome, YouEntered
from chatd.client.options import Options
from chatd.client.resumption import Resumption
from chatd.wire.codes import CREDENTIALS, SPEAK, Code
from chatd.wire.objects import Value


class Step(Enum):
    """How far it has come."""

    OUTSIDE = auto()
    RESUMING = auto()
    KNOCKING = auto()
    INSIDE = auto()
    ENTERING = auto()
    DONE = auto()


class SignIn:
    """Says what is to be answered, step by step.

    A step is over when the server says so, not when it asks again: a prompt is repeated after every announcement.

    :param options: who one is, and where one wants to go
    :param persistent: whether to try again after a wrong password, which a person is there to type
    :param resumption: knows what can be gone on with
    """

    def __init__(self, options: Options, persistent: bool, resumption: Resumption | None = None) -> None:
        self._options = options
        self._resumption = resumption or Resumption()
        self._room = options.room
        self._is_known = False
        self._persistent = persistent
        self._password = options.password
        self.step = Step.OUTSIDE
        self.refused: Refused | None = None

    def restart(self) -> None:
        """There is a new connection."""
        self.step = Step.OUTSIDE
        if self._is_known:
            self._password = self._options.password
        self.refused = None

    def answer(self, code: Code, prompt: Prompt) -> str | None:
        """The answer to ``prompt``; None where that is for somebody else to know."""
        if code is CREDENTIALS and prompt.name == "password" and self.step is Step.KNOCKING:
            password, self._password = self._password, None
            return password
        if code is not SPEAK or prompt.name != "choose":
            return None
        if self.step is Step.OUTSIDE:
            return self._knock()
        return self._enter() if self.step is Step.INSIDE else None

    def _knock(self) -> str | None:
        if self._resumption.line:
            self.step = Step.RESUMING
            return self._resumption.line
        if not (self._options.user or self._options.guest):
            return None
        self.step = Step.KNOCKING
        return f"login {self._options.user}" if self._options.user else f"guest {self._options.guest}"

    def _enter(self) -> str | None:
        if not self._room:
            self.step = Step.DONE
            return None
        self.step = Step.ENTERING
        return f"enter {self._room}"

    def told(self, value: Value | None) -> None:
        """Take note of what the server says."""
        self._is_known = self._is_known or isinstance(value, Welcome)
        if isinstance(value, Welcome) and self.step in (Step.OUTSIDE, Step.KNOCKING):
            self.step = Step.INSIDE
        elif self.step is Step.RESUMING:
            self._resumed(value)
        elif isinstance(value, YouEntered):
            self.step = Step.DONE
        elif isinstance(value, Refused) and self.step in (Step.KNOCKING, Step.ENTERING):
            again = self._persistent and value.error == "wrong-password"
            self.refused = None if again else value
            self.step = Step.OUTSIDE if again else Step.DONE

    def _resumed(self, value: Value | None) -> None:
        if isinstance(value, Welcome):
            self.step = Step.DONE
        elif isinstance(value, Refused):
            # Somebody new, then, in the same place.
            self._room = self._resumption.focus or self._room
            self._resumption.forget()
            self.step = Step.OUTSIDE
