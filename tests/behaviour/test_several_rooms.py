"""Several rooms at once: one of them has the focus, and is where words go."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class SeveralRooms(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        for name in ("lab", "den"):
            self.alice.do(r.Create(name))
        self.bob = self.guest("bob", "public", "lab")
        self.alice.do(r.Enter("public"), r.Enter("lab"), r.Enter("den"))
        self.alice.forget()
        self.bob.forget()

    def test_words_go_to_the_room_entered_last(self) -> None:
        self.bob.do(r.Say("in the lab"))
        self.alice.expect_only(*said("lab", "bob", "in the lab"))

    def test_all_rooms_are_heard_in_the_order_in_which_things_happen(self) -> None:
        carol = self.guest("carol", "public", "lab")
        self.alice.forget()
        carol.do(r.Say("1"), r.Focus("public"), r.Say("2"), r.Focus("lab"), r.Say("3"))
        lines = [("lab", "1"), ("public", "2"), ("lab", "3")]
        self.alice.expect_only(*(Heard(room, e.Said("carol", text)) for room, text in lines))

    def test_the_focus_is_moved(self) -> None:
        self.bob.do(r.Focus("public"))
        self.bob.expect_only(a.Setting("focus", "public"))
        self.bob.do(r.Say("in public"))
        self.alice.expect_only(*said("public", "bob", "in public"))

    def test_to_a_room_one_is_in(self) -> None:
        self.bob.do(r.Focus("den"), r.Focus("attic"))
        self.bob.expect_only(a.Refused("not-in-room", "den"), a.Refused("no-such-room", "attic"))

    def test_entering_a_room_one_is_in_moves_the_focus_and_is_told_to_nobody_else(self) -> None:
        self.bob.do(r.Enter("public"))
        self.bob.expect_only(a.Setting("focus", "public"))
        self.alice.expect_only()

    def test_leaving_gives_the_focus_to_the_room_entered_last_before(self) -> None:
        self.alice.do(r.Leave())
        self.alice.expect_only(a.YouLeft("den", "lab"))
        self.alice.do(r.Leave("public"))
        self.alice.expect_only(a.YouLeft("public", "lab"))
        self.alice.do(r.Leave())
        self.alice.expect(a.YouLeft("lab"), CHOOSE)

    def test_leaving_another_room_keeps_the_focus(self) -> None:
        self.alice.do(r.Leave("lab"), r.Say("here"))
        self.alice.expect_only(a.YouLeft("lab", "den"), *said("den", "alice", "here"))
        self.bob.expect_only(Heard("lab", e.Left("alice")))

    def test_menu_leaves_all(self) -> None:
        self.alice.do(r.Menu())
        self.alice.expect(CHOOSE)
        self.bob.expect_only(Heard("public", e.Left("alice")), Heard("lab", e.Left("alice")))

    def test_verbs_are_about_the_room_with_the_focus(self) -> None:
        self.alice.do(r.Topic("cosy"), r.History(1))
        self.alice.expect_only(
            Heard("den", e.TopicSet("alice", "cosy")),
            Heard("den", e.TopicSet("alice", "cosy"), again=True),
            a.Past("den", 1, 3),
        )

    def test_who_and_info_take_any_room(self) -> None:
        self.bob.do(r.Who("den"))
        self.bob.expect_only(a.Members("den", (a.Person("alice", False, "user", "active"),)))

    def test_rooms_says_which_one_is_in(self) -> None:
        self.bob.do(r.Rooms())
        lab, public = a.RoomSummary("lab", 2, "", "open", True), a.RoomSummary("public", 2, "", "open", True)
        self.bob.expect_only(a.RoomList((lab, public, a.RoomSummary("den", 1, "", "open", False))))

    def test_whois_names_all_rooms_of_a_user(self) -> None:
        self.bob.do(r.Whois("alice"))
        alice = a.Person("alice", False, "user", "active")
        self.bob.expect_only(a.About(alice, True, Moment(self.server.now()), ("public", "lab", "den")))

    def test_a_status_is_told_once_whatever_is_shared(self) -> None:
        self.alice.do(r.Status("away", "at lunch"))
        away = a.StatusChanged(a.Person("alice", False, "user", "away", "at lunch"))
        self.alice.expect_only(away)
        self.bob.expect_only(away)

    def test_rooms_of_the_last_session_are_entered_again_in_their_order(self) -> None:
        self.alice.do(r.Menu())
        self.alice.choose("logout")
        alice = self.login("alice")
        alice.choose("rejoin")
        entered = [a.YouEntered(room, "", members) for room, members in (("public", 2), ("lab", 2), ("den", 1))]
        alice.expect_only(*entered)
        alice.do(r.Say("back"))
        alice.expect(*said("den", "alice", "back"))

    def test_a_room_that_is_gone_since_is_told_and_the_others_are_entered(self) -> None:
        self.alice.do(r.Menu())
        self.alice.choose("logout")
        alice = self.login("alice")
        alice.do(r.Delete("lab"))
        alice.answer("lab")
        alice.forget()
        alice.choose("rejoin")
        alice.expect_only(a.YouEntered("public", "", 2), a.Refused("no-such-room", "lab"), a.YouEntered("den", "", 1))

    def test_who_was_nowhere_is_told_so(self) -> None:
        carol = self.account("carol")
        carol.choose("rejoin")
        carol.expect_refused("no-last-rooms")
        visitor = self.visitor()
        visitor.choose("rejoin")
        visitor.expect_refused("not-logged-in")
