"""Rooms are kept in rooms.csv, one row for each change."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.room import ACCESS, RoomRecord
from chatd.stores import datadir, rowfile
from chatd.stores.rooms import CsvRooms
from chatd.stores.table import BrokenTable
from tests.stores.faults import FaultyDisk, at_once, new_directory

HEADER = b"name,owner,topic,access,password,limit,hidden,invited,moderated,voiced,created\n"
OLD_HEADER = b"name,owner,topic,access,password,limit,hidden,invited,created\n"
NOON = 1_769_860_800_000  # 2026-01-31T12:00:00Z
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,31}", fullmatch=True) | st.sampled_from(["Ärger", "Анна", "名前"])
TEXT = st.text(st.sampled_from(",\"'\\\r\n\x00\t\x1b=+-@$a1 ")) | st.text()
ROOMS = st.lists(
    st.builds(
        RoomRecord,
        name=NAMES,
        owner=NAMES | st.just(""),
        topic=TEXT,
        access=st.sampled_from(ACCESS),
        password=TEXT,
        limit=st.integers(0, 999_999_999),
        hidden=st.booleans(),
        invited=st.lists(NAMES, max_size=3).map(tuple),
        moderated=st.booleans(),
        voiced=st.lists(NAMES, max_size=3).map(tuple),
        created=st.integers(0, 253_402_300_799_999),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda record: record.name.casefold(),
)
LAB = RoomRecord("lab", "Alice", '=tea, "soup"', "password", "hash", 12, True, ("bob", "Анна"), True, ("eve",), NOON)


class RoomsTestCase(SynchronousTestCase):
    def new_path(self) -> Path:
        return new_directory(self) / "rooms.csv"

    def open(self, path: Path) -> CsvRooms:
        rooms = CsvRooms(path, at_once)
        rooms.load()
        return rooms

    def having(self, *records: RoomRecord) -> Path:
        path = self.new_path()
        rooms = self.open(path)
        for record in records:
            self.successResultOf(rooms.save(record))
        return path


class RoomsTests(RoomsTestCase):
    @given(ROOMS)
    @settings(deadline=None)  # the disk may be slow
    def test_arbitrary_rooms_come_back(self, records: list[RoomRecord]) -> None:
        self.assertEqual(self.open(self.having(*records)).all(), records)

    @given(ROOMS)
    @settings(max_examples=10, deadline=None)
    def test_a_file_cut_off_anywhere_has_the_rooms_of_its_whole_rows(self, records: list[RoomRecord]) -> None:
        disk = FaultyDisk()
        disk.skipped.add("fsync")
        with patch.object(rowfile, "os", disk), patch.object(datadir, "os", disk):
            path = self.having(*records)
            data = path.read_bytes()
            for size in range(len(data)):
                path.write_bytes(data[:size])
                whole = max(data[:size].count(b"\n") - 1, 0)
                # Where the line feed alone is missing the row is whole, but a room without a date could be cut off.
                last_is_whole = data[size - 1 : size + 1] == b"Z\n"
                self.assertEqual(self.open(path).all(), records[: whole + last_is_whole])

    def test_the_file_can_be_read_by_a_person(self) -> None:
        path = self.having(LAB, RoomRecord("public"))
        self.assertEqual(
            path.read_text().splitlines(),
            [
                "name,owner,topic,access,password,limit,hidden,invited,moderated,voiced,created",
                'lab,Alice,"\\x3dtea, ""soup""",password,hash,12,yes,bob Анна,yes,eve,2026-01-31T12:00:00.000Z',
                "public,,,open,,0,no,,no,,",
            ],
        )

    def test_a_room_takes_the_place_of_what_it_was(self) -> None:
        path = self.having(LAB, RoomRecord("LAB", "Alice"))
        self.assertEqual(self.open(path).all(), [RoomRecord("LAB", "Alice")])

    def test_a_removed_room_is_gone_also_after_a_restart_and_can_be_made_again(self) -> None:
        path = self.having(LAB, RoomRecord("tea"))
        rooms = self.open(path)
        self.successResultOf(rooms.remove("Lab"))
        self.assertEqual([rooms.all(), self.open(path).all()], [[RoomRecord("tea")]] * 2)
        self.successResultOf(rooms.save(RoomRecord("lab")))
        self.assertEqual(self.open(path).all(), [RoomRecord("tea"), RoomRecord("lab")])

    def test_removing_a_room_that_is_not_there_does_no_harm(self) -> None:
        path = self.having(LAB)
        self.successResultOf(self.open(path).remove("tea"))
        self.assertEqual(self.open(path).all(), [LAB])

    def test_what_could_not_be_read_again_is_not_kept(self) -> None:
        rooms = self.open(self.new_path())
        for record in (RoomRecord("no name"), RoomRecord("lab", access="removed"), RoomRecord("lab", limit=-1)):
            self.failureResultOf(rooms.save(record), ValueError)
        self.assertEqual(rooms.all(), [])

    def test_stale_rows_are_left_out_at_close(self) -> None:
        path = self.having(LAB, LAB, LAB)
        self.successResultOf(self.open(path).close())
        self.assertEqual(path.read_bytes().count(b"\n"), 2)
        self.assertEqual(self.open(path).all(), [LAB])

    def test_the_file_is_private_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        self.assertEqual(self.having(LAB).stat().st_mode & 0o777, 0o600)

    def test_broken_rows_are_told_in_one_clear_sentence(self) -> None:
        for row, reason in {
            "lab,,,invite,,0,no,,no,,": 'access must be one of open, accounts, password, invited, not "invite"',
            "lab,,,open,,many,no,,no,,": 'limit must be a number of members, 0 for any, not "many"',
            "lab,,,open,,-1,no,,no,,": 'limit must be a number of members, 0 for any, not "-1"',
            "lab,,,open,,٣,no,,no,,": 'limit must be a number of members, 0 for any, not "٣"',
            "lab,,,open,,0,maybe,,no,,": 'hidden must be yes or no, not "maybe"',
            "lab,,,open,,0,no,,maybe,,": 'moderated must be yes or no, not "maybe"',
            "my lab,,,open,,0,no,,no,,": 'name cannot be "my lab"; my_lab would do',
            "lab,,,open,,0,no,,no,,today": 'created must be a time such as 2026-01-31T12:01:02.345Z, not "today"',
        }.items():
            path = self.new_path()
            path.write_bytes(HEADER + row.encode() + b"\n")
            error = self.assertRaises(BrokenTable, self.open, path)
            self.assertEqual(str(error), f"rooms.csv, row 2: {reason}")


