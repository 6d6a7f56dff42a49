"""Alarms: who is told of them, and for how long they stand."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.testing import Client, Server


class AlarmTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        self.server = Server(directory)
        self.register("root")
        self.server = self.make_operator(directory, "root")
        self.addCleanup(self.server.stop)
        self.alarms = self.server.house.alarms

    def register(self, name: str) -> Client:
        client = self.server.connect()
        client.send(f"register {name}", "pw", "pw")
        return client

    def make_operator(self, directory: Path, name: str) -> Server:
        self.server.stop()
        users = directory / "users.csv"
        users.write_text(users.read_text().replace(",user,", ",operator,"))
        return Server(directory, clock=self.server.clock)

    def log_in(self, name: str) -> list[str]:
        self.client = self.server.connect()
        self.client.send(f"login {name}", "pw")
        return self.client.lines()

    def test_operators_are_told_and_nobody_else(self) -> None:
        self.log_in("root")
        other = self.register("ann")
        other.lines()
        self.alarms.set("disk", "no space left")
        self.server.turn()
        self.assertEqual(self.client.lines(), ["00 ALARM: no space left", "11 choose:"])
        self.assertEqual(other.lines(), [])
        self.assertEqual(self.alarms.standing, {"disk": "no space left"})
        self.alarms.set("disk", "", "there is space again")
        self.server.turn()
        self.assertEqual(self.client.lines(), ["00 the alarm is over: there is space again", "11 choose:"])
        self.assertEqual(self.alarms.standing, {})

    def test_whoever_comes_later_is_told_of_those_that_stand(self) -> None:
        self.alarms.set("disk", "no space left")
        self.assertIn("00 ALARM: no space left", self.log_in("root"))
        ann = self.register("ann")
        self.assertNotIn("ALARM", "\n".join(ann.lines()))

    def test_the_same_is_told_once(self) -> None:
        self.log_in("root")
        for _ in range(3):
            self.alarms.set("disk", "no space left")
        self.server.turn()
        self.assertEqual(self.client.lines().count("00 ALARM: no space left"), 1)

    def test_one_that_never_was_is_not_over(self) -> None:
        self.log_in("root")
        self.alarms.set("disk", "", "all is well")
        self.server.turn()
        self.assertEqual(self.client.lines(), [])
