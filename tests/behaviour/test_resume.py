"""Going on with a session on another connection, wherever the last one was cut."""

from __future__ import annotations

from twisted.internet.defer import fail

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Refusal
from chatd.wire.objects import Value
from tests.behaviour.drivers import ALICE
from tests.behaviour.resuming import PASSWORD, Reader, Resuming, on_programs


@on_programs
class Cut(Resuming):
    def test_wherever_it_is_cut_everything_comes_once_and_in_order(self) -> None:
        reader = self.alice()
        self.bob_says(8)
        written = reader.unread()
        ends = [at for at, byte in enumerate(written) if byte in b"\n\x81"]
        self.assertGreater(len(ends), 15)
        # Before, in and behind every line end and every beginning of a frame, and in the middle of each.
        for at in sorted({0, len(written), *(end + by for end in ends for by in (-20, 0, 1))}):
            self.cut_at(at)

    def cut_at(self, at: int) -> None:
        self.server.stop()
        self.start()
        reader = self.alice()
        self.bob_says(8)
        reader.read(at)
        old = reader.driver
        self.bob_says(2)
        reader.connect()
        self.bob_says(2)
        reader.read()
        self.assertTrue(old.closed)
        self.assert_all_once(reader)

    def test_it_may_be_cut_again_while_it_goes_on(self) -> None:
        reader = self.alice()
        self.bob_says(2)
        for at in range(0, 4000, 97):
            reader.connect()
            self.bob_says()
            reader.read(at)
        reader.connect()
        reader.read()
        self.assert_all_once(reader)

    def test_a_restart_of_the_server_cuts_nothing_off(self) -> None:
        reader = self.alice()
        self.bob_says(2)
        reader.read()
        self.bob_says()
        self.server = self.server.restart()
        self.bob = self.server.connect()
        self.bob.send("login bob", PASSWORD, "enter lab", "/enter ops")
        self.bob_says(2)
        reader.connect()
        self.bob_says()
        reader.read()
        self.assert_all_once(reader)
        self.assertEqual(reader.of(a.Gap), [])


@on_programs
class Long(Resuming):
    history = 20

    def test_what_rooms_remember_no_more_is_told_from_the_history(self) -> None:
        reader = self.alice()
        self.bob.send("/focus lab", *(f"room {number}" for number in range(1, 701)))
        self.server.advance(5)
        reader.connect()
        for _ in range(40):
            self.server.advance(0.1)
        reader.read()
        self.assertEqual([self.number(text) for text in reader.texts], list(range(1, 701)))
        self.assertEqual(reader.of(a.Gap), [])

    def missed(self, reader: Reader) -> list[int]:
        """300 things are said in lab, and what comes of them afterwards."""
        self.bob.send("/focus lab", *(f"room {number}" for number in range(1, 301)))
        self.server.advance(5)
        reader.connect()
        for _ in range(20):
            self.server.advance(0.1)
        reader.read()
        return [self.number(text) for text in reader.texts]

    def test_what_cannot_be_looked_up_is_a_gap(self) -> None:
        reader = self.alice()
        before = reader.resumption.line.split("lab=")[1].split()[0]
        self.patch(self.server.history, "page", lambda *given: fail(Refusal("search-unavailable")))
        self.assertEqual(self.missed(reader), list(range(281, 301)))
        told = next(value.entry for value in reader.of(a.Replayed) if value.entry.log == "lab")
        self.assertEqual(reader.of(a.Gap), [a.Gap("lab", int(before) + 1, told.seq - 1)])

    def test_what_is_no_longer_kept_is_a_gap(self) -> None:
        reader = self.alice()
        page, since = self.server.history.page, self.server.history.since
        start = int(reader.resumption.line.split("lab=")[1].split()[0])

        def kept(entries: list[e.Entry]) -> list[e.Entry]:
            return [entry for entry in entries if entry.seq > start + 100]

        self.patch(self.server.history, "page", lambda *given: page(*given).addCallback(kept))
        self.patch(self.server.history, "since", lambda log, at, count: since(log, at, 400).addCallback(kept))
        missed = self.missed(reader)
        self.assertEqual(missed, list(range(missed[0], 301)))
        self.assertTrue(90 < missed[0] <= 101, missed[0])
        self.assertEqual(reader.of(a.Gap), [a.Gap("lab", start + 1, start + 100)])

    def test_private_messages_that_are_forgotten_are_a_gap(self) -> None:
        reader = self.alice()
        self.bob.send(*(f"/msg alice {number}" for number in range(30)))
        reader.connect()
        reader.read()
        self.assertEqual([self.number(text) for text in reader.texts], list(range(10, 30)))
        self.assertEqual(reader.of(a.Gap), [a.Gap("@alice", 1, 10)])


