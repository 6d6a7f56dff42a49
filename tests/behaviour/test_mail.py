"""Messages to who is not here: they are kept, and handed over at the next login."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from twisted.internet.defer import fail

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Refusal
from chatd.chat.letters import MOST_WAITING, WAITS
from tests.behaviour.drivers import CHOOSE, Driver
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_every_frontend


def written(text: str, at: int, by: str = "alice", to: str = "bob") -> Heard:
    """A message that has waited since ``at``."""
    return Heard(f"@{to}", e.Private(by, to, text), at=at, again=True)


@on_every_frontend
class Letters(Scene[Driver]):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False}})
        self.alice = self.account("alice")
        self.account("bob").choose("logout")
        self.began = self.server.now()

    def come(self) -> Driver:
        """Bob logs in."""
        bob = self.visitor()
        bob.login("bob", PASSWORD)
        bob.expect(a.Welcome("bob", False, "user"))
        return bob

    def write(self, *texts: str) -> None:
        for text in texts:
            self.alice.do(r.Message("bob", text))
            self.alice.expect(a.Done("kept", "bob"))

    def test_they_are_handed_over_in_order_with_their_times_before_the_menu(self) -> None:
        self.write("one")
        self.server.advance(100)
        self.write("two")
        self.server.advance(24 * 3600)
        bob = self.come()
        bob.expect(written("one", self.began), written("two", self.began + 100_000), CHOOSE)

    def test_the_sender_sees_the_message_and_that_it_is_kept(self) -> None:
        self.alice.do(r.Message("BOB", "hi"))
        self.alice.expect_only(Heard("@alice", e.Private("alice", "bob", "hi")), a.Done("kept", "bob"), CHOOSE)

    def test_in_a_room_too(self) -> None:
        self.alice.do(r.Enter("public"), r.Message("bob", "hi"))
        self.alice.expect(Heard("@alice", e.Private("alice", "bob", "hi")), a.Done("kept", "bob"))

    def test_they_are_handed_over_once(self) -> None:
        self.write("one")
        self.come().choose("logout")
        bob = self.come()
        self.assertFalse(bob.heard(written("one", self.began)))

    def test_of_two_sessions_that_begin_at_once_only_one_is_told_each(self) -> None:
        texts = [f"{number} {'x' * 4000}" for number in range(40)]
        self.write(*texts)
        clients = [self.server.connect(reading=False) for _ in range(2)]
        for client in clients:
            client.send("login bob", PASSWORD)
        for client in clients:
            client.transport.read()
            self.server.turn()
        told = b"".join(client.received() for client in clients).decode()
        self.assertEqual([told.count(f"<alice> {text}") for text in texts], [1] * len(texts))

    def test_a_stop_and_a_crash_lose_none(self) -> None:
        self.write('one, "quoted" = \\n')
        for again in (self.restart, self.crash):
            again()
            self.alice = self.login("alice")
            self.write("two")
        bob = self.come()
        bob.expect(*(written(text, self.began) for text in ('one, "quoted" = \\n', "two", "two")), CHOOSE)
        self.restart()
        self.assertFalse(self.come().heard(written("two", self.began)))

    def test_they_can_be_answered(self) -> None:
        self.write("one")
        bob = self.come()
        bob.do(r.Enter("public"), r.Reply("two"))
        self.alice.expect(Heard("@alice", e.Private("bob", "alice", "two")))

    def test_one_more_than_a_hundred_is_refused_to_its_sender(self) -> None:
        self.write(*map(str, range(MOST_WAITING)))
        self.alice.do(r.Message("bob", "too much"))
        self.alice.expect_refused("mailbox-full", "bob", limit=MOST_WAITING)
        bob = self.come()
        bob.expect(*(written(str(number), self.began) for number in range(MOST_WAITING)), CHOOSE)
        self.assertFalse(bob.heard(written("too much", self.began)))

    def test_after_thirty_days_they_are_forgotten(self) -> None:
        self.write("old")
        self.server.advance(1000)
        self.write("new")
        self.server.advance(WAITS / 1000 - 500)
        self.server.house.clean_up()
        bob = self.come()
        bob.expect(written("new", self.began + 1_000_000))
        self.assertFalse(bob.heard(written("old", self.began)))

    def test_what_cannot_be_kept_is_told(self) -> None:
        def full(descriptor: int, data: object) -> int:
            raise OSError(errno.ENOSPC, "no space")

        self.patch(os, "write", full)
        self.alice.do(r.Message("bob", "hi"))
        self.alice.expect_refused("not-kept")
        self.flushLoggedErrors()

    def test_a_name_that_is_nobodys_is_told(self) -> None:
        self.alice.do(r.Message("bobb", "hi"))
        self.alice.expect_refused("no-such-user", "bobb")

    def test_guests_write_to_nobody_who_is_not_here(self) -> None:
        gus = self.guest("gus", "public")
        gus.do(r.Message("bob", "hi"))
        gus.expect_refused("share-a-room", "bob")

    def test_a_namesake_gets_none(self) -> None:
        def without_bob(directory: Path) -> None:
            users = directory / "users.csv"
            rows = users.read_text().splitlines(keepends=True)
            users.write_text("".join(row for row in rows if not row.startswith("bob,")))

        self.write("for the first bob")
        self.restart(without_bob)
        bob = self.account("bob")
        bob.choose("logout")
        self.assertFalse(self.come().heard(written("for the first bob", self.began)))

    def test_an_account_that_is_given_up_gets_none(self) -> None:
        bob = self.come()
        bob.choose("unregister")
        bob.answer(PASSWORD)
        self.alice.do(r.Message("bob", "too late"))
        self.alice.expect_refused("no-such-user", "bob")

    def test_nothing_waits_for_who_is_ignored_by_the_reader(self) -> None:
        bob = self.come()
        bob.do(r.Enter("public"), r.Ignore("alice"), r.Leave())
        bob.choose("logout")
        self.write("psst")
        self.assertFalse(self.come().heard(written("psst", self.began)))


@on_every_frontend
class Exchanged(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.account("alice", "public"), self.account("bob", "public")
        self.carol = self.account("carol")
        self.began = self.server.now()
        self.alice.do(r.Message("bob", "one"))
        self.carol.do(r.Message("alice", "not this"))
        self.bob.do(r.Message("alice", "two"))
        for who in (self.alice, self.bob):
            who.forget()

    def told(self, log: str) -> list[Heard]:
        pair = (e.Private("alice", "bob", "one"), e.Private("bob", "alice", "two"))
        return [Heard(log, event, at=self.began, again=True) for event in pair]

    def test_what_both_wrote_is_told_to_each(self) -> None:
        self.alice.answer("/history @bob")
        self.alice.expect_only(*self.told("@alice"), a.Past("@bob", 2))
        self.bob.answer("/history @alice")
        self.bob.expect_only(*self.told("@bob"), a.Past("@alice", 2))

    def test_the_last_so_many(self) -> None:
        self.alice.answer("/history @BOB 1")
        self.alice.expect_only(self.told("@alice")[1], a.Past("@BOB", 1))

    def test_what_is_no_longer_remembered_is_looked_up(self) -> None:
        self.start({"rooms": {"history": 3}})
        alice, bob = self.account("alice", "public"), self.account("bob", "public")
        self.account("carol")
        for number in range(6):
            alice.do(r.Message("carol", f"to carol {number}"), r.Message("bob", f"to bob {number}"))
            bob.do(r.Message("carol", f"not hers {number}"))
        alice.forget()
        alice.answer("/history @bob 5")
        for _ in range(10):
            self.server.advance(0.1)
        events = [e.Private("alice", "bob", f"to bob {number}") for number in range(1, 6)]
        alice.expect_only(*(Heard("@alice", event, at=self.began, again=True) for event in events), a.Past("@bob", 5))

    def test_what_cannot_be_looked_up_is_told(self) -> None:
        self.patch(self.server.history, "page", lambda *given: fail(Refusal("search-unavailable")))
        self.alice.answer("/history @bob")
        self.alice.expect_only(*self.told("@alice"), a.Past("@bob", 2, complete=False))

    def test_it_is_known_after_a_restart(self) -> None:
        for again in (self.restart, self.crash):
            again()
            alice = self.login("alice", "public")
            alice.answer("/history @bob")
            alice.expect_only(*self.told("@alice"), a.Past("@bob", 2))

    def test_a_name_that_is_nobodys_and_a_bad_count_are_told(self) -> None:
        self.alice.answer("/history @nobody", "/history @bob x", "/history @")
        self.alice.expect_refused("no-such-user", "nobody")
        for _ in range(2):
            self.alice.expect(a.Refused("usage", "/history [COUNT|since WHEN] [before ID]"))
