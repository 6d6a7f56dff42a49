"""The data directories that the benchmark makes are such as chatd leaves them."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from benchmarks import start
from chatd.stores.accounts import CsvAccounts
from chatd.stores.journal import CsvJournal
from chatd.testing import START, at_once


class DirectoryTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir(mode=0o700)

    def test_accounts_can_be_read(self) -> None:
        file = self.directory / "users.csv"
        start.write_accounts(file, 300)
        accounts = CsvAccounts(file, at_once)
        accounts.load()
        first, last = accounts.get("u00000"), accounts.get("u00299")
        assert first is not None and last is not None
        self.assertTrue(first.password.startswith("$argon2id$"))
        self.assertIsNone(accounts.get("u00300"))

    def test_a_journal_can_be_read_and_goes_on_where_its_files_end(self) -> None:
        self.patch(start, "FILE_BYTES", 1 << 20)
        start.write_journal(self.directory, 5 << 19, 300)
        sizes = [file.stat().st_size for file in self.directory.glob("log*.csv")]
        self.assertEqual(len(sizes), 3)
        rows = sum(file.read_text().count(",said,") for file in self.directory.glob("log*.csv"))
        clock = Clock()
        journal = CsvJournal(
            self.directory, in_thread=at_once, clock=clock, now=lambda: START, alarm=lambda on: self.fail("it failed")
        )
        past = journal.open(20)
        self.assertEqual({past.last[f"room{number}"] for number in range(100)}, {rows // 100})
        self.assertEqual(past.rooms["u00299"], ("public", "room99"))
        self.assertEqual(len(past.recent["room7"]), 20)
        self.successResultOf(journal.close())
