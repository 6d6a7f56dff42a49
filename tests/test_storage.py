"""All that is kept in a data directory, opened and closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.auth import Account
from chatd.config import Config
from chatd.disk import Disk
from chatd.storage import Storage
from chatd.stores.history import SqliteHistory
from chatd.stores.journal import CsvJournal
from chatd.testing import at_once
from tests.logs import Told


class Threads:
    """Pools whose work is done at once."""

    def add(self, name: str, most: int) -> Any:
        return at_once


class StorageTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir()

    def opened(self) -> Storage:
        pools: Any = Threads()
        disk = Disk(self.directory, lambda why: None)
        storage = Storage(self.directory, Config(), pools, disk, Clock(), lambda: 0)
        storage.open("people.csv", lambda on: None)
        return storage

    def close(self, storage: Storage) -> None:
        self.successResultOf(Deferred.fromCoroutine(storage.close()))

    def test_what_is_kept_is_there_again(self) -> None:
        storage = self.opened()
        self.successResultOf(storage.accounts.add(Account("ann", "hash")))
        self.close(storage)
        self.assertTrue((self.directory / "people.csv").exists())
        again = self.opened()
        self.assertIsNotNone(again.stores.accounts.get("ann"))
        self.close(again)

    def test_what_cannot_be_written_at_the_end_is_logged_and_the_rest_is(self) -> None:
        log = Told(self, "chatd.storage.Storage")
        closed: list[str] = []
        close = SqliteHistory.close

        def closing(history: SqliteHistory) -> Deferred[None]:
            closed.append("history")
            return close(history)

        self.patch(CsvJournal, "close", lambda journal: fail(OSError("no space left")))
        self.patch(SqliteHistory, "close", closing)
        self.close(self.opened())
        self.assertEqual((log.lines, closed), (["not everything could be written: no space left"], ["history"]))
