"""A file that is damaged is told from one that cannot be used just now, and made anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from unittest import mock

from chatd.stores import history_database
from chatd.stores.history_searching import Query
from chatd.stores.history_words import match
from tests.stores.histories import FileTestCase, fill
from tests.stores.journals import said


class DamageTests(FileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.write(*(said(n, f"message {n} of many words, some number{n % 7}") for n in range(1, 400)))
        self.filler.close()
        self.searcher.close()
        self.good = self.file.read_bytes()

    def assertMended(self) -> None:
        """Everything is found, after the file was replaced if need be."""
        for _ in range(2):
            try:
                fill(self.filler)
                found = self.searcher.search(Query(match("message"), ["lab"], limit=1000))[0]
                entries = self.searcher.page("lab", 0, 1000)
                break
            except (sqlite3.Error, ValueError, TypeError) as error:
                self.assertTrue(history_database.is_damage(error), error)
                self.searcher.close()
                self.filler.reset()
        else:
            self.fail("it is not mended")
        self.assertEqual((len(found), len(entries)), (399, 399))
        self.filler.close()
        self.searcher.close()

    def test_a_file_that_is_damaged_anywhere_is_made_anew(self) -> None:
        for page in range(0, len(self.good), 4096):
            self.file.write_bytes(self.good[:page] + b"\xa5" * 4096 + self.good[page + 4096 :])
            self.assertMended()

    def test_so_is_one_that_lost_its_end(self) -> None:
        for size in (0, 1, 50, 100, 4096, len(self.good) // 2, len(self.good) - 1):
            self.file.write_bytes(self.good[:size])
            self.assertMended()

    def test_so_is_one_that_is_none(self) -> None:
        self.file.write_bytes(b"Dear diary, this is no database. " * 100)
        self.assertMended()

    def test_so_is_one_of_another_version(self) -> None:
        database = sqlite3.connect(self.file)
        database.execute("PRAGMA user_version=99")
        database.close()
        self.assertRaises(history_database.Damaged, self.filler.step)
        self.assertMended()

    def test_so_is_one_in_which_a_table_is_missing(self) -> None:
        for table in ("files", "entries", "words_1", "shards"):
            self.file.write_bytes(self.good)
            database = sqlite3.connect(self.file)
            database.execute(f"DROP TABLE {table}")
            database.close()
            self.assertMended()

    def test_what_can_pass_is_no_damage(self) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        typed = sqlite3.OperationalError("fts5: syntax error near x")
        typed.sqlite_errorcode = sqlite3.SQLITE_ERROR
        self.assertEqual([history_database.is_damage(error) for error in (full, typed, OSError(5, "no"))], [False] * 3)

    def test_a_full_disk_stops_it_until_there_is_room(self) -> None:
        self.journal.write(*(said(n, "more " * 100) for n in range(400, 600)))
        open_to_fill = history_database.open_to_fill

        def full(file: Path) -> sqlite3.Connection:
            database = open_to_fill(file)
            database.execute(f"PRAGMA max_page_count={len(self.good) // 4096}")
            return database

        with mock.patch.object(history_database, "open_to_fill", full):
            error = self.assertRaises(sqlite3.Error, fill, self.filler)
        self.assertFalse(history_database.is_damage(error), error)
        self.assertEqual(self.searcher.count("lab", 0), 399)
        fill(self.filler)
        self.assertEqual(self.searcher.count("lab", 0), 599)
