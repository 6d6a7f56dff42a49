"""Everything that many people do in the same moment: each hears a room from entering to leaving, without a gap."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from random import Random
from typing import Any

from chatd.testing import Client
from tests.behaviour.scene import Stage
from tests.hazards.machine import assert_paired
from tests.transfers.memory import Threads

ROOMS = ("public", "lab", "den", "vault sesame")
"""The last has a password; the others take no notice of one."""
ROUNDS = 600
GUESTS = 8

WORDS: tuple[str, ...] = ("enter {room}", "enter {room}", "public", "msg {guest} hi", "who", "nonsense", "rooms")
VERBS: tuple[str, ...] = (
    "line", "line", "line", "line", "/me waves", "/enter {room}", "/enter {room}", "/focus {place}", "/leave",
    "/leave {place}", "/menu", "/who", "/history 3", "/msg {guest} hi", "/nonsense", "Exit Chat", "help",
)  # fmt: skip
OWNERS: tuple[str, ...] = (
    "/kick {guest}",
    "/kick {guest}",
    "/topic news",
    "/delete {place}\n{place}",
    "/create {place}",
)


class Stay:
    """From being told that one is in a room to leaving it: the numbers of what was heard there."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.heard: list[int] = []


class Witness:
    """One session, and its stays in rooms."""

    def __init__(self, client: Client, name: str, owner: bool) -> None:
        self.client = client
        self.name = name
        self.owner = owner
        self.inside: dict[str, Stay] = {}
        self.stays: list[Stay] = []

    def listen(self) -> None:
        """Follow what has come."""
        for line in self.client.lines():
            self._follow(json.loads(line.partition(" ")[2]))

    def _follow(self, value: dict[str, Any]) -> None:
        kind, room = value["type"], value.get("room", "")
        if kind == "you-entered":
            self.inside[room] = Stay(room)
            self.stays.append(self.inside[room])
        elif kind in ("you-left", "thrown-out"):
            del self.inside[room]
        elif kind == "menu":
            self.inside.clear()
        elif "seq" in value and room and "replayed" not in value:
            self.inside[room].heard.append(value["seq"])


class OneTurnTests(Stage):
    def setUp(self) -> None:
        self.threads = Threads()
        config: dict[str, dict[str, Any]] = {"limits": {"flood": False}, "accounts": {"sessions_per_account": 100}}
        self.start(config, in_thread=self.threads)
        self.random = Random(1)
        self.number = 0
        for name in ("lab", "den"):
            client = self.server.connect()
            client.send(f"register {name}_owner", "pw", "pw", f"create {name}", "quit")
            self._work()
        client = self.server.connect()
        client.send("login lab_owner", "pw", "create vault", "enter vault", "/access password", "sesame", "/quit")
        self._work()
        owners = [self._come(f"{name}_owner") for name in ("lab", "den") for _ in range(2)]
        self.people = [*owners, *(self._come() for _ in range(GUESTS))]
        self.gone: list[Witness] = []

    def _work(self) -> None:
        while self.threads.busy:
            self.threads.turn()
            self.server.turn()

    def _come(self, owner: str = "") -> Witness:
        client = self.server.connect()
        self.number += 1
        name = owner or f"guest{self.number}"
        client.send("format json", f"login {owner}\npw" if owner else f"guest {name}")
        self._work()
        client.received()
        return Witness(client, name, bool(owner))

    def _line(self, person: Witness) -> str:
        words = VERBS if person.inside else WORDS
        if person.owner and person.inside and self.random.random() < 0.15:
            words = OWNERS
        guest = self.random.choice(self.people).name
        room = self.random.choice(ROOMS)
        return self.random.choice(words).format(room=room, place=room.split()[0], guest=guest) + "\n"

    def _round(self) -> None:
        for person in self.random.sample(self.people, len(self.people)):
            lines = "".join(self._line(person) for _ in range(self.random.randint(0, 4)))
            person.client.protocol.dataReceived(lines.encode())
        if self.random.random() < 0.1:
            person = self.people.pop()
            person.client.lose()
            self.gone.append(person)
            self.people.insert(0, self._come(person.name if person.owner else ""))
        for _ in range(self.random.randrange(4)):
            if self.threads.busy:
                self.threads.turn()
        self.server.turn()
        for person in self.people:
            person.listen()
        self.server.advance(self.random.choice([0, 0, 3]))
        for name in ("lab", "den"):
            self.people[0].client.send(f"{'/' * bool(self.people[0].inside)}create {name}")

    def test_each_hears_all_of_a_stay_and_nothing_else(self) -> None:
        for _ in range(ROUNDS):
            self._round()
            here = {room.name: set(room.members) for room in self.server.house.hub.rooms.values()}
            for name, members in here.items():
                self.assertEqual({p.name for p in self.people if name in p.inside}, members)
        stays = [stay for person in (*self.people, *self.gone) for stay in person.stays]
        self.assertGreater(len(stays), ROUNDS)
        for stay in stays:
            self.assertEqual(stay.heard, list(range(*_bounds(stay.heard))))
        self._work()
        self._check_guests()
        self.stop()
        assert_paired(self.server.directory / "log.csv")

    def _check_guests(self) -> None:
        """A guest has one session, so that a stay begins behind the entry that the journal has of it."""
        entered: dict[tuple[str, str], set[int]] = defaultdict(set)
        with (self.server.directory / "log.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                if row["event"] == "entered":
                    entered[row["user"], row["log"]].add(int(row["seq"]))
        for person in (*self.people, *self.gone):
            for stay in person.stays:
                if not person.owner and stay.heard:
                    self.assertIn(stay.heard[0] - 1, entered[person.name, stay.room])


def _bounds(numbers: list[int]) -> tuple[int, int]:
    return (numbers[0], numbers[-1] + 1) if numbers else (0, 0)
