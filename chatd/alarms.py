"""Alarms: what is wrong with the server and keeps being so until it is mended."""

from __future__ import annotations

from collections.abc import Callable

from chatd.chat.notices import Alarm

JOURNAL, DISK = "journal", "disk"
"""What is said cannot be recorded; nothing else can be kept."""


class Alarms:
    """Those that stand.

    :param tell: called when one is raised or over
    :ivar standing: what is wrong, by name
    """

    def __init__(self, tell: Callable[[Alarm], None]) -> None:
        self.standing: dict[str, str] = {}
        self._tell = tell

    def all(self) -> dict[str, bool]:
        """Every alarm there can be, and whether it stands."""
        return {name: name in self.standing for name in (JOURNAL, DISK)}

    def set(self, name: str, wrong: str, text: str = "") -> None:
        """What is ``wrong`` with ``name``; empty for nothing any more, and then ``text`` says so."""
        if bool(wrong) == (name in self.standing):
            return
        if wrong:
            self.standing[name] = wrong
        else:
            del self.standing[name]
        self._tell(Alarm(name, bool(wrong), wrong or text))

    def tell_all(self, tell: Callable[[Alarm], None]) -> None:
        """Tell ``tell`` of those that stand."""
        for name, wrong in self.standing.items():
            tell(Alarm(name, True, wrong))
