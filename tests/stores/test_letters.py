"""mail.csv: letters are rows, and what is done with is gone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.events import Entry, Private
from chatd.chat.letters import Letter
from chatd.stores.letters import CsvLetters
from chatd.stores.table import BrokenTable
from tests.stores.faults import at_once, new_directory

AT = 1_700_000_000_123
LETTER = Letter(1, Entry("@bob", 7, AT, Private("alice", "bob", "hi there")))
HEADER = "id,to,seq,user,text,at\n"


class LettersTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = new_directory(self) / "mail.csv"
        self.letters = self._load()

    def _load(self) -> CsvLetters:
        letters = CsvLetters(self.path, at_once)
        letters.load()
        return letters

    def test_a_letter_is_one_row_that_a_person_can_read(self) -> None:
        self.successResultOf(self.letters.save(LETTER))
        self.assertEqual(self.path.read_text(), HEADER + "1,bob,7,alice,hi there,2023-11-14T22:13:20.123Z\n")

    def test_what_is_done_with_is_gone(self) -> None:
        self.successResultOf(self.letters.save(LETTER))
        self.assertEqual(self._load().all(), [LETTER])
        self.successResultOf(self.letters.remove(LETTER))
        self.assertEqual(self._load().all(), [])

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @settings(deadline=None)  # the disk may be slow
    def test_any_text_comes_back(self, text: str) -> None:
        letter = Letter(2, Entry("@bob", 8, AT, Private("alice", "bob", text)))
        self.successResultOf(self.letters.save(letter))
        self.assertEqual(self._load().all(), [letter])

    def test_a_row_that_is_no_letter_is_told(self) -> None:
        good = "1,bob,7,alice,hi,2023-11-14T22:13:20.123Z"
        for cell, bad in (("1,", "x,"), (",7,", ",-7,"), ("alice", "a:b"), ("bob", ""), ("2023", "then")):
            self.path.write_text(HEADER + good.replace(cell, bad) + "\n")
            self.assertRaises(BrokenTable, self._load)
