"""The journal begins a new file now and then, and a start needs the newest alone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from twisted.logger import capturedLogs

from chatd.chat import events as e
from chatd.stores import journal_files
from chatd.stores.journal import JUMP, CsvJournal
from tests.stores.journals import JournalTestCase, numbers, record, said, told, write

BROKEN = OSError(errno.EIO, "Input/output error")


class RotationTests(JournalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.desk.options["rotate_bytes"] = 500

    def old(self) -> list[Path]:
        return journal_files.rotated(self.desk.directory)

    def fill(self, journal: CsvJournal, first: int = 1) -> None:
        """Write enough for a new file."""
        write(journal, *map(said, range(first, first + 10)))

    def test_a_new_file_begins_with_what_is_needed_of_those_before(self) -> None:
        journal, _ = self.desk.open()
        write(
            journal,
            record("@bob", 0, e.LoggedOut("Bob", "lab den")),
            record("lab", 1, e.Entered("alice")),
            record("den", 2, e.RoomDeleted("bob")),
        )
        self.fill(journal, 2)
        write(journal, said(12))
        self.assertEqual(len(self.old()), 1)
        rows = [(row.event, row.log, row.seq, row.user, row.text) for row in self.desk.rows()]
        self.assertEqual(
            rows,
            [
                ("checkpoint", "lab", "11", "", ""),
                ("checkpoint", "den", "2", "", "3"),
                ("rooms", "", "", "bob", "lab den"),
                ("inside", "", "", "alice", "lab"),
                ("said", "lab", "12", "alice", "message 12"),
            ],
        )

    def test_a_start_reads_the_newest_file_alone(self) -> None:
        journal, _ = self.desk.open()
        write(journal, record("@bob", 0, e.LoggedOut("bob", "lab")), record("lab", 1, e.Entered("alice")))
        self.fill(journal, 2)
        write(journal, said(12))
        self.close(journal)
        self.old()[0].write_bytes(b"not to be read")
        past = self.desk.past()
        self.assertEqual(past.last, {"lab": 12})
        self.assertEqual(past.rooms, {"alice": ("lab",), "bob": ("lab",)})
        self.assertEqual(numbers(past.recent["lab"]), [12])

    def test_the_rest_is_found_after_the_start(self) -> None:
        journal, _ = self.desk.open()
        for first in (1, 11, 21):
            self.fill(journal, first)
        self.close(journal)
        self.assertEqual(len(self.old()), 3)
        journal, past = self.desk.open(recent=15)
        self.assertEqual(past.recent, {})
        self.assertEqual(numbers(self.successResultOf(journal.backfill())["lab"]), list(range(16, 31)))

    def test_a_stop_ends_the_search_for_it(self) -> None:
        journal, _ = self.desk.open()
        self.fill(journal)
        self.close(journal)
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        found = journal.backfill()
        self.close(journal)
        self.assertEqual((self.successResultOf(found), self.desk.threads.waiting), ({}, []))

    def test_what_is_written_while_a_file_is_begun_is_in_the_old_one_and_told_in_the_new(self) -> None:
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        self.fill(journal)
        write(journal, said(11), said(1, log="den"))
        self.desk.threads.turn()
        write(journal, said(12))
        self.assertEqual(self.desk.events(self.old()[0])[-2:], ["said", "said"])
        self.assertEqual(
            [(row.event, row.seq) for row in self.desk.rows()][-3:],
            [
                ("checkpoint", "11"),
                ("checkpoint", "1"),
                ("said", "12"),
            ],
        )
        self.assertEqual(self.desk.past().last, {"lab": JUMP + 12, "den": JUMP + 1})

    def test_one_file_is_begun_at_a_time(self) -> None:
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        self.fill(journal)
        self.fill(journal, 11)
        self.desk.threads.all()
        self.assertEqual(len(self.old()), 1)

    def test_a_file_grows_by_so_much_however_long_its_beginning_is(self) -> None:
        journal, _ = self.desk.open()
        write(journal, *(said(1, log=f"room-{number}") for number in range(20)))
        self.assertEqual(len(self.old()), 1)
        write(journal, said(1))
        self.assertEqual(len(self.old()), 1)
        self.fill(journal, 2)
        self.assertEqual(len(self.old()), 2)

    def test_as_many_old_files_are_kept_as_was_asked_for(self) -> None:
        self.desk.options["keep"] = 2
        journal, _ = self.desk.open()
        for first in range(1, 50, 10):
            self.fill(journal, first)
        self.assertEqual([file.name.rpartition("-")[2] for file in self.old()], ["4.csv", "5.csv"])

    def test_the_old_file_is_on_the_disk_before_anybody_hears_of_what_is_in_it(self) -> None:
        self.desk.options["fsync"] = "always"
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        done: list[int] = []
        journal.write([said(1)], lambda: done.append(1))
        journal.write(list(map(said, range(2, 12))), lambda: done.append(2))
        journal.write([said(12)], lambda: done.append(3))
        self.desk.threads.turn()
        self.assertEqual(done, [1])
        self.desk.threads.all()
        self.assertEqual((done, len(self.old())), ([1, 2, 3], 1))

    def test_a_file_that_cannot_be_begun_leaves_the_old_one_growing(self) -> None:
        journal, _ = self.desk.open()
        self.break_disk()
        self.disk.errors["fsync"] = BROKEN
        with capturedLogs() as events:
            self.fill(journal)
            write(journal, said(11))
        self.assertEqual(
            told(events), ["log.csv goes on growing, a new one cannot be begun: [Errno 5] Input/output error"]
        )
        self.disk.errors.clear()
        write(journal, said(12))
        self.assertEqual((self.old(), self.desk.events().count("said")), ([], 12))
        self.fill(journal, 13)
        self.assertEqual(len(self.old()), 1)

    def test_a_file_that_cannot_be_named_leaves_the_old_one_growing(self) -> None:
        journal, _ = self.desk.open()
        self.desk.current.rename(self.desk.directory / "elsewhere.csv")
        before = os.listdir("/dev/fd")
        with capturedLogs() as events:
            self.fill(journal)
        self.assertEqual((len(events), os.listdir("/dev/fd")), (1, before))
        write(journal, said(11))
        self.assertEqual(self.desk.events(self.desk.directory / "elsewhere.csv").count("said"), 11)

    def test_a_stop_waits_for_the_new_file(self) -> None:
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        self.fill(journal)
        closed = journal.close()
        self.assertNoResult(closed)
        self.desk.threads.all()
        self.successResultOf(closed)
        self.assertEqual(self.desk.events()[-1], "stopped")
        self.assertEqual(len(self.old()), 1)
        self.assertEqual(self.desk.past().last, {"lab": 10})

    def test_where_guests_were_is_not_passed_on_for_ever(self) -> None:
        journal, _ = self.desk.open()
        write(
            journal,
            record("lab", 1, e.Entered("guest", guest=True)),
            record("lab", 2, e.Left("guest")),
            record("@guest", 0, e.LoggedOut("guest", "lab")),
        )
        self.fill(journal, 3)
        self.assertEqual(self.desk.events(), ["checkpoint"])
