"""A file of rows ends with a whole row, whatever the disk does."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import datadir, rowfile
from chatd.stores.rowfile import RowFile
from tests.stores.faults import FaultyDisk, new_directory

HEADER = b"name\n"


class RowFileTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.path = self.directory / "users.csv"
        self.file = RowFile(self.path, HEADER)
        self.disk = FaultyDisk()
        self.patch(rowfile, "os", self.disk)
        self.patch(datadir, "os", self.disk)

    def assertHolds(self, data: bytes) -> None:
        self.assertEqual(self.path.read_bytes(), data)

    def assertMode(self, path: Path) -> None:
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)


class AppendTests(RowFileTestCase):
    def test_the_first_row_brings_the_header(self) -> None:
        self.file.append(b"alice\n")
        self.file.append(b"bob\n")
        self.assertHolds(b"name\nalice\nbob\n")

    def test_a_row_is_synced_and_the_name_of_a_new_file_too(self) -> None:
        self.file.append(b"alice\n")
        self.assertEqual(self.disk.calls, ["open", "fchmod", "write", "fsync", "open", "fsync"])
        self.disk.calls.clear()
        self.file.append(b"bob\n")
        self.assertEqual(self.disk.calls, ["open", "fchmod", "write", "fsync"])

    def test_the_file_is_private_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        self.file.append(b"alice\n")
        self.assertMode(self.path)

    def test_a_file_that_an_editor_has_replaced_is_the_one_that_grows(self) -> None:
        self.file.append(b"alice\n")
        self.path.with_name("edited").write_bytes(b"name\nalicia\n")
        self.path.with_name("edited").replace(self.path)
        self.file.append(b"bob\n")
        self.assertHolds(b"name\nalicia\nbob\n")

    def test_a_write_that_fails_half_way_leaves_nothing_behind(self) -> None:
        self.file.append(b"alice\n")
        self.disk.room = 2
        self.assertRaises(OSError, self.file.append, b"bob\n")
        self.assertHolds(b"name\nalice\n")

    def test_a_first_write_that_fails_half_way_leaves_an_empty_file_that_gets_its_header_later(self) -> None:
        self.disk.room = 7
        self.assertRaises(OSError, self.file.append, b"alice\n")
        self.assertHolds(b"")
        self.disk.room = None
        self.file.append(b"bob\n")
        self.assertHolds(b"name\nbob\n")

    def test_rows_whose_sync_failed_are_taken_back(self) -> None:
        self.file.append(b"alice\n")
        self.disk.errors["fsync"] = OSError(5, "Input/output error")
        self.assertRaises(OSError, self.file.append, b"bob\n")
        self.assertHolds(b"name\nalice\n")

    def test_what_could_not_be_taken_back_is_taken_back_before_the_next_row(self) -> None:
        self.file.append(b"alice\n")
        self.disk.room = 2
        self.disk.errors["ftruncate"] = OSError(5, "Input/output error")
        self.assertRaises(OSError, self.file.append, b"bob\n")
        self.assertHolds(b"name\nalice\nbo")
        self.disk.room = None
        self.assertRaises(OSError, self.file.append, b"carol\n")
        self.assertHolds(b"name\nalice\nbo")
        self.disk.errors.clear()
        self.file.append(b"dave\n")
        self.assertHolds(b"name\nalice\ndave\n")

    def test_no_descriptor_is_left_open(self) -> None:
        before = os.listdir("/proc/self/fd")
        self.file.append(b"alice\n")
        self.file.replace(lambda: b"bob\n")
        self.file.set_aside(5, b"bob\n")
        self.disk.errors["fsync"] = self.disk.errors["fchmod"] = OSError(5, "Input/output error")
        self.assertRaises(OSError, self.file.append, b"bob\n")
        del self.disk.errors["fchmod"]
        self.assertRaises(OSError, self.file.append, b"bob\n")
        self.assertRaises(OSError, self.file.replace, lambda: b"bob\n")
        self.assertRaises(OSError, self.file.set_aside, 5, b"")
        self.assertEqual(os.listdir("/proc/self/fd"), before)


LIMITED = """
import sys
from pathlib import Path
from chatd.stores.rowfile import RowFile
file = RowFile(Path(sys.argv[1]), b"name\\n")
rows = 0
try:
    while True:
        file.append(b"x" * 99 + b"\\n")
        rows += 1
