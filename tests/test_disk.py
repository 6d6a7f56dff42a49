"""The disk, and whether what was to be kept could be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.disk import Disk
from chatd.testing import at_once


class DiskTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.told: list[str] = []
        self.disk = Disk(self.directory, self.told.append)
        self.run_watched = self.disk.watched(at_once)

    def fail_with(self, number: int) -> None:
        def work() -> None:
            raise OSError(number, os.strerror(number))

        self.failureResultOf(self.run_watched(work), OSError)

    def test_what_works_and_what_is_no_fault_of_the_disk_is_not_told(self) -> None:
        self.assertEqual(self.successResultOf(self.run_watched(lambda: 7)), 7)
        self.fail_with(errno.ENOENT)
        self.assertEqual((self.told, self.disk.error), ([], ""))

    def test_a_full_one_is_told_once_and_once_that_there_is_room_again(self) -> None:
        self.fail_with(errno.ENOSPC)
        self.fail_with(errno.ENOSPC)
        self.assertEqual(self.told, ["No space left on device"])
        self.disk.look()
        self.assertEqual(self.told, ["No space left on device", ""])
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_as_long_as_it_takes_nothing_the_alarm_stands(self) -> None:
        self.fail_with(errno.EROFS)
        self.directory.rmdir()
        self.disk.look()
        self.assertEqual(self.disk.error, "Read-only file system")
        self.directory.mkdir()
        self.disk.look()
        self.assertEqual(self.disk.error, "")

    def test_where_all_is_well_nothing_is_tried(self) -> None:
        self.directory.rmdir()
        self.disk.look()
        self.assertEqual(self.told, [])
