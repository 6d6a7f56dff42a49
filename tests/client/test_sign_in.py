"""The first prompts, answered by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Prompt, Refused, Welcome, YouEntered
from chatd.client.address import Address
from chatd.client.options import Options
from chatd.client.resumption import Resumption
from chatd.client.sign_in import SignIn
from chatd.wire.codes import CREDENTIALS, SPEAK


class SignInTests(SynchronousTestCase):
    def sign_in(self, *, persistent: bool = False, **given: Any) -> None:
        self.it = SignIn(Options(Address(), Path("d"), **given), persistent)

    def assert_answer(self, answer: str | None, name: str = "choose") -> None:
        code = CREDENTIALS if name.endswith("password") else SPEAK
        self.assertEqual(self.it.answer(code, Prompt(name, "")), answer)

    def test_a_password_that_was_right_is_used_on_the_next_connection(self) -> None:
        self.sign_in(user="bob", password="pw", persistent=True)
        for again in (False, True):
            self.assert_answer("login bob")
            self.assert_answer("pw", "password")
            if not again:
                self.it.told(Welcome("bob", False, "user"))
            self.it.restart()
        self.it.told(Refused("wrong-password"))

    def test_a_wrong_password_is_not_used_again(self) -> None:
        self.sign_in(user="bob", password="pw", persistent=True)
        self.assert_answer("login bob")
        self.assert_answer("pw", "password")
        self.it.told(Refused("wrong-password"))
        self.it.restart()
        self.assert_answer("login bob")
        self.assert_answer(None, "password")

    def test_a_session_is_gone_on_with_where_there_is_one(self) -> None:
        resumption = Resumption()
        resumption.told(Welcome("bob", True, "user", "CODE"))
        resumption.told(YouEntered("lab", "", 1))
        self.it = SignIn(Options(Address(), Path("d"), guest="bob", room="ops"), True, resumption)
        self.assert_answer("resume CODE @bob=0 lab=0")
        self.it.told(Refused("bad-code"))
        self.assert_answer("guest bob")
        self.it.told(Welcome("bob", True, "user"))
        self.assert_answer("enter lab")

    def test_an_account_logs_in_and_enters(self) -> None:
        self.sign_in(user="bob", password="pw", room="lab")
        self.assert_answer("login bob")
        self.assert_answer("pw", "password")
        self.it.told(Welcome("bob", False, "user"))
        self.assert_answer("enter lab")
        self.it.told(YouEntered("lab", "", 1))
        self.assert_answer(None)

    def test_a_guest_goes_in(self) -> None:
        self.sign_in(guest="eve")
        self.assert_answer("guest eve")
        self.it.told(Welcome("eve", True, "user"))
        self.assert_answer(None)

    def test_a_repeated_prompt_is_not_answered_again(self) -> None:
        self.sign_in(user="bob", room="lab")
        self.assert_answer("login bob")
        self.assert_answer(None)
        self.it.told(Welcome("bob", False, "user"))
        self.assert_answer("enter lab")
        self.assert_answer(None)

    def test_whoever_logs_in_by_hand_is_led_to_the_room(self) -> None:
        self.sign_in(room="lab")
        self.assert_answer(None)
        self.it.told(Welcome("bob", False, "user"))
        self.assert_answer("enter lab")

    def test_a_room_is_entered_once(self) -> None:
        self.sign_in(guest="eve", room="lab")
        self.assert_answer("guest eve")
        for _ in range(2):
            self.it.told(Welcome("eve", True, "user"))
            self.it.told(YouEntered("lab", "", 1))
            self.assert_answer(None)

    def test_a_password_that_was_not_given_is_for_the_person(self) -> None:
        self.sign_in(user="bob")
        self.assert_answer("login bob")
        self.assert_answer(None, "password")

    def test_a_password_answers_no_other_question(self) -> None:
        self.sign_in(user="bob", password="pw", room="lab")
        self.assert_answer(None, "password")
        self.assert_answer("login bob")
        self.assert_answer(None, "room-password")
        self.assert_answer(None, "user-name")

    def test_a_refused_login_is_noted(self) -> None:
        self.sign_in(user="bob", password="pw")
        self.assert_answer("login bob")
        self.it.told(Refused("wrong-password"))
        self.assertEqual(self.it.refused, Refused("wrong-password"))
        self.assert_answer(None)

    def test_a_person_is_asked_again_after_a_wrong_password(self) -> None:
        self.sign_in(user="bob", password="pw", persistent=True)
        self.assert_answer("login bob")
        self.assert_answer("pw", "password")
        self.it.told(Refused("wrong-password"))
        self.assertIsNone(self.it.refused)
        self.assert_answer("login bob")
        self.assert_answer(None, "password")

    def test_other_refusals_are_not_tried_again(self) -> None:
        self.sign_in(user="bob", persistent=True)
        self.assert_answer("login bob")
        self.it.told(Refused("too-many-sessions", "bob"))
        self.assert_answer(None)

    def test_a_refused_room_is_noted(self) -> None:
        self.sign_in(guest="eve", room="lab")
        self.assert_answer("guest eve")
        self.it.told(Welcome("eve", True, "user"))
        self.assert_answer("enter lab")
        self.it.told(Refused("no-such-room", "lab"))
        self.assertEqual(self.it.refused, Refused("no-such-room", "lab"))

    def test_errors_of_others_are_none_of_its_business(self) -> None:
        self.sign_in(user="bob")
        self.it.told(Refused("unknown-word"))
        self.assertIsNone(self.it.refused)
        self.assert_answer("login bob")
