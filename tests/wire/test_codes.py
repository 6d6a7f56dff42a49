"""The four codes, and which may follow which."""

from __future__ import annotations

from itertools import product

from twisted.trial.unittest import SynchronousTestCase

from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK, Code, Floor

ALLOWED = {
    (LISTEN, SPEAK): "a question",
    (SPEAK, LISTEN): "its answer",
    (LISTEN, CREDENTIALS): "a question for a secret",
    (CREDENTIALS, LISTEN): "the secret",
    (LISTEN, DUPLEX): "the first room is entered",
    (DUPLEX, LISTEN): "the last room is left",
    (DUPLEX, CREDENTIALS): "a secret is asked for in a room",
    (CREDENTIALS, DUPLEX): "the secret, given in a room",
}
"""Every step there is."""

_WAYS: dict[Code, list[Code]] = {
    LISTEN: [],
    SPEAK: [SPEAK],
    CREDENTIALS: [CREDENTIALS],
    DUPLEX: [DUPLEX],
}
"""How each state is reached from the beginning."""


class CodeTests(SynchronousTestCase):
    def test_they_are_those_of_the_protocol(self) -> None:
        written = {code.name: code.value for code in Code}
        self.assertEqual(written, {"LISTEN": "00", "SPEAK": "11", "CREDENTIALS": "01", "DUPLEX": "111"})
        self.assertEqual(tuple(Code), (LISTEN, SPEAK, CREDENTIALS, DUPLEX))


class FloorTests(SynchronousTestCase):
    def floor(self, state: Code) -> Floor:
        floor = Floor()
        for step in _WAYS[state]:
            floor.turn(step)
        self.assertIs(floor.state, state)
        return floor

    def test_the_server_begins(self) -> None:
        self.assertIs(Floor().state, LISTEN)

    def test_every_step_is_taken_or_refused(self) -> None:
        for here, there in product(Code, Code):
            floor = self.floor(here)
            if (here, there) in ALLOWED:
                floor.turn(there)
                self.assertIs(floor.state, there, ALLOWED.get((here, there)))
            else:
                error = self.assertRaises(ValueError, floor.turn, there)
                self.assertEqual(str(error), f"{there.name} cannot follow {here.name}")
                self.assertIs(floor.state, here)
