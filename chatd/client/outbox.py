"""The outbox: what is typed for a room goes there and nowhere else, whatever room the server has the focus on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from chatd.chat.answers import Refused, Setting, ThrownOut, YouEntered, YouLeft
from chatd.chat.names import key
from chatd.client.gate import Gate

_NOT_THERE = frozenset({"not-in-room", "no-such-room", "no-focus", "no-chat"})


class Outbox:
    """Lines that wait for the focus, or for the answer to a verb: the next line may be taken as a password.

    What has several lines is one paste, and is sent in one piece, so that the server sees that it is one.

    :param say: says a line, as the person would
    :param ask: sends a line of the program's own
    :param tell: tells the person a sentence
    """

    def __init__(
        self, gate: Gate, say: Callable[[bytes], None], ask: Callable[[bytes], None], tell: Callable[[str], None]
    ) -> None:
        self._gate = gate
        self._say = say
        self._ask = ask
        self._tell = tell
        self._lines: deque[tuple[str, str]] = deque()
        self._asking = ""
        self.focus = ""
        gate.opened.insert(0, self.send)

    def put(self, room: str, text: str) -> None:
        """Have ``text`` said in ``room``; where that is empty, wherever the focus is."""
        self._lines.append((room, text))
        self.send()

    def send(self) -> None:
        """Send what can be sent now."""
        while self._lines and self._gate.lets_talk and not self._asking:
            room, line = self._lines[0]
            if room and key(room) != key(self.focus):
                if self._gate.is_open:
                    self._asking = room
                    self._gate.take()
                    self._ask(f"/focus {room}".encode())
                return
            self._lines.popleft()
            (self._ask if "\n" in line else self._say)(line.encode())

    def told(self, answer: object) -> bool:
        """Take note of where the focus is; whether it was asked for here, and need not be shown."""
        if isinstance(answer, YouEntered):
            self.focus = answer.room
        elif isinstance(answer, YouLeft | ThrownOut):
            self.focus = answer.focus
        elif isinstance(answer, Setting) and answer.name == "focus":
            self.focus = answer.value
            return self._settle(key(answer.value) == key(self._asking))
        elif isinstance(answer, Refused) and answer.error in _NOT_THERE:
            return self._refuse(answer)
        return False

    def _settle(self, mine: bool) -> bool:
        mine = mine and bool(self._asking)
        if mine:
            self._asking = ""
            self._gate.give_back()
            self._gate.check()
        return mine

    def _refuse(self, refused: Refused) -> bool:
        if not self._asking or (refused.about and key(refused.about) != key(self._asking)):
            return False
        self.drop(self._asking)
        self._settle(True)
        return False

    def drop(self, room: str = "") -> None:
        """Throw away what waits for ``room``; with an empty one, everything."""
        lost = [item for item in self._lines if not room or key(item[0]) == key(room)]
        self._lines = deque(item for item in self._lines if item not in lost)
        for where, line in lost:
            self._tell(f"not said{f' in {where}' if where else ''}: {line}")

    def stop(self) -> None:
        """There is no connection any more; what waits, waits for the next one."""
        self._asking = ""
        self.focus = ""
