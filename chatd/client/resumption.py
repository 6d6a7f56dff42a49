"""Resumption: what has been received of each log, and the line with which the session is gone on with from there."""

from __future__ import annotations

from chatd.chat.answers import Done, Gap, Replayed, ResumeCode, Setting, ThrownOut, Welcome, YouEntered, YouLeft
from chatd.chat.events import Entry
from chatd.chat.names import key

RENEWS = frozenset({"renamed", "password-changed"})
"""What ends a code, so that another one has to be asked for."""


class Resumption:
    """Takes note of what comes."""

    def __init__(self) -> None:
        self._code = ""
        self._user = ""
        self._own = 0
        self._rooms: dict[str, tuple[str, int]] = {}
        self._focus = ""

    @property
    def focus(self) -> str:
        """The room that has the focus, empty for none."""
        return "" if self._focus.startswith("@") else self._focus

    def told(self, value: object) -> None:
        """The server has said ``value``."""
        if isinstance(value, Entry | Replayed):
            self._received(value if isinstance(value, Entry) else value.entry)
        elif isinstance(value, Gap):
            self._reach(value.log, value.last)
        elif isinstance(value, Welcome):
            if key(value.user) != key(self._user):
                self.forget()
                self._own = value.seq
            self._code, self._user = value.resume, value.user
        elif isinstance(value, ResumeCode):
            self._code = value.code
        elif isinstance(value, Done):
            self._done(value)
        elif isinstance(value, YouEntered):
            self._enter(value)
        elif isinstance(value, YouLeft | ThrownOut):
            self._rooms.pop(key(value.room), None)
            self._focus = value.focus
        elif isinstance(value, Setting) and value.name == "focus":
            self._focus = value.value

    def _received(self, entry: Entry) -> None:
        self._reach(entry.log, entry.seq)

    def _reach(self, log: str, seq: int) -> None:
        if log.startswith("@"):
            self._own = max(self._own, seq)
        elif key(log) in self._rooms:
            name, before = self._rooms[key(log)]
            self._rooms[key(log)] = (name, max(before, seq))

    def _enter(self, entered: YouEntered) -> None:
        before = self._rooms.get(key(entered.room), ("", 0))[1]
        self._rooms[key(entered.room)] = (entered.room, max(before, entered.seq))
        self._focus = entered.room

    def _done(self, done: Done) -> None:
        if done.done == "renamed":
            self._user = done.about
        elif done.done == "logged-out":
            self.forget()
        if done.done in RENEWS:
            self._code = ""

    def forget(self) -> None:
        """There is nothing to go on with."""
        self._code = self._user = self._focus = ""
        self._own = 0
        self._rooms.clear()

    @property
    def line(self) -> str:
        """What is said at the first prompt of a new connection; empty where nothing can be gone on with."""
        if not self._code:
            return ""
        first = key(self._focus)
        rooms = sorted(self._rooms, key=lambda room: room != first)
        places = [f"@{self._user}={self._own}", *(f"{name}={seq}" for name, seq in map(self._rooms.__getitem__, rooms))]
        return " ".join(["resume", self._code, *places])
