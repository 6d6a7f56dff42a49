"""Any bytes, at any moment: no traceback, a clear line, and the session goes on.

``make slow`` gives five times as many as a usual run.
"""

from __future__ import annotations

import os
import re
from random import Random

from chatd.testing import Client
from chatd.verbs.table import VERBS
from tests.behaviour.scene import Stage

INPUTS = int(os.environ.get("CHATD_INPUTS", "20000"))
FRESH = 250
"""Rounds after which everybody starts again, so that every state is met often."""

STATES: dict[str, tuple[str, ...]] = {
    "at the menu": (),
    "at a name": ("login",),
    "at a secret": ("login alice",),
    "at a new password": ("register",),
    "a guest at the menu": ("guest",),
    "with an account": ("login alice", "pw"),
    "in a room": ("guest", "public"),
    "a program in a room": ("format json", "guest", "public"),
    "in several rooms": ("login alice", "pw", "enter lab", "/enter public"),
    "at a secret in a room": ("login alice", "pw", "enter lab", "/access password"),
    "at a question in a room": ("login alice", "pw", "enter lab", "/delete den"),
    "verbatim": ("guest", "public", "/verbatim"),
    "unechoed": ("guest", "public", "/echo off"),
}

WORDS = [verb.name.encode() for verb in VERBS] + (
    b"login register guest public rejoin oldest password unregister logout put get help alice lab den nobody 1 2 17 "
    b"999999999999999999999 -5 on off json text open lab#1 \xd9\xa3"
).split()
BITS = [
    b"\n", b"\r", b"\r\n", b" ", b"/", b"//", b"\0", b"\t", b"\x1b[2J", b"\x1b", b"\x7f", b"\x9b", b"\xc2\x9b",
    b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xf0\x9f\x98\x80", b"\xc3", b"\xff", b"\xff\xff", b"\xff\xfd\x06", b"\xff\xfb\x01", b"\xff\xf4",
    b"\xff\xfa\x18\x01\xff\xf0", b"%s", b"{}", b"{0.__class__}", b"=1+1", b'"', b",", b"@alice", b"Exit Chat",
    b"Send: x", b"GET / HTTP/1.1\r\n", b"e\xcc\x81" * 9, b"a" * 33, b"x" * 4097,
]  # fmt: skip
GOODBYES = re.compile(rb'goodbye|you are disconnected: |"reason":"|ticket|put TICKET')
"""What may be said last; behind ``put`` nothing is taken for words any more, whatever comes of it."""

LINE = re.compile(r"(00|11|01|111) ")


def _input(random: Random) -> bytes:
    """A line that may mean something, or pieces of anything."""
    if random.random() < 0.6:
        words = [random.choice(WORDS) for _ in range(random.randint(1, 3))]
        return random.choice((b"", b"/", b"/")) + b" ".join(words) + b"\n"
    pieces = [_piece(random) for _ in range(random.randint(1, 5))]
    return b"".join(pieces) + random.choice((b"", b"\n", b"\n", b"\r\n"))


def _piece(random: Random) -> bytes:
    kind = random.random()
    if kind < 0.4:
        return random.choice(WORDS)
    return random.choice(BITS) if kind < 0.85 else random.randbytes(random.randint(1, 8))


class BytesTests(Stage):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False}, "accounts": {"sessions_per_account": 1000}, "rooms": {"max": 50}})
        self._prepare()
        self.goodbyes = 0

    def _prepare(self) -> None:
        owner = self.server.connect()
        owner.send("register alice", "pw", "pw", "create lab", "create den", "quit")
        owner.lose()

    def _enter(self, state: str) -> Client:
        client = self.server.connect()
        client.send(*STATES[state])
        self._look(client)
        return client

    def _look(self, client: Client) -> bytes:
        """What has come, which is whole lines of text, each with a code."""
        data = re.sub(rb"\xff[\xfb-\xfe].", b"", client.received(), flags=re.DOTALL)
        lines = data.decode().split("\r\n")
        self.assertEqual([line for line in lines[:-1] if not LINE.match(line)] + lines[-1:], [""])
        return data

    def _still_there(self, state: str, client: Client) -> None:
        # Whoever was thrown out of a room just now is not heard for two seconds.
        self.server.advance(3)
        client.send_bytes(b"\xff\xf0\n\n\n\n")
        if client.closed:
            return
        self._look(client)
        session = client.protocol.session
        silent = session.verbatim and session in self.server.house.sessions.hearing.unechoed
        client.send("version", "/version")
        client.end_input()
        self.assertTrue(client.closed, state)
        said = self._look(client)
        # Nothing is told to who does not hear himself and whose verbs are said.
        self.assertRegex(said, GOODBYES if silent else b"version|chatd", state)
        self.assertRegex(said, GOODBYES, state)

    def test_whatever_comes_whenever_it_comes(self) -> None:
        random = Random(1)
        for _ in range(INPUTS // (len(STATES) * FRESH) + 1):
            clients = {state: self._enter(state) for state in STATES}
            for _ in range(FRESH):
                self._round(random, clients)
            for state, client in clients.items():
                self._still_there(state, client)
                client.lose()
            self.server.clients.clear()
            self.assertEqual(self.flushLoggedErrors(), [])
        self.assertGreater(self.goodbyes, 0)

    def _round(self, random: Random, clients: dict[str, Client]) -> None:
        for client in clients.values():
            client.protocol.dataReceived(_input(random))
        self.server.turn()
        for state, client in clients.items():
            data = self._look(client)
            if client.closed:
                self.goodbyes += 1
                self.assertRegex(data, GOODBYES)
                client.lose()
                clients[state] = self._enter(state)
