"""Who may enter a room and speak in it: accounts, the invited, those with a voice, and as many as there is room for."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from tests.behaviour.drivers import CHOOSE, Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, edit, on_every_frontend


class _Lab(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.account("bob")
        self.eve = self.guest("eve")

    def info(self, driver: Driver, **values: object) -> a.RoomInfo:
        """What is told of the lab, but for who is in it."""
        fixed = {"room": "lab", "owner": "alice", "topic": "", "access": "open", "created": Moment(self.server.now())}
        return a.RoomInfo(**{**fixed, "members": ("alice",), **values})  # type: ignore[arg-type]


@on_every_frontend
class Accounts(_Lab):
    def test_guests_may_not_enter(self) -> None:
        self.alice.do(r.Access("accounts"))
        self.alice.expect_only(Heard("lab", e.AccessSet("alice", "accounts")))
        self.eve.do(r.Enter("lab"))
        self.eve.expect_refused("accounts-only", "lab")
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 2))

    def test_guests_who_are_inside_stay(self) -> None:
        self.eve.do(r.Enter("lab"))
        self.alice.do(r.Access("accounts"))
        self.eve.do(r.Say("still here"))
        self.alice.expect(*said("lab", "eve", "still here"))


@on_every_frontend
class Invitations(_Lab):
    def setUp(self) -> None:
        super().setUp()
        self.alice.do(r.Access("invited"))
        self.alice.forget()
        self.bob.forget()

    def test_nobody_else_may_enter(self) -> None:
        for driver in (self.bob, self.eve):
            driver.do(r.Enter("lab"))
            driver.expect_refused("invited-only", "lab")

    def test_the_invited_is_told_and_may_enter(self) -> None:
        self.alice.do(r.Invite("BOB"))
        self.alice.expect_only(a.Done("invited", "bob"))
        self.bob.expect_only(Heard("@bob", e.Invited("alice", "lab")), CHOOSE)
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 2))

    def test_they_are_kept(self) -> None:
        self.alice.do(r.Invite("bob"))
        self.restart()
        bob = self.login("bob")
        bob.do(r.Enter("lab"))
        bob.expect(a.YouEntered("lab", "", 1))

    def test_one_that_is_taken_back_is_none(self) -> None:
        self.alice.do(r.Invite("bob"), r.Uninvite("Bob"))
        self.alice.expect(a.Done("uninvited", "bob"))
        self.bob.do(r.Enter("lab"))
        self.bob.expect_refused("invited-only", "lab")
        self.alice.do(r.Uninvite("bob"))
        self.alice.expect_refused("not-invited", "bob")

    def test_they_hold_for_every_access(self) -> None:
        self.alice.do(r.Invite("bob"), r.Access("password"))
        self.alice.answer("sesame")
        # A password is asked all the same: how many lines that takes must not depend on who asks.
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.Prompt("room-password", "password of lab:"))
        self.bob.answer("whatever")
        self.bob.expect(a.YouEntered("lab", "", 2))

    def test_guests_and_nobody_cannot_be_invited(self) -> None:
        for name in ("eve", "nobody"):
            self.alice.do(r.Invite(name))
            self.alice.expect_refused("no-such-account", name)

    def test_a_guest_of_an_invited_name_is_not_the_invited(self) -> None:
        self.alice.do(r.Invite("bob"))
        self.bob.choose("unregister")
        self.bob.answer(PASSWORD)
        guest = self.guest("bob")
        guest.do(r.Enter("lab"))
        guest.expect_refused("invited-only", "lab")

    def test_a_namesake_has_not_what_an_account_had_that_is_gone(self) -> None:
        self.alice.do(r.Invite("bob"), r.Voice("bob"))
        self.bob.choose("unregister")
        self.bob.answer(PASSWORD)
        bob = self.account("bob")
        bob.do(r.Enter("lab"))
        bob.expect_refused("invited-only", "lab")
        self.alice.forget()
        self.alice.do(r.Info())
        self.alice.expect_only(self.info(self.alice, access="invited"))

    def test_only_the_owner_invites(self) -> None:
        self.alice.do(r.Invite("bob"))
        self.bob.do(r.Enter("lab"), r.Invite("alice"))
        self.bob.expect_refused("not-owner", "lab")


@on_every_frontend
class Voices(_Lab):
    def setUp(self) -> None:
        super().setUp()
        self.bob.do(r.Enter("lab"))
        self.eve.do(r.Enter("lab"))
        self.alice.do(r.Access("moderated", "on"))
        for driver in (self.alice, self.bob, self.eve):
            driver.expect(Heard("lab", e.AccessSet("alice", "moderated on")))

    def test_only_who_has_one_speaks(self) -> None:
        for driver in (self.bob, self.eve):
            driver.do(r.Say("hello"), r.Emote("waves"))
            driver.expect_only(a.Refused("moderated", "lab"), a.Refused("moderated", "lab"))
        self.alice.do(r.Say("welcome"))
        self.bob.expect_only(*said("lab", "alice", "welcome"))

    def test_it_is_given_and_taken(self) -> None:
        for name, driver in (("bob", self.bob), ("eve", self.eve)):
            self.alice.do(r.Voice(name))
            driver.do(r.Say("hello"))
            driver.expect(Heard("lab", e.Voiced("alice", name, True)), *said("lab", name, "hello"))
            self.alice.do(r.Unvoice(name))
            driver.do(r.Say("hello"))
            driver.expect(Heard("lab", e.Voiced("alice", name, False)), a.Refused("moderated", "lab"))
            self.alice.forget()
            self.alice.do(r.Unvoice(name))
            self.alice.expect_refused("no-voice", name)

    def test_an_accounts_is_kept_and_a_guests_ends_with_the_visit(self) -> None:
        self.alice.do(r.Voice("bob"), r.Voice("eve"))
        self.eve.do(r.Leave(), r.Enter("lab"), r.Say("hello"))
        self.eve.expect_refused("moderated", "lab")
        self.restart()
        bob = self.login("bob", "lab")
        bob.do(r.Say("hello"))
        bob.expect(*said("lab", "bob", "hello"))

    def test_a_guest_keeps_hers_under_another_name(self) -> None:
        self.alice.do(r.Voice("eve"))
        self.eve.do(r.Nick("adam"), r.Say("hello"))
        self.eve.expect(*said("lab", "adam", "hello"))

    def test_files_are_not_given_without_one_either(self) -> None:
        self.bob.do(r.Send("notes.txt", 5))
        self.bob.expect_refused("moderated", "lab")

    def test_moderators_have_one(self) -> None:
        self.restart(lambda directory: edit(directory / "users.csv", "bob", role="moderator"))
        bob = self.login("bob", "lab", role="moderator")
        bob.do(r.Say("hello"), r.Voice("alice"))
        bob.expect(*said("lab", "bob", "hello"), Heard("lab", e.Voiced("bob", "alice", True)))

    def test_nobody_else_gives_one(self) -> None:
        self.bob.do(r.Voice("bob"))
        self.bob.expect_refused("not-owner", "lab")


@on_every_frontend
class Settings(_Lab):
    def test_each_is_shown_by_access_and_by_info(self) -> None:
        changes = (("moderated", "on"), ("hidden", "ON"), ("limit", "12"), ("accounts", ""))
        for what, value in changes:
            self.alice.do(r.Access(what, value))
        self.alice.do(r.Invite("bob"), r.Voice("bob"))
        self.alice.forget()
        self.alice.do(r.Access(), r.Info())
        wanted = {"access": "accounts", "moderated": True, "hidden": True, "limit": 12}
        named = {"invited": ("bob",), "voiced": ("bob",)}
        self.alice.expect_only(
            a.Setting("access", "lab: accounts, moderated, hidden, limit 12"), self.info(self.alice, **wanted, **named)
        )
        self.restart()
        alice = self.login("alice", "lab")
        alice.do(r.Info())
        alice.expect_only(self.info(alice, **wanted, **named))
        for what, value in (("moderated", "off"), ("hidden", "off"), ("limit", "none"), ("open", "")):
            alice.do(r.Access(what, value))
        alice.forget()
        alice.do(r.Access())
        alice.expect_only(a.Setting("access", "lab: open"))

    def test_who_is_invited_concerns_those_inside_alone(self) -> None:
        self.alice.do(r.Invite("bob"), r.Voice("bob"))
        self.eve.do(r.Info("lab"))
        self.eve.expect(self.info(self.eve))

    def test_what_is_none_is_told_with_what_there_is(self) -> None:
        for what, value in (
            ("closed", ""), ("moderated", ""), ("hidden", "maybe"), ("limit", "0"), ("limit", "-1"), ("limit", "many"),
            ("limit", "1000000000"), ("open", "on"), ("owner", ""),
        ):  # fmt: skip
            self.alice.do(r.Access(what, value))
            self.alice.expect_refused("bad-access")
        self.alice.expect_only()

    def test_a_full_room_takes_nobody_but_its_owner(self) -> None:
        self.alice.do(r.Access("limit", "1"))
        self.bob.do(r.Enter("lab"))
        self.bob.expect_refused("room-full", "lab", limit=1)
        self.alice.do(r.Leave())
        self.bob.do(r.Enter("lab"))
        self.bob.expect(a.YouEntered("lab", "", 1))
        self.alice.do(r.Enter("lab"))
        self.alice.expect(a.YouEntered("lab", "", 2))

    def test_it_is_handed_over(self) -> None:
        self.bob.do(r.Enter("lab"))
        self.alice.do(r.Access("owner", "Bob"))
        self.bob.expect(Heard("lab", e.AccessSet("alice", "owner bob")))
        self.alice.do(r.Access("owner", "alice"))
        self.alice.expect_refused("not-owner", "lab")
        self.bob.do(r.Topic("mine"))
        self.bob.expect(Heard("lab", e.TopicSet("bob", "mine")))
        self.restart()
        bob = self.login("bob", "lab")
        bob.do(r.Topic("still mine"))
        bob.expect(Heard("lab", e.TopicSet("bob", "still mine")))

    def test_not_to_somebody_without_an_account(self) -> None:
        for name in ("eve", "nobody"):
            self.alice.do(r.Access("owner", name))
            self.alice.expect_refused("no-such-account", name)

    def test_nobody_but_the_owner_sets_any(self) -> None:
        self.bob.do(r.Enter("lab"))
        for what, value in (("open", ""), ("moderated", "on"), ("hidden", "on"), ("limit", "1"), ("owner", "bob")):
            self.bob.do(r.Access(what, value))
            self.bob.expect_refused("not-owner", "lab")