@on_programs
class Rights(Resuming):
    def resumed(self, reader: Reader) -> list[Value | None]:
        reader.values.clear()
        reader.connect()
        reader.read()
        return reader.values

    def test_nobody_sees_that_it_was_cut(self) -> None:
        reader = self.alice()
        self.bob.received()
        self.resumed(reader)
        self.assertEqual(self.bob.received(), b"")

    def test_the_first_room_has_the_focus(self) -> None:
        reader = self.alice()
        self.resumed(reader)
        self.assertEqual([value.room for value in reader.of(a.YouEntered)], ["ops", "lab"])
        reader.driver.do(r.Say("here?"))
        self.assertTrue(any(b"[ops]" in line and b"here?" in line for line in self.bob.received().split(b"\n")))

    def test_no_password_is_hashed(self) -> None:
        reader = self.alice()
        self.hashing.clear()
        self.resumed(reader)
        self.assertEqual((self.hashing, len(reader.of(a.YouEntered))), ([], 2))

    def test_a_new_password_ends_a_code(self) -> None:
        reader = self.alice()
        other = self.server.connect()
        other.send("login alice", PASSWORD, "password", PASSWORD, "another one", "another one")
        self.assertIn(a.Refused("bad-code"), self.resumed(reader))

    def test_a_code_is_good_for_a_day(self) -> None:
        reader = self.alice()
        self.server.advance(24 * 3600 + 1)
        self.assertIn(a.Refused("bad-code"), self.resumed(reader))

    def test_a_code_that_is_made_up_is_none(self) -> None:
        reader = self.alice()
        for code in ("x", "é", "=" * 9, "A" * 400, reader.place()[0][:-3] + "abc"):
            driver = self.connect(self.server, ALICE)
            driver.go_on(code, {"lab": None})
            driver.expect_refused("bad-code")

    def test_rights_are_checked_anew(self) -> None:
        reader = self.alice()
        self.bob.send("/focus lab", "/ban alice", "/focus ops", "/access invited")
        reader.read()
        reader.resumption.told(a.YouEntered("lab", "", 1))
        self.server = self.server.restart()
        errors = [value.error for value in self.resumed(reader) if isinstance(value, a.Refused)]
        self.assertEqual(errors, ["banned", "invited-only"])
        self.assertEqual((len(reader.of(a.Welcome)), reader.of(a.YouEntered)), (1, []), "she is in no room")

    def test_whose_room_has_got_a_password_is_not_asked_for_it(self) -> None:
        reader = self.alice()
        self.bob.send("/focus lab", "/access password", "sesame")
        self.resumed(reader)
        self.assertEqual(len(reader.of(a.YouEntered)), 2, "she was inside")
        self.server = self.server.restart()
        self.resumed(reader)
        self.assertEqual(len(reader.of(a.YouEntered)), 2, "nothing has changed")
        self.server = self.server.restart()
        bob = self.server.connect()
        bob.send("login bob", PASSWORD, "enter lab", "x", "/access password", "another")
        errors = [value.error for value in self.resumed(reader) if isinstance(value, a.Refused)]
        self.assertEqual(errors, ["wrong-room-password"])

    def test_a_letter_that_waited_comes_once(self) -> None:
        reader = self.alice()
        reader.driver.hang_up()
        self.bob_says(2)
        self.resumed(reader)
        self.assert_all_once(reader)
        reader.driver.hang_up()
        again = self.reader()
        again.driver.login("alice", PASSWORD)
        again.read()
        self.assertEqual(again.texts, [], "no letter is left")

    def test_where_too_many_sessions_are_the_old_one_counts_no_more(self) -> None:
        reader = self.alice()
        for _ in range(4):
            self.server.connect().send("login alice", PASSWORD)
        self.assertEqual(len([v for v in self.resumed(reader) if isinstance(v, a.Welcome)]), 1)
        reader.driver.hang_up()
        self.server.connect().send("login alice", PASSWORD)
        self.assertIn(a.Refused("too-many-sessions", "alice", limit=5), self.resumed(reader))
        reader.driver.choose("oldest")
        reader.read()
        self.assertEqual(len(reader.of(a.Welcome)), 1)

    def test_what_others_say_whom_one_ignores_stays_away(self) -> None:
        reader = self.alice()
        reader.driver.do(r.Ignore("bob"))
        reader.read()
        self.bob_says(2)
        self.resumed(reader)
        self.assertEqual(reader.texts, [])

    def test_a_code_can_be_asked_for(self) -> None:
        carol = self.reader()
        carol.driver.register("carol", PASSWORD)
        carol.driver.do(r.Enter("lab"), r.Resume())
        carol.read()
        other = self.connect(self.server, ALICE)
        other.go_on(carol.of(a.ResumeCode)[-1].code, {"lab": None})
        other.expect(a.Welcome("carol", False, "user"), a.YouEntered("lab", "", 2))


@on_programs
class Guests(Resuming):
    def guest(self) -> Reader:
        reader = self.reader()
        reader.driver.guest("gus")
        reader.driver.do(r.Enter("lab"), r.Enter("ops"))
        reader.read()
        return reader

    def resume(self, reader: Reader) -> list[Value | None]:
        reader.values.clear()
        reader.connect()
        reader.read()
        return reader.values

    def test_a_guest_goes_on_while_the_server_lives(self) -> None:
        reader = self.guest()
        self.resume(reader)
        self.assertEqual([value.user for value in reader.of(a.Welcome)], ["gus"])
        reader.driver.hang_up()
        self.resume(reader)
        self.assertEqual(len(reader.of(a.YouEntered)), 2)
        self.server = self.server.restart()
        self.assertIn(a.Refused("bad-code"), self.resume(reader))

    def test_a_name_that_somebody_else_has_meanwhile_is_hers(self) -> None:
        reader = self.guest()
        reader.driver.hang_up()
        self.server.connect().send("guest Gus")
        self.assertIn(a.Refused("name-taken", "gus"), self.resume(reader))


class TypingTests(Resuming):
    """What somebody is told who types it."""

    def test_a_place_that_is_none_is_told_before_anything_else(self) -> None:
        client = self.server.connect()
        client.send("resume code =7", "resume", "resume code lab=x")
        told = [line for line in client.lines() if "is no place" in line or "use it so" in line]
        self.assertEqual(len(told), 3)

    def test_a_code_can_be_asked_for(self) -> None:
        client = self.account("carol")
        client.send("enter lab", "/resume")
        code = client.lines()[-1].split()[-1]
        other = self.server.connect()
        other.send(f"resume {code} lab")
        lines = other.lines()
        self.assertIn("00 welcome, carol", lines)
        self.assertIn('111 [lab] -- you are in; /help lists commands, "Exit Chat" leaves', lines)
