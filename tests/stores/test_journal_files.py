"""The files of the journal: their names, their order, their ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import journal_files, rowfile
from chatd.stores.journal_rows import HEADER
from tests.stores.faults import FaultyDisk, new_directory
from tests.stores.journals import NOON

FULL = OSError(errno.ENOSPC, "No space left on device")


class FilesTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.current = self.directory / "log.csv"

    def names(self) -> list[str]:
        return sorted(file.name for file in self.directory.iterdir())

    def rotate(self, row: bytes = b"new\n") -> None:
        descriptor, _ = journal_files.begin(self.directory, [row])
        os.close(descriptor)
        journal_files.switch(self.directory, NOON)


class RotatedTests(FilesTests):
    def test_the_number_alone_says_which_file_is_older(self) -> None:
        names = ["log-20240301T000000Z-9.csv", "log-20230101T000000Z-10.csv", "log-20240229T120000Z-11.csv"]
        for name in [*names, "log-20240229T120000Z-12.csv.gz", "log-x-13.csv", "log.csv", "users.csv"]:
            (self.directory / name).touch()
        self.assertEqual([file.name for file in journal_files.rotated(self.directory)], names)

    def test_a_file_gets_a_name_that_no_other_has(self) -> None:
        self.current.write_bytes(b"first\n")
        self.rotate(b"second\n")
        self.rotate(b"third\n")
        names = ["log-20240229T120000Z-1.csv", "log-20240229T120000Z-2.csv", "log.csv"]
        self.assertEqual(self.names(), names)
        contents = [(self.directory / name).read_bytes() for name in names]
        self.assertEqual(contents, [b"first\n", HEADER + b"second\n", HEADER + b"third\n"])

    def test_a_new_file_belongs_to_its_owner_alone(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        self.current.touch()
        self.rotate()
        self.assertEqual(self.current.stat().st_mode & 0o777, 0o600)

    def test_the_size_of_a_new_file_is_known(self) -> None:
        descriptor, size = journal_files.begin(self.directory, [b"one\n", b"two\n"])
        self.assertEqual(size, os.fstat(descriptor).st_size)
        os.close(descriptor)

    def test_a_switch_that_fails_changes_nothing(self) -> None:
        self.current.write_bytes(b"first\n")
        self.assertRaises(FileNotFoundError, journal_files.switch, self.directory, NOON)
        self.assertEqual(self.names(), ["log.csv"])
        self.assertEqual(self.current.read_bytes(), b"first\n")

    def test_a_file_that_cannot_be_begun_leaves_no_descriptor_open(self) -> None:
        disk = FaultyDisk()
        disk.errors["fsync"] = FULL
        self.patch(journal_files, "os", disk)
        before = os.listdir("/dev/fd")
        self.assertRaises(OSError, journal_files.begin, self.directory, [b"one\n"])
        self.assertEqual(os.listdir("/dev/fd"), before)


class RetireTests(FilesTests):
    def retire(self, keep: int) -> list[str]:
        for number in (8, 9, 10):
            (self.directory / f"log-20240229T120000Z-{number}.csv").touch()
        journal_files.retire(os.open(self.directory / "log.csv", os.O_CREAT), self.directory, keep)
        return [name.rpartition("-")[2] for name in self.names()]

    def test_all_files_are_kept_unless_a_number_is_given(self) -> None:
        self.assertEqual(self.retire(0), ["10.csv", "8.csv", "9.csv", "log.csv"])

    def test_the_newest_are_kept(self) -> None:
        self.assertEqual(self.retire(2), ["10.csv", "9.csv", "log.csv"])

    def test_more_than_there_are_may_be_kept(self) -> None:
        self.assertEqual(self.retire(5), ["10.csv", "8.csv", "9.csv", "log.csv"])

    def test_the_descriptor_is_closed_whatever_fails(self) -> None:
        disk = FaultyDisk()
        disk.errors["fsync"] = FULL
        self.patch(journal_files, "os", disk)
        descriptor = os.open(self.directory, os.O_RDONLY)
        self.assertRaises(OSError, journal_files.retire, descriptor, self.directory, 0)
        self.assertRaises(OSError, os.fstat, descriptor)


class MendTests(FilesTests):
    @settings(deadline=None)
    @given(st.lists(st.binary(max_size=200_000).map(lambda row: row.replace(b"\n", b"")), max_size=3), st.binary())
    def test_what_follows_the_last_whole_row_is_moved_aside(self, rows: list[bytes], torn: bytes) -> None:
        torn = torn.replace(b"\n", b"")
        aside = Path(f"{self.current}.torn")
        aside.unlink(missing_ok=True)
        whole = b"".join(row + b"\n" for row in rows)
        self.current.write_bytes(whole + torn)
        journal_files.mend(self.current)
        self.assertEqual(self.current.read_bytes(), whole)
        self.assertEqual(aside.read_bytes() if aside.exists() else b"", torn + b"\n" if torn else b"")

    def test_a_torn_row_longer_than_what_is_read_at_once_is_moved_too(self) -> None:
        self.current.write_bytes(b"whole\n" + bytes(300_000))
        journal_files.mend(self.current)
        self.assertEqual(self.current.read_bytes(), b"whole\n")

    def test_a_disk_without_room_for_it_does_not_keep_it_in_the_file(self) -> None:
        self.current.write_bytes(b"whole\ntorn")
        disk = FaultyDisk()
        disk.errors["write"] = FULL
        self.patch(rowfile, "os", disk)
        with capturedLogs() as events:
            journal_files.mend(self.current)
        self.assertEqual(self.current.read_bytes(), b"whole\n")
        self.assertIn("log.csv ended in the middle of a row, which is gone", formatEvent(events[0]) or "")


class NewestTests(FilesTests):
    def newest(self) -> str | None:
        file = journal_files.newest(self.directory, journal_files.rotated(self.directory))
        return file.name if file else None

    def test_it_is_the_one_that_grows(self) -> None:
        self.current.write_bytes(HEADER + b"row\n")
        (self.directory / "log-20240229T120000Z-1.csv").write_bytes(HEADER + b"row\n")
        self.assertEqual(self.newest(), "log.csv")

    def test_without_any_rows_there_it_is_the_last_of_the_others(self) -> None:
        self.assertEqual(self.newest(), None)
        for number in (9, 10):
            (self.directory / f"log-20240229T120000Z-{number}.csv").write_bytes(HEADER + b"row\n")
        self.assertEqual(self.newest(), "log-20240229T120000Z-10.csv")
        for content in (b"", b"time,eve", HEADER):
            self.current.write_bytes(content)
            self.assertEqual(self.newest(), "log-20240229T120000Z-10.csv")

    def test_a_new_file_that_never_came_to_use_is_deleted(self) -> None:
        os.close(journal_files.begin(self.directory, [b"row\n"])[0])
        self.assertEqual(self.newest(), None)
        self.assertEqual(self.names(), [])
