"""The keys of the full screen: what each of them does, beyond editing the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.interfaces import IReactorTime

from chatd.chat.text import clean
from chatd.client.model.desk import Desk

TWICE = 2.0
"""Seconds within which a second Ctrl-C quits."""

HELP = (
    "Enter says the line, Alt-Enter begins a new one in it; Tab completes verbs, names and rooms",
    "Up and Down: what you typed before; Ctrl-A -E -B -F -K -U -W -Y -T and Alt-B -F -D edit as in a shell",
    "PgUp and PgDn: what was said before; Alt-< and Alt->: the beginning and the end",
    "Alt-Up and Alt-Down: the other conversations; Alt-1 to Alt-9: the one with that number, Alt-0: the server's",
    "Alt-A: the next one with something new; Alt-W: closes a conversation that is over",
    "F2 and F3: the lists at the sides; Ctrl-L: draw everything anew",
    "Ctrl-C: clears the line, twice quits; Ctrl-D on an empty line: quits; Ctrl-Z: suspends",
    "/cancel NAME: cancels the transfer of a file; /cancel: all of them",
)


class Acts(Protocol):
    """What keys can have done; see :class:`chatd.client.fullscreen.FullScreen`."""

    def submit(self) -> None:
        """The line is typed."""

    def pasted(self, text: str) -> None:
        """``text`` was pasted."""

    def quit(self) -> None:
        """The person wants to go."""

    def page(self, by: int) -> None:
        """Go up or down by so many screens."""

    def to_start(self) -> None:
        """Go to the oldest row."""

    def to_end(self) -> None:
        """Go to the newest row."""

    def toggle(self, number: int) -> None:
        """Show or hide the list on the left (2) or the right (3)."""

    def redraw(self) -> None:
        """Draw everything anew."""

    def suspend(self) -> None:
        """Let the shell have the terminal for a while."""


class Keys:
    """Does what keys mean."""

    def __init__(self, desk: Desk, clock: IReactorTime, acts: Acts) -> None:
        self._desk = desk
        self._clock = clock
        self._acts = acts
        self._pasting: list[str] | None = None
        self._interrupted = -TWICE
        talks = desk.talks
        self._keys: dict[str, Callable[[], None]] = {
            "begin paste": self._begin_paste,
            "enter": acts.submit,
            "tab": desk.complete,
            "ctrl c": self._interrupt,
            **dict.fromkeys(("page up", "meta v"), lambda: acts.page(-1)),
            **dict.fromkeys(("page down", "ctrl v"), lambda: acts.page(1)),
            **dict.fromkeys(("meta <", "ctrl home"), acts.to_start),
            **dict.fromkeys(("meta >", "ctrl end"), acts.to_end),
            **dict.fromkeys(("meta up", "meta p", "ctrl page up"), lambda: talks.step(-1)),
            **dict.fromkeys(("meta down", "meta n", "ctrl page down"), lambda: talks.step(1)),
            "meta a": talks.go_to_unread,
            "meta w": self._close,
            "f1": self._help,
            "f2": lambda: acts.toggle(2),
            "f3": lambda: acts.toggle(3),
            "ctrl l": acts.redraw,
            "ctrl z": acts.suspend,
        }

    def press(self, key: str) -> None:
        """``key``, as urwid calls it, was pressed."""
        if self._pasting is not None:
            self._paste(key)
            return
        self._desk.choices = ()
        if key == "ctrl d" and not self._desk.editor.text:
            self._acts.quit()
        elif key.startswith("meta ") and key[5:].isdecimal():
            self._desk.talks.go_to(int(key[5:]))
        elif key in self._keys:
            self._keys[key]()
        else:
            self._desk.editor.press(key)

    def _interrupt(self) -> None:
        now = self._clock.seconds()
        if now - self._interrupted < TWICE:
            self._acts.quit()
            return
        self._interrupted = now
        if self._desk.editor.text:
            self._desk.editor.clear()
        else:
            self._desk.tell("Ctrl-C once more quits")

    def _help(self) -> None:
        for line in HELP:
            self._desk.tell(line)

    def _close(self) -> None:
        talk = self._desk.talks.shown
        if self._desk.is_room(talk) and not talk.is_left:
            self._desk.tell(f"you are in {talk.name}; /leave leaves it")
        else:
            self._desk.talks.close(talk)

    # Pastes: what is in them is text, whatever key it would be

    def _begin_paste(self) -> None:
        self._pasting = []

    def _paste(self, key: str) -> None:
        assert self._pasting is not None
        if key == "end paste":
            text, self._pasting = "".join(self._pasting), None
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._acts.pasted("\n".join(map(clean, lines)))
            return
        self._pasting.append({"enter": "\n", "ctrl j": "\n", "tab": "\t"}.get(key, key if len(key) == 1 else ""))
