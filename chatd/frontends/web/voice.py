"""The server's voice to a program: it is told everything as it comes, and is asked nothing."""

from __future__ import annotations

from collections.abc import Mapping

from twisted.internet.defer import Deferred, fail, succeed

from chatd.chat.answers import Answer, Prompt, Refusal
from chatd.chat.events import Entry
from chatd.chat.text import clean
from chatd.outlet import Outlet, Renderer
from chatd.wire.codes import DUPLEX, Code


class WebVoice:
    """An implementation of :class:`chatd.session.Voice` for those who give all answers beforehand."""

    __slots__ = ("answers", "outlet")

    outlet: Outlet
    is_asking = False

    def __init__(self) -> None:
        self.answers: Mapping[str, str] = {}
        """To the questions that what is worked on may bring, by their names."""

    @property
    def renderer(self) -> Renderer:
        """As :class:`chatd.session.Voice`; it stays what it is."""
        return self.outlet.renderer

    @renderer.setter
    def renderer(self, renderer: Renderer) -> None:
        raise AssertionError("a program reads nothing but its frames")

    def tell(self, answer: Answer, code: Code | None = None) -> None:
        """Tell the peer ``answer``; the code is that of whoever may always speak."""
        self.outlet.tell(self.renderer.answer(DUPLEX, answer))

    def tell_entry(self, entry: Entry) -> None:
        """Tell the peer what stands in its user's own log."""
        self.outlet.tell(self.renderer.event(DUPLEX, entry))

    def ask(self, prompt: Prompt, secret: bool = False) -> Deferred[str]:
        """The answer that was given beforehand.

        :raises Refusal: (in the Deferred) ``answer-needed``, where none was
        """
        answer = self.answers.get(prompt.name, "")
        if not secret:
            answer = clean(answer).strip()
        return succeed(answer) if answer else fail(Refusal("answer-needed", prompt.name, why=prompt.text))

    def give_up(self) -> None:
        """Nothing was asked."""

    def set_in_rooms(self, inside: bool) -> None:
        """It makes no difference."""