except OSError:
    print(rows)
"""


class FullDiskTests(RowFileTestCase):
    def test_where_the_system_itself_stops_a_write_half_way_only_whole_rows_are_left(self) -> None:
        result = subprocess.run(
            [sys.executable, "-c", LIMITED, str(self.path)],
            cwd=Path(rowfile.__file__).parents[2],
            capture_output=True,
            check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        )
        self.assertEqual(result.stdout, b"9\n")
        self.assertHolds(b"name\n" + 9 * (b"x" * 99 + b"\n"))


class ReplaceTests(RowFileTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.file.append(b"alice\nbob\nalice\n")
        self.disk.calls.clear()

    def test_the_new_file_is_on_disk_before_it_takes_the_place_of_the_old_one_and_so_is_its_name(self) -> None:
        self.file.replace(lambda: b"bob\nalice\n")
        self.assertHolds(b"name\nbob\nalice\n")
        self.assertEqual(self.disk.calls, ["open", "fchmod", "write", "fsync", "replace", "open", "fsync"])

    def test_the_new_file_is_private_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        self.path.chmod(0o644)
        self.file.replace(lambda: b"bob\n")
        self.assertMode(self.path)

    def test_what_an_earlier_attempt_left_behind_does_no_harm(self) -> None:
        left = self.directory / "users.csv.new"
        left.write_bytes(b"x" * 1000)
        left.chmod(0o644)
        self.file.replace(lambda: b"bob\n")
        self.assertHolds(b"name\nbob\n")
        self.assertMode(self.path)

    def test_a_failure_leaves_the_old_file_alone(self) -> None:
        for call in ("open", "fchmod", "write", "fsync", "replace"):
            self.disk.errors = {call: OSError(28, "No space left on device")}
            self.assertRaises(OSError, self.file.replace, lambda: b"bob\n")
            self.assertHolds(b"name\nalice\nbob\nalice\n")
            self.assertEqual(os.listdir(self.directory), ["users.csv"])

    def test_the_next_row_goes_to_the_new_file(self) -> None:
        self.file.replace(lambda: b"bob\n")
        self.file.append(b"carol\n")
        self.assertHolds(b"name\nbob\ncarol\n")

    def test_what_could_not_be_taken_back_from_the_old_file_does_not_cut_the_new_one(self) -> None:
        self.disk.errors = {name: OSError(5, "Input/output error") for name in ("fsync", "ftruncate")}
        self.assertRaises(OSError, self.file.append, b"carol\n")
        self.disk.errors.clear()
        self.file.replace(lambda: b"a much longer row than all the rows before it\n")
        self.file.append(b"dave\n")
        self.assertHolds(b"name\na much longer row than all the rows before it\ndave\n")


class SetAsideTests(RowFileTestCase):
    def test_torn_ends_are_collected_in_a_private_file_of_their_own(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        for torn in (b"bo", b"car"):
            self.path.write_bytes(b"name\nalice\n" + torn)
            aside = self.file.set_aside(11, torn)
        self.assertHolds(b"name\nalice\n")
        self.assertEqual(aside, self.directory / "users.csv.torn")
        self.assertEqual(aside.read_bytes(), b"bo\ncar\n")
        self.assertMode(aside)

    def test_nothing_is_cut_off_that_could_not_be_set_aside(self) -> None:
        self.path.write_bytes(b"name\nalice\nbo")
        self.disk.errors["write"] = OSError(28, "No space left on device")
        self.assertRaises(OSError, self.file.set_aside, 11, b"bo")
        self.assertHolds(b"name\nalice\nbo")
