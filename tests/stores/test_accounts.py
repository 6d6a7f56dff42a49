"""Accounts are added, changed, removed and seen."""

from __future__ import annotations

from unittest.mock import patch

from twisted.internet.defer import CancelledError

from chatd.auth import Account, NameTaken
from chatd.stores import rowfile
from chatd.stores.accounts import CsvAccounts
from tests.stores.faults import FaultyDisk, SlowThread
from tests.stores.users import ALICE, NOON, AccountsTestCase


class AddTests(AccountsTestCase):
    def setUp(self) -> None:
        self.thread = SlowThread()
        self.path = self.new_path()
        self.accounts = self.open(self.path, self.thread)

    def test_an_account_is_there_when_it_is_on_disk(self) -> None:
        done = self.accounts.add(ALICE)
        self.assertNoResult(done)
        self.assertIsNone(self.accounts.get("alice"))
        self.thread.turn()
        self.successResultOf(done)
        self.assertEqual(self.accounts.get("alice"), ALICE)

    def test_of_two_registrations_under_way_at_once_the_first_has_the_name(self) -> None:
        done = self.accounts.add(ALICE)
        for name in ("Alice", "alice", "AIice"):
            failure = self.failureResultOf(self.accounts.add(Account(name, "other")), NameTaken)
            self.assertEqual(failure.value.args, ("Alice",))
        self.thread.turn()
        self.successResultOf(done)
        self.assertEqual(self.thread.waiting, [])
        self.assertEqual(self.accounts.get("alice"), ALICE)

    def test_a_name_or_look_that_an_account_has_is_taken_also_after_a_restart(self) -> None:
        self.accounts.add(ALICE)
        self.thread.turn()
        accounts = self.open(self.path)
        for name in ("ALICE", "A1ice"):
            self.failureResultOf(accounts.add(Account(name, "other")), NameTaken)
        self.assertEqual([accounts.looks_like("A1ice"), accounts.looks_like("bob")], ["Alice", None])

    def test_a_registration_that_could_not_be_kept_leaves_the_name_free(self) -> None:
        disk = FaultyDisk()
        disk.room = 0
        with patch.object(rowfile, "os", disk):
            done = self.accounts.add(ALICE)
            self.assertEqual(self.accounts.looks_like("alice"), "Alice")
            self.thread.turn()
        self.failureResultOf(done, OSError)
        self.assertIsNone(self.accounts.looks_like("alice"))
        again = self.accounts.add(ALICE)
        self.thread.turn()
        self.successResultOf(again)

    def test_whoever_goes_away_meanwhile_is_registered_all_the_same(self) -> None:
        done = self.accounts.add(ALICE)
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.assertEqual(self.accounts.looks_like("alice"), "Alice")
        self.thread.turn()
        self.assertEqual(self.accounts.get("alice"), ALICE)
        self.failureResultOf(self.accounts.add(ALICE), NameTaken)

    def test_whoever_goes_away_before_it_fails_leaves_the_name_free(self) -> None:
        done = self.accounts.add(ALICE)
        done.cancel()
        self.failureResultOf(done, CancelledError)
        with patch.object(rowfile, "os", FaultyDisk()) as disk:
            disk.room = 0
            self.thread.turn()
        self.assertIsNone(self.accounts.looks_like("alice"))

    def test_what_could_not_be_read_again_is_not_kept(self) -> None:
        for account in (Account("no name", "hash"), Account("alice", "hash", "removed")):
            self.failureResultOf(self.accounts.add(account), ValueError)
            self.assertIsNone(self.accounts.looks_like(account.name))
        self.assertEqual(self.thread.waiting, [])


