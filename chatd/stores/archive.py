"""Copies of what is kept: backups of the data directory, and the history of a room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from chatd.stores import backup, journal_rows
from chatd.stores.journal_export import Kept, history

InThread = Callable[[Callable[[], Any]], "Deferred[Any]"]


class Archive:
    """Implements :class:`chatd.console.keeping.Archive`.

    :param in_order: runs what waits for the disk in the thread that writes the tables
    :param in_thread: the same, in another
    :param first: the number from which on the entries of a room's log are its own
    """

    header = journal_rows.HEADER.decode().rstrip("\n")

    def __init__(self, directory: Path, in_order: InThread, in_thread: InThread, first: Callable[[str], int]) -> None:
        self._directory = directory
        self._in_order = in_order
        self._in_thread = in_thread
        self._first = first

    def backup(self, target: Path) -> Deferred[int]:
        """Write a backup; its size in bytes.

        :raises FileExistsError: (in the Deferred) there is such a file
        :raises ValueError: (in the Deferred) it would be inside the data directory
        :raises OSError: (in the Deferred) where it cannot be written
        """
        return Deferred.fromCoroutine(self._backup(target))

    async def _backup(self, target: Path) -> int:
        backup.check(self._directory, target)
        # No table is in the middle of a row while its own thread does this.
        fixed = await self._in_order(partial(backup.Fixed, self._directory))
        size: int = await self._in_thread(partial(backup.write, fixed, target))
        return size

    def history(self, room: str) -> Callable[[], Deferred[list[Kept] | None]]:
        """What happened in a room: each call gives some more of it, at last None.

        :raises OSError: (in the Deferred) where it cannot be read
        """
        pieces: Iterator[list[Kept]] = history(self._directory, room, self._first(room))
        return lambda: self._in_thread(lambda: next(pieces, None))
