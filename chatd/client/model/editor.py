"""The line that is typed: its text, the cursor in it, what was typed before, and what each key does to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"\w+")

MOST_REMEMBERED = 500
"""Lines that can be had again."""

LONGEST = 1 << 20
"""Characters; what is pasted beyond that is left out."""


def _joins(text: str, at: int) -> bool:
    """Whether the character at ``at`` is drawn together with the one before it."""
    return bool(unicodedata.combining(text[at])) or text[at] in "\u200d\ufe0f" or text[at - 1] == "\u200d"


def _previous(text: str, at: int) -> int:
    """Where the character before ``at`` begins, the marks that combine with it included."""
    at -= 1
    while at > 0 and _joins(text, at):
        at -= 1
    return max(at, 0)


def _next(text: str, at: int) -> int:
    """Where the character behind the one at ``at`` begins."""
    if at >= len(text):
        return at
    at += 1
    while at < len(text) and _joins(text, at):
        at += 1
    return at


class Editor:
    """One line of input, or several that were pasted.

    ``masked`` says whether it is a secret: then it is neither remembered nor kept for yanking.
    """

    def __init__(self) -> None:
        self.text = ""
        self.cursor = 0
        self.masked = False
        self._history: list[str] = []
        self._at: int | None = None
        self._draft = ""
        self._killed = ""
        self._keys: dict[str, Callable[[], None]] = {
            **dict.fromkeys(("left", "ctrl b"), self._left),
            **dict.fromkeys(("right", "ctrl f"), self._right),
            **dict.fromkeys(("home", "ctrl a"), lambda: self._move(self._line_start())),
            **dict.fromkeys(("end", "ctrl e"), lambda: self._move(self._line_end())),
            **dict.fromkeys(("meta b", "ctrl left", "meta left"), lambda: self._move(self._word_left())),
            **dict.fromkeys(("meta f", "ctrl right", "meta right"), lambda: self._move(self._word_right())),
            **dict.fromkeys(("backspace", "ctrl h"), lambda: self._cut(_previous(self.text, self.cursor), self.cursor)),
            **dict.fromkeys(("delete", "ctrl d"), lambda: self._cut(self.cursor, _next(self.text, self.cursor))),
            "ctrl k": lambda: self._kill(self.cursor, self._kill_end()),
            "ctrl u": lambda: self._kill(self._line_start(), self.cursor),
            "ctrl w": lambda: self._kill(self._space_left(), self.cursor),
            **dict.fromkeys(("meta backspace", "meta h"), lambda: self._kill(self._word_left(), self.cursor)),
            "meta d": lambda: self._kill(self.cursor, self._word_right()),
            "ctrl y": lambda: self.insert(self._killed),
            "ctrl t": self._transpose,
            **dict.fromkeys(("up", "ctrl p"), self._up),
            **dict.fromkeys(("down", "ctrl n"), self._down),
            **dict.fromkeys(("meta enter", "ctrl j"), lambda: self.insert("\n")),
        }

    def press(self, key: str) -> bool:
        """Do what ``key`` means here; whether it means anything."""
        if key in self._keys:
            self._keys[key]()
            return True
        if len(key) == 1 and key.isprintable():
            self.insert(key)
            return True
        return False

    def insert(self, text: str) -> None:
        """Put ``text`` where the cursor is."""
        text = text[: max(0, LONGEST - len(self.text))]
        self.replace(self.text[: self.cursor] + text + self.text[self.cursor :], self.cursor + len(text))

    def replace(self, text: str, cursor: int) -> None:
        """Be ``text``, with the cursor at that index."""
        self.text, self.cursor = text, cursor

    def clear(self) -> None:
        """Be empty."""
        self.replace("", 0)
        self._at = None

    def take(self) -> str:
        """What was typed, which is remembered unless it is a secret; nothing is left."""
        text = self.text
        if text.strip() and not self.masked and self._history[-1:] != [text]:
            self._history = [*self._history, text][-MOST_REMEMBERED:]
        self.clear()
        return text

    # Moving

    def _move(self, to: int) -> None:
        self.cursor = to

    def _left(self) -> None:
        if self.cursor:
            self.cursor = _previous(self.text, self.cursor)

    def _right(self) -> None:
        self.cursor = _next(self.text, self.cursor)

    def _line_start(self) -> int:
        return self.text.rfind("\n", 0, self.cursor) + 1

    def _line_end(self) -> int:
        end = self.text.find("\n", self.cursor)
        return len(self.text) if end < 0 else end

    def _word_left(self) -> int:
        if self.masked:
            return 0  # where words end would tell of a secret
        return max((match.start() for match in _WORD.finditer(self.text, 0, self.cursor)), default=0)

    def _word_right(self) -> int:
        match = None if self.masked else _WORD.search(self.text, self.cursor)
        return match.end() if match else len(self.text)

    def _space_left(self) -> int:
        return 0 if self.masked else self.text[: self.cursor].rstrip().rfind(" ") + 1

    # Cutting

    def _cut(self, start: int, end: int) -> None:
        if self.cursor or start != end:
            self.replace(self.text[:start] + self.text[end:], start)

    def _kill_end(self) -> int:
        end = self._line_end()
        return end + 1 if end == self.cursor < len(self.text) else end

    def _kill(self, start: int, end: int) -> None:
        if start < end and not self.masked:
            self._killed = self.text[start:end]
        self._cut(start, end)

    def _transpose(self) -> None:
        at = min(self.cursor, len(self.text) - 1)
        if at > 0:
            text = self.text
            self.replace(text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :], at + 1)

    # What was typed before

    def _up(self) -> None:
        if self.masked or not self._history:
            return
        if self._at is None:
            self._draft, self._at = self.text, len(self._history)
        self._at = max(0, self._at - 1)
        self.replace(self._history[self._at], len(self._history[self._at]))

    def _down(self) -> None:
        if self._at is None:
            return
        self._at += 1
        if self._at < len(self._history):
            self.replace(self._history[self._at], len(self._history[self._at]))
        else:
            self._at = None
            self.replace(self._draft, len(self._draft))
