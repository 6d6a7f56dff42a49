"""What the console asks of the daemon: to read its configuration again, to stop, to start again."""

from __future__ import annotations

from typing import Protocol

from twisted.internet.defer import Deferred


class Steering(Protocol):
    """What an operator can have the daemon do."""

    def reload(self) -> Deferred[list[str]]:
        """Read configuration, message of the day and certificates anew, and open log files anew.

        :returns: in the Deferred, a sentence for each thing that has changed, or one that says that nothing has
        :raises Refusal: ``not-reloaded`` (in the Deferred): something in them cannot be used; nothing has changed
        """

    def stop(self, delay: float, text: str) -> None:
        """End the daemon, in place of what was asked for before.

        :param delay: seconds until then; everybody is told at once, and again from time to time
        :param text: what people are told about it; may be empty
        """

    def restart(self, text: str) -> None:
        """End the daemon, and start it again at once; who connects meanwhile waits, and is not refused.

        :param text: what people are told about it; may be empty
        :raises Refusal: ``not-restarted``: a start would fail as things are, or the end has come already
        """
