"""A file of the journal ends with a whole row, whatever fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import journal_output
from chatd.stores.datadir import open_private
from chatd.stores.journal_output import Output
from tests.stores.faults import FaultyDisk, new_directory

FULL = OSError(errno.EIO, "Input/output error")


class OutputTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.begin(new_directory(self) / "log.csv")

    def begin(self, file: Path) -> None:
        self.file = file
        file.unlink(missing_ok=True)
        descriptor = open_private(file, os.O_WRONLY | os.O_APPEND)
        self.addCleanup(os.close, descriptor)
        self.output = Output(descriptor, 0)
        self.disk = FaultyDisk()
        self.patch(journal_output, "os", self.disk)

    def test_rows_follow_each_other(self) -> None:
        self.assertEqual(self.output.write(b"one\n"), 0)
        self.assertEqual(self.output.write(b"two\n"), 0)
        self.assertEqual(self.file.read_bytes(), b"one\ntwo\n")
        self.assertEqual(self.output.size, 8)

    def test_a_short_write_is_gone_on_with(self) -> None:
        self.output.write(b"one\n")
        self.patch(self.disk, "write", lambda descriptor, data: os.write(descriptor, data[:2]))
        self.assertEqual(self.output.write(b"two\nthree\n"), 0)
        self.assertEqual(self.file.read_bytes(), b"one\ntwo\nthree\n")

    def test_a_write_of_nothing_is_a_failed_one(self) -> None:
        self.disk.skipped.add("write")
        self.patch(self.disk, "write", lambda descriptor, data: 0)
        self.assertEqual(self.output.write(b"one\n"), 1)

    def test_what_fits_is_kept_by_whole_rows(self) -> None:
        self.output.write(b"one\n")
        self.disk.room = 8
        self.assertEqual(self.output.write(b"two\nthree\nfour\n"), 2)
        self.assertEqual(self.file.read_bytes(), b"one\ntwo\n")
        error = self.output.error
        assert error is not None
        self.assertEqual(error.errno, errno.ENOSPC)

    def test_what_belongs_together_is_kept_as_a_whole_or_not_at_all(self) -> None:
        self.output.write(b"one\n")
        self.disk.room = 8
        self.assertEqual(self.output.write(b"two\nthree\n", together=True), 2)
        self.assertEqual(self.file.read_bytes(), b"one\n")
        self.disk.room = None
        self.assertEqual(self.output.write(b"two\nthree\n", together=True), 0)
        self.assertEqual(self.file.read_bytes(), b"one\ntwo\nthree\n")

    def test_what_could_not_be_cut_off_is_cut_off_before_the_next_row(self) -> None:
        self.output.write(b"one\n")
        self.disk.room = 2
        self.disk.errors["ftruncate"] = FULL
        self.assertEqual(self.output.write(b"two\n"), 1)
        self.assertEqual(self.file.read_bytes(), b"one\ntw")
        self.disk.room = None
        self.assertEqual(self.output.write(b"three\n"), 1)
        self.assertEqual(self.file.read_bytes(), b"one\ntw")
        self.disk.errors.clear()
        self.assertEqual(self.output.write(b"four\n"), 0)
        self.assertEqual(self.file.read_bytes(), b"one\nfour\n")

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 3), st.none() | st.integers(0, 30)), max_size=8))
    def test_the_file_is_always_the_rows_that_were_not_lost(self, batches: list[tuple[int, int | None]]) -> None:
        self.begin(self.file)
        kept: list[bytes] = []
        for number, (count, room) in enumerate(batches):
            rows = [b"batch %d row %d\n" % (number, row) for row in range(count)]
            self.disk.room = room
            lost = self.output.write(b"".join(rows))
            kept += rows[: count - lost]
            content = self.file.read_bytes()
            self.assertEqual(content, b"".join(kept))
            self.assertEqual(len(content), self.output.size)
