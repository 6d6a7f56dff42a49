"""Accounts are kept in users.csv, one row for each change."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from chatd.auth import Account, Accounts
from chatd.chat.names import Looks
from chatd.stores import datadir, rowfile
from chatd.stores.accounts import ROLES
from chatd.stores.datadir import Unusable
from chatd.stores.table import BrokenTable
from tests.stores.faults import FaultyDisk
from tests.stores.users import ALICE, NOON, AccountsTestCase

HEADER = b"name,password,role,created,last_seen\n"
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,31}", fullmatch=True) | st.sampled_from(["Ärger", "Анна", "名前"])
TEXT = st.text(st.sampled_from(",\"'\\\r\n\x00\t\x1b=+-@$a1 ")) | st.text()
TIMES = st.integers(0, 253_402_300_799_999)
ACCOUNTS = st.lists(
    st.builds(Account, NAMES, TEXT, st.sampled_from(ROLES), TIMES, TIMES),
    max_size=4,
    unique_by=lambda account: account.name,
).filter(lambda accounts: not any_alike([account.name for account in accounts]))


def any_alike(names: list[str]) -> bool:
    return any(Looks(names[:number]).like(name) for number, name in enumerate(names))


class FileTests(AccountsTestCase):
    def test_without_a_file_there_are_no_accounts(self) -> None:
        accounts: Accounts = self.open(self.new_path())
        self.assertEqual(accounts.operators(), [])

    @given(ACCOUNTS)
    @settings(deadline=None)  # the disk may be slow
    def test_arbitrary_accounts_come_back(self, all_of_them: list[Account]) -> None:
        accounts = self.open(self.having(*all_of_them))
        self.assertEqual([accounts.get(account.name) for account in all_of_them], all_of_them)

    @given(ACCOUNTS)
    @settings(deadline=None)  # the disk may be slow
    def test_they_come_back_from_a_compact_file_too(self, all_of_them: list[Account]) -> None:
        path = self.having(*all_of_them)
        accounts = self.open(path)
        accounts.seen("nobody", NOON)
        for account in all_of_them:
            self.successResultOf(accounts.change(account))
        self.successResultOf(accounts.close())
        self.assertEqual(path.read_bytes().count(b"\n") if all_of_them else 1, len(all_of_them) + 1)
        accounts = self.open(path)
        self.assertEqual([accounts.get(account.name) for account in all_of_them], all_of_them)

    @given(ACCOUNTS.filter(bool))
    @settings(max_examples=5, deadline=None)
    def test_a_file_cut_off_anywhere_has_each_account_as_it_was_or_as_it_is(self, all_of_them: list[Account]) -> None:
        first = all_of_them[0]
        later = Account(first.name, first.password + "more", "operator", first.created, first.last_seen)
        disk = FaultyDisk()
        disk.skipped.add("fsync")
        with patch.object(rowfile, "os", disk), patch.object(datadir, "os", disk):
            path = self.having(*all_of_them)
            self.successResultOf(self.open(path).change(later))
            data = path.read_bytes()
            for size in range(len(data)):
                path.write_bytes(data[:size])
                rows = [*all_of_them, later][: max(data[: size + 1].count(b"\n") - 1, 0)]
                accounts = self.open(path)
                expected = {account.name: account for account in rows}
                self.assertEqual(
                    [accounts.get(account.name) for account in all_of_them],
                    [expected.get(account.name) for account in all_of_them],
                )

    def test_the_file_can_be_read_by_a_person(self) -> None:
        path = self.having(ALICE, Account("bob", "hash", "operator", NOON + 1, NOON + 2))
        self.assertEqual(
            path.read_bytes().decode().splitlines(),
            [
                "name,password,role,created,last_seen",
                'Alice,"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA",user,2026-01-31T12:00:00.000Z,never',
                "bob,hash,operator,2026-01-31T12:00:00.001Z,2026-01-31T12:00:00.002Z",
            ],
        )

    def test_times_may_be_left_out_by_whoever_adds_a_row(self) -> None:
        accounts = self.open(self.write(b"alice,hash,operator,,", b"bob,hash,user,,never"))
        self.assertEqual(accounts.get("alice"), Account("alice", "hash", "operator"))
        self.assertEqual(accounts.get("bob"), Account("bob", "hash"))

    def test_a_last_row_whose_line_end_an_editor_left_out_is_taken(self) -> None:
        path = self.having(ALICE)
        path.write_bytes(path.read_bytes().replace(b",user,", b",operator,").rstrip(b"\n"))
        self.assertEqual(self.open(path).operators(), ["Alice"])

    def test_broken_rows_are_told_in_one_clear_sentence(self) -> None:
        for row, reason in {
            b"alice,hash,king,,": 'role must be user, moderator or operator, not "king"',
            b"anna maria,hash,user,,": 'name cannot be "anna maria"; anna_maria would do',
            b"alice,hash,user,yesterday,": 'created must be a time such as 2026-01-31T12:01:02.345Z, not "yesterday"',
            b"alice,hash,user,,x": 'last_seen must be a time such as 2026-01-31T12:01:02.345Z, not "x"',
            b"alice,hash": "there must be 5 fields (name,password,role,created,last_seen), not 2",
        }.items():
            error = self.assertRaises(BrokenTable, self.open, self.write(b"bob,hash,user,,", row))
            self.assertEqual(str(error), f"users.csv, row 3: {reason}")

    def test_a_file_open_to_others_is_refused_and_left_as_it_is(self) -> None:
        path = self.write(b"alice,hash,user,,")
        path.chmod(0o644)
        error = self.assertRaises(Unusable, self.open, path)
        self.assertIn(f"chmod 600 {path}", str(error))
        self.assertEqual(path.stat().st_mode & 0o777, 0o644)

    def test_the_file_is_private_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        path = self.having(ALICE)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        accounts = self.open(path)
        accounts.seen("alice", NOON)
        self.successResultOf(accounts.close())
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def write(self, *rows: bytes, header: bytes = HEADER) -> Path:
        path = self.new_path()
        path.write_bytes(header + b"".join(row + b"\n" for row in rows))
        path.chmod(0o600)
        return path
