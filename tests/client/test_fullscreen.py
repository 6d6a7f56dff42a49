"""The full screen as a whole, but for the terminal: keys in, lines out, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from twisted.internet.defer import execute
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat.events import Said
from chatd.client.address import Address
from chatd.client.connection import ChatConnection
from chatd.client.conversation import Conversation
from chatd.client.drops import Drops
from chatd.client.fullscreen import FAREWELL, FullScreen
from chatd.client.gate import Gate
from chatd.client.keys import TWICE
from chatd.client.model.desk import Desk
from chatd.client.model.rows import Clockface
from chatd.client.options import Options
from chatd.client.outcome import Status
from chatd.client.resumption import Resumption
from chatd.client.screen.window import Window
from chatd.client.sign_in import SignIn
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX
from tests.client.helpers import Wire


class Stage:
    """A terminal that notes what is done with it."""

    def __init__(self, window: Window, press: Callable[[str], None]) -> None:
        self.press = press
        self.done: list[str] = []
        self.draw: Callable[[], None] = lambda: None
        self.ring: Callable[[], None] = lambda: self.done.append("ring")
        self.redraw: Callable[[], None] = lambda: self.done.append("redraw")
        self.suspend: Callable[[], None] = lambda: self.done.append("suspend")


class FullScreenTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.ended: list[Any] = []
        self.resumption = Resumption()
        gate = Gate(self.clock)
        self.addCleanup(gate.reset)
        self.desk = Desk("host:9000", Clockface(ZoneInfo("UTC")), Words(ZoneInfo("UTC")))
        self.full = FullScreen(self.clock, self.desk, gate, Stage, lambda: self.ended.append("done"))
        self.full.conversation = Conversation(
            self.full,
            self.full,
            SignIn(Options(Address(), Path("d")), True, self.resumption),
            self.resumption,
            gate,
            lambda say, tell: Drops(self.clock, gate, self.move, self.move, say, tell, execute),
            lambda *end: self.ended.append(end),
            lambda *end: self.ended.append("cut"),
            "host:9000",
        )
        self.full.connection("connected", stands=True)
        self.wire = Wire(ChatConnection(self.full.conversation))
        self.wire.says("11 choose:")
        self.wire.tells(a.Setting("format", "json"))
        self.wire.asks("choose")
        self.wire.heard()

    async def move(self, *given: Any) -> Any:
        """Nothing is moved."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.full.stage.press(key)  # type: ignore[attr-defined]

    def type(self, line: str) -> None:
        self.press(*line, "enter")

    def in_room(self, *rooms: str) -> None:
        self.type("guest alice")
        self.wire.tells(a.Welcome("alice", True, "user"))
        self.wire.asks("choose")
        for room in rooms:
            self.wire.tells(a.YouEntered(room, "", 1), DUPLEX)
        self.desk.wishes.clear()
        self.wire.tells(a.Helped(()), DUPLEX)
        self.wire.heard()

    def assert_heard(self, *lines: str) -> None:
        self.assertEqual(self.wire.heard(), list(lines))

    def assert_shown(self, text: str) -> None:
        self.assertIn(text, [row.text for row in self.desk.talks.shown.rows])

    # Speaking

    def test_the_menu_takes_words_with_and_without_a_slash(self) -> None:
        self.type("/rooms")
        self.assert_heard("rooms")
        self.assert_shown("choose: /rooms".replace("/", ""))

    def test_a_secret_is_sent_and_shown_nowhere(self) -> None:
        self.type("login alice")
        self.wire.asks_secret("password")
        self.assertTrue(self.desk.editor.masked)
        self.type("pass word ")
        self.assert_heard("login alice", "pass word ")
        self.assertFalse(self.desk.editor.masked)
        self.press("up")
        self.assertEqual(self.desk.editor.text, "login alice")
        self.assertNotIn("pass word", repr([row.text for row in self.desk.talks.server.rows]))

    def test_what_is_typed_goes_to_the_room_that_is_shown(self) -> None:
        self.in_room("lab", "ops")
        self.type("hello ops")
        self.press("meta 1")
        self.type("hello lab")
        self.assert_heard("hello ops", "/focus lab")
        self.wire.tells(a.Setting("focus", "lab"), DUPLEX)
        self.assert_heard("hello lab")
        self.assertNotIn("what you type goes to lab now", [row.text for row in self.desk.talks.shown.rows])

    def test_verbs_are_for_the_room_that_is_shown(self) -> None:
        self.in_room("lab", "ops")
        self.press("meta 1")
        self.type("/leave")
        self.assert_heard("/focus lab")
        self.wire.tells(a.Setting("focus", "lab"), DUPLEX)
        self.assert_heard("/leave")

    def test_a_private_talk_is_with_one_alone(self) -> None:
        self.in_room("lab")
        self.desk.talks.show(self.desk.talks.open("@bob"))
        for line in ("hello", "//me too", "/whois bob"):
            self.type(line)
            self.wire.tells(a.Done("kept", "bob"), DUPLEX)
        self.assert_heard("/msg bob hello", "/msg bob /me too", "/whois bob")
        self.press("begin paste", "a", "enter", "enter", "b", "end paste", "enter")
        self.assert_heard("/msg bob a", "/msg bob b")
        self.type("/close")
        self.assertEqual(self.desk.talks.shown.name, "lab")
        self.assert_heard()

    def test_nobody_hears_what_is_said_to_the_server(self) -> None:
        self.in_room("lab")
        self.press("meta 0")
        self.type("hello")
        self.assert_heard()
        self.assert_shown("nobody hears you here; Alt-Up and Alt-Down go to your rooms. Not said: hello")

    def test_a_room_that_was_left_is_not_spoken_to(self) -> None:
        self.in_room("lab", "ops")
        self.wire.tells(a.YouLeft("lab", "ops"), DUPLEX)
        self.press("meta 1")
        self.type("hello")
        self.assert_heard()
        self.press("meta w")
        self.assertEqual([talk.name for talk in self.desk.talks.all], ["", "ops"])

    def test_a_paste_is_one_block_in_which_nothing_is_a_verb(self) -> None:
        self.in_room("lab")
        self.press("begin paste", *"one", "enter", "tab", *"two", "enter", *"/quit", "enter", "f1", "\x1b", "end paste")
        self.assert_heard()
        self.assertEqual(self.desk.editor.text, "one\n        two\n/quit\n")
        self.press("enter")
        self.assert_heard("one", "        two", "//quit")

    def test_a_file_that_is_dropped_is_to_be_sent(self) -> None:
        self.in_room("lab")
        path = Path(self.mktemp()).absolute()
        path.write_bytes(b"")
        self.press("begin paste", *f"'{path}' ", "end paste")
        self.assertEqual(self.desk.editor.text, f"Send: {path}")

    # What comes

    def test_what_the_desk_wanted_to_know_is_not_shown(self) -> None:
        self.in_room("lab")
        self.desk.wish("/rooms")
        self.wire.happens(Said("bob", "hello"))
        self.assert_heard("/rooms")
        self.wire.tells(a.RoomList(()), DUPLEX)
        self.assertEqual(self.desk.talks.shown.rows[-1].text, "hello")

    def test_the_bell_rings_unless_it_is_off(self) -> None:
        self.in_room("lab")
        self.wire.happens(Said("bob", "alice!"))
        self.wire.tells(a.Setting("bell", "off"), DUPLEX)
        self.wire.happens(Said("bob", "alice!"))
        self.assertEqual(self.full.stage.done, ["ring"])  # type: ignore[attr-defined]

    def test_a_connection_that_is_lost_asks_for_nothing(self) -> None:
        self.in_room("lab")
        self.wire.ends()
        self.full.connection("not connected", stands=False)
        self.assertEqual(self.ended, ["cut"])
        self.assertEqual(self.desk.asked, "")

    def test_a_reason_that_stays_is_told_at_the_end(self) -> None:
        self.in_room("lab")
        self.wire.tells(a.Closing("banned", why="noise"))
        self.wire.ends()
        self.assertEqual(self.ended, [(Status.CUT, "you are disconnected: you are banned from this server (noise)")])

    # Going

    def test_ctrl_c_clears_and_twice_quits(self) -> None:
        self.in_room("lab")
        self.press(*"half", "ctrl c")
        self.assertEqual((self.desk.editor.text, self.ended), ("", []))
        self.clock.advance(TWICE)
        self.press("ctrl c")
        self.assert_shown("Ctrl-C once more quits")
        self.clock.advance(TWICE - 0.1)
        self.press("ctrl c")
        self.assertTrue(self.wire.transport.half_closed)

    def test_ctrl_d_quits_where_nothing_is_typed(self) -> None:
        self.in_room("lab")
        self.press("a", "ctrl d")
        self.assertFalse(self.wire.transport.half_closed)
        self.press("backspace", "ctrl d")
        self.assertTrue(self.wire.transport.half_closed)
        self.clock.advance(FAREWELL)
        self.assertEqual(self.ended, ["done"], "the server says no goodbye")

    def test_who_wants_to_go_twice_goes_at_once(self) -> None:
        self.press("ctrl d", "ctrl d")
        self.assertEqual(self.ended, ["done"])

    def test_without_a_connection_one_goes_at_once(self) -> None:
        self.full.connection("not connected", stands=False)
        self.press("ctrl d")
        self.assertEqual(self.ended, ["done"])

    # Keys for the screen

    def test_keys_for_the_screen(self) -> None:
        self.press("f2", "f3", "ctrl l", "ctrl z", "page up", "page down", "meta <", "meta >")
        self.assertEqual((self.full.window.with_list, self.full.window.with_people), (False, False))
        self.assertEqual(self.full.stage.done, ["redraw", "suspend"])  # type: ignore[attr-defined]
        self.press("f1")
        self.assert_shown("F2 and F3: the lists at the sides; Ctrl-L: draw everything anew")
