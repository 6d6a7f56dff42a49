"""What the console asks of the daemon: to read its configuration again, to stop, to start again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorTime

from chatd.chat.answers import Refusal


class Steering(Protocol):
    """The daemon's life."""

    def reload(self) -> Deferred[list[str]]:
        """Read everything again; sentences of what has changed.

        :raises Refusal: (in the Deferred) says why nothing has
        """

    def stop(self, delay: float, text: str) -> None:
        """Stop in ``delay`` seconds, and tell everybody ``text``."""

    def restart(self, text: str) -> None:
        """Stop, start again on the same listeners, and tell everybody ``text``.

        :raises Refusal: where that cannot be
        """


class StopOnly:
    """A daemon that can stop.

    :param halt: does so
    :param announce: says something to everybody
    """

    def __init__(self, clock: IReactorTime, halt: Callable[[], object], announce: Callable[[str], object]) -> None:
        self._clock = clock
        self._halt = halt
        self._announce = announce

    def reload(self) -> Deferred[list[str]]:
        """It cannot.

        :raises Refusal: (in the Deferred)
        """
        return fail(Refusal("not-here-yet", "reload"))

    def stop(self, delay: float, text: str) -> None:
        """As :meth:`Steering.stop`."""
        if text:
            self._announce(text)
        self._clock.callLater(delay, self._halt)

    def restart(self, text: str) -> None:
        """It cannot.

        :raises Refusal: always
        """
        raise Refusal("not-here-yet", "restart")
