"""The server's voice to one peer: what it is told and asked, and the code that each line bears."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from chatd.chat.answers import Answer, Prompt, Refused
from chatd.chat.events import Entry
from chatd.delivery import Delivery
from chatd.outlet import Gone, Outlet, Renderer
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code, Floor


class LineVoice:
    """Tells and asks one peer, and knows whose turn it is.

    In a room every line bears ``111``, and so do questions there; only a secret changes the code.
    """

    outlet: Outlet

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._floor = Floor()
        self._in_rooms = False
        self._prompt: tuple[Code, Prompt] | None = None
        self._answer: Deferred[str] | None = None

    @property
    def renderer(self) -> Renderer:
        """How values are worded for this peer; what is set holds from the next line on."""
        return self.outlet.renderer

    @renderer.setter
    def renderer(self, renderer: Renderer) -> None:
        self._delivery.single_out(self.outlet)
        self.outlet.renderer = renderer

    # Telling

    def tell(self, answer: Answer, code: Code | None = None) -> None:
        """Tell the peer ``answer``; at a prompt, the prompt is repeated after it."""
        self._write(self.renderer.answer(code or self._line_code, answer))

    def tell_entry(self, entry: Entry) -> None:
        """Tell the peer what stands in its user's own log."""
        self._write(self.renderer.event(self._line_code, entry))

    def refuse_line(self, why: Refused) -> None:
        """Tell the peer that its line was not taken, and let it try again where it was asked for one."""
        # At a secret prompt everything waits that is told, but not this.
        self.outlet.release()
        self.tell(why)
        if self._floor.state is not SPEAK:
            self.repeat_prompt()
        if self._floor.state is CREDENTIALS:
            self.outlet.hold()

    @property
    def _line_code(self) -> Code:
        return DUPLEX if self._in_rooms else LISTEN

    def _write(self, data: bytes) -> None:
        self.outlet.tell(data)
        if self._floor.state is SPEAK:
            self.repeat_prompt()

    def repeat_prompt(self) -> None:
        """Ask once more what is asked, if anything is."""
        if self._prompt is not None:
            self.outlet.tell(self.renderer.answer(*self._prompt))

    # Asking

    def ask(self, prompt: Prompt, secret: bool = False) -> Deferred[str]:
        """Ask for a line; what others say while a secret is typed waits. Fires with the line.

        :raises Gone: (in the Deferred) where the wait is given up
        """
        code = CREDENTIALS if secret else DUPLEX if self._in_rooms else SPEAK
        if self._floor.state is not code:
            self._floor.turn(code)
        self._prompt = (code, prompt)
        answer = self._answer = Deferred()
        self.repeat_prompt()
        if secret:
            self.outlet.hold()
        return answer

    @property
    def is_asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._answer is not None

    @property
    def is_asking_secret(self) -> bool:
        """Whether the next line is a secret."""
        return self._floor.state is CREDENTIALS

    def answer(self, line: str) -> None:
        """The peer has answered."""
        self._asked().callback(line)

    def give_up(self) -> None:
        """Wait for no answer any more."""
        self._asked().errback(Gone())

    def _asked(self) -> Deferred[str]:
        """The question is over; what is to be told who has asked it."""
        answer, prompt = self._answer, self._prompt
        assert answer is not None and prompt is not None
        self._answer = self._prompt = None
        if prompt[0] is CREDENTIALS:
            self.outlet.release()
        self._settle()
        return answer

    # Rooms

    def set_in_rooms(self, inside: bool) -> None:
        """The peer is in a room now, or in none; a question that is open goes with it."""
        self._in_rooms = inside
        if self._floor.state is DUPLEX or (inside and self._floor.state is LISTEN):
            self._settle()
            if self._prompt is not None and not inside:
                # Outside a room only a prompt gives the turn to speak.
                self._floor.turn(SPEAK)
                self._prompt = (SPEAK, self._prompt[1])
                self.repeat_prompt()

    def _settle(self) -> None:
        state = self._line_code
        if self._floor.state is not state:
            self._floor.turn(state)
