"""Completion: what a half-typed word may become, from the verbs, names and rooms that are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from chatd.chat.answers import Word
from chatd.chat.names import key


class Completed(NamedTuple):
    """A line after completion.

    :param choices: what it could become, where that is more than one thing
    """

    text: str
    cursor: int
    choices: tuple[str, ...] = ()


class Known(NamedTuple):
    """What a word may become.

    :param verbs: with their slash, or the words of the menu without
    :param names: of people
    :param rooms: of rooms
    """

    verbs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()


LOCAL = ("/cancel",)
"""The verbs of this program itself."""


class Vocabulary:
    """What the server has told of its words: the verbs, the words of the menu, and the rooms."""

    def __init__(self) -> None:
        self.verbs: tuple[Word, ...] = ()
        self.menu: tuple[Word, ...] = ()
        self.rooms: tuple[str, ...] = ()

    def known(self, at_menu: bool, asked: bool, people: set[str], rooms: set[str]) -> Known:
        """What a word may become.

        :param at_menu: whether a word of the menu is asked for
        :param asked: whether anything is asked
        """
        rooms = {*self.rooms, *rooms}
        if asked:
            return Known(tuple(word.word for word in self.menu) if at_menu else (), (), tuple(rooms))
        verbs = (f"/{name}" for word in self.verbs for name in (word.word, *word.aliases))
        # A name that is none keeps what is typed from being taken for a word of the menu.
        return Known((*verbs, *LOCAL), tuple(sorted(people)) or ("",), tuple(rooms))


_TAKES_ROOMS = frozenset({"enter", "join", "focus", "leave", "part", "info", "delete", "who", "files"})


def complete(text: str, cursor: int, known: Known) -> Completed:
    """``text`` with the word before the cursor completed as far as that is certain."""
    start = text.rfind(" ", 0, cursor) + 1
    start = max(start, text.rfind("\n", 0, cursor) + 1)
    word = text[start:cursor]
    words, behind = _candidates(text[:start], word, known)
    mark = "@" if word.startswith("@") else ""
    matches = sorted({one for one in words if _begins(one, word[len(mark) :])}, key=str.casefold)
    if not matches:
        return Completed(text, cursor)
    if len(matches) == 1:
        return _put(text, start, cursor, mark + matches[0] + behind)
    whole = matches[0]
    while not all(_begins(match, whole) for match in matches):
        whole = whole[:-1]
    return _put(text, start, cursor, mark + whole)._replace(choices=tuple(matches))


def _begins(word: str, beginning: str) -> bool:
    return key(word).startswith(key(beginning))


def _put(text: str, start: int, cursor: int, word: str) -> Completed:
    rest = text[cursor:]
    if word.endswith(" ") and rest.startswith(" "):
        word = word[:-1]
    return Completed(text[:start] + word + rest, start + len(word))


def _candidates(before: str, word: str, known: Known) -> tuple[Iterable[str], str]:
    """What the word may become, and what is put behind it."""
    if not before.strip():
        if word.startswith("/") or not known.names:
            return known.verbs, " "
        return known.names, ": "
    verb = before.split(None, 1)[0].removeprefix("/")
    takes = before.startswith("/") or not known.names
    if takes and verb in _TAKES_ROOMS:
        return (*known.rooms, *(known.names if verb == "focus" else ())), " "
    return known.names, " "
