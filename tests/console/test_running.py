"""The server itself: how it is, what it logs, and when it stops."""

from __future__ import annotations

from twisted.logger import LogLevel
from twisted.python.failure import Failure

from chatd.chat.answers import Refusal
from chatd.console.ring import KEPT
from tests.console.desk import DeskTestCase


class StatusTests(DeskTestCase):
    def test_how_it_is_and_how_much_of_each_limit_is_used(self) -> None:
        self.account("alice", "public", "hello", address="192.0.2.1")
        self.guest("gus")
        self.server.connect("192.0.2.1")
        for _ in range(98):
            self.lag.note(0.001)
        self.lag.note(0.2)
        self.lag.note(0.2)
        told = self.says("status")
        for line in (
            "no alarm",
            "connections: 3 line, 1 console",
            "here: 1 user, 1 guest",
            "there are: 1 account, 1 room",
            "said since the start: 1 message, told 1 time",
            "  connections_per_address: 2 of 200 (192.0.2.1)",
            "  registrations_per_hour: 1 of 60 (192.0.2.1)",
            "  logins_per_minute: 0 of 120",
            "  sessions_per_account: 1 of 5 (gus)",
            "  idle_login_seconds: 60 s",
            "  rooms: 1 of 1000",
        ):
            self.assertIn(line, told)
        self.assertTrue(any("up to 250 ms late" in line for line in told), told)

    def test_logins_count_for_a_minute(self) -> None:
        self.account("alice")
        self.server.connect("192.0.2.1").send("login alice", "wrong")
        self.assertIn("  logins_per_minute: 1 of 120 (192.0.2.1)", self.says("status"))
        self.server.advance(60)
        self.assertIn("  logins_per_minute: 0 of 120", self.says("status"))
        self.assertIn("logins: 1 wrong-password; disconnected: none", self.says("status"))

    def test_an_alarm_while_nothing_can_be_recorded(self) -> None:
        self.server.house.alarms.set("journal", "no space left")
        self.assertIn("ALARM: the journal cannot be written: what is said is not recorded", self.says("status"))
        self.server.house.alarms.set("journal", "")
        self.assertIn("no alarm", self.says("status"))

    def test_since_when(self) -> None:
        self.server.advance(7500)
        self.assertIn("for 2 h 5 min, since 2026-01-31 12:00", self.says("uptime")[0])


class LogTests(DeskTestCase):
    def note(self, text: str, level: LogLevel = LogLevel.info) -> None:
        self.ring({"log_format": text, "log_level": level, "log_namespace": "part", "log_time": 1_769_860_800.0})

    def test_the_last_lines(self) -> None:
        for number in range(30):
            self.note(f"line {number}")
        told = self.says("log -n 2")
        self.assertEqual([line.partition(" info ")[2] for line in told], ["part: line 28", "part: line 29"])
        self.assertEqual(len(self.says("log")), 20)

    def test_no_more_are_kept_than_it_has_room_for(self) -> None:
        for number in range(KEPT + 5):
            self.note(f"line {number}")
        self.assertEqual(self.ring.last(99_999)[0].text, "line 5")

    def test_one_event_is_one_line_whatever_is_in_it(self) -> None:
        self.note("one\n  two\x1b[31m")
        try:
            raise ValueError("broken")
        except ValueError:
            self.ring({"log_format": "", "log_failure": Failure(), "log_time": 0.0, "log_level": LogLevel.critical})
        self.assertEqual([line.text for line in self.ring.last(2)], ["one |   two", "broken"])

    def test_an_event_without_words_is_none(self) -> None:
        self.ring({"log_level": LogLevel.info})
        self.assertEqual(self.ring.last(1), [])

    def test_it_is_followed_until_an_empty_line(self) -> None:
        self.operator.client.send("log -n 0 -f")
        self.assertEqual(self.operator.client.lines(), ["111 -- an empty line ends this"])
        self.note("first")
        self.note("second", LogLevel.error)
        self.server.turn()
        self.assertEqual([line[-13:] for line in self.operator.client.lines()], ["o part: first", " part: second"])
        self.operator.client.send("", "uptime")
        self.note("third")
        self.server.turn()
        told = self.operator.client.lines()
        self.assertEqual(told[0], "11 console:")
        self.assertIn("as process", told[1])
        self.assertEqual(len(told), 3, told)
        self.assertEqual(self.ring.followers, {})

    def test_two_follow_it_and_one_goes(self) -> None:
        other = self.sit_down()
        for operator in (self.operator, other):
            operator.says("log -n 0 -f")
        other.client.lose()
        self.note("first")
        self.server.turn()
        self.assertEqual(len(self.operator.heard()), 1)
        self.assertEqual(len(self.ring.followers), 1)

    def test_who_does_not_read_is_told_how_much_is_left_out(self) -> None:
        self.says("log -n 0 -f")
        transport = self.operator.client.transport
        transport.reading = False
        for _ in range(400):
            self.note("x" * 1000)
            self.server.turn()
        self.assertFalse(self.operator.client.closed)
        transport.read()
        self.note("after that")
        self.server.turn()
        told = self.operator.heard()
        self.assertTrue(any("came too fast, and are left out here" in line for line in told), told[-3:])
        self.assertIn("after that", told[-1])


class SteeringTests(DeskTestCase):
    def test_it_stops_now_or_later(self) -> None:
        self.assertEqual(self.says("stop"), ["the server stops now"])
        self.assertEqual(self.says("stop --in 5m new disks"), ["the server stops in 5m"])
        self.assertEqual(self.says("restart a new version"), ["the server restarts"])
        self.assertEqual(
            self.wheel.told, [("stop", 0.0, ""), ("stop", 300.0, "new disks"), ("restart", "a new version")]
        )

    def test_a_time_that_is_none_stops_nothing(self) -> None:
        self.assertIn("a length of time is", self.says("stop --in soon")[0])
        self.assertEqual(self.wheel.told, [])

    def test_what_is_read_again_is_told_or_why_it_is_not(self) -> None:
        self.assertEqual(self.says("reload"), ["the message of the day is another"])
        self.wheel.refusal = Refusal("not-reloaded", "no such file")
        self.assertEqual(self.says("reload"), ["nothing is changed: no such file"])
