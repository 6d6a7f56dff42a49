"""A person's conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import Deferred, execute
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Closing, Done, Refused, Setting, ThrownOut, Ticket, Welcome, YouEntered, YouLeft
from chatd.chat.events import Dropped, Private, Said
from chatd.chat.moments import Moment
from chatd.client.address import Address
from chatd.client.connection import ChatConnection
from chatd.client.conversation import Conversation
from chatd.client.drops import Drops
from chatd.client.gate import Gate
from chatd.client.options import Options
from chatd.client.printer import Printer
from chatd.client.resumption import Resumption
from chatd.client.sign_in import SignIn
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX
from tests.client.helpers import SUM, Wire


class Person:
    """What a person sees."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.hidden = False

    def line(self, text: str) -> None:
        self.seen.append(text)

    def prompt(self, text: str) -> None:
        self.seen.append(f"{text} _")

    def typed(self) -> None:
        """Nothing."""

    def hide(self) -> None:
        self.hidden = True

    def show(self) -> None:
        self.hidden = False


class Conversing(SynchronousTestCase):
    def start(self, **given: Any) -> None:
        self.person = Person()
        self.clock = Clock()
        self.gate = Gate(self.clock)
        self.fetched: list[str] = []
        self.ended: list[tuple[int, str]] = []
        self.it = Conversation(
            Printer(self.person, Words(ZoneInfo("UTC"))),
            self.person,
            SignIn(Options(Address(), Path("d"), **given), True),
            Resumption(),
            self.gate,
            self.make_drops,
            lambda status, sentence: self.ended.append((status, sentence)),
            None,
            "host:9000",
        )
        self.wire = Wire(ChatConnection(self.it))

    def make_drops(self, say: Any, tell: Any) -> Drops:
        drops = Drops(self.clock, self.gate, self.put, self.get, say, tell, execute)
        self.addCleanup(drops.stop)
        self.addCleanup(self.gate.reset)
        return drops

    async def put(self, ticket: Ticket, gift: Any, sha256: str, moved: Any) -> None:
        self.fetched.append(f"{ticket.purpose} {ticket.ticket}")

    async def get(self, ticket: Ticket, moved: Any) -> Path:
        self.fetched.append(f"{ticket.purpose} {ticket.ticket}")
        never: Deferred[Path] = Deferred()
        return await never

    def at_menu(self, **given: Any) -> None:
        """The server has greeted, and asks for the first word."""
        self.start(**given)
        self.wire.says("00 chatd 1.0", "11 choose:")
        self.wire.tells(Setting("format", "json"))
        self.wire.asks("choose")
        self.wire.heard()
        self.person.seen.clear()

    def in_room(self) -> None:
        """The person has entered ``lab``."""
        self.at_menu()
        self.wire.tells(Welcome("alice", False, "user"))
        self.wire.asks("choose")
        self.it.typed(b"enter lab")
        self.wire.tells(YouEntered("lab", "", 1), DUPLEX)
        self.wire.heard()
        self.person.seen.clear()

    def file(self) -> Path:
        path = Path(self.mktemp()).absolute()
        path.write_bytes(b"hello")
        return path

    def types(self, *lines: str) -> None:
        for line in lines:
            self.it.typed(line.encode())

    def assert_heard(self, *lines: str) -> None:
        self.assertEqual(self.wire.heard(), list(lines))

    def assert_seen(self, *lines: str) -> None:
        self.assertEqual(self.person.seen, list(lines))
        self.person.seen.clear()


