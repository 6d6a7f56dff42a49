"""Backups, and the history of a room."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

from chatd.stores import backup
from chatd.testing import Server
from tests.console.desk import DeskTestCase


class BackupTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.target = Path(self.mktemp()).absolute()
        self.target.mkdir()
        self.file_ = self.target / "b.tar.gz"

    def unpacked(self) -> Server:
        directory = self.target / "restored"
        directory.mkdir(0o700)
        with tarfile.open(self.file_) as archive:
            self.assertEqual({member.mode for member in archive.getmembers()}, {0o600})
            archive.extractall(directory, filter="data")
        server = Server(directory, clock=self.server.clock)
        self.addCleanup(server.stop)
        return server

    def test_unpacked_it_is_the_same_server(self) -> None:
        anna = self.account("anna", "create lab", "enter lab", "/topic tea", "hello", "/send a.txt 5")
        ticket = anna.lines()
        self.account("bob", "msg anna psst", "quit")
        self.says("role bob moderator", "ban 10.0.0.1 noise", f"backup {self.file_}")
        self.assertEqual(ticket, [])
        self.assertEqual(self.file_.stat().st_mode & 0o777, 0o600)
        again = self.unpacked()
        names = {name: again.accounts.get(name) for name in again.accounts.names()}
        self.assertEqual({name: a.role for name, a in names.items() if a}, {"anna": "user", "bob": "moderator"})
        room = again.house.hub.room("lab")
        self.assertEqual((room.record.owner, room.record.topic), ("anna", "tea"))
        self.assertEqual([ban.address for ban in again.house.hub.bans.all()], ["10.0.0.1/32"])
        client = again.connect()
        client.send("login anna", "correct horse", "enter lab", "/history")
        self.assertIn("anna: hello", "\n".join(client.lines()))

    def test_files_that_people_gave_are_in_it_and_those_under_way_are_not(self) -> None:
        anna = self.server.connect()
        anna.send("register anna", "correct horse", "correct horse", "public", "/send a.txt 5", "/send b.txt 5")
        tickets = [line.partition("put ")[2][:32] for line in anna.lines() if "(echo put" in line]
        for ticket, data in zip(tickets, (b"hello", b"he"), strict=True):
            self.server.connect().send_bytes(f"put {ticket}\n".encode() + data)
        self.says(f"backup {self.file_}")
        with tarfile.open(self.file_) as archive:
            names = set(archive.getnames())
        self.assertIn("files/1", names)
        self.assertFalse({name for name in names if name.endswith(".part")}, names)
        self.assertFalse({"lock", "console"} & names)

    def test_what_is_there_is_not_replaced_and_no_backup_is_part_of_itself(self) -> None:
        self.file_.write_text("mine")
        self.assertIn("is there already", self.says(f"backup {self.file_}")[0])
        self.assertEqual(self.file_.read_text(), "mine")
        inside = self.server.directory.absolute() / "b.tar.gz"
        self.assertIn("inside the data directory", self.says(f"backup {inside}")[0])
        self.assertIn("No such file", self.says(f"backup {self.target}/no/b.tar.gz")[0])

    def test_one_that_cannot_be_finished_leaves_nothing(self) -> None:
        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        self.patch(tarfile.TarFile, "addfile", full)
        told = self.says(f"backup {self.file_}")[0]
        self.assertIn("cannot be written", told)
        self.assertIn("No space left", told)
        self.assertEqual(os.listdir(self.target), [])

    def test_half_a_row_of_the_journal_is_left_out(self) -> None:
        self.guest("gus", "public", "hello")
        with (self.server.directory / "log.csv").open("ab") as log:
            log.write(b"2026-01-31T12:00")
        self.says(f"backup {self.file_}")
        with tarfile.open(self.file_) as archive:
            read = archive.extractfile("log.csv")
            assert read is not None
            self.assertTrue(read.read().endswith(b"\n"))

    def test_a_file_that_has_been_renamed_meanwhile_is_there_once(self) -> None:
        directory = self.target / "data"
        directory.mkdir()
        (directory / "log.csv").write_text("time\nrow\n")
        fixed = backup.Fixed(directory)
        (directory / "log.csv").rename(directory / "log-20260131T120000Z-1.csv")
        (directory / "log.csv").write_text("time\n")
        backup.write(fixed, self.file_)
        with tarfile.open(self.file_) as archive:
            self.assertEqual(archive.getnames(), ["log.csv"])


class ExportTests(DeskTestCase):
    def exported(self, what: str) -> list[str]:
        return self.says(f"export {what}")

    def test_for_people_with_days_and_hours(self) -> None:
        self.guest("gus", "public", "hello", "/me waves")
        self.assertEqual(
            self.exported("public"),
            [
                "[public] -- Saturday, 31 January 2026",
                "[public#1] -- gus entered (guest)",
                "[public#2] 12:00 gus: hello",
                "[public#3] 12:00 * gus waves",
                "end of what was said in public: 3",
            ],
        )

    def test_as_the_journal_has_it(self) -> None:
        self.guest("gus", "public", "hello, world")
        header, _, said, _ = self.exported("public csv")
        self.assertEqual(header, "time,event,log,seq,user,address,text")
        self.assertEqual(said, '2026-01-31T12:00:00.000Z,said,public,2,gus,198.51.100.7,"hello, world"')

    def test_for_programs(self) -> None:
        self.guest("gus", "public", "hello")
        _, said, _ = self.exported("public json")
        self.assertEqual(json.loads(said)["text"], "hello")

    def test_what_was_taken_back_and_what_a_namesake_had_said_are_left_out(self) -> None:
        anna = self.account("anna", "create lab", "enter lab", "old lab")
        anna.send("Exit Chat", "delete lab", "lab", "create lab", "enter lab", "kept", "taken", "/redact 4")
        told = "\n".join(self.exported("lab"))
        self.assertNotIn("old lab", told)
        self.assertIn("anna: kept", told)

    def test_much_comes_no_faster_than_it_is_read(self) -> None:
        gus = self.guest("gus", "public")
        for number in range(2000):
            gus.send(f"{number} {'x' * 200}")
            self.server.advance(1)
        other = self.sit_down().client
        other.transport.reading = False
        other.send("export public")
        self.assertFalse(other.closed)
        self.assertLess(other.transport.waiting, 300_000)
        while other.transport.waiting:
            other.transport.reading = False
            waiting = other.transport
            waiting.read()
            self.server.turn()
        self.assertEqual(sum("gus: " in line for line in other.lines()), 2000)

    def test_a_room_or_a_form_there_is_not(self) -> None:
        self.assertEqual(self.exported("lab"), ["there is no room lab"])
        self.assertIn("use it so: export ROOM", self.exported("public xml")[0])
