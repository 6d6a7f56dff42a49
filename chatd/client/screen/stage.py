"""The stage: the terminal while the full screen has it, from the moment it is taken until it is given back."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import urwid
from twisted.internet.interfaces import IDelayedCall

from chatd.client.screen.palette import palette

FRAME = 1 / 40
"""Seconds between two drawings of what comes from the server."""


class Stage:
    """Draws a widget on the terminal, and hands on the keys.

    :param press: called with the name of each key
    :param theme: one of :data:`chatd.client.screen.palette.THEMES`
    """

    def __init__(self, reactor: Any, widget: urwid.Widget, press: Callable[[str], None], theme: str) -> None:
        self._reactor = reactor
        self._press = press
        self._screen = urwid.display.raw.Screen(bracketed_paste_mode=True, focus_reporting=False)
        self._screen.register_palette(palette(theme))
        if theme == "none":
            self._screen.set_terminal_properties(colors=1)
        self._loop = urwid.MainLoop(
            widget,
            screen=self._screen,
            handle_mouse=False,
            input_filter=self._pressed,
            event_loop=urwid.TwistedEventLoop(reactor=reactor, manage_reactor=False),
        )
        self._drawing: IDelayedCall | None = None
        self._bell = False

    def start(self) -> None:
        """Take the terminal."""
        # What Ctrl-C and Ctrl-Z do is decided by what is typed; Ctrl-S, Ctrl-Q and Ctrl-V are keys too.
        self._screen.tty_signal_keys("undefined", "undefined", "undefined", "undefined", "undefined")
        self._loop.start()

    def stop(self) -> None:
        """Give it back as it was."""
        if self._drawing is not None and self._drawing.active():
            self._drawing.cancel()
        if self._screen.started:
            self._loop.stop()

    def _pressed(self, keys: list[Any], raw: list[int]) -> list[Any]:
        for key in keys:
            if isinstance(key, str) and key != "window resize":
                self._press(key)
        if not self._screen.started:
            return []
        return [key for key in keys if key == "window resize"]

    def draw(self) -> None:
        """Draw what has changed, soon: much may change at once."""
        if self._drawing is None:
            self._drawing = self._reactor.callLater(FRAME, self._draw)

    def _draw(self) -> None:
        self._drawing = None
        if not self._screen.started:
            return
        if self._bell:
            self._bell = False
            self._screen.write("\a")
        self._loop.draw_screen()

    def ring(self) -> None:
        """Ring the bell."""
        self._bell = True
        self.draw()

    def redraw(self) -> None:
        """Draw everything anew: something else has written on the terminal."""
        self._screen.clear()
        self.draw()

    def suspend(self) -> None:
        """Give the terminal back to the shell until the program goes on."""
        self._loop.stop()
        sys.stdout.flush()
        # In good order, so that where nobody could let it go on, it is not stopped at all.
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        self.start()
        self.redraw()