class MenuTests(Conversing):
    def test_the_first_prompt_is_answered_with_the_format(self) -> None:
        self.start()
        self.wire.says("00 chatd 1.0", "00  1 login", "11 choose:")
        self.assert_heard("format json")
        self.assert_seen("chatd 1.0", " 1 login")
        self.wire.tells(Setting("format", "json"))
        self.wire.asks("choose")
        self.assert_seen("choose: _")

    def test_one_line_goes_for_each_prompt(self) -> None:
        self.at_menu()
        self.types("login", "bob", "pw")
        self.assert_heard("login")
        self.wire.asks("user-name")
        self.assert_heard("bob")
        self.wire.asks_secret("password")
        self.assert_heard("pw")

    def test_secrets_are_not_echoed(self) -> None:
        self.at_menu()
        self.types("login bob")
        self.wire.asks_secret("password")
        self.assertTrue(self.person.hidden)
        self.assert_seen("password: _")
        self.types("pw")
        self.assertFalse(self.person.hidden)
        self.assert_heard("login bob", "pw")

    def test_a_server_that_gives_up_waiting_for_a_secret_gives_the_echo_back(self) -> None:
        self.at_menu()
        self.wire.asks_secret("password")
        self.wire.tells(Closing("quit"))
        self.assertFalse(self.person.hidden)

    def test_what_comes_at_a_prompt_is_shown_and_the_prompt_again(self) -> None:
        self.at_menu()
        self.wire.happens(Private("bob", "alice", "psst"), "@alice", code=DUPLEX)
        self.wire.asks("choose")
        self.assert_seen("<bob> psst", "choose: _")

    def test_the_command_line_signs_in(self) -> None:
        self.start(user="bob", password="pw", room="lab")
        self.wire.says("11 choose:")
        self.wire.tells(Setting("format", "json"))
        self.wire.asks("choose")
        self.wire.asks_secret("password")
        self.wire.tells(Welcome("bob", False, "user"))
        self.wire.asks("choose")
        self.assert_heard("format json", "login bob", "pw", "enter lab")
        self.assertFalse(self.person.hidden)
        self.assert_seen("welcome, bob")

    def test_what_the_command_line_does_not_give_is_asked(self) -> None:
        self.at_menu(user="bob")
        self.wire.asks_secret("password")
        self.assert_seen("password: _")
        self.assertTrue(self.person.hidden)

    def test_text_does_as_well(self) -> None:
        self.start()
        self.wire.says("11 choose:", "00 that is no word of the menu", "11 choose:")
        self.assert_seen("that is no word of the menu", "choose: _")
        self.types("guest")
        self.wire.says("01 secret:")
        self.assertTrue(self.person.hidden)

    def test_whoever_is_no_chatd_is_shown_and_spoken_to(self) -> None:
        self.start()
        self.wire.says("220 mail ready")
        self.types("QUIT")
        self.assert_heard("QUIT")
        self.assert_seen("220 mail ready")


