"""Guests: who comes without an account, and what one may do."""

from __future__ import annotations

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend

GUS = a.Person("gus", True, "user", "active")


@on_every_frontend
class ComingIn(Scene[Driver]):
    def test_under_a_name_of_ones_own(self) -> None:
        visitor = self.visitor()
        visitor.guest("gus")
        visitor.expect(a.Welcome("gus", True, "user"), CHOOSE)

    def test_under_a_name_that_is_made_up(self) -> None:
        visitors = [self.visitor() for _ in range(3)]
        for number, visitor in enumerate(visitors, 1):
            visitor.guest()
            visitor.expect(a.Welcome(f"guest{number}", True, "user"), CHOOSE)

    def test_a_made_up_name_is_nobody_elses(self) -> None:
        self.account("guest1")
        visitor = self.visitor()
        visitor.guest()
        visitor.expect(a.Welcome("guest2", True, "user"))

    def test_not_under_the_name_of_an_account_whether_its_user_is_here_or_not(self) -> None:
        alice = self.account("alice")
        for name in ("alice", "Alice", "a1ice"):
            visitor = self.visitor()
            visitor.guest(name)
            visitor.expect(a.Refused("name-taken", name), CHOOSE)
        alice.hang_up()
        visitor = self.visitor()
        visitor.guest("alice")
        visitor.expect(a.Refused("name-taken", "alice"), CHOOSE)

    def test_not_under_the_name_of_another_guest_while_he_is_here(self) -> None:
        gus, other = self.guest("gus"), self.visitor()
        other.guest("Gus")
        other.expect_refused("name-taken", "Gus")
        gus.hang_up()
        other.guest("Gus")
        other.expect(a.Welcome("Gus", True, "user"))

    def test_nobody_registers_the_name_of_a_guest_who_is_here(self) -> None:
        self.guest("gus")
        visitor = self.visitor()
        visitor.register("gus", PASSWORD)
        visitor.expect(a.Refused("name-taken", "gus"), a.Refused("not-registered"))

    def test_one_is_a_guest_once(self) -> None:
        gus = self.guest("gus")
        gus.guest("mo")
        gus.expect_refused("logged-in-already", "gus")

    def test_a_server_may_have_none(self) -> None:
        self.start({"accounts": {"guests": False}})
        visitor = self.visitor()
        visitor.guest("gus")
        visitor.expect_refused("guests-closed")

    def test_a_guest_with_the_name_of_an_account_that_is_kept_elsewhere_makes_room_for_its_owner(self) -> None:
        checker = InMemoryUsernamePasswordDatabaseDontUse()
        checker.addUser("bob", PASSWORD)  # type: ignore[arg-type]  # as --auth memory:bob:... does
        self.start(checkers=[checker])
        guest, bob = self.guest("bob", "public"), self.visitor()
        bob.login("bob", PASSWORD)
        bob.expect_refused("guest-has-name", "bob")
        guest.expect(a.Closing("other-session", "bob"))
        bob.login("bob", PASSWORD)
        bob.expect(a.Welcome("bob", False, "user"))


@on_every_frontend
class BeingAGuest(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.gus = self.guest("gus", "public")

    def test_guests_speak_in_open_rooms(self) -> None:
        self.gus.do(r.Say("hello"))
        self.alice.expect(Heard("public", e.Entered("gus", guest=True)), *said("public", "gus", "hello"))

    def test_they_are_marked(self) -> None:
        self.alice.do(r.Who())
        self.alice.expect(a.Members("public", (a.Person("alice", False, "user", "active"), GUS)))
        self.alice.do(r.Whois("gus"))
        self.alice.expect(a.About(GUS, True, Moment(self.server.now()), ("public",)))

    def test_they_make_no_rooms(self) -> None:
        self.gus.do(r.Create("lab"))
        self.gus.expect_refused("no-account")
        self.gus.do(r.Menu(), r.Create("lab"))
        self.gus.expect_refused("no-account")

    def test_they_give_no_files(self) -> None:
        self.gus.do(r.Send("notes.txt", 5))
        self.gus.expect_refused("guests-send-nothing")

    def test_they_change_nothing_in_a_room(self) -> None:
        for request in (r.Topic("mine"), r.Access("open"), r.Kick("alice")):
            self.gus.do(request)
            self.gus.expect_refused("not-owner", "public")

    def test_they_have_no_last_rooms(self) -> None:
        self.gus.do(r.Leave())
        self.gus.choose("rejoin")
        self.gus.expect_refused("no-account")

    def test_they_write_to_those_in_the_same_room_alone(self) -> None:
        bob = self.account("bob")
        self.gus.do(r.Message("alice", "hi"))
        self.alice.expect(Heard("@alice", e.Private("gus", "alice", "hi")))
        self.gus.do(r.Message("bob", "hi"))
        self.gus.expect_refused("share-a-room", "bob")
        bob.expect_only()

    def test_everybody_with_an_account_writes_to_them(self) -> None:
        bob = self.account("bob")
        bob.do(r.Message("gus", "hi"))
        self.gus.expect(Heard("@gus", e.Private("bob", "gus", "hi")))

    def test_who_gets_a_message_from_elsewhere_cannot_answer_it_before_they_share_a_room(self) -> None:
        bob = self.account("bob")
        bob.do(r.Message("gus", "hi"))
        self.gus.do(r.Reply("yes?"))
        self.gus.expect_refused("share-a-room", "bob")

    def test_a_guest_who_registers_goes_on_in_the_same_session(self) -> None:
        self.gus.do(r.Leave())
        self.gus.register("gus", PASSWORD)
        self.gus.expect(a.Done("registered", "gus"), a.Welcome("gus", False, "user"), CHOOSE)
        self.gus.do(r.Create("lab"))
        self.gus.expect(a.Done("room-created", "lab"))

    def test_a_guest_may_register_another_name(self) -> None:
        self.gus.do(r.Leave())
        self.gus.register("gustav", PASSWORD)
        self.gus.expect(a.Welcome("gustav", False, "user"))
        other = self.visitor()
        other.guest("gus")
        other.expect(a.Welcome("gus", True, "user"))

    def test_a_guest_who_is_refused_an_account_stays_a_guest(self) -> None:
        self.gus.do(r.Leave())
        self.gus.register("alice", PASSWORD)
        self.gus.expect(a.Refused("name-taken", "alice"), a.Refused("not-registered"), CHOOSE)
        self.gus.do(r.Enter("public"), r.Say("still here"))
        self.alice.expect(*said("public", "gus", "still here"))