class ChangeTests(AccountsTestCase):
    def setUp(self) -> None:
        self.path = self.having(ALICE)
        self.thread = SlowThread()
        self.accounts = self.open(self.path, self.thread)
        self.operator = Account("Alice", "new", "operator", NOON)

    def test_new_values_hold_when_they_are_on_disk(self) -> None:
        done = self.accounts.change(self.operator)
        self.assertEqual(self.accounts.get("alice"), ALICE)
        self.thread.turn()
        self.successResultOf(done)
        self.assertEqual([self.accounts.get("alice"), self.accounts.operators()], [self.operator, ["Alice"]])
        self.assertEqual(self.open(self.path).get("alice"), self.operator)

    def test_who_has_no_account_cannot_be_changed_or_removed(self) -> None:
        self.failureResultOf(self.accounts.change(Account("bob", "new")), KeyError)
        self.failureResultOf(self.accounts.remove("bob"), KeyError)

    def test_a_removed_account_is_gone_and_its_name_free(self) -> None:
        done = self.accounts.remove("ALICE")
        self.assertEqual(self.accounts.get("alice"), ALICE)
        self.failureResultOf(self.accounts.add(ALICE), NameTaken)
        self.thread.turn()
        self.successResultOf(done)
        for accounts in (self.accounts, self.open(self.path)):
            self.assertEqual([accounts.get("alice"), accounts.looks_like("alice")], [None, None])
        again = self.accounts.add(self.operator)
        self.thread.turn()
        self.successResultOf(again)
        self.assertEqual(self.open(self.path).get("alice"), self.operator)

    def test_an_account_on_its_way_out_cannot_be_changed_or_removed_again(self) -> None:
        self.accounts.remove("alice")
        self.failureResultOf(self.accounts.change(self.operator), KeyError)
        self.failureResultOf(self.accounts.remove("Alice"), KeyError)
        self.thread.turn()
        self.assertIsNone(self.open(self.path).get("alice"))

    def test_an_account_whose_removal_failed_can_be_changed_and_removed(self) -> None:
        done = self.accounts.remove("ALICE")
        with patch.object(rowfile, "os", FaultyDisk()) as disk:
            disk.room = 0
            self.thread.turn()
        self.failureResultOf(done, OSError)
        self.assertEqual(self.accounts.get("alice"), ALICE)
        for change in (self.accounts.change(self.operator), self.accounts.remove("alice")):
            self.thread.turn()
            self.successResultOf(change)
        self.assertIsNone(self.accounts.get("alice"))


class SeenTests(AccountsTestCase):
    def setUp(self) -> None:
        self.path = self.having(ALICE)
        self.accounts = self.open(self.path)

    def last_seen(self, accounts: CsvAccounts) -> int:
        account = accounts.get("alice")
        assert account is not None
        return account.last_seen

    def test_it_is_known_at_once_and_on_disk_at_close(self) -> None:
        before = self.path.read_bytes()
        self.accounts.seen("ALICE", NOON + 5)
        self.assertEqual([self.last_seen(self.accounts), self.path.read_bytes()], [NOON + 5, before])
        self.successResultOf(self.accounts.close())
        self.assertEqual(self.last_seen(self.open(self.path)), NOON + 5)

    def test_a_change_made_from_older_values_does_not_undo_it(self) -> None:
        self.accounts.seen("alice", NOON + 5)
        self.successResultOf(self.accounts.change(ALICE))
        self.assertEqual([self.last_seen(self.accounts), self.last_seen(self.open(self.path))], [NOON + 5] * 2)

    def test_a_clock_that_was_put_back_does_not_undo_it(self) -> None:
        self.successResultOf(self.accounts.change(Account("Alice", "hash", last_seen=NOON + 5)))
        self.accounts.seen("alice", NOON)
        self.assertEqual(self.last_seen(self.accounts), NOON + 5)

    def test_who_has_no_account_is_not_noted(self) -> None:
        self.accounts.seen("bob", NOON)
        before = self.path.stat().st_ino
        self.successResultOf(self.accounts.close())
        self.assertEqual(self.path.stat().st_ino, before)

    def test_a_new_account_of_a_removed_name_was_never_seen(self) -> None:
        self.accounts.seen("alice", NOON + 5)
        self.successResultOf(self.accounts.remove("alice"))
        self.successResultOf(self.accounts.add(ALICE))
        self.assertEqual(self.last_seen(self.accounts), 0)
