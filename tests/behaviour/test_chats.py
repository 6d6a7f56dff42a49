"""Private chats: one asks, the other agrees, and what is typed with that focus goes to nobody else."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.talks import EXPIRES, MOST
from tests.behaviour.drivers import Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, on_every_frontend


@on_every_frontend
class Chats(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.account("alice", "public"), self.account("bob", "public")
        self.carol = self.account("carol", "public")
        self.forget()

    def forget(self) -> None:
        for who in (self.alice, self.bob, self.carol):
            who.forget()

    def open(self) -> None:
        """Alice and bob chat, and what bob types goes there."""
        self.alice.do(r.Chat("bob"))
        self.bob.do(r.Yes("alice"))
        self.forget()

    def test_one_asks_and_the_other_agrees(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.alice.expect_only(a.Done("chat-asked", "bob"))
        self.bob.expect_only(a.Chat("alice", "asked"))
        self.bob.do(r.Yes("alice"))
        self.bob.expect_only(a.Chat("alice", "open"), a.Setting("focus", "@alice"))
        self.alice.expect_only(a.Chat("bob", "open"))
        self.carol.expect_only()

    def test_what_is_typed_there_goes_to_the_other_and_nobody_else(self) -> None:
        self.open()
        self.bob.do(r.Say("psst"), r.Emote("waves"))
        messages = [e.Private("bob", "alice", text) for text in ("psst", "* waves")]
        self.alice.expect_only(*(Heard("@alice", message) for message in messages))
        self.bob.expect_only(*(Heard("@bob", message) for message in messages))
        self.carol.expect_only()

    def test_who_asked_goes_on_talking_to_the_room_until_the_focus_is_moved(self) -> None:
        self.open()
        self.alice.do(r.Say("to all"), r.Focus("bob"), r.Say("to bob"), r.Focus("public"), r.Say("to all again"))
        self.carol.expect_only(*said("public", "alice", "to all", "to all again"))
        self.bob.expect(Heard("@bob", e.Private("alice", "bob", "to bob")))

    def test_what_would_go_to_the_room_is_refused_there(self) -> None:
        self.open()
        self.bob.do(r.Topic("psst"), r.Send("psst.txt", 1))
        for _ in range(2):
            self.bob.expect_refused("in-chat", "alice")
        self.carol.expect_only()

    def test_its_history_is_what_both_wrote(self) -> None:
        self.open()
        self.bob.do(r.Say("psst"), r.History())
        self.bob.expect(Heard("@bob", e.Private("bob", "alice", "psst"), again=True), a.Past("@alice", 1))

    def test_asking_who_has_asked_agrees(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.bob.do(r.Chat("alice"))
        self.bob.expect(a.Chat("alice", "open"), a.Setting("focus", "@alice"))

    def test_several_at_once(self) -> None:
        self.open()
        self.carol.do(r.Chat("alice"))
        self.alice.do(r.Yes("carol"), r.Say("hi carol"), r.Chat("bob"), r.Say("hi bob"))
        self.carol.expect(Heard("@carol", e.Private("alice", "carol", "hi carol")))
        self.bob.expect_only(Heard("@bob", e.Private("alice", "bob", "hi bob")))

    def test_it_can_be_declined(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.bob.do(r.No("alice"))
        self.bob.expect(a.Done("chat-declined", "alice"))
        self.alice.expect(a.Chat("bob", "declined"))
        self.bob.do(r.Yes("alice"))
        self.bob.expect_refused("not-asked", "alice")

    def test_asking_again_bothers_nobody(self) -> None:
        self.alice.do(r.Chat("bob"), r.Chat("bob"))
        self.bob.expect_only(a.Chat("alice", "asked"))

    def test_a_request_expires(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.alice.forget()
        self.server.advance(EXPIRES)
        self.alice.expect(a.Chat("bob", "unanswered"))
        self.bob.do(r.Yes("alice"))
        self.bob.expect_refused("not-asked", "alice")

    def test_requests_are_bounded(self) -> None:
        for number in range(MOST + 1):
            self.guest(f"gus{number}", "public")
            self.alice.do(r.Chat(f"gus{number}"))
        self.alice.expect_refused("too-many-chats", limit=MOST)

    def test_who_ends_it_goes_on_in_the_room_and_the_other_is_told(self) -> None:
        self.open()
        self.bob.do(r.Close("alice"))
        self.bob.expect_only(a.Done("chat-closed", "alice"), a.Setting("focus", "public"))
        self.alice.expect_only(a.Chat("bob", "closed"))
        self.bob.do(r.Say("back"))
        self.carol.expect_only(*said("public", "bob", "back"))

    def test_exit_chat_leaves_the_chat_and_not_the_room(self) -> None:
        self.open()
        self.bob.answer("Exit Chat")
        self.bob.expect_only(a.Done("chat-closed", "alice"), a.Setting("focus", "public"))

    def test_what_was_meant_for_who_has_ended_it_is_told_to_nobody_however_late(self) -> None:
        self.open()
        self.alice.do(r.Close("bob"))
        self.forget()
        self.server.advance(60)
        self.bob.do(r.Say("I love you"))
        self.bob.expect_refused("chat-over", "alice")
        self.alice.expect_only()
        self.carol.expect_only()
        self.bob.do(r.Close(), r.Say("hello"))
        self.carol.expect_only(*said("public", "bob", "hello"))

    def test_leaving_another_room_meanwhile_leaks_nothing(self) -> None:
        self.carol.do(r.Create("lab"), r.Enter("lab"))
        self.bob.do(r.Enter("lab"))
        self.open()
        self.carol.do(r.Kick("bob"))
        self.forget()
        self.server.advance(10)
        self.bob.do(r.Say("psst"))
        self.alice.expect_only(Heard("@alice", e.Private("bob", "alice", "psst")))
        self.carol.expect_only()

    def test_who_disconnects_or_logs_out_ends_it(self) -> None:
        for disconnects in (True, False):
            self.open()
            if disconnects:
                self.bob.hang_up()
            else:
                self.bob.do(r.Menu())
                self.bob.choose("logout")
            self.alice.expect(a.Chat("bob", "closed"))
            self.bob = self.login("bob", "public")

    def test_one_session_of_two_ends_nothing(self) -> None:
        second = self.login("bob")
        self.open()
        second.hang_up()
        self.bob.do(r.Say("still here"))
        self.alice.expect_only(Heard("@alice", e.Private("bob", "alice", "still here")))

    def test_all_sessions_of_who_ends_it_are_told(self) -> None:
        second = self.login("bob", "public")
        self.open()
        second.do(r.Focus("alice"))
        second.forget()
        self.bob.do(r.Close("alice"))
        second.expect_only(a.Done("chat-closed", "alice"))

    def test_with_who_is_ignored_there_is_none(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.bob.do(r.Ignore("alice"))
        self.forget()
        self.bob.do(r.Yes("alice"), r.Chat("alice"))
        for _ in range(2):
            self.bob.expect_refused("chat-ignored", "alice")
        self.alice.expect_only()

    def test_of_those_that_there_are_the_closest_is_told(self) -> None:
        self.open()
        self.bob.do(r.Close("alicf"))
        self.bob.expect_refused("no-chat", "alicf", near=("alice",))

    def test_a_request_that_is_withdrawn_is_gone(self) -> None:
        self.alice.do(r.Chat("bob"), r.Close("bob"))
        self.bob.do(r.Yes("alice"))
        self.bob.expect_refused("not-asked", "alice")

    def test_there_must_be_one(self) -> None:
        self.alice.do(r.Close("bob"), r.Close(), r.Chat("alice"), r.Chat("nobody"), r.Yes("bob"), r.Focus("bob"))
        self.alice.expect_refused("no-chat", "bob")
        self.alice.expect(a.Refused("usage", "/close NAME"))
        self.alice.expect_refused("chat-yourself")
        self.alice.expect_refused("no-such-user", "nobody")
        self.alice.expect_refused("not-asked", "bob")
        self.alice.expect_refused("no-such-room", "bob")

    def test_guests_ask_those_in_their_rooms(self) -> None:
        dan = self.account("dan")
        gus = self.guest("gus", "public")
        gus.do(r.Chat("dan"), r.Chat("bob"))
        gus.expect_refused("share-a-room", "dan")
        gus.expect(a.Done("chat-asked", "bob"))
        dan.expect_only()

    def test_it_outlives_a_guests_new_name(self) -> None:
        gus = self.guest("gus", "public")
        gus.do(r.Chat("bob"))
        self.bob.do(r.Yes("gus"))
        gus.do(r.Nick("gustav"))
        self.bob.forget()
        self.bob.do(r.Say("hi"))
        gus.expect(Heard("@gustav", e.Private("bob", "gustav", "hi")))


@on_every_frontend
class Ignoring(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.account("alice", "public"), self.account("bob", "public")
        self.bob.do(r.Ignore("Alice"))
        self.bob.expect(a.Done("ignored", "alice"))
        self.alice.forget()

    def test_what_is_said_in_rooms_is_not_heard(self) -> None:
        carol = self.account("carol", "public")
        self.bob.forget()
        self.alice.do(r.Say("hello"), r.Emote("waves"), r.Say("bob: hello?"))
        carol.do(r.Say("hi"))
        self.bob.expect_only(*said("public", "carol", "hi"))
        carol.expect(*said("public", "alice", "hello"))
        self.bob.do(r.History())
        self.bob.expect_only(Heard("public", e.Said("carol", "hi"), again=True), a.Past("public", 1))

    def test_messages_do_not_come_and_the_sender_sees_no_difference(self) -> None:
        self.alice.do(r.Message("bob", "psst"))
        self.alice.expect_only(Heard("@alice", e.Private("alice", "bob", "psst")))
        self.bob.expect_only()
        self.bob.do(r.Reply("what"))
        self.bob.expect_refused("nobody-to-answer")

    def test_requests_do_not_come_and_are_answered_like_others(self) -> None:
        self.alice.do(r.Chat("bob"))
        self.alice.expect_only(a.Done("chat-asked", "bob"))
        self.bob.expect_only()
        self.server.advance(EXPIRES)
        self.alice.expect(a.Chat("bob", "unanswered"))

    def test_it_ends_a_chat(self) -> None:
        self.bob.do(r.Unignore("alice"), r.Chat("alice"))
        self.alice.do(r.Yes("bob"))
        self.bob.do(r.Ignore("alice"))
        self.alice.expect(a.Chat("bob", "closed"))

    def test_whom_one_ignores_is_listed(self) -> None:
        self.bob.do(r.Ignore())
        self.bob.expect_only(a.Ignoring(("alice",)))

    def test_it_can_be_ended(self) -> None:
        self.bob.do(r.Unignore("ALICE"))
        self.bob.expect(a.Done("unignored", "ALICE"))
        self.alice.do(r.Say("hello"))
        self.bob.expect_only(*said("public", "alice", "hello"))
        self.bob.do(r.Unignore("alice"))
        self.bob.expect_refused("not-ignored", "alice")

    def test_it_holds_in_every_session_and_after_a_restart(self) -> None:
        for again in (lambda: None, self.restart, self.crash):
            again()
            alice, bob = self.login("alice", "public"), self.login("bob", "public")
            alice.do(r.Say("hello"), r.Message("bob", "psst"))
            bob.expect_only()

    def test_what_one_says_oneself_is_heard_by_who_is_ignored(self) -> None:
        self.bob.do(r.Say("hello"))
        self.alice.expect_only(*said("public", "bob", "hello"))

    def test_a_guest_may_ignore_and_the_next_of_that_name_starts_anew(self) -> None:
        gus = self.guest("gus", "public")
        gus.do(r.Ignore("alice"))
        gus.forget()
        self.alice.do(r.Say("hello"))
        gus.expect_only()
        gus.hang_up()
        gus = self.guest("gus", "public")
        self.alice.do(r.Say("hello"))
        gus.expect_only(*said("public", "alice", "hello"))

    def test_a_guests_new_name_does_not_help(self) -> None:
        gus = self.guest("gus", "public")
        self.bob.do(r.Ignore("gus"))
        gus.do(r.Nick("gustav"))
        self.bob.forget()
        gus.do(r.Say("hello"))
        self.bob.expect_only()

    def test_it_ends_with_the_guest_whom_it_was_about(self) -> None:
        gus = self.guest("gus", "public")
        self.bob.do(r.Ignore("gus"), r.Ignore())
        gus.hang_up()
        gus = self.guest("gus", "public")
        self.bob.forget()
        gus.do(r.Say("hello"))
        self.bob.expect_only(*said("public", "gus", "hello"))
        self.bob.do(r.Ignore())
        self.bob.expect_only(a.Ignoring(("alice",)))

    def test_no_restart_brings_a_guest_back_whom_somebody_ignores(self) -> None:
        self.guest("gus", "public")
        self.bob.do(r.Ignore("gus"))
        self.restart()
        bob, gus = self.login("bob", "public"), self.guest("gus", "public")
        gus.do(r.Say("hello"))
        bob.expect(*said("public", "gus", "hello"))

    def test_a_namesake_ignores_nobody(self) -> None:
        self.bob.do(r.Leave())
        self.bob.choose("unregister")
        self.bob.answer("correct horse")
        bob = self.account("bob", "public")
        self.alice.do(r.Say("hello"))
        bob.expect_only(*said("public", "alice", "hello"))
        self.restart()
        self.login("bob", "public").do(r.Ignore())

    def test_nobody_ignores_himself_or_nobody(self) -> None:
        self.bob.do(r.Ignore("bob"), r.Ignore("nobody"))
        self.bob.expect_refused("ignore-yourself")
        self.bob.expect_refused("no-such-user", "nobody")
