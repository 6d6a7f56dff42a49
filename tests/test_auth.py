"""Who somebody is, as checkers of ours and of others say."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from twisted.cred.checkers import FilePasswordDB, InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.strcred import ICheckerFactory, makeChecker
from twisted.internet.defer import fail
from twisted.plugin import IPlugin
from zope.interface.verify import verifyObject

from chatd.auth import Account, Authority, CsvChecker, CsvCheckerFactory, Identity
from chatd.chat.answers import Refusal, Refused
from chatd.hashing import MOST_HASHES
from tests.accounts import CHEAP, HASH, MemoryAccounts, PoolTestCase

WRONG = Refused("wrong-password")


class AuthTestCase(PoolTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.accounts = MemoryAccounts(Account("Alice", HASH), Account("root", HASH, role="operator"))

    def csv(self) -> CsvChecker:
        checker = CsvChecker()
        checker.bind(self.accounts, self.pool)
        return checker


class CsvTests(AuthTestCase):
    def test_it_gives_the_name_and_the_role_as_they_are_kept(self) -> None:
        authority = Authority(self.accounts, [self.csv()])
        self.assertEqual(self.result(authority.log_in("ALICE", "sesame")), Identity("Alice", "user", True))
        self.assertEqual(self.result(authority.log_in("root", "sesame")), Identity("root", "operator", True))

    def test_who_has_a_name_that_could_not_be_had_any_more_is_let_in(self) -> None:
        self.accounts = MemoryAccounts(Account("mallory(guest)", HASH), Account("search", HASH))
        authority = Authority(self.accounts, [self.csv()])
        for name in ("mallory(guest)", "search"):
            self.assertEqual(self.result(authority.log_in(name, "sesame")), Identity(name, "user", True))

    def test_a_wrong_password_and_an_unknown_name_are_answered_alike(self) -> None:
        authority = Authority(self.accounts, [self.csv()])
        self.result(authority.log_in("alice", "sesame"))
        self.assertEqual(self.refused(authority.log_in("nobody", "sesame")), WRONG)
        for name in ("alice", "nobody"):
            self.hasher.verified.clear()
            hashed = self.hasher.hashed
            self.assertEqual(self.refused(authority.log_in(name, "wrong")), WRONG)
            self.assertEqual((len(self.hasher.verified), self.hasher.hashed - hashed), (1, 0), name)

    def test_a_full_pool_is_no_wrong_password(self) -> None:
        self.threads.later = True
        for _ in range(MOST_HASHES):
            self.begin(self.pool.verify(HASH, "sesame"))
        authority = Authority(self.accounts, [self.csv()])
        self.assertEqual(self.refused(authority.log_in("alice", "sesame")), Refused("busy"))

    def test_an_account_that_went_or_changed_meanwhile_is_not_let_in(self) -> None:
        self.threads.later = True
        authority = Authority(self.accounts, [self.csv()])
        for changed in (None, Account("Alice", CHEAP.hash(b"new"))):
            login = self.begin(authority.log_in("alice", "sesame"))
            kept = self.accounts.kept.pop("alice")
            if changed is not None:
                self.accounts.kept["alice"] = changed
            self.threads.work()
            self.assertEqual(self.refused(login), WRONG)
            self.accounts.kept["alice"] = kept

    def test_a_role_given_meanwhile_holds(self) -> None:
        self.threads.later = True
        login = self.begin(Authority(self.accounts, [self.csv()]).log_in("alice", "sesame"))
        self.accounts.kept["alice"] = Account("Alice", HASH, role="moderator")
        self.threads.work()
        self.assertEqual(self.successResultOf(login), Identity("Alice", "moderator", True))

    def test_it_is_made_by_name(self) -> None:
        factory = CsvCheckerFactory()
        for interface in (ICheckerFactory, IPlugin):
            verifyObject(interface, factory)
        self.assertEqual(factory.generateChecker("people.csv").path, "people.csv")
        self.assertIsInstance(makeChecker("csv:people.csv"), CsvChecker)


class ForeignTests(AuthTestCase):
    def log_in(self, checker: Any, name: str = "alice", password: str = "sesame") -> Coroutine[Any, Any, Identity]:
        return Authority(self.accounts, [checker]).log_in(name, password)

    def test_one_that_compares_bytes(self) -> None:
        path = Path(self.mktemp())
        path.write_text("alice:sesame\nzoë:geheim\n")
        checker = FilePasswordDB(str(path))
        self.assertEqual(self.result(self.log_in(checker)), Identity("alice", "user", False))
        self.assertEqual(self.result(self.log_in(checker, "zoë", "geheim")), Identity("zoë", "user", False))
        self.assertEqual(self.refused(self.log_in(checker, "alice", "wrong")), WRONG)
        self.assertEqual(self.refused(self.log_in(checker, "bob")), WRONG)

    def test_one_that_compares_hashes_of_its_own(self) -> None:
        path = Path(self.mktemp())
        path.write_text("alice:semase\n")
        checker = FilePasswordDB(str(path), hash=lambda name, given, kept: b"semase" if given == b"sesame" else b"")
        self.assertEqual(self.result(self.log_in(checker)).name, "alice")
        self.assertEqual(self.refused(self.log_in(checker, "alice", "semase")), WRONG)

    def test_one_that_compares_text(self) -> None:
        checker = makeChecker("memory:alice:sesame:zoë:geheim")
        self.assertEqual(self.result(self.log_in(checker)), Identity("alice", "user", False))
        self.assertEqual(self.result(self.log_in(checker, "zoë", "geheim")), Identity("zoë", "user", False))
        self.assertEqual(self.refused(self.log_in(checker, "alice", "wrong")), WRONG)

    def test_one_whose_names_are_text_and_passwords_bytes(self) -> None:
        checker = InMemoryUsernamePasswordDatabaseDontUse()
        self.patch(checker, "users", {"alice": b"sesame"})
        self.assertEqual(self.result(self.log_in(checker)).name, "alice")

    def test_a_name_that_cannot_be_one_here_is_not_let_in(self) -> None:
        checker = makeChecker("memory:a b:sesame:operator:sesame")
        for name in ("a b", "operator"):
            self.assertEqual(self.refused(self.log_in(checker, name)), WRONG)

    def test_its_namesake_of_an_account_here_has_not_its_role(self) -> None:
        self.assertEqual(self.result(self.log_in(makeChecker("memory:root:x"), "root", "x")).role, "user")

    def test_the_first_that_accepts_wins(self) -> None:
        checkers = [makeChecker("memory:alice:one"), self.csv(), makeChecker("memory:bob:two")]
        authority = Authority(self.accounts, checkers)
        self.assertEqual(self.result(authority.log_in("alice", "one")), Identity("alice", "user", False))
        self.assertEqual(self.result(authority.log_in("alice", "sesame")), Identity("Alice", "user", True))
        self.assertEqual(self.result(authority.log_in("bob", "two")), Identity("bob", "user", False))
        self.assertEqual(self.refused(authority.log_in("bob", "one")), WRONG)

    def test_a_failure_of_its_own_is_no_wrong_password(self) -> None:
        checker = makeChecker("memory:alice:sesame")
        self.patch(checker, "requestAvatarId", lambda credentials: fail(ZeroDivisionError()))
        failure = self.failureResultOf(self.begin(self.log_in(checker)), Refusal)
        self.assertEqual(failure.value.answer.error, "internal")
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 2, "it is asked with bytes and with text")

    def test_accounts_are_made_where_they_are_kept(self) -> None:
        foreign = makeChecker("memory:alice:sesame")
        self.assertFalse(Authority(self.accounts, [foreign]).registers)
        authority = Authority(self.accounts, iter([foreign, self.csv()]))
        self.assertTrue(authority.registers)
        self.assertTrue(self.result(authority.log_in("root", "sesame")).kept)
