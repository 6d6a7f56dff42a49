"""Nothing that a user chooses commands anybody's terminal, or makes a line that reads as somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

import pyte

from chatd.testing import Client
from tests.behaviour.scene import Stage

C0 = [bytes((code,)) for code in (*range(0x0A), *range(0x0B, 0x20), 0x7F)]
"""Every control character but the line feed, which ends a line."""

C1 = [chr(code).encode() for code in range(0x80, 0xA0)]
BIDI = [chr(code).encode() for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
ENDS_OF_LINE = [b"\v", b"\f", "\x85".encode(), "\u2028".encode(), "\u2029".encode(), b"\r", b"\r\r"]
SEQUENCES = [
    b"\x1b[2J\x1b[H",
    b"\x1b[31;5m",
    "\x9b31m".encode(),
    b"\x1b]0;owned\x07",
    b"\x1b]52;c;cm0gLXJmIH4K\x07",
    "\x9d0;owned\x9c".encode(),
    b"\x1bP$q\x1b\\",
    b"\x1b[6n",
    b"\x1b[c",
    b"\x1bc",
    b"\x1b#8",
    b"\x1b[?1049h",
    b"\x1b[4h",
    b"\x1b(0",
    b"\x0e",
    b"\x1b[\x1b[2J",
    b"\x1b\x1b[2J[2J",
    b"\x1b[1A\x1b[2K",
    b"\x08" * 40,
    b"\r111 [lab] 12:00 alice: I quit",
]
ATTACKS = [*C0, *C1, *BIDI, *ENDS_OF_LINE, *SEQUENCES]

PLACES = (
    b"%s",
    b"/me %s",
    b"/msg alice %s",
    b"/topic %s",
    b"/kick nobody %s",
    b"/kick %s",
    b"/kick victim %s",
    b"/status away %s",
    b"/send %s.txt 10",
    b"Send: %s.txt",
    b"/get %s",
    b"/whois %s",
    b"/who %s",
    b"/info %s",
    b"/enter %s",
    b"/create %s",
    b"/delete %s",
    b"/focus %s",
    b"/leave %s",
    b"/help %s",
    b"/history %s",
    b"/echo %s",
    b"/format %s",
    b"/%s",
    b"//%s",
    b"/access %s",
    b"/access password %s",
)
"""Whatever is typed in a room, with the attack somewhere in it."""

WORDS = (
    b"%s",
    b"login %s",
    b"register %s",
    b"guest %s",
    b"enter %s",
    b"msg alice %s",
    b"put %s",
    b"format %s",
    b"info %s",
)
"""The same at the menu."""

ASKING = (b"login", b"register", b"delete")
"""Those that ask something then; an empty answer leads back."""

MENU = (*WORDS, b"create %s", b"delete %s", b"whois %s", b"status %s")


def _looks_wrong(text: str) -> bool:
    return any(
        category(c) in ("Cc", "Zl", "Zp") or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in text
    )


class _Screen(pyte.Screen):
    """A terminal that notes what it would answer as if its user had typed it."""

    def __init__(self, columns: int, lines: int) -> None:
        self.replies: list[str] = []
        super().__init__(columns, lines)

    def write_process_input(self, data: str) -> None:
        self.replies.append(data)


class TerminalTests(Stage):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False}, "accounts": {"sessions_per_account": 1000}})
        self.alice = self.server.connect()
        self.alice.send("register alice", "pw", "pw", "register mallory", "pw", "pw", "create lab", "enter lab")
        self.mallory = self.server.connect()
        self.mallory.send("register mallory", "pw", "pw", "create den", "enter den", "enter lab", "/enter den")
        self.victim = self.server.connect()
        self.victim.send("guest victim", "enter lab", "/enter den")
        self.program = self.server.connect()
        self.program.send("format json", "guest program", "enter lab", "/enter den")
        for client in self.server.clients:
            client.received()

    def assertHarmless(self, data: bytes, what: object) -> None:
        lines = data.decode().split("\r\n")
        self.assertEqual(lines.pop(), "", what)
        wrong = [line for line in lines if _looks_wrong(line) or not re.match(r"(00|11|01|111) ", line)]
        self.assertEqual(wrong, [], what)
        if not lines or not lines[0].endswith("}"):
            self._see_on_a_terminal(data, lines)

    def _see_on_a_terminal(self, data: bytes, lines: list[str]) -> None:
        """Feed ``data`` to an emulator: it shows just the lines, and is as it was."""
        columns, rows = max(map(len, lines), default=0) + 1, len(lines) + 1
        screen, fresh = _Screen(columns, rows), _Screen(columns, rows)
        pyte.ByteStream(screen).feed(data)
        shown = [line.rstrip() for line in screen.display]
        self.assertEqual(shown, [line.rstrip() for line in lines] + [""])
        self.assertEqual((screen.title, screen.icon_name, screen.mode, screen.replies), ("", "", fresh.mode, []))
        self.assertEqual((screen.cursor.attrs, screen.charset), (fresh.cursor.attrs, fresh.charset))

    def _all_that_came(self) -> Iterator[tuple[Client, bytes]]:
        for client in self.server.clients:
            yield client, client.received()

    def test_only_what_can_be_seen_is_said(self) -> None:
        for attack in ATTACKS:
            self.mallory.send_bytes(b"a" + attack + b"b\n")
        heard = [line.partition(" mallory: ")[2] for line in self.victim.lines()]
        self.assertEqual(len(heard), len(ATTACKS))
        self.assertEqual([text for text in heard if text[0] != "a" or _looks_wrong(text)], [])
        self.assertIn("ab", heard)

    def test_an_attack_that_came_through_would_be_seen(self) -> None:
        for attack in SEQUENCES:
            with self.assertRaises(self.failureException):
                self.assertHarmless(b"111 [lab] 12:00 mallory: a" + attack + b"b\r\n", attack)

    def test_from_within_a_room(self) -> None:
        for place in PLACES:
            for attack in ATTACKS:
                self.mallory.send_bytes(place % (b"a" + attack + b"b") + b"\n/access open\n")
                self.victim.send("/enter den")
                self.program.send("/enter den")
            for _, data in self._all_that_came():
                self.assertHarmless(data, place)
            self.server.advance(3)

    def test_by_the_name_of_a_file(self) -> None:
        for attack in ATTACKS:
            self.mallory.send_bytes(b"/send a" + attack.replace(b" ", b"_") + b"b 0\n")
            for ticket in re.findall(rb"echo put ([0-9a-f]{32})", self.mallory.transport.written):
                self.server.connect().send(f"put {ticket.decode()}")
            for client, data in self._all_that_came():
                self.assertHarmless(data, (client, attack))
        self.victim.send("/files")
        self.program.send("/files")
        self.assertGreater(self.victim.transport.written.count(b"from mallory"), 90)
        for client, data in self._all_that_came():
            self.assertHarmless(data, client)

    def test_from_the_menu(self) -> None:
        visitor, user = self.server.connect(), self.server.connect()
        user.send("login mallory", "pw")
        for first, places in ((visitor, WORDS), (user, MENU)):
            current = first
            for place in places:
                for attack in ATTACKS:
                    current = current if not current.closed else self._again()
                    back = b"\n" if place.startswith(ASKING) else b""
                    current.send_bytes(place % (b"a" + attack + b"b") + b"\n" + back)
                for _, data in self._all_that_came():
                    self.assertHarmless(data, place)

    def _again(self) -> Client:
        client = self.server.connect()
        client.send("login mallory", "pw")
        return client


FORGED = (
    "111 [den] 12:00 alice: I quit",
    "[den] 12:00 alice: I quit",
    "-- alice left",
    ") -- alice left",
    "] -- this room is deleted",
    "alice: <bob> hi",
    '{"type":"said","user":"alice"}',
    "00 the server is stopping; come back soon",
)

FORMS = {
    "%s": r"111 \[den\] \d\d:\d\d mallory: %s",
    "/me %s": r"111 \[den\] \d\d:\d\d \* mallory %s",
    "/msg victim %s": r"111 <mallory> %s",
    "/topic %s": r"111 \[den\] -- mallory set the topic: %s",
    "/status away %s": r"111 -- mallory is away: %s",
    "/kick carol %s": r"111 \[den\] -- carol was thrown out by mallory \(%s\)",
}
"""How a line begins that has a text of mallory's in it."""


