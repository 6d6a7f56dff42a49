"""A script's say."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Closing, Refused, Setting, ThrownOut, Welcome, YouEntered
from chatd.chat.events import Emoted, Entered, Said
from chatd.client.address import Address
from chatd.client.connection import ChatConnection
from chatd.client.options import Options
from chatd.client.script import PATIENCE, Script
from chatd.client.sign_in import SignIn
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX
from tests.client.helpers import SecureTransport, Transport, Wire


class Keyboard:
    """Notes whether it is read."""

    reading = stopped = False

    def resumeProducing(self) -> None:
        self.reading = True

    def pauseProducing(self) -> None:
        self.reading = False

    def stopProducing(self) -> None:
        self.reading = False
        self.stopped = True


class Scripting(SynchronousTestCase):
    def start(self, transport: Transport | None = None, user: str = "", guest: str = "") -> None:
        self.clock = Clock()
        self.keyboard = Keyboard()
        self.ended: list[tuple[int, str]] = []
        options = Options(Address(), Path("d"), user=user, guest=guest, password="pw" if user else None, room="lab")
        self.script = Script(
            self.clock,
            self.keyboard,
            SignIn(options, False),
            Words(ZoneInfo("UTC")),
            lambda status, sentence: self.ended.append((status, sentence)),
            "host:9000",
        )
        self.wire = Wire(ChatConnection(self.script), transport)
        self.wire.says("00 chatd 1.0", "11 choose:")
        self.wire.tells(Setting("format", "json"))
        self.wire.asks("choose")

    def speak(self, transport: Transport | None = None) -> None:
        """The guest eve is in ``lab``, and everything is said as it is."""
        self.start(transport, guest="eve")
        self.wire.tells(Welcome("eve", True, "user"))
        self.wire.asks("choose")
        self.wire.tells(YouEntered("lab", "", 2), DUPLEX)
        self.wire.tells(Setting("verbatim", "on"), DUPLEX)
        self.wire.heard()

    def reads(self, *lines: str) -> None:
        for line in lines:
            self.script.typed(line.encode())

    def hears(self, *lines: str, user: str = "eve", room: str = "lab") -> None:
        for line in lines:
            self.wire.happens(Said(user, line), room)

    def assert_heard(self, *lines: str) -> None:
        self.assertEqual(self.wire.heard(), list(lines))

    def assert_ended(self, status: int, told: str = "") -> None:
        self.assertTrue(self.ended, "goes on")
        found, sentence = self.ended[0]
        self.assertEqual(found, status)
        self.assertIn(told, sentence)
        self.assertEqual(bool(sentence), bool(told))
        self.assertTrue(self.keyboard.stopped)
        self.assertEqual(self.clock.getDelayedCalls(), [])


class BeginningTests(Scripting):
    def test_a_guest_goes_in_and_says_everything_as_it_is(self) -> None:
        self.start(guest="eve")
        self.wire.tells(Welcome("eve", True, "user"))
        self.wire.asks("choose")
        self.wire.tells(YouEntered("lab", "", 2), DUPLEX)
        self.assert_heard("format json", "guest eve", "enter lab", "/verbatim")
        self.assertFalse(self.keyboard.reading, "before it is confirmed, a line could be a verb")
        self.wire.tells(Setting("verbatim", "on"), DUPLEX)
        self.assertTrue(self.keyboard.reading)

    def test_an_account_logs_in(self) -> None:
        self.start(user="bob")
        self.wire.asks_secret("password")
        self.assert_heard("format json", "login bob", "pw")

    def test_a_wrong_password_is_not_let_in(self) -> None:
        self.start(user="bob")
        self.wire.asks_secret("password")
        self.wire.tells(Refused("wrong-password"))
        self.assert_ended(5, "wrong name or password")

    def test_a_taken_name_is_not_let_in(self) -> None:
        self.start(guest="bob")
        self.wire.tells(Refused("name-taken", "bob"))
        self.assert_ended(5, "bob is taken")

    def test_a_room_that_is_not_there_is_refused(self) -> None:
        self.start(guest="eve")
        self.wire.tells(Welcome("eve", True, "user"))
        self.wire.asks("choose")
        self.wire.tells(Refused("no-such-room", "lab"))
        self.assert_ended(6, "there is no room lab")

    def test_a_room_with_a_password_is_refused(self) -> None:
        self.start(guest="eve")
        self.wire.tells(Welcome("eve", True, "user"))
        self.wire.asks("choose")
        self.wire.asks_secret("room-password")
        self.assert_ended(6, "room-password:")

    def test_without_verbatim_nothing_is_said(self) -> None:
        self.start(guest="eve")
        self.wire.tells(Welcome("eve", True, "user"))
        self.wire.asks("choose")
        self.wire.tells(YouEntered("lab", "", 2), DUPLEX)
        self.wire.tells(Refused("unknown-verb", "verbatim"), DUPLEX)
        self.assert_ended(6, "/verbatim")

    def test_whoever_is_no_chatd_is_not_spoken_to(self) -> None:
        self.start(guest="eve")
        self.wire.says("220 mail ready")
        self.assert_ended(3, "host:9000")

    def test_a_connection_that_ends_too_soon_is_cut(self) -> None:
        self.start(guest="eve")
        self.wire.ends(ConnectionLost())
        self.assert_ended(7, "host:9000")

    def test_being_shown_out_at_the_door_is_told_with_the_reason(self) -> None:
        self.start(guest="eve")
        self.wire.tells(Closing("stopping"))
        self.wire.ends()
        self.assert_ended(7, "stopping")

    def test_silence_is_not_waited_for_for_ever(self) -> None:
        self.start(guest="eve")
        self.clock.advance(PATIENCE)
        self.assert_ended(7, "host:9000")


class SpeakingTests(Scripting):
    def test_every_line_is_said_and_counted(self) -> None:
        self.speak()
        self.reads("hello", "/quit", "Exit Chat")
        self.assert_heard("hello", "/quit", "Exit Chat")
        self.script.hang_up()
        self.assertTrue(self.wire.transport.half_closed)
        self.hears("hello", "/quit", "Exit Chat")
        self.assertEqual(self.ended, [])
        self.wire.tells(Closing("end-of-input"))
        self.wire.ends()
        self.assert_ended(0)

    def test_nothing_at_all_is_said_well(self) -> None:
        self.speak()
        self.script.hang_up()
        self.wire.ends()
        self.assert_ended(0)

    def test_lines_with_nothing_to_be_seen_are_passed_over(self) -> None:
        self.speak()
        self.reads("", "\r", "  ", "\x1b[2J", "x")
        self.script.hang_up()
        self.assert_heard("x")
        self.hears("x")
        self.wire.ends()
        self.assert_ended(0)

    def test_a_line_counts_however_it_was_cleaned(self) -> None:
        self.speak()
        self.reads("a\x1b[31mb\r")
        self.script.hang_up()
        self.hears("ab")
        self.wire.ends()
        self.assert_ended(0)

    def test_what_others_say_or_happens_elsewhere_does_not_count(self) -> None:
        self.speak()
        self.reads("hello")
        self.script.hang_up()
        self.hears("hello", user="bob")
        self.hears("hello", room="den")
        self.wire.happens(Emoted("eve", "hello"))
        self.wire.happens(Entered("eve"))
        self.wire.ends()
        self.assert_ended(7, "0 of 1")

    def test_a_refused_line_is_told(self) -> None:
        self.speak()
        self.reads("a", "x" * 5000, "b")
        self.script.hang_up()
        self.hears("a")
        self.wire.tells(Refused("line-too-long", limit=4096), DUPLEX)
        self.hears("b")
        self.wire.ends()
        self.assert_ended(6, "1 of 3 lines were refused: ")

    def test_a_connection_lost_in_between_is_cut(self) -> None:
        self.speak()
        self.reads("a", "b")
        self.hears("a")
        self.wire.ends(ConnectionLost())
        self.assert_ended(7, "1 of 2")

    def test_a_connection_lost_before_all_was_read_is_cut(self) -> None:
        self.speak()
        self.reads("a")
        self.hears("a")
        self.wire.ends(ConnectionLost())
        self.assert_ended(7, "1 of 1")

    def test_the_reason_of_the_end_is_told(self) -> None:
        self.speak()
        self.reads("a", "b")
        self.wire.tells(Closing("too-slow"))
        self.wire.ends()
        self.assert_ended(7, "too slow")

    def test_whoever_is_thrown_out_says_nothing_more(self) -> None:
        self.speak()
        self.reads("a")
        self.wire.tells(ThrownOut("lab", "kicked"))
        self.assert_ended(6, "you were thrown out of lab")
        self.assertTrue(self.wire.transport.disconnecting)

    def test_a_slow_server_is_not_flooded(self) -> None:
        self.speak()
        self.assertIs(self.wire.transport.producer, self.keyboard)
        self.assertTrue(self.wire.transport.streaming)
        self.script.hang_up()
        self.assertIsNone(self.wire.transport.producer)

    def test_a_script_may_be_as_slow_as_it_likes(self) -> None:
        self.speak()
        self.clock.advance(100 * PATIENCE)
        self.assertEqual(self.ended, [])

    def test_a_server_that_goes_on_answering_has_time(self) -> None:
        self.speak()
        self.reads("a", "b")
        self.script.hang_up()
        for line in ("a", "b"):
            self.clock.advance(PATIENCE - 1)
            self.hears(line)
        self.clock.advance(PATIENCE - 1)
        self.assertEqual(self.ended, [])
        self.clock.advance(1)
        self.assert_ended(7, "host:9000")

    def test_over_tls_the_answers_come_before_the_end(self) -> None:
        self.speak(SecureTransport())
        self.reads("a", "b")
        self.script.hang_up()
        self.hears("a")
        self.assertFalse(self.wire.transport.disconnecting)
        self.hears("b")
        self.assert_ended(0)
        self.assertTrue(self.wire.transport.disconnecting)

    def test_over_tls_a_refusal_ends_it_too(self) -> None:
        self.speak(SecureTransport())
        self.reads("a")
        self.script.hang_up()
        self.wire.tells(Refused("not-utf-8"), DUPLEX)
        self.assert_ended(6, "UTF-8")

    def test_an_endless_line_is_refused(self) -> None:
        self.speak()
        self.script.endless()
        self.assert_ended(6, "line without end")
