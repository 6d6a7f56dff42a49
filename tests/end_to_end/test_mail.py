"""Messages to who is not here, and ``kill -9``: what was said to be kept is handed over, if need be twice."""

from __future__ import annotations

import random

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import PASSWORD, Connection, register

ROUNDS = 3


class KillTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.random = random.Random(4)
        self.daemon = self.enterContext(server.running())
        for name in ("alice", "bob"):
            register(Connection(self, self.daemon.port), name).answer("quit", "goodbye")
        self.kept: list[str] = []
        self.told: set[str] = set()

    def test_what_is_said_to_be_kept_is_handed_over_in_order(self) -> None:
        for number in range(ROUNDS):
            self.write(number)
            self.daemon.kill()
            self.daemon.check()
            self.daemon.start()
            self.read(killed=number % 2 == 0)
        self.read(killed=False)
        self.assertLessEqual(set(self.kept), self.told)
        self.daemon.check()

    def log_in(self, name: str) -> Connection:
        person = Connection(self, self.daemon.port)
        person.send(f"login {name}", PASSWORD)
        person.line(f"welcome, {name}")
        return person

    def write(self, number: int) -> None:
        """Write as fast as possible; what has been confirmed when chatd is killed counts."""
        alice = self.log_in("alice")
        texts = [f"letter {number} {index}" for index in range(8)]
        alice.send(*(f"msg bob {text}" for text in texts))
        for text in texts[: self.random.randrange(1, len(texts))]:
            alice.line(text)
            alice.line("that is kept until bob is here")
            self.kept.append(text)

    def read(self, killed: bool) -> None:
        """Log in and read, perhaps while chatd is killed."""
        bob = self.log_in("bob")
        if killed:
            bob.line("<alice> letter")
            self.daemon.kill()
            self.daemon.check()
            bob.rest()
            self.daemon.start()
        else:
            bob.line("11 choose:")
        told = [line.partition("<alice> ")[2] for line in bob.so_far().split("\n")[:-1] if "<alice> letter" in line]
        self.assertEqual(told, sorted(told))
        self.told.update(told)
        bob.close()
