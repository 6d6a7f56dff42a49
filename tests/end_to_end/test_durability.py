"""What was confirmed or seen is kept, however chatd ends: ``kill -9`` in the middle of everything, and broken files.

``make slow`` kills it 200 times, a usual run less often.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
from hashlib import sha256
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import PASSWORD, Connection, alone, enter, guest, make_room, register, said

ROUNDS = int(os.environ.get("CHATD_ROUNDS", "12"))
HISTORY = 200
"""Events of a room that are at hand after a start."""

ACCOUNT_MADE, ROOM_MADE = "00 the account ", "00 the room "


def rows(file: Path) -> list[dict[str, str]]:
    """What a person reads in it."""
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def journal(directory: Path) -> list[dict[str, str]]:
    """All rows of the journal, in order."""
    return [row for file in sorted(directory.glob("log*.csv"), reverse=True) for row in rows(file)]


def numbers(directory: Path, log: str, event: str = "") -> list[int]:
    """Of all events of one log, or those of one kind, in the order in which they were written."""
    return [int(r["seq"]) for r in journal(directory) if r["log"] == log and r["seq"] and event in ("", r["event"])]


class KillTests(SynchronousTestCase):
    """Each round registers, makes rooms and talks as fast as it can, until chatd is killed at some point in it."""

    def setUp(self) -> None:
        self.random = random.Random(20)
        self.daemon = self.enterContext(server.running())
        self.accounts: set[str] = set()
        self.rooms: set[str] = set()
        self.seen: list[str] = []

    def test_whatever_was_confirmed_or_seen_is_there_afterwards(self) -> None:
        for number in range(ROUNDS):
            self.run_until_killed(number)
            self.daemon.start()
            self.check_files(number)
            self.check_history(number)
        self.daemon.check()

    def run_until_killed(self, number: int) -> None:
        connections = [Connection(self, self.daemon.port) for _ in range(3)]
        registrar, maker, speaker = connections
        for person in (registrar, maker, speaker):
            person.line("11 choose:")
        register(maker, f"maker{number}")
        guest(speaker, f"speaker{number}").answer("/format json", "setting")
        for index in range(20):
            registrar.send(f"register user{number}x{index}", PASSWORD, PASSWORD, "logout")
            maker.send(f"create room{number}x{index}")
            speaker.send(*(f"said {number} {index} {word}" for word in "abcd"))
        if number % 2:
            speaker.line(f'"said {number} {self.random.randrange(20)} {self.random.choice("abcd")}"')
        else:
            registrar.line(f"{ACCOUNT_MADE}user{number}x{self.random.randrange(4)}")
        self.daemon.kill()
        self.daemon.check()
        self.note(*connections)
        self.accounts.add(f"maker{number}")
        for connection in connections:
            connection.close()

    def note(self, registrar: Connection, maker: Connection, speaker: Connection) -> None:
        """What had been told, up to the last byte that came."""
        self.accounts.update(self.told(registrar, ACCOUNT_MADE))
        self.rooms.update(self.told(maker, ROOM_MADE))
        lines = speaker.so_far().split("\n")[:-1]
        told = [json.loads(line[4:]) for line in lines if '"type":"said"' in line]
        self.seen += [event["text"] for event in told if event["text"].startswith("said ")]

    @staticmethod
    def told(person: Connection, what: str) -> list[str]:
        whole_lines = person.so_far().split("\n")[:-1]
        return [line.removeprefix(what).split()[0] for line in whole_lines if line.startswith(what)]

    def check_files(self, number: int) -> None:
        data = self.daemon.data
        self.assertLessEqual(self.accounts, {row["name"] for row in rows(data / "users.csv")}, number)
        self.assertLessEqual(self.rooms, {row["name"] for row in rows(data / "rooms.csv")}, number)
        kept = [alone(row["text"]) for row in journal(data) if row["event"] == "said"]
        missing = set(self.seen) - set(kept)
        self.assertEqual(missing, set(), number)
        self.assertEqual(len(kept), len(set(kept)), "a line is kept twice")
        seqs = numbers(data, "public")
        self.assertEqual(seqs, sorted(set(seqs)), "numbers do not rise")

    def check_history(self, number: int) -> None:
        kept = [alone(row["text"]) for row in journal(self.daemon.data) if row["event"] == "said"]
        reader = guest(Connection(self, self.daemon.port), f"reader{number}")
        reader.send("/format json", f"/history {HISTORY}")
        reader.line('"type":"history"')
        lines = reader.so_far().partition('"setting"')[2].split("\n")
        told = [json.loads(line[4:])["text"] for line in lines if '"type":"said"' in line]
        self.assertEqual(told, kept[-HISTORY:])
        name = self.random.choice(sorted(self.accounts))
        back = Connection(self, self.daemon.port)
        back.send(f"login {name}", PASSWORD)
        back.line(f"welcome, {name}")
        reader.close()
        back.close()


class RestartTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = self.enterContext(server.running())

    def test_the_last_events_of_each_room_are_back_and_numbers_rise(self) -> None:
        rooms = ("attic", "cellar")
        told = {room: self.talk(room) for room in rooms}
        for number, end in enumerate((self.daemon.kill, self.daemon.stop)):
            end()
            self.daemon.start()
            for room in rooms:
                reader = guest(Connection(self, self.daemon.port), f"reader{number}-{room}", room)
                reader.send("/format json", f"after {number}", f"/history {HISTORY}")
                reader.line('"type":"history"')
                told[room].append(f"after {number}")
                events = [json.loads(line[4:]) for line in reader.so_far().split("\n") if '"replayed":true' in line]
                self.assertEqual([event["text"] for event in events], told[room][-HISTORY:])
                self.assertEqual([event["seq"] for event in events], numbers(self.daemon.data, room, "said")[-HISTORY:])
                reader.close()
                seqs = numbers(self.daemon.data, room)
                self.assertEqual(seqs, sorted(set(seqs)))
        self.daemon.check()

    def talk(self, room: str) -> list[str]:
        """What people say who come and go there."""
        make_room(self, self.daemon.port, room)
        told = []
        for part in range(3):
            lines = [f"{room} {part} {index}" for index in range(90)]
            script = "\n".join(["guest", f"enter {room}", *lines, ""])
            said("nc", "-N", "127.0.0.1", str(self.daemon.port), lines=script)
            told += lines
        return told

    def test_a_file_that_was_stored_is_there_after_a_kill(self) -> None:
        giver = register(Connection(self, self.daemon.port), "giver")
        enter(giver, "public")
        content = bytes(range(256)) * 1000
        ticket = self.ticket(giver, f"/send bytes.bin {len(content)}", "put")
        connection = Connection(self, self.daemon.port)
        connection.send(f"put {ticket}")
        connection.send_bytes(content)
        connection.line(f"00 stored {sha256(content).hexdigest()}")
        self.daemon.kill()
        self.daemon.start()
        taker = guest(Connection(self, self.daemon.port), "taker")
        ticket = self.ticket(taker, "/get 1", "get")
        got = said("nc", "-N", "127.0.0.1", str(self.daemon.port), lines=f"get {ticket}\n")
        self.assertIn(f"00 sending {len(content)} {sha256(content).hexdigest()}\n", got)

    @staticmethod
    def ticket(person: Connection, line: str, purpose: str) -> str:
        return re.split(r"[; ]", person.answer(line, f"echo {purpose} ").partition(f"echo {purpose} ")[2])[0]


class BrokenFileTests(SynchronousTestCase):
    """What a person or a crash has done to the files while chatd was down."""

    def setUp(self) -> None:
        self.daemon = self.enterContext(server.running())
        make_room(self, self.daemon.port, "lab")
        self.daemon.stop()
        self.users, self.rooms = self.daemon.data / "users.csv", self.daemon.data / "rooms.csv"

    def test_a_torn_last_row_is_set_aside_and_told(self) -> None:
        torn = b'mallory,"$argon2id$v=19$m=19456,t=2,p=1$kKxteItkPUp+so'
        whole = self.users.read_bytes()
        self.users.write_bytes(whole + torn)
        self.daemon.start()
        self.assertIn("users.csv ended in the middle of a row", self.daemon.log.so_far())
        self.assertIn(torn, (self.daemon.data / "users.csv.torn").read_bytes())
        self.assertEqual(self.users.read_bytes(), whole)
        back = Connection(self, self.daemon.port)
        back.send("login lab-bot", PASSWORD)
        back.line("welcome, lab-bot")

    def test_a_torn_row_of_the_journal_too(self) -> None:
        log = self.daemon.data / "log.csv"
        whole = log.read_bytes()
        log.write_bytes(whole + b"2026-01-01T00:00:00.000Z,said,lab,9,lab-b")
        self.daemon.start()
        self.assertIn("log.csv ended in the middle of a row", self.daemon.log.so_far())
        self.assertTrue(log.read_bytes().startswith(whole))
        self.assertNotIn(b"lab-b\n", log.read_bytes())

    def test_a_role_that_somebody_wrote_there_holds(self) -> None:
        self.users.write_text(self.users.read_text().replace(",user,", ",operator,"))
        self.daemon.start()
        self.assertNotIn("there is no operator", self.daemon.log.so_far())
        back = Connection(self, self.daemon.port)
        back.send("login lab-bot", PASSWORD)
        back.line("welcome, lab-bot (operator)")

    def test_a_broken_one_stops_the_start_with_file_row_and_reason_and_nothing_is_changed(self) -> None:
        user, room = self.users.read_text().split("\n")[1], self.rooms.read_text().split("\n")[1]
        header, room_header = self.users.read_text().split("\n")[0], self.rooms.read_text().split("\n")[0]
        for file, lines, told in (
            (self.users, ["nom,motdepasse", user], "users.csv, row 1: the header must be name,password,role"),
            (self.users, [header, user.replace(",user,", ",king,")], "users.csv, row 2: role must be user, moderator"),
            (self.users, [header, user, "bob,only"], "users.csv, row 3: there must be 5 fields"),
            (self.users, [header, user, 'bo"b,x'], "users.csv, row 3: "),
            (self.users, [header, user.replace("lab-bot", "no name")], "users.csv, row 2: "),
            (self.rooms, [room_header, "", room.replace("open", "ajar")], "rooms.csv, row 3: access must be"),
        ):
            self.check_refused(file, "\n".join([*lines, ""]), told)

    def check_refused(self, file: Path, content: str, told: str) -> None:
        before = file.read_bytes()
        file.write_text(content)
        kept = self.contents()
        status, error = server.FailingStart(self.daemon.directory, "--data", "data").outcome()
        self.assertEqual(status, 1)
        self.assertIn(f"chatd: {told}", error)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertEqual(self.contents(), kept)
        file.write_bytes(before)

    def contents(self) -> dict[str, bytes]:
        """Of all files but the lock, which names the last that tried."""
        files = (file for file in self.daemon.data.rglob("*") if file.is_file() and file.name != "lock")
        return {str(file): file.read_bytes() for file in files}
