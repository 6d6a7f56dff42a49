"""What a stop in good order does, and who can read what chatd leaves behind."""

from __future__ import annotations

import csv
import stat

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.test_tls import listener
from tests.end_to_end.tools import PASSWORD, Connection, Program, alone, enter, guest, make_room, nc, register, said

LAST_WORDS = "00 the server is stopping; come back soon"


class StopTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = self.enterContext(server.running(line=[server.LOOPBACK, listener(self)]))
        self.port = self.daemon.port

    def test_everybody_is_told_wherever_they_are(self) -> None:
        in_a_room = guest(nc(self, self.port), "roomer")
        at_the_menu, at_a_prompt, at_a_secret = (nc(self, self.port) for _ in range(3))
        at_the_menu.line("11 choose:")
        at_a_prompt.answer("login", "11 user name:")
        at_a_secret.answer("login somebody", "01 password")
        on_tls = Program(self, "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.daemon.port_of(1)}")
        on_tls.answer("guest secret", "welcome, secret")
        people = [in_a_room, at_the_menu, at_a_prompt, at_a_secret, on_tls]
        self.daemon.stop()
        for person in people:
            person.line(LAST_WORDS)

    def test_neither_who_does_not_read_nor_who_has_much_to_say_holds_it_up(self) -> None:
        deaf, talker = guest(Connection(self, self.port), "deaf"), guest(nc(self, self.port), "talker")
        deaf.send(*["/help"] * 99)
        talker.answer("/format json", "setting")
        talker.send(*(f"line {number}" for number in range(700)))
        talker.line('"line 50"')
        self.daemon.process.terminate()
        self.daemon.process.wait(5)
        talker.line('"reason":"stopping"')

    def test_all_that_was_done_is_on_disk_and_in_good_order(self) -> None:
        make_room(self, self.port, "lab")
        alice = enter(register(nc(self, self.port), "alice"), "lab")
        alice.send("/topic the end", "/format json", *(f"line {number}" for number in range(50)))
        alice.line('"line 49"')
        self.daemon.stop()
        accounts = {row["name"]: row["last_seen"] > row["created"] for row in self.rows("users.csv")}
        self.assertEqual(accounts, {"lab-bot": True, "alice": True})
        self.assertEqual([(row["name"], row["owner"]) for row in self.rows("rooms.csv")], [("lab", "lab-bot")])
        events = [(row["event"], alone(row["text"])) for row in self.rows("log.csv") if row["user"] == "alice"]
        self.assertEqual(events[-52:-2], [("said", f"line {number}") for number in range(50)])
        self.assertEqual(events[-2:], [("left", "stopping"), ("logout", "lab")])
        self.daemon.start()
        alice = nc(self, self.daemon.port)
        alice.send("login alice", PASSWORD, "rejoin", "/history")
        alice.line("line 49")

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.daemon.data / name).open(newline="") as lines:
            return list(csv.DictReader(lines))


class PermissionTests(SynchronousTestCase):
    def test_nothing_is_open_to_others_whatever_the_umask(self) -> None:
        for umask in (0, 0o777):
            with server.running(umask=umask) as daemon:
                make_room(self, daemon.port, "lab")
                giver = enter(register(nc(self, daemon.port), "giver"), "lab")
                ticket = giver.answer("/send x.bin 3", "echo put ").partition("echo put ")[2][:32]
                said("nc", "-N", "127.0.0.1", str(daemon.port), lines=f"put {ticket}\nabc")
                giver.line("gives a file, x.bin")
                giver.answer("/quit", "goodbye")
                giver.end_input()
                daemon.stop()
                files = [daemon.data, *daemon.data.rglob("*")]
                modes = {str(f.relative_to(daemon.directory)): oct(stat.S_IMODE(f.stat().st_mode)) for f in files}
                expected = {str(f.relative_to(daemon.directory)): "0o700" if f.is_dir() else "0o600" for f in files}
                self.assertEqual(modes, expected)
                self.assertIn("data/users.csv", modes)
                self.assertIn("data/files", modes)
