"""Where making an account takes a code, and where accounts expire."""

from __future__ import annotations

from chatd.chat import answers as a
from tests.behaviour.drivers import CHOOSE, Driver, LineDriver
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend, on_lines

CODE = a.Prompt("register-code", "register code:")
WELCOME = a.Welcome("alice", False, "user")


@on_every_frontend
class Codes(Scene[Driver]):
    def setUp(self) -> None:
        self.start({"accounts": {"register_code": "sesame"}})

    def test_whoever_knows_it_makes_an_account(self) -> None:
        alice = self.visitor()
        alice.choose("register")
        alice.answer("alice", "sesame", PASSWORD, PASSWORD)
        alice.expect(WELCOME, CHOOSE)

    def test_with_a_wrong_one_all_is_asked_and_no_account_is_made(self) -> None:
        alice = self.visitor()
        alice.choose("register alice")
        alice.answer("Sesame", PASSWORD, PASSWORD)
        alice.expect(a.Prompt("new-password-again", "new password again:"), a.Refused("wrong-register-code"), CHOOSE)
        self.assertIsNone(self.server.accounts.get("alice"))
        self.assertEqual(self.server.house.pool.done, 0)

    def test_it_cannot_be_guessed_faster_than_accounts_are_made(self) -> None:
        alice = self.visitor()
        for _ in range(self.server.config.limits.registrations_per_hour):
            alice.choose("register alice")
            alice.answer("guess", PASSWORD, PASSWORD)
            self.server.advance(0.2)
        alice.forget()
        alice.choose("register alice")
        alice.answer("sesame", PASSWORD, PASSWORD)
        alice.expect_refused("too-many-registrations", limit=48)


@on_every_frontend
class Expiring(Scene[Driver]):
    def test_whoever_has_not_come_for_so_long_is_forgotten_and_his_room_is_nobodys(self) -> None:
        bob = self.account("bob")
        self.room("lab", bob)
        bob.hang_up()
        self.server.advance(20 * 86400)
        self.account("alice").hang_up()
        self.server.advance(20 * 86400)
        self.server.house.expire(30)
        self.server.turn()
        self.assertIsNone(self.server.accounts.get("bob"))
        self.assertIsNotNone(self.server.accounts.get("alice"))
        self.assertEqual(self.server.house.hub.room("lab").record.owner, "")

    def test_whoever_is_here_stays(self) -> None:
        self.account("alice")
        self.server.advance(100 * 86400)
        self.server.house.expire(30)
        self.server.turn()
        self.assertIsNotNone(self.server.accounts.get("alice"))

    def test_after_a_crash_it_is_known_who_was_here(self) -> None:
        self.account("alice").hang_up()
        self.server.advance(100 * 86400)
        self.login("alice").hang_up()
        self.server.house.expire(30)
        self.server.turn()
        self.crash()
        self.server.house.expire(30)
        self.server.turn()
        self.assertIsNotNone(self.server.accounts.get("alice"))


@on_lines
class BeingAsked(Scene[LineDriver]):
    def setUp(self) -> None:
        self.start({"accounts": {"register_code": "sesame"}})

    def test_it_is_asked_behind_the_name(self) -> None:
        alice = self.visitor()
        alice.choose("register")
        alice.answer("alice")
        alice.expect(CODE)
        alice.answer("sesame", PASSWORD, PASSWORD)
        alice.expect(a.Prompt("new-password", "new password:"), WELCOME, CHOOSE)

    def test_a_name_that_is_taken_takes_as_many_lines(self) -> None:
        alice = self.visitor()
        alice.choose("register alice")
        alice.answer("sesame", PASSWORD, PASSWORD)
        other = self.visitor()
        other.choose("register alice")
        other.answer("sesame", "new", "new")
        other.expect(a.Refused("name-taken", "alice"), CODE, a.Refused("not-registered"))
        other.expect_only(CHOOSE)

    def test_an_empty_one_leads_back_to_the_menu(self) -> None:
        alice = self.visitor()
        alice.choose("register alice")
        alice.answer("")
        alice.expect(CODE, CHOOSE)
