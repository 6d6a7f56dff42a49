"""A model of who is in which room and hears what, to hold a server against."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from typing import Any

from chatd.session import DEAF
from chatd.testing import Client

Event = tuple[str, ...]
"""The type of an event, its room, and what else of it is compared."""

COMPARED: dict[str, tuple[str, ...]] = {
    "said": ("user", "text"),
    "entered": ("user",),
    "left": ("user",),
    "kicked": ("user", "target"),
    "topic": ("user", "text"),
    "access": ("user", "access"),
    "room-deleted": ("user",),
}


class Place:
    """A room, or one of that name that was there before.

    :param password: empty for none
    """

    def __init__(self, name: str, owner: str) -> None:
        self.name = name
        self.owner = owner
        self.password = ""
        self.deleted = False
        self.inside: list[Person] = []

    def users(self) -> set[str]:
        """Who is a member."""
        return {person.user for person in self.inside}


class Person:
    """One session: what it has been told, and what it should have been.

    :param guest: whether it owns nothing
    """

    def __init__(self, client: Client, user: str, guest: bool) -> None:
        self.client = client
        self.user = user
        self.guest = guest
        self.places: list[Place] = []
        self.focus: Place | None = None
        self.asked: Place | None = None
        self.checking = False
        self.gone = False
        self.deaf_until = 0.0
        self.expected: list[Event] = []
        self.heard: list[Event] = []
        self.numbers: dict[str, int] = {}

    @property
    def mark(self) -> str:
        """What stands before a verb here."""
        return "/" if self.places else ""

    def listen(self) -> None:
        """Note what has come.

        :raises AssertionError: where numbers do not rise
        """
        for line in self.client.lines():
            value = json.loads(line.partition(" ")[2])
            if value["type"] in COMPARED and "room" in value and "replayed" not in value:
                self._note(value)

    def _note(self, value: dict[str, Any]) -> None:
        kind, room = value["type"], value["room"]
        if value["seq"] <= self.numbers.get(room, 0):
            raise AssertionError(f"numbers of {room} do not rise: {value}")
        self.numbers[room] = value["seq"]
        self.heard.append((kind, room, *(value[field] for field in COMPARED[kind])))


class Crowd:
    """Everybody and every room, as they should be."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {"public": Place("public", "")}
        self.people: list[Person] = []
        self.checks: deque[tuple[Person, Place, bool]] = deque()

    def here(self) -> list[Person]:
        """Those whose connections are open."""
        return [person for person in self.people if not person.gone]

    def tell(self, place: Place, kind: str, *rest: str, besides: Person | None = None) -> None:
        """Let all in ``place`` hear it."""
        for person in place.inside:
            if person is not besides:
                person.expected.append((kind, place.name, *rest))

    def enter(self, person: Person, place: Place) -> None:
        """Only the first session of a user is told of."""
        if person.user not in place.users():
            self.tell(place, "entered", person.user)
        place.inside.append(person)
        person.places.append(place)
        person.focus = place

    def leave(self, person: Person, place: Place) -> None:
        """Only the last session of a user is told of."""
        self.part(person, place)
        if person.user not in place.users():
            self.tell(place, "left", person.user)

    @staticmethod
    def part(person: Person, place: Place) -> None:
        """The room entered last of those that are left gets the focus."""
        place.inside.remove(person)
        person.places.remove(place)
        if person.focus is place:
            person.focus = person.places[-1] if person.places else None

    def throw_out(self, people: Iterable[Person], place: Place, now: float) -> None:
        """They hear nothing of the room any more, and what they type is thrown away for a while."""
        for person in people:
            self.part(person, place)
            person.deaf_until = now + DEAF

    def go(self, person: Person) -> None:
        """The connection ends; what it is at is brought to its end first."""
        person.gone = True
        person.asked = None
        if not person.checking:
            self._leave_all(person)

    def _leave_all(self, person: Person) -> None:
        for place in list(person.places):
            self.leave(person, place)
        self.people.remove(person)

    def checked(self) -> None:
        """The oldest password that is being checked has been."""
        person, place, right = self.checks.popleft()
        person.checking = False
        if right and not place.deleted:
            self.enter(person, place)
        if person.gone:
            self._leave_all(person)
