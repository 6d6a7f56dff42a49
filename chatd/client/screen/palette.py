"""The palette: how each kind of thing is drawn, on dark and light terminals, and without any colour."""

from __future__ import annotations

from collections.abc import Mapping

from chatd.chat.names import key

THEMES = ("dark", "light", "none")

NAMES = 6
"""How many colours there are for the names of people."""

# For each attribute: foreground and background on a dark terminal, on a light one, and what it is without colours.
# Whatever is told by a colour is told by a sign or a word too.
_LOOKS: dict[str, tuple[str, str, str, str, str]] = {
    "bar": ("black", "light gray", "white", "dark blue", "standout"),
    "prompt": ("light cyan", "default", "dark blue", "default", "bold"),
    "time": ("dark gray", "default", "dark gray", "default", "default"),
    "event": ("dark cyan", "default", "dark cyan", "default", "default"),
    "date": ("dark cyan", "default", "dark cyan", "default", "underline"),
    "answer": ("brown", "default", "dark blue", "default", "default"),
    "refusal": ("light red", "default", "dark red", "default", "bold"),
    "chatc": ("light magenta", "default", "dark magenta", "default", "bold"),
    "own": ("white", "default", "black", "default", "bold"),
    "mention": ("yellow", "default", "dark red", "default", "bold"),
    "old": ("dark gray", "default", "dark gray", "default", "default"),
    "line": ("dark gray", "default", "light gray", "default", "default"),
    "shown": ("black", "light gray", "white", "dark blue", "standout"),
    "unread": ("white,bold", "default", "black,bold", "default", "bold"),
    "dim": ("dark gray", "default", "dark gray", "default", "default"),
    "name0": ("light green", "default", "dark green", "default", "default"),
    "name1": ("light cyan", "default", "dark cyan", "default", "default"),
    "name2": ("light magenta", "default", "dark magenta", "default", "default"),
    "name3": ("light blue", "default", "dark blue", "default", "default"),
    "name4": ("yellow", "default", "brown", "default", "default"),
    "name5": ("light red", "default", "dark red", "default", "default"),
}


def palette(theme: str) -> list[tuple[str, str, str, str]]:
    """What urwid is to be given for ``theme``, one of :data:`THEMES`."""
    light = theme == "light"
    return [
        (name, look[2] if light else look[0], look[3] if light else look[1], look[4]) for name, look in _LOOKS.items()
    ]


def name_look(name: str) -> str:
    """The attribute of a name, the same wherever it stands."""
    return f"name{sum(key(name).encode()) % NAMES}"


def chosen(wish: str, environment: Mapping[str, str]) -> str:
    """The theme, where ``wish`` is one or ``auto``.

    :param environment: ``NO_COLOR`` (no-color.org) and ``TERM=dumb`` take every colour away, ``COLORFGBG`` tells of a
        light background
    """
    if wish in THEMES:
        return wish
    if environment.get("NO_COLOR") or environment.get("TERM") in ("dumb", "vt100", "vt220"):
        return "none"
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"
