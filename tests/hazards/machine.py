"""Many people doing random things to a server, and to the model of it, at once."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chatd.chat.names import key
from chatd.testing import Server
from tests.behaviour.scene import Stage
from tests.hazards.crowd import Crowd, Person, Place
from tests.transfers.memory import Threads

ACCOUNTS = ("ann", "ben", "cat")
ROOMS = ("public", "lab", "den", "vault")
PASSWORD = "sesame"
CROWD = 8
ANY = st.integers(0, 1000)
ROOM = st.sampled_from(ROOMS)


class ChatMachine(RuleBasedStateMachine):
    """Each rule does one thing to the server and to the model of it."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.threads = Threads()
        self.stage.start({"limits": {"flood": False}, "accounts": {"sessions_per_account": 8}}, in_thread=self.threads)
        self.server: Server = self.stage.server
        self.crowd = Crowd()
        self.number = 0
        for name in ACCOUNTS:
            client = self.server.connect()
            client.send(f"register {name}", "pw", "pw", "quit")
            self._work()
            client.lose()
        self.witness = self.server.connect()
        self.witness.send("guest witness")
        for name in ("ann", "ann", "ben", "ben", "cat", "", ""):
            self._come(name)
        for who, room in enumerate(("lab", "vault", "den")):
            self._create(self.crowd.people[who], room)
        for who, room in ((1, "vault"), (0, "lab"), (2, "lab"), (5, "lab"), (3, "den"), (6, "den")):
            self._enter(self.crowd.people[who], room)
        self._close(self.crowd.people[1])

    def _work(self) -> None:
        while self.threads.busy:
            self._check_one()

    def _check_one(self) -> None:
        self.threads.turn()
        self.server.turn()
        if self.crowd.checks:
            self.crowd.checked()

    # Who

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _idle(self, number: int) -> Person | None:
        """Somebody who is waited for, and whose line is taken."""
        people = [p for p in self.crowd.here() if not p.checking and p.asked is None]
        return people[number % len(people)] if people else None

    def _send(self, person: Person, *lines: str) -> bool:
        """Whether they are taken, and not thrown away."""
        person.client.send(*lines)
        return self.server.clock.seconds() >= person.deaf_until

    @precondition(lambda self: len(self.crowd.people) < CROWD)
    @rule(name=st.sampled_from(ACCOUNTS), guest=st.booleans())
    def come(self, name: str, guest: bool) -> None:
        self._work()
        self._come("" if guest else name)

    def _come(self, name: str) -> None:
        client = self.server.connect()
        lines = (f"login {name}", "pw") if name else (f"guest guest{self._next()}",)
        client.send("format json", *lines)
        while self.threads.busy:
            self.threads.turn()
            self.server.turn()
        client.received()
        self.crowd.people.append(Person(client, name or f"guest{self.number}", not name))

    @precondition(lambda self: len(self.crowd.here()) > CROWD // 2)
    @rule(who=ANY, how=st.sampled_from(["lose", "break", "end", "quit"]))
    def go(self, who: int, how: str) -> None:
        people = self.crowd.here()
        person = people[who % len(people)]
        client = person.client
        if how == "quit":
            if person.checking or person.asked or not self._send(person, f"{person.mark}quit"):
                return
        elif how == "end":
            client.end_input()
        else:
            client.lose(clean=how == "lose")
        self.crowd.go(person)

    # Rooms

    @rule(who=ANY, room=ROOM)
    def create(self, who: int, room: str) -> None:
        person = self._idle(who)
        if person:
            self._create(person, room)

    def _create(self, person: Person, room: str) -> None:
        if self._send(person, f"{person.mark}create {room}") and not person.guest:
            self.crowd.places.setdefault(room, Place(room, person.user))

    @rule(who=ANY, room=ROOM, again=st.booleans())
    def delete(self, who: int, room: str, again: bool) -> None:
        person = self._idle(who)
        if not person or not self._send(person, f"{person.mark}delete {room}", room if again else "no"):
            return
        place = self.crowd.places.get(room)
        if place and again and place.owner == person.user:
            del self.crowd.places[room]
            place.deleted = True
            if person in place.inside:
                self.crowd.part(person, place)
            self.crowd.tell(place, "room-deleted", person.user)
            self.crowd.throw_out(list(place.inside), place, self.server.clock.seconds())

    @rule(who=ANY, room=ROOM)
    def enter(self, who: int, room: str) -> None:
        person = self._idle(who)
        if person:
            self._enter(person, room)

    def _enter(self, person: Person, room: str) -> None:
        if not self._send(person, f"{person.mark}enter {room}"):
            return
        place = self.crowd.places.get(room)
        if place in person.places:
            person.focus = place
        elif place and place.password:
            person.asked = place
        elif place:
            self.crowd.enter(person, place)

    @precondition(lambda self: any(p.asked for p in self.crowd.here()))
    @rule(who=ANY, right=st.booleans())
    def answer(self, who: int, right: bool) -> None:
        people = [p for p in self.crowd.here() if p.asked]
        person = people[who % len(people)]
        place, person.asked = person.asked, None
        assert place is not None
        person.client.send(PASSWORD if right else "wrong")
        if place.password and place.owner != person.user:
            person.checking = True
            self.crowd.checks.append((person, place, right))
        elif not place.deleted:
            self.crowd.enter(person, place)

    @precondition(lambda self: self.threads.busy)
    @rule()
    def check(self) -> None:
        self._check_one()

    @rule(who=ANY)
    def leave(self, who: int) -> None:
        person = self._idle(who)
        if person and person.focus and self._send(person, "Exit Chat"):
            self.crowd.leave(person, person.focus)

    @rule(who=ANY)
    def leave_all(self, who: int) -> None:
        person = self._idle(who)
        if person and person.places and self._send(person, "/menu"):
            for place in list(person.places):
                self.crowd.leave(person, place)

    # What is done in them

    @rule(who=ANY, times=st.integers(1, 3))
    def say(self, who: int, times: int) -> None:
        person = self._idle(who)
        if person and person.focus:
            texts = [f"line {self._next()}" for _ in range(times)]
            if self._send(person, *texts):
                for text in texts:
                    self.crowd.tell(person.focus, "said", person.user, text)

    @rule(who=ANY, whom=ANY)
    def kick(self, who: int, whom: int) -> None:
        person = self._idle(who)
        if not person or not person.focus:
            return
        place = person.focus
        users = sorted(place.users())
        target = users[whom % len(users)]
        if self._send(person, f"/kick {target}") and place.owner == person.user:
            self.crowd.tell(place, "kicked", person.user, target)
            self.crowd.throw_out([p for p in place.inside if p.user == target], place, self.server.clock.seconds())

    @rule(who=ANY)
    def set_topic(self, who: int) -> None:
        person = self._idle(who)
        if person and person.focus:
            text = f"topic {self._next()}"
            if self._send(person, f"/topic {text}") and person.focus.owner == person.user:
                self.crowd.tell(person.focus, "topic", person.user, text)

    @rule(who=ANY, closed=st.booleans())
    def set_access(self, who: int, closed: bool) -> None:
        self._work()
        person = self._idle(who)
        if person and person.focus and closed:
            self._close(person)
        elif person and person.focus and self._send(person, "/access open"):
            self._has_access(person, "open")

    def _close(self, person: Person) -> None:
        taken = self._send(person, "/access password", PASSWORD)
        while self.threads.busy:
            self.threads.turn()
            self.server.turn()
        if taken:
            self._has_access(person, "password")

    def _has_access(self, person: Person, access: str) -> None:
        place = person.focus
        if place and place.owner == person.user:
            place.password = PASSWORD if access == "password" else ""
            self.crowd.tell(place, "access", person.user, access)

    @rule(seconds=st.sampled_from([0.5, 2.0, 3.0]))
    def wait(self, seconds: float) -> None:
        self.server.advance(seconds)

    # What must hold

    @invariant()
    def everybody_is_where_he_should_be(self) -> None:
        hub = self.server.house.hub
        expected = {name: {key(user) for user in place.users()} for name, place in self.crowd.places.items()}
        assert {room.name: set(room.members) for room in hub.rooms.values()} == expected

    @invariant()
    def everybody_hears_everything_once_and_in_order(self) -> None:
        for person in self.crowd.here():
            person.listen()
            if not person.asked:
                assert person.heard == person.expected, person.user

    @invariant()
    def the_server_answers(self) -> None:
        self.witness.received()
        self.witness.send("rooms")
        assert self.witness.lines()[-1] == "11 choose:"

    def teardown(self) -> None:
        self._work()
        for client in self.server.clients:
            client.lose()
        assert not any(room.members or room.attendance for room in self.server.house.hub.rooms.values())
        assert self.server.house.sessions.all() == []
        self.stage.stop()
        assert_paired(self.server.directory / "log.csv")
        assert self.stage.flushLoggedErrors() == []


def assert_paired(journal: Path) -> None:
    """See that in each room everybody enters before leaving, and leaves, or is put out, once."""
    inside: set[tuple[str, str]] = set()
    with journal.open(newline="") as file:
        for row in csv.DictReader(file):
            user = (row["log"], row["user"])
            if row["event"] == "entered":
                assert user not in inside, row
                inside.add(user)
            elif row["event"] == "left":
                inside.remove(user)
            elif row["event"] == "kicked":
                inside.discard((row["log"], row["text"].removeprefix("target=").split(" ")[0]))
            elif row["event"] == "room-deleted":
                inside = {(log, name) for log, name in inside if log != row["log"]}
    assert not inside