class OlderFileTests(RoomsTestCase):
    def written(self, data: bytes) -> Path:
        path = self.new_path()
        path.write_bytes(OLD_HEADER + data)
        return path

    def test_what_it_does_not_tell_is_as_it_was_then(self) -> None:
        path = self.written(b"lab,alice,tea,password,hash,12,yes,bob,2026-01-31T12:00:00.000Z\n")
        lab = RoomRecord("lab", "alice", "tea", "password", "hash", 12, True, ("bob",), created=NOON)
        self.assertEqual(self.open(path).all(), [lab])

    def test_it_gets_the_columns_before_any_other_row(self) -> None:
        path = self.written(b"lab,,,open,,0,no,,\nden,,,open,,0,no,,\nlab,,,removed,,,,,\n")
        rooms = self.open(path)
        self.assertEqual(path.read_bytes(), HEADER + b"den,,,open,,0,no,,no,,\n")
        self.successResultOf(rooms.save(LAB))
        self.assertEqual(self.open(path).all(), [RoomRecord("den"), LAB])

    def test_one_that_ends_in_the_middle_of_a_row_is_mended_all_the_same(self) -> None:
        path = self.written(b"lab,,,open,,0,no,,\nden,alice,te")
        self.assertEqual(self.open(path).all(), [RoomRecord("lab")])
        self.assertEqual(path.read_bytes(), HEADER + b"lab,,,open,,0,no,,no,,\n")

    def test_its_header_alone_is_a_table_too(self) -> None:
        for data in (OLD_HEADER, OLD_HEADER.rstrip()):
            path = self.new_path()
            path.write_bytes(data)
            self.assertEqual(self.open(path).all(), [])
            self.assertEqual(path.read_bytes(), HEADER)

    def test_rows_of_the_wrong_length_are_told_with_its_own_columns(self) -> None:
        error = self.assertRaises(BrokenTable, self.open, self.written(b"lab,,,open,,0,no,,no,,\n"))
        self.assertIn("there must be 9 fields", str(error))
