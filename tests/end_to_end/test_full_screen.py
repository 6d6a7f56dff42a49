"""The full screen under tmux, against a real chatd."""

from __future__ import annotations

import os
import signal
import socket

from tests.end_to_end import server
from tests.end_to_end.chatc import ChatcTests, full_screen
from tests.end_to_end.tmux import Terminal
from tests.end_to_end.tools import PASSWORD, guest, make_room, nc


class FullScreenTests(ChatcTests):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.port = self.daemon.port

    def start(self, *options: str, columns: int = 80, rows: int = 24, environment: str = "") -> Terminal:
        address = f"127.0.0.1:{self.port}"
        command = [*full_screen(self.folder()), address, "--downloads", str(self.folder()), *options]
        return Terminal(self, *command, columns=columns, rows=rows, environment=environment)

    def inside(self, name: str, room: str = "public", columns: int = 80, rows: int = 24) -> Terminal:
        terminal = self.start("--guest", name, "--room", room, columns=columns, rows=rows)
        terminal.wait(rf"{room}> *$")
        terminal.say("/time off")
        terminal.wait("times are those of: off")
        return terminal

    def assert_given_back(self, terminal: Terminal, status: int) -> None:
        lines = terminal.wait("^-?echo$")
        self.assertEqual([line for line in lines if line][-3:], [f"status {status}", "icanon", "echo"])

    # What is seen

    def test_the_menu_and_a_secret(self) -> None:
        terminal = self.start(columns=110, rows=16)
        terminal.wait("choose: *$")
        terminal.assert_screen("menu")
        terminal.say("register menu-user")
        terminal.wait("new password: *$")
        terminal.type(*"secret")
        terminal.assert_screen("secret")
        terminal.type("C-u")
        for _ in range(2):
            terminal.wait("new password( again)?: *$")
            terminal.say(PASSWORD)
        self.assertNotIn(PASSWORD, "\n".join(terminal.wait("welcome, menu-user")))

    def test_a_room_in_several_sizes(self) -> None:
        make_room(self, self.port, "salon")
        bob = guest(nc(self, self.port), "bob", "salon")
        terminal = self.inside("anna", "salon")
        terminal.say("hello, 日本語 and cafe\u0301")
        bob.line("anna: hello")
        bob.send("good day anna, here is a line that is long enough to go on below", "/msg anna psst", "/away lunch")
        terminal.wait("@bob")
        terminal.type(*"half a li")
        terminal.wait("li$")
        terminal.assert_screen("room-80x24")
        terminal.resize(40, 24)
        terminal.assert_screen("room-40x24")
        terminal.resize(120, 40)
        terminal.assert_screen("room-120x40")
        terminal.resize(80, 24)
        terminal.assert_screen("room-80x24")
        bob.send("/quit")

    def test_a_thousand_messages_disturb_nothing(self) -> None:
        terminal = self.inside("calm", "public", columns=60, rows=14)
        terminal.type(*"half a line", "Left", "Left")
        terminal.wait("half a line")
        before = terminal.cursor
        others = [guest(nc(self, self.port), f"loud{number}", "public") for number in range(10)]
        for number, other in enumerate(others):
            other.send(*(f"{number}-{line}" for line in range(100)))
        terminal.wait(lambda lines: sum("-99" in line for line in lines) > 0)
        lines = terminal.wait("calm.*connected")
        self.assertEqual((lines[-1].strip(), terminal.cursor), ("public> half a line", before))
        terminal.type("X")
        terminal.wait("half a liXne")
        for other in others:
            other.send("/quit")

    def test_a_paste_is_one_block(self) -> None:
        make_room(self, self.port, "desk")
        bob = guest(nc(self, self.port), "paul", "desk")
        terminal = self.inside("paster", "desk", rows=12)
        terminal.paste("def f():\n\treturn 1\n/quit\n")
        terminal.wait("return 1")
        terminal.type("Enter")
        bob.line("paster: def f():")
        bob.line("|         return 1")
        bob.line("| /quit")
        bob.send("/quit")
        terminal.wait("paul left")
        terminal.assert_screen("paste")

    def test_files_are_given_and_fetched(self) -> None:
        make_room(self, self.port, "depot")
        downloads, password = self.folder(), self.folder() / "password"
        password.write_text(PASSWORD)
        command = [*full_screen(self.folder()), f"127.0.0.1:{self.port}", "--room", "depot"]
        taker = Terminal(self, *command, "--guest", "taker", "--downloads", str(downloads))
        taker.wait("depot> *$")
        giver = Terminal(self, *command, "--user", "depot-bot", "--password-file", str(password))
        giver.wait("depot> *$")
        data = os.urandom(300_000)
        for name in ("one.bin", "two.bin"):
            (downloads / name).write_bytes(data)
            giver.say(f"Send {downloads / name}")
        giver.wait("two.bin is given")
        taker.wait(r"two \(2\).bin")
        for name in ("one (2).bin", "two (2).bin"):
            self.assertEqual((downloads / name).read_bytes(), data)
        giver.paste(str(downloads / "one.bin"))
        giver.wait("depot> Send: /")

    # The connection

    def test_a_server_that_dies_is_come_back_to(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with server.running(line=[f"tcp:{self.port}:interface=127.0.0.1"]) as daemon:
            terminal = self.start("--guest", "anna", "--room", "public", rows=12)
            terminal.wait("public> *$")
            terminal.type(*"draft")
            daemon.kill()
            terminal.wait("not connected, trying again")
            daemon.start()
            terminal.wait("anna - .* - connected")
            terminal.wait("draft$")
            terminal.type("Enter")
            terminal.wait("anna: draft")

    def test_nobody_there_is_one_line(self) -> None:
        self.port = 1
        terminal = self.start()
        self.assertIn("cannot reach 127.0.0.1:1", "\n".join(terminal.wait("status 3")))
        self.assert_given_back(terminal, 3)

    # The end

    def test_the_terminal_is_given_back(self) -> None:
        ends = {"C-d": ["C-d"], "C-c": ["C-c", "C-c"], "quit": [*"/quit", "Enter"]}
        for number, keys in enumerate(ends.values()):
            terminal = self.inside(f"goes{number}")
            terminal.type(*keys)
            self.assert_given_back(terminal, 0)

    def test_a_defect_is_told_in_one_line(self) -> None:
        command = full_screen(
            self.folder(), "from chatd.client.model.desk import Desk; Desk.complete = lambda desk: 1 / 0; "
        )
        terminal = Terminal(self, *command, f"127.0.0.1:{self.port}")
        terminal.wait("choose: *$")
        terminal.type("F2", "Tab")
        lines = terminal.wait("status 70")
        self.assertIn("something went wrong in chatc itself", lines[0])
        self.assertNotIn("Traceback", "\n".join(lines))
        self.assert_given_back(terminal, 70)

    def test_a_signal_ends_it(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            terminal = self.inside(f"killed{int(number)}")
            os.kill(terminal.pid, number)
            self.assert_given_back(terminal, 128 + number)

    def test_it_can_be_suspended(self) -> None:
        terminal = self.start("--guest", "sleeper", "--room", "public", environment="set -m;")
        terminal.wait("public> *$")
        terminal.type(*"draft", "C-z")
        terminal.wait("status 148")
        terminal.type("C-c")
