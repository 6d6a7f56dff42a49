"""Any messages, whoever sends them: no traceback, an answer to each, and nobody else is harmed."""

from __future__ import annotations

import string
from random import Random
from typing import Any

import msgspec

from chatd.wire.webjson import KINDS
from tests.behaviour.scene import edit
from tests.frontends.web.programs import Peer, WebStage, frame

MESSAGES = 8_000
FRESH = 50
"""Rounds after which everybody starts again, so that every state is met often."""

TEXTS = (
    "", " ", "\n", "x", "a\nb\n", "x" * 5000, "\x1b[2J", "\x00", "\u202e", "\ud7ff\uffff", "😀", "%s{0}", "-1", "٣",
    "1e9", "=1+1",
    "alice", "lab", "public", "gus", "@alice", "@", "#", "lab#1", "lab#٣", "public#999999999999999999",
    "198.51.100.7", "::1", "0/0",
    "on", "off", "away", "open", "password", "invite", "owner", "1h", "-5m", "99999d", "since 2h", "2026-01-31",
    "/quit", "/kick gus",
    "/delete lab", "//", "/", "a.txt", "../x", "correct horse", "0" * 64,
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 5, 500, 501, 10**6, 2**31, 2**53 - 1, -(2**53) + 1, 2**53, 2**63, 10**40)


def value(random: Random, type_: Any) -> Any:
    """Some for a field of that type, or now and then of any."""
    if random.random() < 0.03:
        return random.choice((None, True, 1.5, [], {}, "x", 7, {"a": 1}, ["x"]))
    if type_ is str:
        return random.choice(TEXTS)
    if type_ is bool:
        return random.random() < 0.5
    if type_ is int or ("int" in str(type_) and "dict" not in str(type_)):
        return random.choice(NUMBERS)
    return {random.choice(TEXTS): random.choice((*NUMBERS, None)) for _ in range(random.randrange(4))}


def message(random: Random) -> dict[str, Any]:
    """One with an id, so that it has to be answered."""
    name = random.choice(sorted(KINDS.keys() - {"quit", "logout", "unregister"}))
    fields = {
        field.encode_name: value(random, field.type)
        for field in msgspec.structs.fields(KINDS[name])
        if field.required or random.random() < 0.5
    }
    if random.random() < 0.1:
        fields["answers"] = {random.choice(("room-again", "room-password", "new-room-password")): random.choice(TEXTS)}
    return {**fields, "type": name, "id": "".join(random.choices(string.ascii_letters, k=8))}


class MessageTests(WebStage):
    def begin(self) -> list[Peer]:
        """A new server, and people of every kind."""
        self.furnish({"limits": {"flood": False, "registrations_per_hour": 0, "logins_per_minute": 0}})
        self.account("alice", "public").ask("create", room="lab")
        self.restart(lambda directory: edit(directory / "users.csv", "alice", role="operator"))
        self.website = type(self.website)(self.server.house)
        alice = self.program()
        alice.ask("login", name="alice", password="correct horse")
        alice.ask("enter", room="lab")
        return [alice, self.account("bob", "public"), self.guest("gus", "public", "lab"), self.program()]

    def test_thousands_of_them(self) -> None:
        random = Random(7)
        for _ in range(MESSAGES // (4 * FRESH)):
            peers = self.begin()
            for _ in range(FRESH):
                for place, peer in enumerate(peers):
                    asked = message(random)
                    peer.read()
                    peer.send_bytes(frame(msgspec.json.encode(asked)))
                    self.server.advance(0.2)
                    told = peer.read()
                    if peer.codes:
                        self.assertEqual(peer.objects[-1]["type"], "closing", asked)
                        peer.lose()
                        peers[place] = self.program()
                        continue
                    answers = [each for each in told if each.get("id") == asked["id"]]
                    self.assertEqual(len(answers), 1, (asked, told))
                    self.assertNotEqual(answers[0].get("error"), "internal", asked)
            self.assertEqual(self.flushLoggedErrors(), [])
            for peer in peers:
                peer.lose()
