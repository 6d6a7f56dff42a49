"""The monitor: a sweep every few seconds over who is silent, and what has waited too long."""

from __future__ import annotations

from collections.abc import Callable

from chatd.chat.answers import Closing
from chatd.chat.hub import Hub
from chatd.chat.presence import Patience
from chatd.sessions import Sessions

SWEEP_SECONDS = 5.0
"""From one sweep to the next; no line costs more than noting when it came."""


class Monitor:
    """Finds who has fallen silent.

    :param patience: may be replaced
    :param seconds: of a clock that only goes forward
    """

    def __init__(self, hub: Hub, sessions: Sessions, patience: Patience, seconds: Callable[[], float]) -> None:
        self._hub = hub
        self._sessions = sessions
        self.patience = patience
        self._seconds = seconds

    def sweep(self) -> None:
        """Who has been silent for long is told to be inactive, or sent away."""
        users, now = list(self._hub.users.values()), self._seconds()
        for user in self.patience.given_up(users, now):
            for session in self._sessions.of(user.name):
                session.end(Closing("inactive"))
        for user in self.patience.fallen_silent(users, now):
            user.inactive = True
            self._sessions.tell_activity(user)
