"""The gate: whether the server may be asked something beside what the person says.

What is asked beside it comes by the same connection, and the next line may be taken as a password. So only one request
of the program's own is under way at a time, and none while the person is being asked something, or has typed a verb
that is not answered yet.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

VERB_PATIENCE = 5.0
"""Seconds after which a verb that the person has typed counts as answered."""


class Gate:
    """Opens and shuts.

    :ivar opened: called in order, each as long as the gate is open, whenever it may have opened
    :ivar is_taken: whether a request of the program's own is under way
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._may_ask = False
        self._held: IDelayedCall | None = None
        self._shut = False
        self.is_taken = False
        self.opened: list[Callable[[], None]] = []

    @property
    def lets_talk(self) -> bool:
        """Whether what the person says would be taken for that."""
        return self._may_ask and self._held is None

    @property
    def is_open(self) -> bool:
        """Whether the server may be asked something now."""
        return self.lets_talk and not self.is_taken and not self._shut

    def turn(self, may_ask: bool) -> None:
        """Take note whether what is sent now would be taken for a verb."""
        self._may_ask = may_ask
        self.check()

    def hold(self) -> None:
        """The person has typed a verb."""
        self.release()
        self._held = self._clock.callLater(VERB_PATIENCE, self._released)

    def release(self) -> None:
        """The person's verb is answered."""
        if self._held is not None:
            self._held.cancel()
            self._released()

    def _released(self) -> None:
        self._held = None
        self.check()

    def take(self) -> None:
        """A request of the program's own is under way."""
        self.is_taken = True

    def give_back(self) -> None:
        """It is answered."""
        self.is_taken = False

    def shut(self) -> None:
        """Nothing can be asked any more: what is sent is said, whatever it is."""
        self._shut = True

    def reset(self) -> None:
        """There is a new connection, or none."""
        self._may_ask = self._shut = self.is_taken = False
        self.release()

    def check(self) -> None:
        """Let those who wait have their turn."""
        for opened in self.opened:
            if self.lets_talk:
                opened()
