"""What the journal says of a session, for whoever reads it with a spreadsheet."""

from __future__ import annotations

import csv

from tests.behaviour.drivers import ALICE
from tests.behaviour.scene import PASSWORD, Stage

WHERE = "198.51.100.9"


class JournalTests(Stage):
    def setUp(self) -> None:
        self.start()
        self.alice = self.server.connect(WHERE)

    def _rows(self, *columns: str) -> list[tuple[str, ...]]:
        with (self.server.directory / "log.csv").open(newline="") as file:
            return [tuple(row[name] for name in columns) for row in csv.DictReader(file) if row["address"]]

    def test_it_has_what_happened_in_order(self) -> None:
        self.alice.send("register alice", PASSWORD, PASSWORD, "create lab", "enter lab", "hello, all", "/me waves")
        self.alice.send("/topic the weather", "/msg alice note", "Exit Chat", "delete lab", "lab", "logout")
        self.alice.send("login alice", "wrong", "login nobody", "wrong", "login alice", PASSWORD)
        self.alice.send("unregister", PASSWORD, "quit")
        self.assertEqual(
            self._rows("event", "log", "user", "text"),
            [
                ("registered", "@alice", "alice", ""),
                ("login", "@alice", "alice", ""),
                ("room-created", "lab", "alice", ""),
                ("entered", "lab", "alice", ""),
                ("said", "lab", "alice", "hello, all"),
                ("emoted", "lab", "alice", "waves"),
                ("topic", "lab", "alice", "the weather"),
                ("private", "@alice", "alice", "to=alice note"),
                ("left", "lab", "alice", ""),
                ("room-deleted", "lab", "alice", ""),
                ("logout", "@alice", "alice", "lab"),
                ("login-failed", "@alice", "alice", ""),
                ("login-failed", "", "", ""),
                ("login", "@alice", "alice", ""),
                ("unregistered", "@alice", "alice", ""),
                ("logout", "@alice", "alice", ""),
            ],
        )

    def test_it_has_no_password_whatever_it_was_given_for(self) -> None:
        secrets = ("open1", "sesame2", "xyzzy3", "plugh4")
        self.alice.send("register alice", "open1", "open1", "create lab", "enter lab", "/access password", "sesame2")
        self.alice.send("/menu", "password", "open1", "xyzzy3", "xyzzy3", "logout", "login plugh4", "plugh4", "plugh4")
        files = [path.read_text() for path in self.server.directory.iterdir() if path.suffix == ".csv"]
        self.assertEqual([secret for secret in secrets for text in files if secret in text], [])

    def test_it_says_from_where(self) -> None:
        self.alice.send("guest alice", "public", "hello")
        self.server.connect(ALICE).send("guest bob", "public", "hi")
        rows = [row for row in self._rows("event", "user", "address") if row[0] == "said"]
        self.assertEqual(rows, [("said", "alice", WHERE), ("said", "bob", ALICE)])

    def test_its_times_are_utc_and_its_numbers_rise(self) -> None:
        self.alice.send("guest alice", "public", "one")
        self.server.advance(0.25)
        self.alice.send("two")
        rows = [row[1:] for row in self._rows("event", "time", "seq") if row[0] == "said"]
        self.assertEqual(rows, [("2026-01-31T12:00:00.000Z", "2"), ("2026-01-31T12:00:00.250Z", "3")])
