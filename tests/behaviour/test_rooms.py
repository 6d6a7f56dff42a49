"""Rooms: making, entering, leaving and deleting them, and what is told of them."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, edit, on_every_frontend

BOB = a.Person("bob", True, "user", "active")


@on_every_frontend
class Making(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")

    def test_whoever_has_an_account_makes_rooms(self) -> None:
        self.alice.do(r.Create("lab"))
        self.alice.expect_only(a.Done("room-created", "lab"), CHOOSE)

    def test_from_within_a_room_too(self) -> None:
        self.alice.do(r.Enter("public"), r.Create("lab"), r.Enter("lab"))
        self.alice.expect(a.Done("room-created", "lab"), a.YouEntered("lab", "", 1))

    def test_there_is_one_of_each_name(self) -> None:
        self.alice.do(r.Create("lab"))
        for name in ("lab", "LAB", "public"):
            self.alice.do(r.Create(name))
            self.alice.expect_refused("room-exists", name.lower())

    def test_its_name_is_one_as_users_have(self) -> None:
        self.alice.do(r.Create("#lab"))
        self.alice.expect_refused("bad-name", near=("lab",))
        self.alice.do(r.Create("server"))
        self.alice.expect_refused("reserved-name", "server")
        self.alice.do(r.Create("x" * 33))
        self.alice.expect_refused("long-name")

    def test_a_server_has_so_many(self) -> None:
        self.start({"rooms": {"max": 2}})
        alice = self.account("alice")
        alice.do(r.Create("lab"), r.Create("den"))
        alice.expect(a.Done("room-created", "lab"), a.Refused("rooms-full", limit=2))

    def test_who_has_not_logged_in_makes_none(self) -> None:
        visitor = self.visitor()
        visitor.do(r.Create("lab"))
        visitor.expect_refused("not-logged-in")


@on_every_frontend
class Entering(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)

    def test_those_who_are_in_are_told(self) -> None:
        bob = self.guest("bob")
        bob.do(r.Enter("lab"))
        bob.expect(a.YouEntered("lab", "", 2))
        self.alice.expect_only(Heard("lab", e.Entered("bob", guest=True)))

    def test_whoever_enters_is_told_the_topic(self) -> None:
        self.alice.do(r.Topic("the weather"))
        bob = self.guest("bob")
        bob.do(r.Enter("lab"))
        bob.expect(a.YouEntered("lab", "the weather", 2))

    def test_names_are_compared_without_their_case(self) -> None:
        bob = self.guest("bob")
        bob.do(r.Enter("LAB"))
        bob.expect(a.YouEntered("lab", "", 2))

    def test_a_room_that_is_not_there_is_told_with_those_it_may_be(self) -> None:
        bob = self.guest("bob")
        bob.do(r.Enter("labs"))
        bob.expect_refused("no-such-room", "labs", near=("lab",))

    def test_who_has_not_logged_in_enters_none(self) -> None:
        visitor = self.visitor()
        visitor.do(r.Enter("lab"))
        visitor.expect_refused("not-logged-in")

    def test_who_leaves_is_back_at_the_menu_and_the_others_are_told(self) -> None:
        bob = self.guest("bob", "lab")
        bob.do(r.Leave())
        bob.expect(a.YouLeft("lab"), CHOOSE)
        self.alice.expect_only(Heard("lab", e.Entered("bob", guest=True)), Heard("lab", e.Left("bob")))

    def test_so_they_are_when_the_connection_ends(self) -> None:
        self.guest("bob", "lab").hang_up()
        self.alice.expect(Heard("lab", e.Left("bob")))

    def test_one_cannot_leave_a_room_one_is_not_in(self) -> None:
        self.alice.do(r.Leave("public"))
        self.alice.expect_refused("not-in-room", "public")
        self.alice.do(r.Leave("den"))
        self.alice.expect_refused("no-such-room", "den")

    def test_a_full_room_takes_its_owner_only(self) -> None:
        self.alice.do(r.Leave())
        self.restart(lambda directory: edit(directory / "rooms.csv", "lab", limit="1"))
        self.guest("bob", "lab")
        carol, alice = self.guest("carol"), self.login("alice")
        carol.do(r.Enter("lab"))
        carol.expect_refused("room-full", "lab", limit=1)
        alice.do(r.Enter("lab"))
        alice.expect(a.YouEntered("lab", "", 2))


@on_every_frontend
class Asking(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob", "lab")

    def test_who_is_in_a_room(self) -> None:
        members = a.Members("lab", (a.Person("alice", False, "user", "active"), BOB))
        self.bob.do(r.Who())
        self.bob.expect_only(members)
        self.bob.do(r.Menu(), r.Who("lab"))
        self.bob.expect(a.Members("lab", members.members[:1]))

    def test_who_is_on_the_server(self) -> None:
        self.bob.do(r.Menu(), r.Who())
        self.bob.expect(a.Members("", (a.Person("alice", False, "user", "active"), BOB)))

    def test_all_about_a_room(self) -> None:
        info = a.RoomInfo("lab", "alice", "", "open", Moment(self.server.now()), ("alice", "bob"))
        self.bob.do(r.Info())
        self.bob.expect_only(info)
        self.bob.do(r.Info("LAB"), r.Info("den"))
        self.bob.expect(info, a.Refused("no-such-room", "den"))

    def test_who_has_not_logged_in_may_ask_about_a_room(self) -> None:
        visitor = self.visitor()
        visitor.do(r.Info("lab"))
        visitor.expect(a.RoomInfo("lab", "alice", "", "open", Moment(self.server.now()), ("alice", "bob")))

    def test_which_rooms_there_are_the_fullest_first(self) -> None:
        lab, public = a.RoomSummary("lab", 2, "", "open", True), a.RoomSummary("public", 0, "", "open", False)
        self.bob.do(r.Rooms())
        self.bob.expect_only(a.RoomList((lab, public)))

    def test_at_the_menu_one_says_which(self) -> None:
        self.bob.do(r.Menu(), r.Info())
        self.bob.expect_refused("no-focus")

    def test_who_somebody_is(self) -> None:
        since = Moment(self.server.now())
        self.bob.do(r.Whois("ALICE"), r.Whois("nobody"))
        alice = a.Person("alice", False, "user", "active")
        self.bob.expect_only(a.About(alice, True, since, ("lab",)), a.Refused("no-such-user", "nobody"))
        self.alice.do(r.Whois("alice"))
        self.alice.expect(a.About(alice, True, since, ("lab",), 1, "198.51.100.1"))

    def test_who_somebody_is_that_is_not_here(self) -> None:
        self.server.advance(60)
        seen = Moment(self.server.now())
        self.alice.hang_up()
        self.server.advance(60)
        self.bob.do(r.Whois("alice"))
        self.bob.expect(a.About(a.Person("alice", False, "user", "offline"), False, seen, ()))


@on_every_frontend
class Deleting(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob", "lab")
        self.alice.do(r.Leave())
        self.bob.forget()

    def _delete(self, name: str = "lab", again: str = "lab") -> None:
        self.alice.forget()
        self.alice.do(r.Delete(name))
        self.alice.expect_only(a.Prompt("room-again", f"to delete the room {name}, type its name again:"))
        self.alice.answer(again)

    def test_members_are_told_and_return_to_the_menu(self) -> None:
        self._delete()
        self.alice.expect_only(a.Done("room-deleted", "lab"), CHOOSE)
        self.bob.expect(Heard("lab", e.RoomDeleted("alice")), a.ThrownOut("lab", "room-deleted"), CHOOSE)
        self.bob.do(r.Rooms())

    def test_the_room_is_gone(self) -> None:
        self._delete()
        self.alice.do(r.Enter("lab"))
        self.alice.expect_refused("no-such-room", "lab")
        self.restart()
        self.guest("bob").do(r.Enter("lab"))
        bob = self.guest("bo")
        bob.do(r.Enter("lab"))
        bob.expect_refused("no-such-room", "lab")

    def test_its_name_is_wanted_again(self) -> None:
        self._delete(again="labs")
        self.alice.expect_only(a.Refused("not-deleted", "lab"), CHOOSE)
        self._delete(again="")
        self.alice.expect(CHOOSE)
        self._delete(again=" LAB ")
        self.alice.expect(a.Done("room-deleted", "lab"))

    def test_only_its_owner_may(self) -> None:
        carol = self.account("carol")
        for driver in (carol, self.bob):
            driver.do(r.Delete("lab"))
            driver.answer("lab")
            driver.expect_refused("not-owner", "lab")
        self.bob.do(r.Say("still there"))
        self.bob.expect(*said("lab", "bob", "still there"))

    def test_who_has_not_logged_in_is_asked_and_refused(self) -> None:
        visitor = self.visitor()
        visitor.do(r.Delete("lab"))
        visitor.answer("lab")
        visitor.expect(a.Refused("not-logged-in"), CHOOSE)
        visitor.expect_only()

    def test_public_stays(self) -> None:
        self._delete("public", "public")
        self.alice.expect_refused("public-stays")

    def test_its_owner_deletes_it_from_within(self) -> None:
        self.alice.do(r.Enter("lab"))
        self._delete()
        self.alice.expect(a.YouLeft("lab"), a.Done("room-deleted", "lab"), CHOOSE)
        self.assertFalse(self.alice.heard(a.ThrownOut("lab", "room-deleted")))
        self.alice.do(r.Create("den"))
        self.alice.expect(a.Done("room-created", "den"))

    def test_another_session_of_its_owner_is_thrown_out_like_everybody(self) -> None:
        other = self.login("alice", "lab")
        self._delete()
        other.expect(a.ThrownOut("lab", "room-deleted"), CHOOSE)

    def test_it_is_told_where_words_go_then(self) -> None:
        self.alice.do(r.Enter("public"), r.Enter("lab"))
        self._delete()
        self.alice.expect_only(a.YouLeft("lab", "public"), a.Done("room-deleted", "lab"))

    def test_a_new_room_of_that_name_has_none_of_its_past(self) -> None:
        self.bob.do(r.Say("a secret"))
        self._delete()
        self.server.advance(3)
        self.room("lab", self.alice)
        self.alice.do(r.History())
        self.alice.expect_only(Heard("lab", e.RoomCreated("alice"), again=True), a.Past("lab", 1))

    def test_nor_after_a_restart(self) -> None:
        self.bob.do(r.Say("a secret"))
        self._delete()
        self.server.advance(3)
        self.room("lab", self.alice)
        self.restart()
        alice = self.login("alice", "lab")
        alice.do(r.History())
        alice.expect(Heard("lab", e.RoomCreated("alice"), again=True), a.Past("lab", 1))
        self.assertFalse(alice.heard(Heard("lab", e.Said("bob", "a secret"), again=True)))
