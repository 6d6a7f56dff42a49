"""Members who read slowly or not at all, against a real chatd; ``make soak`` does it at length."""

from __future__ import annotations

import contextlib  # trial would take a "suppress" of this module for its own
import os
import socket
from pathlib import Path
from threading import Thread
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.processes import Failed
from benchmarks.programs import program
from tests.end_to_end import server, soak
from tests.end_to_end.distance import Distance
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.room import Room

STALLED = 50
"""All of them are full in the same moment, for their kernels keep the same."""
PASTERS, PASTE_LINES = 10, 500
DELAY = 0.02
"""Seconds."""


def need_readers() -> None:
    """Skip the test where there is no compiler for them."""
    try:
        program("readers")
    except Failed as error:
        if os.environ.get("CI") == "true":
            raise
        raise SkipTest(str(error)) from None


class SlowReaderTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp() + ".toml").absolute()
        config.write_text(soak.NO_RULES)
        self.daemon = self.enterContext(
            server.running("--config", str(config), line=[server.LOOPBACK, "unix:chat.sock"])
        )
        self.log = self.daemon.data / "log.csv"

    def unix(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.daemon.directory / "chat.sock"))
        return connection

    def test_all_who_do_not_read_go_and_are_told_why_and_nobody_else_misses_anything(self) -> None:
        # People would not be told all of what the kernel has joined while the room waited.
        room = Room(lambda: soak.connect(self.daemon.port), self.log, "format json\n")
        self.addCleanup(room.close)
        idle = soak.fill(room, 5, STALLED)
        soak.talk(room, idle, per_second=400, seconds=2, size=4000)
        soak.check(soak.fates(room, idle), late=DEADLINE)
        # All of them overflowed in the same broadcasts; each of them left once.
        self.assertEqual(soak.told(room.speaker), dict.fromkeys((member.name for member in idle), 1))

    def test_who_reads_quickly_but_from_far_away_is_not_dropped_by_large_pastes(self) -> None:
        distance = Distance(self.unix, DELAY)
        distance.start()
        self.addCleanup(distance.finish)
        # Programs are told all of a paste, people only how it begins.
        room = Room(distance.connect, self.log, "format json\n")
        self.addCleanup(room.close)
        for number in range(5):
            room.enter(f"far{number}")
        pasters = [self.unix() for _ in range(PASTERS)]
        for paster in pasters:
            self.addCleanup(paster.close)
            paster.sendall(b"guest\npublic\n/quiet on\n")
            Thread(target=self._read, args=[paster], daemon=True).start()
        text = f"{'x' * 63}\n".encode() * PASTE_LINES
        for paster in pasters:
            paster.sendall(text)
        said = PASTERS * PASTE_LINES
        room.until(lambda: all(sum(b'"said"' in line for line in m.lines) == said for m in room.members))
        self.assertEqual((room.left(), [member.name for member in room.members if member.ended]), (set(), []))

    def test_the_readers_of_the_soak_notice_a_message_that_is_missing(self) -> None:
        need_readers()
        room = Room(self.unix, self.log, "format json\n")
        self.addCleanup(room.close)
        with soak.reading(self.daemon.port, 2) as readers:
            room.say(100)
            room.said += 1
            room.say(100)
            self.assertRaisesRegex(Failed, "heard 3 after 1", readers.hear, 3)

    @staticmethod
    def _read(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while connection.recv(1 << 20):
                pass


class SoakTests(SynchronousTestCase):
    def test_for_a_moment(self) -> None:
        need_readers()
        said, found, _ = soak.run(members=60, stalled=3, per_second=400, seconds=2, size=4000)
        self.assertGreaterEqual(said, 800)
        self.assertEqual(len(found), 3)
        soak.check(found, late=DEADLINE)
