"""Accounts: making them, logging in, changing the password, giving them up; and what is asked for that, on lines."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, Driver, LineDriver
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend, on_lines

WRONG = a.Refused("wrong-password")
WELCOME = a.Welcome("alice", False, "user")


@on_every_frontend
class Registering(Scene[Driver]):
    def test_whoever_registers_is_logged_in(self) -> None:
        alice = self.visitor()
        alice.register("alice", PASSWORD)
        alice.expect(a.Done("registered", "alice"), WELCOME, CHOOSE)

    def test_the_account_can_be_logged_into_from_elsewhere(self) -> None:
        self.account("alice")
        other = self.visitor()
        other.login("alice", PASSWORD)
        other.expect(WELCOME, CHOOSE)

    def test_the_name_is_shown_as_registered_and_compared_without_its_case(self) -> None:
        self.account("Alice")
        other = self.visitor()
        other.login("aLICE", PASSWORD)
        other.expect(a.Welcome("Alice", False, "user"))
        third = self.visitor()
        third.register("ALICE", PASSWORD)
        third.expect_refused("name-taken", "ALICE")

    def test_a_name_that_looks_like_another_is_taken(self) -> None:
        self.account("bob")
        other = self.visitor()
        other.register("b0b", PASSWORD)
        other.expect_refused("name-taken", "b0b")
        other.expect_refused("not-registered")

    def test_a_name_that_is_none_is_told_with_one_that_would_do(self) -> None:
        visitor = self.visitor()
        visitor.register("anna maria", PASSWORD)
        visitor.expect_refused("bad-name", near=("anna_maria",))
        visitor.expect_refused("not-registered")

    def test_words_of_the_menu_are_no_names(self) -> None:
        visitor = self.visitor()
        for word in ("login", "Operator", "public", "server"):
            visitor.register(word, PASSWORD)
            visitor.expect(a.Refused("reserved-name", word), a.Refused("not-registered"), CHOOSE)
            visitor.login(word, PASSWORD)
            visitor.expect(WRONG)
            visitor = self.visitor()

    def test_a_password_is_no_longer_than_1024_bytes(self) -> None:
        visitor = self.visitor()
        visitor.register("alice", "x" * 1025)
        visitor.expect_refused("bad-password", limit=1024)
        visitor.register("alice", "ü" * 512)
        visitor.expect(WELCOME)

    def test_a_password_may_have_spaces_and_letters_of_any_script(self) -> None:
        for number, password in enumerate((" x ", "two words", "пароль", "/quit", "1")):
            visitor = self.visitor()
            visitor.register(f"user{number}", password)
            visitor.expect(a.Welcome(f"user{number}", False, "user"))
            visitor.choose("logout")
            visitor.login(f"user{number}", password)
            visitor.expect(a.Welcome(f"user{number}", False, "user"))

    def test_who_is_logged_in_makes_no_second_account(self) -> None:
        alice = self.account("alice")
        alice.register("bob", PASSWORD)
        alice.expect(a.Refused("logged-in-already", "alice"), a.Refused("not-registered"), CHOOSE)

    def test_two_who_ask_for_one_name_at_once_do_not_both_get_it(self) -> None:
        first, second = self.visitor(), self.visitor()
        for visitor in (first, second):
            visitor.choose("register alice")
            visitor.answer(PASSWORD)
        for visitor in (first, second):
            visitor.answer(PASSWORD)
        first.expect(WELCOME)
        second.expect(a.Refused("name-taken", "alice"), CHOOSE)


@on_every_frontend
class LoggingIn(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.visiting = self.visitor()
        self.visiting.forget()

    def test_a_wrong_password_and_an_unknown_name_are_told_alike(self) -> None:
        for name in ("alice", "nobody"):
            self.visiting.login(name, "wrong")
            self.visiting.expect(a.Prompt("password", "password:"))
            self.visiting.expect_only(WRONG, CHOOSE)

    def test_three_wrong_passwords_end_the_connection(self) -> None:
        for _ in range(3):
            self.assertFalse(self.visiting.closed)
            self.visiting.login("alice", "wrong")
        self.visiting.expect(WRONG, WRONG, WRONG)
        self.visiting.expect_only(a.Closing("wrong-passwords"))
        self.assertTrue(self.visiting.closed)

    def test_the_right_one_makes_the_wrong_ones_forgotten(self) -> None:
        for _ in range(2):
            self.visiting.login("alice", "wrong")
            self.visiting.login("alice", "wrong")
            self.visiting.login("alice", PASSWORD)
            self.visiting.expect(WRONG, WRONG, WELCOME)
            self.visiting.choose("logout")
        self.assertFalse(self.visiting.closed)

    def test_who_is_logged_in_is_asked_and_refused(self) -> None:
        self.alice.login("alice", PASSWORD)
        self.alice.expect(a.Prompt("password", "password:"))
        self.alice.expect_only(a.Refused("logged-in-already", "alice"), CHOOSE)

    def test_who_logs_out_is_nobody(self) -> None:
        self.alice.choose("logout")
        self.alice.expect(a.Done("logged-out"), CHOOSE)
        self.alice.do(r.Who())
        self.alice.expect_refused("not-logged-in")
        self.alice.choose("logout")
        self.alice.expect_refused("not-logged-in")

    def test_somebody_elses_password_does_not_do(self) -> None:
        bob = self.visitor()
        bob.register("bob", "another")
        self.visiting.login("bob", PASSWORD)
        self.visiting.expect(WRONG)


@on_every_frontend
class ChangingThePassword(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")

    def _change(self, *answers: str) -> None:
        self.alice.choose("password")
        self.alice.answer(*answers)

    def _logs_in(self, password: str) -> bool:
        visitor = self.visitor()
        visitor.login("alice", password)
        return visitor.heard(WELCOME)

    def test_the_new_one_holds_and_the_old_one_does_not(self) -> None:
        self._change(PASSWORD, "new", "new")
        self.alice.expect(a.Done("password-changed"), CHOOSE)
        self.assertTrue(self._logs_in("new"))
        self.assertFalse(self._logs_in(PASSWORD))

    def test_the_present_one_is_needed(self) -> None:
        self._change("wrong", "new", "new")
        self.alice.expect(WRONG, CHOOSE)
        self.assertFalse(self._logs_in("new"))

    def test_who_has_no_account_is_asked_and_refused(self) -> None:
        for driver, error in ((self.visitor(), "not-logged-in"), (self.guest("gus"), "no-account")):
            driver.choose("password")
            driver.answer("a", "b", "b")
            driver.expect(a.Refused(error), CHOOSE)
            driver.expect_only()


@on_every_frontend
class GivingTheAccountUp(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")

    def _give_up(self, password: str = PASSWORD) -> None:
        self.alice.choose("unregister")
        self.alice.answer(password)

    def test_the_account_is_gone(self) -> None:
        self._give_up()
        self.alice.expect(a.Done("unregistered", "alice"), CHOOSE)
        self.alice.login("alice", PASSWORD)
        self.alice.expect(WRONG)
        self.restart()
        visitor = self.visitor()
        visitor.login("alice", PASSWORD)
        visitor.expect(WRONG)

    def test_the_password_is_needed(self) -> None:
        self._give_up("wrong")
        self.alice.expect(WRONG, CHOOSE)
        self.assertTrue(self.login("alice"))

    def test_its_other_sessions_are_ended(self) -> None:
        other, bob = self.login("alice", "public"), self.account("bob", "public")
        self._give_up()
        other.expect(a.Closing("account-gone", "alice"))
        self.assertTrue(other.closed)
        self.assertFalse(self.alice.closed)
        bob.do(r.Who())
        bob.expect(a.Members("public", (a.Person("bob", False, "user", "active"),)))

    def test_a_namesake_gets_neither_its_rooms_nor_where_it_was(self) -> None:
        self.room("lab", self.alice)
        self.alice.do(r.Leave())
        self._give_up()
        namesake = self.account("alice")
        namesake.choose("rejoin")
        namesake.expect_refused("no-last-rooms")
        namesake.do(r.Delete("lab"))
        namesake.answer("lab")
        namesake.expect_refused("not-owner", "lab")
        namesake.do(r.Enter("lab"), r.Topic("mine"))
        namesake.expect_refused("not-owner", "lab")

    def test_nor_after_a_restart(self) -> None:
        self.room("lab", self.alice)
        self.alice.do(r.Leave())
        self._give_up()
        self.restart()
        namesake = self.account("alice", "lab")
        namesake.do(r.Topic("mine"))
        namesake.expect_refused("not-owner", "lab")

    def test_who_has_no_account_is_asked_and_refused(self) -> None:
        for driver, error in ((self.visitor(), "not-logged-in"), (self.guest("gus"), "no-account")):
            driver.choose("unregister")
            driver.answer("a")
            driver.expect(a.Refused(error), CHOOSE)
            driver.expect_only()


@on_lines
class BeingAsked(Scene[LineDriver]):
    def test_name_and_password_are_asked(self) -> None:
        self.account("alice")
        visitor = self.visitor()
        visitor.forget()
        visitor.choose("login")
        visitor.expect_only(a.Prompt("user-name", "user name:"))
        visitor.answer("alice")
        visitor.expect_only(a.Prompt("password", "password:"))
        visitor.answer(PASSWORD)
        visitor.expect(WELCOME, CHOOSE)

    def test_the_password_is_asked_twice(self) -> None:
        alice = self.visitor()
        alice.choose("register")
        alice.expect(a.Prompt("user-name", "user name:"))
        alice.answer("alice", PASSWORD, PASSWORD)
        alice.expect(
            a.Prompt("new-password", "new password:"),
            a.Prompt("new-password-again", "new password again:"),
            WELCOME,
        )

    def test_so_is_a_new_one(self) -> None:
        alice = self.account("alice")
        alice.answer("password", PASSWORD, "new", "knew")
        alice.expect(a.Refused("passwords-differ"), CHOOSE)
        visitor = self.visitor()
        visitor.login("alice", PASSWORD)
        visitor.expect(WELCOME)

    def test_two_different_passwords_make_no_account(self) -> None:
        visitor = self.visitor()
        visitor.register("alice", PASSWORD, "correct hose")
        visitor.expect_refused("passwords-differ")
        visitor.login("alice", PASSWORD)
        visitor.expect(WRONG)

    def test_a_taken_name_is_told_before_the_passwords_which_are_asked_all_the_same(self) -> None:
        self.account("alice")
        other = self.visitor()
        other.choose("register alice")
        other.expect(a.Refused("name-taken", "alice"), a.Prompt("new-password", "new password:"))
        other.answer("new", "new")
        other.expect_refused("not-registered")
        other.expect_only(CHOOSE)
        other.login("alice", "new")
        other.expect(WRONG)

    def test_an_empty_answer_leads_back_to_the_menu(self) -> None:
        visitor = self.visitor()
        for answers in ([""], ["alice", ""], ["alice", "new", ""]):
            visitor.choose("register")
            visitor.forget()
            visitor.answer(*answers)
            visitor.expect(CHOOSE)
            visitor.expect_only()
        visitor.login("alice", "new")
        visitor.expect(WRONG)
