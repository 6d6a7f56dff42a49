"""What is still there after a stop, and after a crash."""

from __future__ import annotations

from collections.abc import Callable

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend


@on_every_frontend
class Afterwards(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)

    def _each_way(self) -> list[Callable[[], None]]:
        return [self.restart, self.crash]

    def test_accounts_are_there(self) -> None:
        for again in self._each_way():
            again()
            self.login("alice")

    def test_rooms_and_their_owners_are_there(self) -> None:
        created = Moment(self.server.now())
        for again in self._each_way():
            self.server.advance(5)
            again()
            alice = self.login("alice", "lab")
            alice.do(r.Info(), r.Topic("mine"), r.Topic("-"))
            alice.expect(a.RoomInfo("lab", "alice", "", "open", created, ("alice",)))
            alice.expect(Heard("lab", e.TopicSet("alice", "mine")))

    def test_all_that_was_said_is_told_again(self) -> None:
        bob = self.guest("bob", "lab")
        began = self.server.now()
        for number in range(210):
            bob.do(r.Say(f"line {number}"))
            self.server.advance(0.05)
        times = [began + 50 * number for number in range(210)]
        for again in self._each_way():
            again()
            alice = self.login("alice", "lab")
            alice.do(r.History(1000))
            alice.expect(
                *(Heard("lab", e.Said("bob", f"line {n}"), 4 + n, times[n], True) for n in range(210)),
                a.Past("lab", 211),
            )

    def test_numbers_go_on_rising(self) -> None:
        self.alice.do(r.Say("one"), r.Leave())
        self.restart()
        alice = self.login("alice", "lab")
        alice.do(r.Say("two"))
        # Entered, said, left before; entered now.
        alice.expect_only(Heard("lab", e.Said("alice", "two"), 6))

    def test_after_a_crash_by_more_than_can_have_been_given_out(self) -> None:
        self.alice.do(r.Say("one"))
        self.crash()
        alice = self.login("alice", "lab")
        alice.do(r.Say("two"))
        alice.expect_only(Heard("lab", e.Said("alice", "two"), 3 + 10_000 + 2))

    def test_the_rooms_of_the_last_session_can_be_entered_again(self) -> None:
        self.alice.do(r.Enter("public"), r.Focus("lab"))
        for again in self._each_way():
            again()
            self.alice = self.login("alice")
            self.alice.choose("rejoin")
            self.alice.expect_only(a.YouEntered("lab", "", 1), a.YouEntered("public", "", 1))

    def test_private_messages_are_in_the_journal_and_told_to_nobody_else(self) -> None:
        bob = self.account("bob", "lab")
        self.alice.do(r.Message("bob", "psst"))
        bob.expect(Heard("@bob", e.Private("alice", "bob", "psst")))
        self.restart()
        self.assertIn("psst", self.file("log.csv"))
        alice = self.login("alice", "lab")
        alice.do(r.History())
        alice.expect_only(Heard("lab", e.RoomCreated("alice"), again=True), a.Past("lab", 1))

    def test_nobody_is_in_a_room_because_he_was_before_a_crash(self) -> None:
        self.guest("bob", "lab")
        self.crash()
        alice = self.login("alice", "lab")
        alice.do(r.Who())
        alice.expect_only(a.Members("lab", (a.Person("alice", False, "user", "active"),)))

    def test_an_account_may_give_its_name_to_another_and_what_was_said_to_it_stays_its_own(self) -> None:
        bob = self.account("bob")
        bob.do(r.Message("alice", "for the first alice"))
        self.alice.do(r.Leave())
        self.alice.choose("unregister")
        self.alice.answer(PASSWORD)
        self.alice.expect(a.Done("unregistered", "alice"))
        for again in self._each_way():
            again()
            visitor = self.visitor()
            visitor.register("alice", PASSWORD)
            visitor.expect(a.Welcome("alice", False, "user"), CHOOSE)
            visitor.choose("rejoin")
            visitor.expect_refused("no-last-rooms")
            visitor.choose("unregister")
            visitor.answer(PASSWORD)

    def test_a_deleted_room_stays_deleted(self) -> None:
        self.alice.do(r.Say("a secret"), r.Leave(), r.Delete("lab"))
        self.alice.answer("lab")
        for again in self._each_way():
            again()
            alice = self.login("alice")
            alice.do(r.Enter("lab"), r.Create("lab"), r.Enter("lab"), r.History())
            alice.expect(a.Refused("no-such-room", "lab"), a.YouEntered("lab", "", 1))
            alice.expect_only(Heard("lab", e.RoomCreated("alice"), again=True), a.Past("lab", 1))
            alice.do(r.Delete("lab"))
            alice.answer("lab")

    def test_what_was_heard_is_told_again(self) -> None:
        bob = self.guest("bob", "lab")
        bob.do(r.Say('a "quoted, line" \\n with = signs'))
        self.crash()
        alice = self.login("alice", "lab")
        alice.do(r.History(1))
        alice.expect_only(
            *(Heard(h.log, h.event, 4, again=True) for h in said("lab", "bob", 'a "quoted, line" \\n with = signs')),
            a.Past("lab", 1, 4),
        )
