"""The line client's display: what the server says in words, one line after the other."""

from __future__ import annotations

from typing import Protocol

from chatd.chat.answers import Prompt
from chatd.client.lines import Line
from chatd.client.words import Words
from chatd.wire.codes import Code


class Paper(Protocol):
    """Where lines appear; see :class:`chatd.client.terminal.Screen`."""

    def line(self, text: str) -> None: ...

    def prompt(self, text: str) -> None: ...

    def typed(self) -> None: ...


class Printer:
    """Words what comes, and prints it."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self.typed = paper.typed

    def heard(self, line: Line) -> None:
        """Print ``line``."""
        value = line.value
        for text in [line.text] if value is None or line.code is None else self._words.lines(line.code, value):
            self._paper.line(text)

    def asked(self, code: Code, line: Line) -> None:
        """Print the prompt, and stay behind it."""
        prompt = line.value
        self._paper.prompt(self._words.lines(code, prompt)[0] if isinstance(prompt, Prompt) else line.text)

    def progressed(self) -> None:
        """Files on their way are not shown here; :meth:`tell` tells of them at the end."""

    def tell(self, sentence: str) -> None:
        """Print what this program itself has to say."""
        self._paper.line(f"chatc: {sentence}")
