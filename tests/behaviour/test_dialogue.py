"""What only those meet who are asked bit by bit, and read lines."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from tests.behaviour.drivers import CHOOSE, LineDriver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_lines

ASK = a.Prompt("room-password", "password of lab:")


@on_lines
class Settings(Scene[LineDriver]):
    def test_verbatim_says_every_further_line_as_it_is(self) -> None:
        alice, bob = self.account("alice", "public"), self.guest("bob", "public")
        alice.forget()
        alice.do(r.Verbatim())
        alice.expect_only(a.Setting("verbatim", "on"))
        for line in ("/who", "//x", "Exit Chat", "quit", "Send: notes.txt", "/quit"):
            alice.answer(line)
            alice.expect_only(*said("public", "alice", line))
            bob.expect_only(*said("public", "alice", line))

    def test_the_bell_is_on_or_off(self) -> None:
        alice = self.account("alice", "public")
        alice.do(r.Bell("maybe"))
        alice.expect_refused("usage", "/bell on|off")


@on_lines
class Questions(Scene[LineDriver]):
    def test_a_private_message_waits_while_a_password_is_asked(self) -> None:
        alice, bob = self.account("alice"), self.account("bob")
        bob.choose("password")
        bob.forget()
        alice.do(r.Message("bob", "hi there"))
        bob.expect_only()
        bob.answer("")
        bob.expect_only(Heard("@bob", e.Private("alice", "bob", "hi there")), CHOOSE)


@on_lines
class RoomPasswords(Scene[LineDriver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob")

    def _close(self, password: str = "sesame") -> None:
        self.alice.do(r.Access("password"))
        self.alice.answer(password)

    def test_in_a_room_one_is_asked_too_and_hears_what_was_said_meanwhile_afterwards(self) -> None:
        self._close()
        self.bob.do(r.Enter("public"))
        carol = self.guest("carol", "public")
        self.bob.forget()
        self.bob.do(r.Enter("lab"))
        self.bob.expect_only(ASK)
        carol.do(r.Say("meanwhile"))
        self.bob.expect_only()
        self.bob.answer("sesame")
        self.bob.expect_only(*said("public", "carol", "meanwhile"), a.YouEntered("lab", "", 2))

    def test_an_empty_answer_is_a_wrong_one(self) -> None:
        self._close()
        self.bob.do(r.Enter("lab"))
        self.bob.expect(ASK)
        self.bob.answer("")
        self.bob.expect_only(a.Refused("wrong-room-password", "lab"), CHOOSE)

    def test_and_no_password_for_a_room(self) -> None:
        self._close("")
        self.alice.expect_refused("bad-password", limit=1024)
        self.alice.do(r.Access())
        self.alice.expect(a.Setting("access", "lab: open"))
