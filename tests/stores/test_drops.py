"""drops.csv: files that are known, and numbers that are given out once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.files import Drop, safe_name
from chatd.stores.drops import CsvDrops
from chatd.stores.table import BrokenTable
from tests.stores.faults import at_once, new_directory

AT = 1_700_000_000_123
DROP = Drop(1, "lab", "notes.txt", 5, "0" * 64, "bob", AT, AT + 604_800_000)
HEADER = "id,room,name,size,sha256,user,at,expires\n"


class DropsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = new_directory(self) / "drops.csv"
        self.drops = self._load()

    def _load(self) -> CsvDrops:
        drops = CsvDrops(self.path, at_once)
        drops.load()
        return drops

    def _saved(self, *numbers: int) -> None:
        for number in numbers:
            self.successResultOf(self.drops.save(replace(DROP, id=number)))

    def test_a_file_is_one_row_that_a_person_can_read(self) -> None:
        self.successResultOf(self.drops.save(DROP))
        row = f"1,lab,notes.txt,5,{'0' * 64},bob,2023-11-14T22:13:20.123Z,2023-11-21T22:13:20.123Z\n"
        self.assertEqual(self.path.read_text(), HEADER + row)

    def test_all_is_found_again(self) -> None:
        self._saved(1, 2)
        again = self._load()
        self.assertEqual((again.get(1), again.get(3)), (DROP, None))
        self.assertEqual(again.all(), [DROP, replace(DROP, id=2)])

    def test_numbers_rise(self) -> None:
        self.assertEqual([self.drops.next_id(), self.drops.next_id()], [1, 2])
        self._saved(2)
        self.assertEqual(self._load().next_id(), 3)

    def test_a_number_is_not_given_out_again_when_its_file_is_forgotten(self) -> None:
        for number in (self.drops.next_id(), self.drops.next_id()):
            self._saved(number)
        for drop in self.drops.all():
            self.successResultOf(self.drops.remove(drop))
        self.successResultOf(self.drops.close())
        self.drops = self._load()
        self.assertEqual([drop.room for drop in self.drops.all()], [""])
        self.assertEqual(self.drops.next_id(), 3)

    def test_what_stands_for_it_goes_when_there_is_a_higher_one(self) -> None:
        self._saved(self.drops.next_id())
        for _ in range(3):
            for drop in self.drops.all():
                self.successResultOf(self.drops.remove(drop))
        self.assertEqual(len(self.path.read_text().split("\n")), 4)
        self._saved(self.drops.next_id())
        self.successResultOf(self.drops.remove(self.drops.all()[0]))
        self.assertEqual(self._load().all(), [replace(DROP, id=2)])

    def test_a_broken_row_stops_the_start_and_is_named(self) -> None:
        good = f"1,lab,a.txt,5,{'0' * 64},bob,2023-11-14T22:13:20.123Z,2023-11-21T22:13:20.123Z\n"
        for old, new, reason in (
            ("1,lab", "x,lab", 'id must be a number, not "x"'),
            (",5,", ",-5,", 'size must be a number, not "-5"'),
            (",5,", f",{'9' * 19},", "size must be a number"),
            ("0" * 64, "0" * 63, "sha256 must be 64 hexadecimal digits"),
            ("22:13", "25:13", "at must be a time"),
        ):
            self.path.write_text(HEADER + good + good.replace(old, new, 1))
            error = self.assertRaises(BrokenTable, self._load)
            self.assertTrue(str(error).startswith(f"drops.csv, row 3: {reason}"), str(error))

    def test_a_name_that_somebody_has_edited_is_made_safe(self) -> None:
        self._saved(1)
        self.path.write_text(self.path.read_text().replace("notes.txt", "../../etc/passwd"))
        self.assertEqual([drop.name for drop in self._load().all()], ["passwd"])

    @given(st.text(), st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**18 - 1))
    def test_any_file_is_found_again_as_it_was(self, path: str, room: str, size: int) -> None:
        drop = replace(DROP, room=room, name=safe_name(path), size=size)
        self.successResultOf(self.drops.save(drop))
        self.assertEqual(self._load().get(1), drop)
