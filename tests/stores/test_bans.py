"""Bans and mutes are kept in bans.csv, one row for each change."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.moderation import BAN, KINDS, MUTE, Ban
from chatd.stores.bans import CsvBans
from chatd.stores.table import BrokenTable
from tests.stores.faults import at_once, new_directory

HEADER = b"id,kind,who,address,where,by,until,why,at\n"
NOON = 1_769_860_800_000  # 2026-01-31T12:00:00Z
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,31}", fullmatch=True) | st.sampled_from(["Ärger", "Анна", "名前"])
TEXT = st.text(st.sampled_from(",\"'\\\r\n\x00\t\x1b=+-@$a1 ")) | st.text()
TIMES = st.integers(0, 253_402_300_799_999)
ADDRESSES = st.sampled_from(["192.0.2.7/32", "192.0.2.0/24", "2001:db8::/32", "::1/128"])
BANS = st.lists(
    st.builds(
        Ban,
        id=st.integers(1, 10**18 - 1),
        kind=st.sampled_from(KINDS),
        who=NAMES,
        address=ADDRESSES | st.just(""),
        where=NAMES | st.just(""),
        by=NAMES,
        until=TIMES,
        why=TEXT,
        at=TIMES,
    ),
    max_size=4,
    unique_by=lambda ban: ban.id,
)
BOB = Ban(1, BAN, "bob", "", "lab", "alice", NOON, '=noise, "loud"', NOON - 1000)
NET = Ban(2, BAN, "", "192.0.2.0/24", "", "root", 0, "", NOON)


class BansTests(SynchronousTestCase):
    def new_path(self) -> Path:
        return new_directory(self) / "bans.csv"

    def open(self, path: Path) -> CsvBans:
        bans = CsvBans(path, at_once)
        bans.load()
        return bans

    def having(self, *kept: Ban) -> Path:
        path = self.new_path()
        bans = self.open(path)
        for ban in kept:
            self.successResultOf(bans.save(ban))
        return path

    @given(BANS)
    def test_arbitrary_ones_come_back(self, kept: list[Ban]) -> None:
        self.assertEqual(self.open(self.having(*kept)).all(), kept)

    def test_the_file_can_be_read_by_a_person(self) -> None:
        rows = self.having(BOB, NET).read_text().split("\n")
        self.assertEqual(
            rows,
            [
                HEADER.decode().rstrip(),
                '1,ban,bob,,lab,alice,2026-01-31T12:00:00.000Z,"\\x3dnoise, ""loud""",2026-01-31T11:59:59.000Z',
                "2,ban,,192.0.2.0/24,,root,,,2026-01-31T12:00:00.000Z",
                "",
            ],
        )

    def test_one_that_is_lifted_is_gone(self) -> None:
        path = self.having(BOB, NET)
        self.successResultOf(self.open(path).remove(1))
        self.assertEqual(self.open(path).all(), [NET])

    def test_an_address_may_be_written_as_a_person_does(self) -> None:
        path = self.new_path()
        path.write_bytes(HEADER + b"7,mute,,192.0.2.7,lab,,,,\n8,ban,,192.0.2.9/24,,,,,\n")
        (one, net) = self.open(path).all()
        self.assertEqual((one.kind, one.address, net.address), (MUTE, "192.0.2.7/32", "192.0.2.0/24"))

    def test_broken_rows_are_told_in_one_clear_sentence(self) -> None:
        for row, reason in {
            "x,ban,bob,,,,,,": 'id must be a number, not "x"',
            "1,kick,bob,,,,,,": 'kind must be ban or mute, not "kick"',
            "1,ban,,,,,,,": "who or address must say whom it is about",
            "1,ban,,192.0.2,,,,,": 'address must be an IP address or network, not "192.0.2"',
            "1,ban,my bob,,,,,,": 'name cannot be "my bob"; my_bob would do',
            "1,ban,bob,,,,soon,,": 'until must be a time such as 2026-01-31T12:01:02.345Z, not "soon"',
        }.items():
            path = self.new_path()
            path.write_bytes(HEADER + row.encode() + b"\n")
            self.assertEqual(str(self.assertRaises(BrokenTable, self.open, path)), f"bans.csv, row 2: {reason}")
