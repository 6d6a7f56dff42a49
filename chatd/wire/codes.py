"""The four codes with which every line of the server begins, and the machine that says which may follow which."""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """What the client may do now."""

    LISTEN = "00"
    """Listen; nothing is expected."""
    SPEAK = "11"
    """Send one line."""
    CREDENTIALS = "01"
    """Send one line that is a secret: not echoed, and kept nowhere."""
    DUPLEX = "111"
    """Send lines whenever you like, and get lines whenever there are any."""


LISTEN, SPEAK, CREDENTIALS, DUPLEX = Code

_NEXT = {
    LISTEN: {SPEAK, CREDENTIALS, DUPLEX},
    SPEAK: {LISTEN},
    CREDENTIALS: {LISTEN, DUPLEX},
    DUPLEX: {LISTEN, CREDENTIALS},
}


class Floor:
    """Who has the floor: the state of one conversation, by the last code that was sent.

    A question gives the floor to the client; its answer, one line, gives it back. In duplex both have it, until the
    last room is left or a secret is asked for.
    """

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = LISTEN

    def turn(self, state: Code) -> None:
        """Go over to ``state``.

        :raises ValueError: where the protocol has no such step
        """
        if state not in _NEXT[self.state]:
            raise ValueError(f"{state.name} cannot follow {self.state.name}")
        self.state = state
