"""The time of day jumps, as when a machine without a battery hears of the true time: nobody is sent away for it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import Connection, guest, register

DAY = 86_400

# Python imports a module of this name at its start. It gives the process a clock that each signal sets by as much.
SITECUSTOMIZE = """
import signal, time
true, offsets = time.time, [0]
true_ns = time.time_ns
time.time = lambda: true() + offsets[0]
time.time_ns = lambda: true_ns() + offsets[0] * 1_000_000_000
def forward(*_): offsets[0] += 86400
def back(*_): offsets[0] -= 86400
signal.signal(signal.SIGRTMIN, forward)
signal.signal(signal.SIGRTMIN + 1, back)
"""


class ClockTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        (directory / "sitecustomize.py").write_text(SITECUSTOMIZE)
        config = directory / "chatd.toml"
        config.write_text("[presence]\ninactive_after = 600\ndisconnect_after = 3600\n")
        path = f"{directory}:{server.environment()['PYTHONPATH']}"
        self.daemon = self.enterContext(server.running("--config", str(config), environment={"PYTHONPATH": path}))

    def test_a_day_forward_and_two_back(self) -> None:
        ann = register(Connection(self, self.daemon.port), "ann")
        ann.answer("public", "[public] -- you are in")
        idle = guest(Connection(self, self.daemon.port), "idle")
        prompt = Connection(self, self.daemon.port)
        prompt.answer("login ann", "01 password")
        ann.send(*["/version"] * 101)
        for number, jump in enumerate((signal.SIGRTMIN, signal.SIGRTMIN + 1, signal.SIGRTMIN + 1)):
            os.kill(self.daemon.pid, jump)
            # Above a hundred lines, each further one waits for a timer.
            ann.send(*["/version"] * 15, f"/whois nobody{number}", f"it is jump {number}")
            ann.line(f"nobody called nobody{number} is here")
            ann.line(f"it is jump {number}")
        self.assertIn("idle (guest)", ann.answer("/who", "ann, "))
        idle.answer("hello", "idle: hello")
        self.assertNotIn("disconnected", prompt.so_far() + idle.so_far() + ann.so_far())
        days = {line.partition("T")[0] for line in (self.daemon.data / "log.csv").read_text().split("\n")[1:-1]}
        self.assertGreaterEqual(len(days), 2, "the clock was not set")
