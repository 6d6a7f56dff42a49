"""Looking in older files for what the newest does not tell of rooms, a little at a time, while the daemon serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from twisted.logger import Logger

from chatd.chat.events import Entry
from chatd.stores import journal_files
from chatd.stores.journal_reading import Scan, Search
from chatd.stores.journal_sync import InThread


class Backfill:
    """What is missing of each room, and what older files have of it.

    :param files: the older files, oldest first
    :param scan: of the newest file, read to its end
    :param known: the entries that it found, by log
    :param bound: how many entries of a room are enough
    """

    log = Logger()

    def __init__(
        self, files: Sequence[Path], scan: Scan, known: Mapping[str, Sequence[Entry]], bound: int, in_thread: InThread
    ) -> None:
        self._files = list(files)
        self._first = scan.state().first.copy()
        self._in_thread = in_thread
        missing = {log: bound - len(known.get(log, ())) for log in scan.tails if log and not log.startswith("@")}
        self._missing: dict[str, int] = {}
        self._found: dict[str, list[Entry]] = {}
        for log, count in missing.items():
            self._look_for(log, count, scan.tails[log].before)
        self._stopped = False

    def stop(self) -> None:
        """Have :meth:`run` return what it has, soon."""
        self._stopped = True

    async def run(self) -> dict[str, list[Entry]]:
        """Read files from the newest to the oldest, until every room has enough.

        :returns: for each room of which there is more, what comes before what was known, oldest first
        """
        while self._files and self._missing and not self._stopped:
            file = self._files.pop()
            try:
                await self._read(file)
            except OSError as error:
                self.log.warn("{file} cannot be read: {error}", file=file.name, error=error)
                break
        return self._found

    async def _read(self, file: Path) -> None:
        search = Search(self._missing, max(self._missing.values()))
        chunks = journal_files.chunks(file)
        while await self._in_thread(partial(_feed, search, chunks)):
            if self._stopped:
                return
        found = await self._in_thread(partial(_entries, search, self._first, file))
        for log, entries in found.items():
            count = self._missing.pop(log)
            taken = entries[-count:]
            if taken:
                self._found[log] = taken + self._found.get(log, [])
            self._look_for(log, count - len(taken), search.tails[log].before)

    def _look_for(self, log: str, count: int, before: int) -> None:
        """Have ``count`` entries looked for in older files, where numbers up to ``before`` are found."""
        if count > 0 and before >= self._first.get(log, 1):
            self._missing[log] = count


def _feed(search: Search, chunks: Iterator[list[bytes]]) -> bool:
    lines = next(chunks, None)
    if lines is not None:
        search.feed(lines)
    return lines is not None


def _entries(search: Search, first: Mapping[str, int], file: Path) -> dict[str, list[Entry]]:
    entries = search.entries(first)
    journal_files.tell_broken(file, search.broken)
    return entries
