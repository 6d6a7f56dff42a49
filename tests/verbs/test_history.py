"""What was said before is told again as fast as it is read."""

from __future__ import annotations

import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.outlet import LOAD
from chatd.testing import FULL, Server


class HistoryTests(SynchronousTestCase):
    def test_it_goes_out_as_the_connection_takes_it(self) -> None:
        directory = Path(self.mktemp())
        directory.mkdir()
        server = Server(directory, {"limits": {"flood": False}, "rooms": {"history": 300}})
        alice, bob = server.connect(), server.connect()
        alice.send("guest alice", "public", *(f"{number:03}{'x' * 4000}" for number in range(300)))
        bob.send("guest bob", "public")
        bob.lines()
        bob.transport.reading = False
        bob.send("/history 300", "thanks")
        self.assertLess(bob.transport.waiting, FULL + LOAD)
        while bob.transport.waiting:
            bob.transport.read()
            bob.transport.reading = False
            server.turn()
            self.assertLess(bob.transport.waiting, FULL + LOAD)
        told = [line for line in bob.lines() if "xxx" in line]
        numbers = [re.split("alice: |[|] ", line)[1][:3] for line in told]
        self.assertEqual(numbers, [f"{number:03}" for number in range(300)])
        server.stop()