class RoomTests(Conversing):
    def test_both_talk_at_any_time(self) -> None:
        self.in_room()
        self.types("hello", "/who", "")
        self.assert_heard("hello", "/who", "")
        self.wire.happens(Said("bob", "hi"))
        self.assert_seen("[lab] 12:01 bob: hi")

    def test_a_secret_is_asked_for_in_between(self) -> None:
        self.in_room()
        self.wire.asks_secret("room-password")
        self.assertTrue(self.person.hidden)
        self.types("pw")
        self.assert_heard("pw")
        self.assertFalse(self.person.hidden)
        self.wire.tells(Refused("wrong-room-password", "den"), DUPLEX)
        self.types("hello")
        self.assert_heard("hello")

    def test_what_was_typed_ahead_of_an_answer_goes_with_the_next_turn(self) -> None:
        self.in_room()
        self.wire.asks_secret("room-password")
        self.types("pw", "hello")
        self.assert_heard("pw")
        self.wire.tells(YouEntered("den", "", 1), DUPLEX)
        self.assert_heard("hello")

    def test_a_file_is_given(self) -> None:
        self.in_room()
        path = self.file()
        self.types(f"Send {path}")
        self.assert_heard(f"/send {path.name} 5 {SUM}")
        self.wire.tells(self.ticket("put"), DUPLEX)
        self.assertEqual(self.fetched, ["put T"])
        self.assert_seen(f"chatc: {path.name} is given, 5 bytes, sha256 {SUM}")

    def ticket(self, purpose: str) -> Ticket:
        return Ticket(ticket="T", purpose=purpose, name="f", size=5, expires=Moment(0), command="nc")

    def test_what_is_no_file_is_said(self) -> None:
        self.in_room()
        self.types("Send me your notes")
        self.assert_heard("Send me your notes")

    def test_what_cannot_be_given_is_told_here_alone(self) -> None:
        self.in_room()
        self.types("Send /")
        self.assert_heard()
        self.assert_seen("chatc: nothing is given: / is a directory; only a file can be given")

    def test_a_file_is_not_given_at_a_prompt(self) -> None:
        self.at_menu()
        line = f"Send {self.file()}"
        self.types(line)
        self.assert_heard(line)

    def test_an_answer_in_a_room_is_no_file(self) -> None:
        self.in_room()
        self.wire.asks("room-again", DUPLEX)
        self.assert_seen("-- room-again: _")
        line = f"Send {self.file()}"
        self.types(line)
        self.assert_heard(line)

    def test_what_others_give_is_fetched(self) -> None:
        self.in_room()
        self.wire.happens(Dropped("bob", 17, "f", 5, SUM))
        self.assert_heard("/get lab#17")
        self.wire.tells(self.ticket("get"), DUPLEX)
        self.assertEqual(self.fetched, ["get T"])

    def test_what_oneself_has_given_is_not_fetched(self) -> None:
        self.in_room()
        self.wire.happens(Dropped("alice", 17, "f", 5, SUM))
        self.assert_heard()

    def test_nothing_is_fetched_between_a_verb_and_its_question(self) -> None:
        self.in_room()
        self.types("/enter den")
        self.wire.happens(Dropped("bob", 17, "f", 5, SUM))
        self.wire.asks_secret("room-password")
        self.types("pw")
        self.assert_heard("/enter den", "pw")
        self.wire.tells(YouEntered("den", "", 1), DUPLEX)
        self.assert_heard("/get lab#17")

    def test_files_go_to_the_room_that_has_the_focus(self) -> None:
        for answer, room in (
            (YouEntered("den", "", 1), "den"),
            (Setting("focus", "den"), "den"),
            (YouLeft("lab", "den"), "den"),
            (ThrownOut("lab", "kicked", "den"), "den"),
        ):
            self.in_room()
            self.wire.tells(answer, DUPLEX)
            self.types(f"Send {self.file()}")
            self.wire.tells(Setting("focus", room), DUPLEX)
            self.assertEqual(len(self.wire.heard()), 1)

    def test_verbatim_says_everything(self) -> None:
        self.in_room()
        line = f"Send {self.file()}"
        self.types("/verbatim", line, "/enter den")
        self.wire.happens(Dropped("bob", 17, "f", 5, SUM))
        self.assert_heard("/verbatim", line, "/enter den")

    def test_a_long_answer_is_shown_in_its_lines(self) -> None:
        self.in_room()
        self.wire.tells(Done("room-created", "den"), DUPLEX)
        self.assert_seen("-- the room den is made; enter den")


class EndTests(Conversing):
    def assert_ended(self, status: int, told: str = "") -> None:
        [(found, sentence)] = self.ended
        self.assertEqual(found, status)
        self.assertIn(told, sentence)
        self.assertEqual(bool(sentence), bool(told))

    def test_quitting_ends_well(self) -> None:
        self.in_room()
        self.wire.tells(Closing("quit"))
        self.assert_seen("goodbye")
        self.wire.ends()
        self.assert_ended(0)

    def test_the_end_of_what_is_typed_ends_well(self) -> None:
        self.in_room()
        self.it.hang_up()
        self.assertTrue(self.wire.transport.half_closed)
        self.wire.tells(Closing("end-of-input"))
        self.wire.ends()
        self.assert_ended(0)

    def test_a_lost_connection_is_cut(self) -> None:
        self.in_room()
        self.wire.ends(ConnectionLost())
        self.assert_ended(7, "host:9000")

    def test_being_put_out_is_cut(self) -> None:
        self.in_room()
        self.wire.tells(Closing("too-slow"))
        self.wire.ends()
        self.assert_ended(7, "host:9000")

    def test_three_wrong_passwords_are_told_by_the_status(self) -> None:
        self.at_menu()
        self.wire.tells(Closing("wrong-passwords"))
        self.wire.ends()
        self.assert_ended(5)

    def test_nothing_is_left_behind(self) -> None:
        self.in_room()
        self.types("/who")
        self.wire.happens(Dropped("bob", 17, "f", 5, SUM))
        self.wire.ends()
        self.assertEqual(self.clock.getDelayedCalls(), [])
