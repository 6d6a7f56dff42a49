"""A table survives what people and crashes do to its file, or says what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from twisted.internet.defer import Deferred, succeed
from twisted.logger import capturedLogs

from chatd.stores import datadir, rowfile
from chatd.stores.table import BrokenTable
from tests.stores.faults import Crash, FaultyDisk
from tests.stores.words import HEADER, WORDS, TableTestCase, Word, told


class BrokenTests(TableTestCase):
    def assertBroken(self, data: bytes, sentence: str) -> None:
        path = self.new_path()
        path.write_bytes(data)
        error = self.assertRaises(BrokenTable, self.open, path)
        self.assertEqual(str(error), sentence)
        self.assertEqual([path.read_bytes(), os.listdir(path.parent)], [data, ["words.csv"]])

    def test_a_bad_value_is_told_by_its_line(self) -> None:
        self.assertBroken(
            HEADER + b"\r\nbob,word,,end\nalice,king,,end\ncarol,word,,end\n",
            "words.csv, row 4: kind must be word, not king",
        )

    def test_a_wrong_number_of_fields_is_told(self) -> None:
        for fields in (b"alice,word,end", b"alice,word,,,end", b"alice", b" "):
            self.assertBroken(
                HEADER + fields + b"\n",
                f"words.csv, row 2: there must be 4 fields (name,kind,text,end), not {fields.count(b',') + 1}",
            )

    def test_a_wrong_header_is_told(self) -> None:
        for header in (b"name,text\n", b"alice,word,,end\n", b"name;kind;text;end", b"\x00", b"x", b"\n", b"\r\n"):
            self.assertBroken(header, "words.csv, row 1: the header must be name,kind,text,end")

    def test_bytes_that_are_not_utf_8_are_told(self) -> None:
        self.assertBroken(HEADER + b"alice,word,caf\xe9,end\n", "words.csv, row 2: not UTF-8 at byte 15")

    def test_a_field_over_two_lines_is_told(self) -> None:
        self.assertBroken(
            HEADER + b'alice,word,"one\ntwo",end\n', "words.csv, row 2: a quote is not closed on its line"
        )

    def test_a_broken_row_is_told_though_the_last_one_is_torn(self) -> None:
        self.assertBroken(HEADER + b"alice,king,,end\nbob,wo", "words.csv, row 2: kind must be word, not king")


class HandEditedTests(TableTestCase):
    def loaded(self, data: bytes) -> tuple[list[Word], Path]:
        path = self.new_path()
        path.write_bytes(data)
        return self.words(path), path

    def test_blank_lines_crlf_and_a_byte_order_mark_are_no_matter(self) -> None:
        text = b"\xef\xbb\xbf\r\n" + HEADER.replace(b"\n", b"\r\n") + b'\r\n"alice","word","one","end"\r\n\n'
        words, path = self.loaded(text)
        self.assertEqual(words, [Word("alice", "one")])
        self.successResultOf(self.open(path).save(Word("bob")))
        self.assertEqual(self.words(path), [Word("alice", "one"), Word("bob")])

    def test_a_whole_last_row_without_its_line_end_is_taken_and_gets_one(self) -> None:
        for end in (b"", b"\r"):
            words, path = self.loaded(HEADER + b"alice,word,one,end" + end)
            self.assertEqual(words, [Word("alice", "one")])
            self.assertEqual(path.read_bytes(), HEADER + b"alice,word,one,end" + end + b"\n")
            self.assertEqual(os.listdir(path.parent), ["words.csv"])

    def test_a_header_alone_without_its_line_end_gets_one(self) -> None:
        for header in (HEADER[:-1], b"\xef\xbb\xbf" + HEADER[:-1] + b"\r"):
            words, path = self.loaded(header)
            self.assertEqual([words, path.read_bytes()], [[], header + b"\n"])

    def test_an_empty_file_is_an_empty_table(self) -> None:
        words, path = self.loaded(b"")
        self.assertEqual(words, [])
        self.successResultOf(self.open(path).save(Word("alice")))
        self.assertEqual(path.read_bytes(), HEADER + b"alice,word,,end\n")


class TornTests(TableTestCase):
    def test_a_torn_row_is_set_aside_and_the_log_says_so(self) -> None:
        path = self.saved(Word("alice", "one"))
        whole = path.read_bytes()
        path.write_bytes(whole + b"alice,word,tw")
        with capturedLogs() as events:
            self.assertEqual(self.words(path), [Word("alice", "one")])
        self.assertIn("it was moved to words.csv.torn", told(events))
        self.assertEqual(path.read_bytes(), whole)
        self.assertEqual(path.with_name("words.csv.torn").read_bytes(), b"alice,word,tw\n")

    def test_a_removal_without_its_line_end_was_never_confirmed(self) -> None:
        path = self.saved(Word("alice", "one"))
        path.write_bytes(path.read_bytes() + b"alice,removed,,")
        self.assertEqual(self.words(path), [Word("alice", "one")])

    def test_a_last_row_of_zeros_is_set_aside(self) -> None:
        path = self.saved(Word("alice", "one"))
        path.write_bytes(path.read_bytes() + bytes(100))
        self.assertEqual(self.words(path), [Word("alice", "one")])

    @given(WORDS)
    @settings(max_examples=20, deadline=None)
    def test_a_file_cut_off_anywhere_is_a_table_of_its_whole_rows(self, words: list[Word]) -> None:
        disk = FaultyDisk()
        disk.skipped.add("fsync")
        self.patch(rowfile, "os", disk)
        self.patch(datadir, "os", disk)
        path = self.saved(*words)
        data = path.read_bytes()
        for size in range(len(data)):
            path.write_bytes(data[:size])
            # The line feed alone may be missing: such a row is whole.
            rows = data[: size + 1].count(b"\n") - 1
            expected = list({word.name.casefold(): word for word in words[: max(rows, 0)]}.values())
            self.assertEqual([self.words(path), self.words(path)], [expected, expected])


class CrashTests(TableTestCase):
    steps = (Word("alice", "one"), Word("alice", "two"), None, Word("bob"))  # None: alice is removed
    states: Sequence[list[Word]] = ([], [Word("alice", "one")], [Word("alice", "two")], [], [Word("bob")])

    def test_a_machine_that_stops_at_any_call_leaves_the_old_or_the_new(self) -> None:
        crash_at = 0
        while self.crashes(crash_at):
            crash_at += 1
        self.assertGreater(crash_at, 20)

    def crashes(self, crash_at: int) -> bool:
        """Whether the machine stopped; what is on disk then is looked at."""
        path = self.new_path()
        table = self.open(path, _in_this_thread)
        confirmed: list[None] = []
        disk = FaultyDisk(crash_at)
        with patch.object(rowfile, "os", disk), patch.object(datadir, "os", disk):
            for word in self.steps:
                (table.save(word) if word else table.remove("alice")).addCallback(confirmed.append)
            table.close()
        found = self.words(path)
        self.assertIn(found, self.states[len(confirmed) : len(confirmed) + 2])
        self.assertEqual(self.words(path), found)
        return bool(self.flushLoggedErrors(Crash))


def _in_this_thread(work: Callable[[], None]) -> Deferred[None]:
    work()
    return succeed(None)
