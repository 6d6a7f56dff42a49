"""A table of words, each with a text, for tests of tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st
from twisted.logger import LogEvent, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from chatd.stores.rows import BadRow
from chatd.stores.table import Columns, InThread, Table
from tests.stores.faults import at_once, new_directory


class Word(NamedTuple):
    name: str
    text: str = ""


def _read(row: Sequence[str]) -> Word:
    name, kind, text, end = row
    if kind != "word":
        raise BadRow(f"kind must be word, not {kind}")
    if end != "end":
        raise BadRow("end must be end")
    return Word(name, text)


COLUMNS = Columns(("name", "kind", "text", "end"), 1, lambda word: (word.name, "word", word.text, "end"), _read)
HEADER = b"name,kind,text,end\n"
WORDS = st.lists(st.builds(Word, st.text(max_size=5), st.text(max_size=10)), min_size=1, max_size=5)


def told(events: Sequence[LogEvent]) -> str:
    """What an operator reads in the log."""
    return "\n".join(map(formatEvent, events))


class TableTestCase(SynchronousTestCase):
    def new_path(self) -> Path:
        return new_directory(self) / "words.csv"

    def open(self, path: Path, in_thread: InThread = at_once) -> Table[Word]:
        table = Table(path, COLUMNS, str.casefold, in_thread)
        table.load()
        return table

    def saved(self, *words: Word) -> Path:
        path = self.new_path()
        table = self.open(path)
        for word in words:
            self.successResultOf(table.save(word))
        return path

    def words(self, path: Path) -> list[Word]:
        return self.open(path).all()