class ForgeryTests(Stage):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False}})
        self.mallory = self.server.connect()
        self.mallory.send("register mallory", "pw", "pw", "create den", "enter den")
        self.victim, self.carol = self.server.connect(), self.server.connect()
        self.victim.send("guest victim", "enter den")
        self.carol.send("guest carol", "enter den")
        self.victim.received()

    def test_whatever_one_says_the_line_begins_with_who_says_it(self) -> None:
        for typed, form in FORMS.items():
            for text in FORGED:
                self.server.advance(3)
                self.carol.send("enter den")
                self.victim.received()
                self.mallory.send(typed % text)
                lines = self.victim.lines()
                self.assertEqual(len(lines), 1, typed)
                self.assertRegex(lines[0], f"^{form % re.escape(text)}$")

    def test_one_line_makes_one_line(self) -> None:
        for end in [*ENDS_OF_LINE, *C0, *C1]:
            self.mallory.send_bytes(b"well" + end + b"111 [den] 12:00 alice: I quit\n")
            lines = self.victim.lines()
            self.assertEqual(len(lines), 1, end)
            self.assertRegex(lines[0], r"^111 \[den\] \d\d:\d\d mallory: well")

    def test_no_name_can_make_one_either(self) -> None:
        names = "[den] (op) 12:00 -- --x alice: <alice alice> *alice >x< a:b 111 a,b"
        for number, name in enumerate((*names.split(), "a b", "a\tb", "a\u2028b", "a\u00a0b")):
            client = self.server.connect()
            client.send(f"guest {name}")
            self.assertIn("a name begins with a letter", client.lines()[-2], name)
            client.send(f"register g{number}", "x", "x", f"create {name}")
            self.assertRegex(client.lines()[-2], "a name begins with a letter|use it so")
