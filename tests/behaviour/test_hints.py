"""What the text format alone has: dates, and for netcat users the commands that give and fetch files."""

from __future__ import annotations

from chatd.testing import Client
from tests.behaviour.scene import PASSWORD, Stage

DAY = 24 * 3600


class Dates(Stage):
    def setUp(self) -> None:
        self.start()
        self.alice = self.server.connect()
        self.alice.send("guest alice", "public", "first")
        self.alice.received()

    def test_the_date_comes_before_the_events_of_another_day(self) -> None:
        self.server.advance(DAY)
        self.alice.send("second", "third")
        lines = self.alice.lines()
        self.assertEqual(lines[0], "111 [public] -- Sunday, 01 February 2026")
        self.assertEqual(
            [line.removeprefix("111 [public] ").removeprefix("12:00 ") for line in lines[1:]],
            ["alice: second", "| third"],
        )

    def test_each_room_has_its_own(self) -> None:
        bob = self.server.connect()
        bob.send(f"register bob\n{PASSWORD}\n{PASSWORD}", "create lab", "enter lab", "x", "/enter public")
        bob.received()
        self.server.advance(DAY)
        self.alice.send("y")
        bob.send("/focus lab", "z")
        dates = [line for line in bob.lines() if "February" in line]
        self.assertEqual(dates, [f"111 [{room}] -- Sunday, 01 February 2026" for room in ("public", "lab")])

    def test_not_within_a_day(self) -> None:
        self.server.advance(60)
        self.alice.send("second")
        self.assertEqual(len(self.alice.lines()), 1)


class Commands(Stage):
    def setUp(self) -> None:
        self.start()
        self.alice = self._account("alice")
        self.bob = self.server.connect()
        self.bob.send("guest bob", "public")
        self.alice.received()
        self.bob.received()

    def _account(self, name: str) -> Client:
        client = self.server.connect()
        client.send(f"register {name}", PASSWORD, PASSWORD, "public")
        return client

    def test_a_line_that_looks_like_the_wish_to_give_a_file_is_said_and_the_command_told(self) -> None:
        for number, line in enumerate(("Send notes.txt", "Send: my notes.txt", "send ./x", "SEND: x"), 1):
            path = line.partition(" ")[2]
            shown = f"'{path}'" if " " in path else path
            self.alice.send(line)
            said, hint = self.alice.lines()
            command = f"(echo put {number:032x} $(wc -c < {shown}); cat {shown}) | nc -N 192.0.2.1 9000"
            self.assertTrue(said.endswith(f" alice: {line}"), said)
            self.assertEqual(hint, f"111 -- to give that file to the room, run in another terminal: {command}")
            self.assertEqual(len(self.bob.lines()), 1)

    def test_other_lines_are_just_said(self) -> None:
        for line in ("Send", "Send help", "Send: ", "send a b.txt", "sending x.txt", "I Send x.txt"):
            self.alice.send(line)
            self.assertEqual(len(self.alice.lines()), 1, line)

    def test_programs_are_told_nothing(self) -> None:
        self.alice.send("/format json")
        self.alice.received()
        self.alice.send("Send notes.txt")
        self.assertEqual(len(self.alice.lines()), 1)

    def test_the_command_gives_the_file(self) -> None:
        self.alice.send("Send notes.txt")
        second = self.server.connect()
        second.send(f"put {1:032x} 5", "hello")
        self.assertIn("00 stored", second.lines()[-1])
        self.assertIn("alice gives a file, notes.txt, 5 B: /get 1 fetches it", self.bob.lines()[-1])
        self.bob.send("/get 1")
        fetch = f"echo get {2:032x} | nc -N 192.0.2.1 9000 | LC_ALL=C sed '1,/^00 sending/d' > notes.txt"
        self.assertIn(fetch, self.bob.lines()[-1])

    def test_guests_are_told_that_they_give_none(self) -> None:
        self.bob.send("Send notes.txt")
        self.assertIn("guests fetch files, but do not give any", self.bob.lines()[-1])
