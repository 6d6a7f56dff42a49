"""A journal in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatd.roomlog import Record


class MemoryJournal:
    """Keeps records; says that they are written at once, or with ``later`` when it is told to."""

    def __init__(self, later: bool = False) -> None:
        self.batches: list[list[Record]] = []
        self._later = later
        self._waiting: list[Callable[[], None]] = []

    def write(self, records: Sequence[Record], written: Callable[[], None]) -> None:
        self.batches.append(list(records))
        if self._later:
            self._waiting.append(written)
        else:
            written()

    def answer(self) -> None:
        """Say that the oldest batch is written."""
        if self._waiting:
            self._waiting.pop(0)()
