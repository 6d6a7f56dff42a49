"""What was said is taken back from the files of the journal, and nothing else is."""

from __future__ import annotations

import errno
import os
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from chatd.chat import events as e
from chatd.chat.events import Entry
from chatd.stores import journal_erasing, journal_files, journal_rows
from chatd.stores.journal_erasing import Eraser
from chatd.testing import at_once
from tests.stores.faults import new_directory
from tests.stores.journals import NOON, Desk, JournalTestCase, record, said, write

TEXTS = st.text(min_size=1).filter(str.strip) | st.text(st.sampled_from(',"=\\\n\t\x00 aé'), min_size=1).filter(
    str.strip
)


class ErasingTestCase(JournalTestCase):
    def blank(self, seq: int, log: str = "lab") -> Entry | None:
        return self.successResultOf(Eraser(self.desk.directory, at_once).blank(log, seq))

    def texts(self) -> list[str]:
        files = [*journal_files.rotated(self.desk.directory), self.desk.current]
        return [row.text for file in files for row in self.desk.rows(file) if row.event in ("said", "emoted")]


class ErasingTests(ErasingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal, _ = self.desk.open()

    def test_the_text_of_one_entry_goes_and_the_rest_stays(self) -> None:
        write(self.journal, said(1), said(2, "a secret"), said(3))
        before = self.desk.current.read_bytes()
        self.assertEqual(self.blank(2), said(2, "a secret").entry)
        self.assertEqual(self.desk.current.read_bytes(), before.replace(b"a secret", b"        "))

    def test_what_somebody_did_goes_too(self) -> None:
        write(self.journal, record("lab", 7, e.Emoted("alice", "waves")))
        self.assertEqual(self.blank(7), Entry("lab", 7, NOON, e.Emoted("alice", "waves")))
        self.assertEqual(self.texts(), ["     "])

    def test_there_is_nothing_to_take_back_twice(self) -> None:
        write(self.journal, said(2))
        self.blank(2)
        self.assertIs(self.blank(2), None)

    def test_nothing_but_what_was_said_is_taken_back(self) -> None:
        write(self.journal, record("lab", 1, e.TopicSet("alice", "tea")), record("lab", 2, e.Left("alice", "tea")))
        before = self.desk.current.read_bytes()
        self.assertEqual([self.blank(number) for number in (1, 2, 3)], [None, None, None])
        self.assertEqual(self.desk.current.read_bytes(), before)

    def test_a_text_that_looks_like_a_place_is_none(self) -> None:
        write(self.journal, said(1, "x,said,lab,2,bob"), said(12), said(2, "a secret"), said(2, log="slab"))
        self.blank(2)
        self.assertEqual(self.texts(), ["x,said,lab,2,bob", "message 12", "        ", "message 2"])

    def test_it_is_found_in_older_files_and_across_pieces(self) -> None:
        write(self.journal, *(said(number) for number in range(1, 50)))
        for chunk in (1, 7, 100, 4096):
            self.patch(journal_files, "CHUNK", chunk)
            self.assertEqual(self.blank(chunk % 41 + 1), said(chunk % 41 + 1).entry)
        self.close(self.journal)
        (self.desk.directory / "log.csv").rename(self.desk.directory / "log-20240229T120000Z-1.csv")
        self.journal, _ = self.desk.open()
        write(self.journal, said(50))
        self.assertEqual([self.blank(number) for number in (45, 50)], [said(45).entry, said(50).entry])
        self.assertEqual(sum(text.isspace() for text in self.texts()), 6)

    def test_a_checkpoint_of_its_number_is_not_taken_for_it(self) -> None:
        self.close(self.journal)
        self.desk.options["rotate_bytes"] = 1
        self.journal, _ = self.desk.open()
        write(self.journal, said(50))
        self.assertIn("checkpoint", self.desk.events())
        self.assertEqual(self.blank(50), said(50).entry)

    def test_a_file_that_gets_another_name_meanwhile_is_looked_into(self) -> None:
        write(self.journal, said(1, "a secret"))
        listed = journal_files.rotated

        def rotates(directory: object) -> object:
            files = listed(self.desk.directory)
            if not files:
                os.rename(self.desk.current, self.desk.directory / "log-20240229T120000Z-1.csv")
                self.desk.current.write_bytes(journal_rows.HEADER)
            return files

        self.patch(journal_files, "rotated", rotates)
        self.assertEqual(self.blank(1), said(1, "a secret").entry)
        self.assertNotIn("a secret", self.texts())

    def test_the_journal_goes_on_behind_it(self) -> None:
        write(self.journal, said(1, "a secret"))
        self.blank(1)
        write(self.journal, said(2))
        self.assertEqual(self.texts(), ["        ", "message 2"])
        self.close(self.journal)
        self.assertEqual([entry.seq for entry in self.desk.past().recent["lab"]], [1, 2])

    def test_what_fails_is_told_and_can_be_done_again(self) -> None:
        write(self.journal, said(1, "a secret"))
        with patch.object(os, "pwrite", side_effect=OSError(errno.EIO, "broken")):
            self.failureResultOf(Eraser(self.desk.directory, at_once).blank("lab", 1), OSError)
        self.assertEqual(self.texts(), ["a secret"])
        self.assertIsNot(self.blank(1), None)


class AnyTextTests(ErasingTestCase):
    @given(TEXTS, st.sampled_from([e.Said, e.Emoted]))
    @settings(max_examples=60, deadline=None)
    def test_it_is_blank_afterwards_wherever_writing_stopped(self, text: str, kind: type[Any]) -> None:
        self.desk = Desk(new_directory(self))
        journal, _ = self.desk.open()
        write(journal, said(1, "before"), record("lab", 2, kind("alice", text)), said(3, "after"))
        pieces: list[bytes] = []

        def by_bytes(descriptor: int, data: bytes, place: int) -> int:
            pieces.append(self.desk.current.read_bytes())
            return os.pwrite(descriptor, data[: 1 if len(pieces) < 50 else None], place)

        fake = type("Os", (), {**vars(os), "pwrite": staticmethod(by_bytes)})
        with patch.object(journal_erasing, "os", fake):
            self.blank(2)
        self.desk.kill()
        lines = self.desk.current.read_bytes().split(b"\n")
        row = journal_rows.entry(journal_rows.fields(lines[3]))
        self.assertEqual((row.seq, row.event.user), (2, "alice"))
        self.assertEqual(self.texts()[0::2], ["before", "after"])
        self.assertTrue(self.texts()[1].isspace())
        for piece in pieces:
            self.desk.current.write_bytes(piece)
            self.assertEqual(piece.count(b"\n"), len(lines) - 1)
            recent = self.desk.open()[1].recent["lab"]
            self.desk.kill()
            self.assertEqual([entry.seq for entry in recent if entry.seq != 2], [1, 3])
