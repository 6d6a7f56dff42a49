"""All that is kept in a data directory, opened and closed in the right order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.config import Config
from chatd.disk import Disk
from chatd.furniture import Stores
from chatd.pools import Pools
from chatd.stores.accounts import CsvAccounts
from chatd.stores.archive import Archive
from chatd.stores.bans import CsvBans
from chatd.stores.history import SqliteHistory
from chatd.stores.ignores import CsvIgnores
from chatd.stores.journal import CsvJournal
from chatd.stores.journal_erasing import Eraser
from chatd.stores.letters import CsvLetters
from chatd.stores.rooms import CsvRooms
from chatd.stores.spool import FileSpool


class Storage:
    """The stores of ``directory``, and the threads that wait for the disk.

    :param now: milliseconds since 1970-01-01 UTC
    """

    log = Logger()
    accounts: CsvAccounts
    journal: CsvJournal
    history: SqliteHistory
    archive: Archive
    stores: Stores

    def __init__(
        self, directory: Path, config: Config, pools: Pools, disk: Disk, reactor: Any, now: Callable[[], int]
    ) -> None:
        self._directory, self._config, self._pools, self._reactor, self._now = directory, config, pools, reactor, now
        self._tables = disk.watched(pools.add("disk", 1))
        self.work = disk.watched(pools.add("files", 2))
        """Runs what waits for the disk with files."""
        self._closers: list[Callable[[], Deferred[None]]] = []

    def open(self, accounts_file: str, recording: Callable[[bool], None]) -> None:
        """Read everything.

        :param accounts_file: where the accounts are, in the directory
        :param recording: told when the journal cannot be written, and when it can again
        :raises OSError: something cannot be read
        :raises BrokenTable: a table holds what cannot be in it
        """
        directory, disk = self._directory, self._tables
        self.accounts = CsvAccounts(directory / accounts_file, disk)
        rooms = CsvRooms(directory / "rooms.csv", disk)
        letters, ignores = CsvLetters(directory / "mail.csv", disk), CsvIgnores(directory / "ignores.csv", disk)
        bans = CsvBans(directory / "bans.csv", disk)
        spool = FileSpool(directory / "files", directory / "drops.csv", disk)
        self.journal = self._open_journal(recording)
        kept = (self.accounts, rooms, bans, letters, ignores, spool)
        for store in kept:
            store.load()
        past = self.journal.open(self._config.rooms.history)
        self.history = SqliteHistory(directory, past.first, self._pools.add("history", 2), self._reactor)
        tables = self.accounts, rooms, bans, letters, ignores, spool
        self.stores = Stores(*tables, self.journal, Eraser(directory, self.work), past, self.history)
        self.archive = Archive(directory, disk, self.work, self.journal.first)
        self._closers = [self.journal.close, self.history.close, *(store.close for store in kept)]

    def _open_journal(self, recording: Callable[[bool], None]) -> CsvJournal:
        return CsvJournal(
            self._directory,
            fsync=self._config.journal.fsync,
            rotate_bytes=self._config.journal.rotate_bytes,
            keep=self._config.journal.keep,
            in_thread=self._pools.add("journal", 2),  # a rotation must hold up no fsync
            clock=self._reactor,
            now=self._now,
            alarm=recording,
        )

    async def close(self) -> None:
        """Leave everything on disk; what cannot be written is logged."""
        for close in self._closers:
            try:
                await close()
            except OSError as error:
                self.log.error("not everything could be written: {error}", error=error)
