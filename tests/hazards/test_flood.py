"""Floods of lines: nobody else waits for them, and what is left of one is never taken for something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.intake import SHARE
from chatd.testing import Client
from tests.behaviour.scene import Stage

MUCH = 128 << 10
"""Bytes; twice as much as may wait before a connection is paused."""

FLOODERS = 10


class _Noting(bytearray):
    """Takes note whenever something is written."""

    def __init__(self, note: Callable[[], None]) -> None:
        super().__init__()
        self._note = note

    def extend(self, data: Any) -> None:
        self._note()
        super().extend(data)


class FairnessTests(Stage):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False}})
        self.flooders = [self._guest(f"flooder{number}") for number in range(FLOODERS)]
        self.polite = self._guest("polite")
        for client in self.server.clients:
            client.received()

    def _guest(self, name: str) -> Client:
        client = self.server.connect()
        # Programs are told every line; for people a flood would be folded.
        client.send("format json", f"guest {name}", "public")
        return client

    def _flood(self, data: bytes) -> None:
        """All of it comes in the same moment, and the polite one's line last of all."""
        for flooder in self.flooders:
            flooder.protocol.dataReceived(data)
        self.polite.protocol.dataReceived(b"excuse me\n")

    def test_a_line_is_not_kept_waiting_by_a_flood_of_line_feeds(self) -> None:
        self._flood(b"\n" * MUCH)
        waiting_then: list[bool] = []
        self.polite.transport.written = _Noting(
            lambda: waiting_then.extend(flooder.transport.paused for flooder in self.flooders)
        )
        self.server.turn()
        self.assertIn(b"excuse me", self.polite.received())
        self.assertEqual(waiting_then, [True] * FLOODERS)
        self.assertEqual([flooder.transport.paused for flooder in self.flooders], [False] * FLOODERS)

    def test_everybody_is_heard_in_turn(self) -> None:
        self._flood(b"x\n" * 2000)
        self.server.turn()
        lines = self.polite.lines()
        self.assertEqual(len(lines), FLOODERS * 2000 + 1)
        place = next(number for number, line in enumerate(lines) if "excuse me" in line)
        self.assertLessEqual(place, FLOODERS * SHARE)

    def test_so_they_are_at_the_menu(self) -> None:
        self.polite.send("/leave")
        self.polite.received()
        self.polite.protocol.dataReceived(b"rooms\n")
        self._flood(b"x\n" * 2000)
        self.server.turn()
        self.assertIn(b'"room":"public","members":10', self.polite.received())


class RateTests(Stage):
    def setUp(self) -> None:
        self.start()
        self.alice = self.server.connect()
        self.alice.send("register alice", "pw", "pw", "create lab", "enter lab")
        self.bob = self.server.connect()
        self.bob.send("guest bob", "enter lab")
        for client in self.server.clients:
            client.received()

    def test_what_comes_too_fast_waits_and_others_do_not(self) -> None:
        self.bob.send(*("/me waves" for _ in range(300)))
        self.assertLess(len(self.alice.lines()), 100)
        self.alice.send("hello")
        self.assertEqual(len(self.alice.lines()), 1)
        self.server.advance(1)
        self.assertEqual(len(self.alice.lines()), 20)

    def test_nothing_is_lost(self) -> None:
        lines = [f"line {number}" for number in range(700)]
        self.alice.send("/format json")
        self.alice.received()
        self.bob.send(*lines)
        self.assertLess(len(self.alice.transport.written.split(b"\n")), 650)
        for _ in range(20):
            self.server.advance(1)
        said = [line.partition('"text":"')[2].partition('"')[0] for line in self.alice.lines()]
        self.assertEqual(said, lines)

    def test_what_waits_when_one_is_thrown_out_is_thrown_away_and_never_taken_for_words_of_the_menu(self) -> None:
        self.bob.send(*("logout" for _ in range(1000)))
        self.alice.send("/kick bob")
        for _ in range(60):
            self.server.advance(1)
        told = self.bob.lines()
        self.assertEqual(sum("was thrown away" in line for line in told), 1)
        self.assertNotIn("00 you are logged out", told)
        self.bob.send("whois bob")
        self.assertIn("00 bob (guest): here since", self.bob.lines()[0])

    def test_so_is_what_waits_because_one_does_not_read(self) -> None:
        self.bob.transport.reading = False
        self.alice.send("/echo off")
        while not self.bob.protocol.session.outlet.is_loaded:
            self.alice.send("x" * 4000)
            self.server.advance(1)
        self.bob.send(*("logout" for _ in range(30)))
        self.alice.send("/kick bob")
        self.server.advance(5)
        self.bob.transport.read()
        self.server.turn()
        self.assertNotIn("00 you are logged out", self.bob.lines())

    def test_a_server_may_have_no_rule(self) -> None:
        self.start({"limits": {"flood": False}})
        client = self.server.connect()
        client.send("format json", "guest bob", "public", *("x" for _ in range(3000)))
        self.assertEqual(sum('"text":"x"' in line for line in client.lines()), 3000)
