"""Accounts, from the console."""

from __future__ import annotations

import re

from chatd.testing import Client
from tests.behaviour.scene import PASSWORD
from tests.console.desk import DeskTestCase

MADE = re.compile(r"(?:row \d+: )?account (\S+), password ((?:[a-z2-9]{4}-){3}[a-z2-9]{4})")


class AccountsTestCase(DeskTestCase):
    def login(self, name: str, password: str = PASSWORD) -> Client:
        client = self.server.connect()
        client.send(f"login {name}", password)
        return client

    def is_let_in(self, name: str, password: str = PASSWORD) -> bool:
        return any(f"welcome, {name}" in line for line in self.login(name, password).lines())


class NewTests(AccountsTestCase):
    def test_one_with_a_password_that_lets_in(self) -> None:
        (told,) = self.says("adduser anna")
        made = MADE.fullmatch(told)
        assert made is not None, told
        self.assertTrue(self.is_let_in("anna", made[2]))
        self.assertIn(",registered,@anna,,anna,unix,\n", self.file("log.csv"))

    def test_a_name_that_cannot_be(self) -> None:
        self.account("anna")
        self.assertEqual(self.says("adduser anna"), ["anna is taken, or looks like a name that is"])
        self.assertIn("did you mean n1anna?", self.says("adduser 1anna")[0])
        self.assertIn("server is reserved", self.says("adduser server")[0])

    def test_a_class_of_which_the_good_ones_are_made(self) -> None:
        self.account("bob")
        rows = ("room,name,mail", "a,anna,x", "b,1x,x", "c,bob,x", "", '"d, e",zoe,x', "short", "f,anna,x")
        told = self.says("adduser --from -", *rows, ".", "uptime")
        told = [line for line in told if line != "a row, or . to end:"]
        self.assertEqual([m[1] for line in told if (m := MADE.fullmatch(line))], ["anna", "zoe"])
        self.assertEqual([line.partition(":")[0] for line in told[:6]], [f"row {n}" for n in (2, 3, 4, 6, 7, 8)])
        self.assertEqual(told[4], "row 7: a name has 1 to 32 characters")
        self.assertEqual(told[6], "2 accounts made, 4 rows refused")
        self.assertIn("as process", told[7])

    def test_without_a_header_the_first_column_counts(self) -> None:
        told = self.says("adduser --from -", "anna,x", "bob", ".")
        self.assertEqual([m[1] for line in told if (m := MADE.fullmatch(line))], ["anna", "bob"])

    def test_the_end_of_input_ends_the_rows_too(self) -> None:
        self.operator.client.send("adduser --from -", "anna")
        self.operator.client.end_input()
        told = self.operator.heard()
        self.assertEqual(told[-2:], ["1 account made, 0 rows refused", "goodbye"])

    def test_for_whoever_is_gone_nothing_is_made(self) -> None:
        self.operator.client.send("adduser --from -", "anna")
        self.operator.client.lose()
        self.assertIsNone(self.server.accounts.get("anna"))

    def test_no_rows_and_no_file_of_the_servers(self) -> None:
        self.assertEqual(self.says("adduser --from -", "name", ".")[-1], "there was no row with a name in it")
        self.assertIn("chatctl do it", self.says("adduser --from /etc/passwd")[0])


class ChangeTests(AccountsTestCase):
    def test_a_password_asked_for_twice(self) -> None:
        self.account("anna")
        told = self.says("passwd anna", "new secret", "new secret")
        self.assertEqual(told[-1], "anna has a new password")
        self.assertFalse(self.is_let_in("anna"))
        self.assertTrue(self.is_let_in("anna", "new secret"))

    def test_two_that_differ_change_nothing(self) -> None:
        self.account("anna")
        self.assertIn("were not the same", self.says("passwd anna", "one", "two")[-1])
        self.assertTrue(self.is_let_in("anna"))

    def test_one_that_is_made_up(self) -> None:
        self.account("anna")
        told = self.says("passwd anna", "")[-1]
        self.assertTrue(self.is_let_in("anna", told.rpartition(" ")[2]), told)

    def test_an_account_there_is_not(self) -> None:
        self.account("anna")
        told = self.says("passwd ana", "role ana user", "disable ana", "enable ana", "deluser ana")
        self.assertEqual(told, ["nobody has an account ana; did you mean anna?"] * 5)

    def test_a_role_holds_at_once_and_is_kept(self) -> None:
        anna = self.account("anna")
        self.assertEqual(self.says("role anna Operator"), ["anna is operator now"])
        self.assertEqual(anna.lines()[0], "00 your role is operator now")
        anna.send("create lab", "enter lab", "/serverban 10.0.0.1")
        self.assertIn("banned 10.0.0.1/32", "\n".join(anna.lines()))
        self.assertIn("anna (operator)", self.says("users")[0])
        self.restart()
        self.assertIn("00 welcome, anna (operator)", self.login("anna").lines())

    def test_a_role_that_is_none(self) -> None:
        self.account("anna")
        self.assertIn("did you mean operator or moderator?", self.says("role anna operater")[0])

    def test_nobody_logs_in_to_what_is_disabled(self) -> None:
        anna = self.account("anna")
        self.assertEqual(self.says("disable anna"), ["the account anna is disabled"])
        self.assertEqual(anna.lines()[-1], "00 you are disconnected: your account is disabled")
        self.assertIn("00 this account is disabled; ask whoever runs this server", self.login("anna").lines())
        self.assertIn("00 wrong name or password", self.login("anna", "wrong").lines())
        self.assertEqual(self.says("disable anna"), ["anna is disabled already"])
        self.assertIn("anna (disabled)", self.says("users -a")[0])

    def test_it_stays_so_over_a_restart_and_a_new_password_until_it_is_enabled(self) -> None:
        self.account("anna")
        self.says("disable anna", "passwd anna", "new secret", "new secret")
        self.restart()
        self.furnish()
        self.assertFalse(self.is_let_in("anna", "new secret"))
        self.assertEqual(self.says("enable anna"), ["the account anna is enabled again"])
        self.assertTrue(self.is_let_in("anna", "new secret"))
        self.assertEqual(self.says("enable anna"), ["anna is not disabled"])

    def test_one_that_is_removed_leaves_nothing_to_a_namesake(self) -> None:
        anna = self.account("anna", "create lab", "enter lab")
        self.assertEqual(self.says("deluser anna"), ["the account anna is gone"])
        self.assertEqual(anna.lines()[-1], "00 you are disconnected: the account anna is gone")
        self.account("anna")
        self.assertEqual(self.server.house.hub.room("lab").record.owner, "")
