"""ignores.csv: one row for each account, its last holds."""

from __future__ import annotations

from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.ignores import IgnoreRecord
from chatd.stores.ignores import CsvIgnores
from chatd.stores.table import BrokenTable
from tests.stores.faults import at_once, new_directory

AT = 1_700_000_000_123
RECORD = IgnoreRecord("bob", ("Alice", "eve"), AT)
HEADER = "user,ignored,changed\n"


class IgnoresTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = new_directory(self) / "ignores.csv"
        self.ignores = self._load()

    def _load(self) -> CsvIgnores:
        ignores = CsvIgnores(self.path, at_once)
        ignores.load()
        return ignores

    def test_it_is_one_row_that_a_person_can_read(self) -> None:
        self.successResultOf(self.ignores.save(RECORD))
        self.assertEqual(self.path.read_text(), HEADER + "bob,Alice eve,2023-11-14T22:13:20.123Z\n")

    def test_the_last_row_holds(self) -> None:
        for record in (RECORD, replace(RECORD, user="BOB", ignored=())):
            self.successResultOf(self.ignores.save(record))
            self.assertEqual(self._load().all(), [record])
        self.successResultOf(self.ignores.remove("Bob"))
        self.assertEqual(self._load().all(), [])

    def test_somebody_called_removed_is_no_removal(self) -> None:
        record = replace(RECORD, ignored=("removed",))
        self.successResultOf(self.ignores.save(record))
        self.assertEqual(self._load().all(), [record])

    def test_a_row_that_cannot_be_read_is_told(self) -> None:
        for row in ("bob,a:b,2023-11-14T22:13:20.123Z", "1,eve,2023-11-14T22:13:20.123Z", "bob,eve,then"):
            self.path.write_text(HEADER + row + "\n")
            self.assertRaises(BrokenTable, self._load)
