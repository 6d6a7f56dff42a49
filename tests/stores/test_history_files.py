"""The files of the journal are followed from one to the next, and known again whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator

from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import history_files, journal_rows
from chatd.stores.history_files import Known, Reader, plan
from tests.stores.faults import new_directory
from tests.stores.histories import Journal
from tests.stores.journals import said


class FilesTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = new_directory(self)
        self.journal = Journal(self.directory)
        self.known: list[Known] = []

    def reader(self) -> Reader:
        """One for what is to be read next; whatever is gone is forgotten before."""
        gone, file, known = plan(self.directory, self.known)
        self.known = [old for old in self.known if old not in gone]
        assert file is not None
        reader = Reader(file, known)
        self.addCleanup(reader.close)
        return reader

    def read(self) -> list[list[bytes]]:
        """The numbers of the messages in what is read next, by file, until nothing is left."""
        return list(self._files())

    def _files(self) -> Iterator[list[bytes]]:
        while True:
            reader = self.reader()
            lines = []
            while some := reader.lines():
                lines += some
            self.known = [old for old in self.known if old.number != reader.known.number] + [reader.known]
            if not lines:
                return
            yield [line.split(b",")[3] for line in lines if b"said" in line]


class PlanTests(FilesTestCase):
    def test_files_are_read_in_their_order(self) -> None:
        self.journal.write(said(1))
        self.journal.rotate()
        self.journal.write(said(2))
        self.journal.rotate()
        self.journal.write(said(3))
        self.assertEqual(self.read(), [[b"1"], [b"2"], [b"3"]])
        self.assertEqual([known.number for known in self.known], [1, 2, 3])

    def test_reading_goes_on_where_it_stopped(self) -> None:
        self.journal.write(said(1))
        self.assertEqual(self.read(), [[b"1"]])
        self.journal.write(said(2))
        self.assertEqual(self.read(), [[b"2"]])

    def test_a_file_is_known_by_its_other_name(self) -> None:
        self.journal.write(said(1))
        self.read()
        self.journal.write(said(2))
        self.journal.rotate()
        self.journal.write(said(3))
        self.assertEqual(self.read(), [[b"2"], [b"3"]])

    def test_files_that_were_deleted_are_gone_from_the_beginning(self) -> None:
        self.journal.write(said(1))
        old = self.journal.rotate()
        self.journal.write(said(2))
        self.read()
        old.unlink()
        gone, file, known = plan(self.directory, self.known)
        self.assertEqual(([old.number for old in gone], file, known.number), ([1], self.journal.current, 2))

    def test_another_journal_is_read_from_its_beginning(self) -> None:
        self.journal.write(said(1))
        self.journal.rotate()
        self.journal.write(said(2))
        self.read()
        for file in self.directory.glob("log*"):
            file.unlink()
        self.journal.begin()
        self.journal.write(said(3))
        self.assertEqual([old.number for old in plan(self.directory, self.known).gone], [1, 2])
        self.assertEqual(self.read(), [[b"3"]])

    def test_when_older_files_come_back_all_are_read_again(self) -> None:
        self.journal.write(said(1))
        old = self.journal.rotate()
        self.journal.write(said(2))
        away = old.rename(self.directory / "away")
        self.read()
        away.rename(old)
        self.assertEqual(self.read(), [[b"1"], [b"2"]])

    def test_a_file_that_lost_its_end_is_read_again(self) -> None:
        self.journal.write(said(1), said(2))
        self.read()
        data = self.journal.current.read_bytes()
        self.journal.current.write_bytes(data[: -len(journal_rows.encode([said(2)]))])
        self.journal.write(said(10_001), said(10_002))
        self.assertEqual(len(plan(self.directory, self.known).gone), 1)
        self.assertEqual(self.read(), [[b"1", b"10001", b"10002"]])

    def test_so_is_one_that_has_not_grown_since(self) -> None:
        self.journal.write(said(1), said(2))
        self.read()
        self.journal.current.write_bytes(self.journal.current.read_bytes()[:-10])
        self.assertEqual(len(plan(self.directory, self.known).gone), 1)

    def test_a_file_without_rows_is_none_yet(self) -> None:
        self.journal.current.write_bytes(journal_rows.HEADER)
        self.assertIsNone(plan(self.directory, []).file)
        self.journal.current.unlink()
        self.assertIsNone(plan(self.directory, []).file)

    def test_an_old_file_that_was_read_waits_for_the_next(self) -> None:
        self.journal.write(said(1))
        old = self.journal.rotate(b"")
        self.assertEqual(self.read(), [[b"1"]])
        self.assertEqual(plan(self.directory, self.known).file, old)

    def test_no_message_is_kept_to_know_a_file_by(self) -> None:
        self.journal.begin(journal_rows.encode([said(1, "a secret")]))
        self.journal.write(said(2, "a secret"))
        self.read()
        self.assertNotIn(b"secret", b"".join(known.head + known.mark for known in self.known))


class ReaderTests(FilesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.one = self.reader()
        self.one.lines()

    def test_a_row_is_read_when_it_is_whole(self) -> None:
        self.journal.append(b"half a r")
        self.assertEqual(self.one.lines(), [])
        self.journal.append(b"ow\n")
        self.assertEqual(self.one.lines(), [b"half a row"])
        self.assertEqual(self.one.lines(), [])

    def test_many_rows_are_read_a_few_at_a_time(self) -> None:
        self.patch(history_files, "SLICE", 20)
        self.journal.append(b"".join(b"row %d\n" % number for number in range(10)))
        slices = [self.one.lines() for _ in range(5)]
        self.assertEqual([len(lines) for lines in slices], [3, 3, 3, 1, 0])
        self.assertEqual([line for lines in slices for line in lines], [b"row %d" % number for number in range(10)])

    def test_what_is_far_too_long_for_a_row_is_passed(self) -> None:
        self.patch(history_files, "SLICE", 20)
        self.journal.append(b"x" * 30 + b"\nrow\n")
        self.assertEqual([self.one.lines(), self.one.lines()], [[b"x" * 20], [b"x" * 10, b"row"]])

    def test_it_knows_how_far_it_has_come_however_little_it_reads(self) -> None:
        for number in range(10):
            self.journal.append(b"row %d\n" % number)
            self.one.lines()
        self.assertEqual(plan(self.directory, [self.one.known]), ([], self.journal.current, self.one.known))

    def test_a_renamed_file_is_read_to_its_end(self) -> None:
        self.assertTrue(self.one.grows())
        self.journal.append(b"row 1\nrow 2 without an end")
        self.journal.rotate()
        self.assertFalse(self.one.grows())
        self.assertEqual(self.one.lines(), [b"row 1"])
        self.assertEqual(self.one.lines(), [b"row 2 without an end"])
        self.assertEqual(self.one.lines(), [])

    def test_between_two_names_a_file_may_still_grow(self) -> None:
        self.journal.current.rename(self.directory / "log-20240229T120000Z-1.csv")
        self.assertTrue(self.one.grows())
