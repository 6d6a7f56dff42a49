"""Taking back what was said: it is gone from the room, from what is told again, and from the disk."""

from __future__ import annotations

from twisted.internet.defer import fail

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.stores.journal_erasing import Eraser
from tests.behaviour.drivers import Driver, again, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, edit, on_every_frontend

SECRET = 'my password is "hunter, 2"'


@on_every_frontend
class Redaction(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.start({"presence": {"inactive_after": 0}})
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.account("bob", "lab")
        # 1 made, 2 and 3 entered.
        self.bob.do(r.Say("hello"), r.Say(SECRET))
        self.alice.forget()
        self.bob.forget()

    def test_ones_own_last_goes_everywhere(self) -> None:
        self.bob.do(r.Redact("5"))
        for driver in (self.alice, self.bob):
            driver.expect_only(Heard("lab", e.Redacted("bob", 5, "bob")))
        self.alice.do(r.History())
        self.alice.expect_only(
            Heard("lab", e.RoomCreated("alice"), again=True),
            *(Heard("lab", h.event, again=True) for h in said("lab", "bob", "hello")),
            Heard("lab", e.Redacted("bob", 5, "bob"), again=True),
            a.Past("lab", 3),
        )
        self.assertNotIn("hunter", self.file("log.csv"))

    def test_it_stays_gone(self) -> None:
        self.bob.do(r.Redact("lab#5"))
        for come_back in (self.restart, self.crash):
            come_back()
            alice = self.login("alice", "lab")
            alice.do(r.History())
            alice.expect_only(
                Heard("lab", e.RoomCreated("alice"), again=True),
                Heard("lab", e.Said("bob", "hello"), again=True),
                Heard("lab", e.Redacted("bob", 5, "bob"), again=True),
                a.Past("lab", 3),
            )

    def test_what_was_said_before_that_is_not_ones_own_to_take_back(self) -> None:
        self.bob.do(r.Redact("4"))
        self.bob.expect_refused("not-redactable", limit=10)
        self.alice.do(r.Say("mine"))
        self.bob.do(r.Redact("6"))
        self.bob.expect_refused("not-redactable", limit=10)

    def test_ten_minutes_later_it_is_too_late(self) -> None:
        self.server.advance(600)
        self.bob.do(r.Redact("5"))
        self.bob.expect_only(Heard("lab", e.Redacted("bob", 5, "bob")))
        self.bob.do(r.Say("once more"))
        self.server.advance(600.001)
        self.bob.do(r.Redact("7"))
        self.bob.expect_refused("not-redactable", limit=10)

    def test_the_owner_takes_back_anything_at_any_time(self) -> None:
        self.server.advance(86400)
        self.restart()
        alice = self.login("alice", "lab")
        alice.do(r.Redact("5"), r.Redact("lab#4"))
        alice.expect_only(
            Heard("lab", e.Redacted("alice", 5, "bob")),
            Heard("lab", e.Redacted("alice", 4, "bob")),
        )
        self.assertNotIn("hunter", self.file("log.csv"))

    def test_also_what_the_room_does_not_remember(self) -> None:
        for number in range(210):
            self.bob.do(r.Say(f"line {number}"))
            self.server.advance(0.05)
        self.alice.forget()
        self.alice.do(r.Redact("5"))
        self.alice.expect_only(Heard("lab", e.Redacted("alice", 5, "bob")))
        self.assertNotIn("hunter", self.file("log.csv"))

    def test_moderators_do_too(self) -> None:
        self.restart(lambda directory: edit(directory / "users.csv", "alice", role="moderator"))
        alice = self.login("alice", role="moderator")
        alice.do(r.Create("den"), r.Enter("lab"), r.Redact("5"))
        alice.expect(Heard("lab", e.Redacted("alice", 5, "bob")))

    def test_there_is_nothing_to_take_back_twice_or_that_nobody_said(self) -> None:
        self.alice.do(r.Redact("5"))
        self.alice.forget()
        for number in ("5", "lab#5", "2", "999", "x", "-5", "lab#", "#", "٥", "9" * 30):
            self.alice.do(r.Redact(number))
            self.alice.expect_refused("no-such-message", number)

    def test_a_guest_does_not_take_back_what_a_namesake_said(self) -> None:
        eve = self.guest("eve", "lab")
        eve.do(r.Say("the first"), r.Leave())
        eve.hang_up()
        self.server.advance(1)
        eve = self.guest("eve", "lab")
        self.alice.forget()
        eve.do(r.Redact("7"))
        eve.expect_refused("not-redactable", limit=10)
        self.alice.expect_only()

    def test_an_emote_goes_too(self) -> None:
        self.bob.do(r.Emote("tells a secret"), r.Redact("6"))
        self.bob.expect(Heard("lab", e.Redacted("bob", 6, "bob")))
        self.assertNotIn("secret", self.file("log.csv"))

    def test_what_cannot_be_erased_is_not_said_to_be(self) -> None:
        self.patch(Eraser, "blank", lambda eraser, log, seq: fail(OSError(28, "No space left on device")))
        self.alice.do(r.Redact("5"))
        self.alice.expect_refused("not-kept")
        self.bob.expect_only()

    def test_nobody_finds_it(self) -> None:
        self.alice.do(r.Search("hunter"))
        self.alice.expect(a.Searched(1))
        self.bob.do(r.Redact("5"))
        for come_back in (lambda: None, self.restart, self.crash):
            come_back()
            alice = self.login("alice", "lab")
            alice.do(r.Search("hunter"), r.Search("hello"))
            alice.expect(a.Searched(0))
            alice.expect(a.Searched(1))

    def test_nor_who_comes_in(self) -> None:
        self.bob.do(r.Redact("5"))
        carol = self.guest("carol")
        carol.forget()
        carol.do(r.Enter("lab"))
        carol.expect_only(*again("lab", "bob", "hello"), a.YouEntered("lab", "", 3))

    def test_a_room_that_had_forgotten_something_before_still_has(self) -> None:
        for number in range(210):
            self.bob.do(r.Say(f"line {number}"))
            self.server.advance(0.1)
        self.bob.do(r.Redact("215"))
        self.alice.forget()
        self.alice.do(r.History(300))
        self.alice.expect(a.Past("lab", 213))
