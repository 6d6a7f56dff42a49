"""Attention: one's name is marked and rings the bell, comings and goings can be kept away, times come in any zone."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.wire.codes import DUPLEX
from chatd.wire.jsonlines import JsonLines
from tests.behaviour.drivers import Driver, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import Scene, Stage, on_every_frontend

NAMES = ("alice, are you there?", "@Alice!", "where is ALICE", "(alice)", "alice's", "ask alice.")
OTHERS = ("malice", "alice2", "alices", "hello")


class Bells(Stage):
    def setUp(self) -> None:
        self.start()
        self.bob = self.server.connect()
        self.bob.send("guest bob", "public")
        self.alice = self.server.connect()
        self.alice.send("guest alice", "public")
        self.alice.received()

    def hear(self, text: str) -> bytes:
        self.bob.send(text)
        return self.alice.received()

    def test_it_rings_where_the_name_is_said_and_for_nobody_else(self) -> None:
        self.alice.send("/bell on")
        self.alice.received()
        self.bob.received()
        for text in NAMES:
            self.assertEqual(self.hear(text), f"111 [public] 12:00 bob: {text}\a\r\n".encode())
        for text in OTHERS:
            self.assertNotIn(b"\a", self.hear(text))
        self.assertNotIn(b"\a", self.bob.received())

    def test_emotes_ring_it_and_ones_own_lines_do_not(self) -> None:
        self.alice.send("/bell on")
        self.assertTrue(self.hear("/me waves at alice").endswith(b"alice\a\r\n"))
        self.alice.send("alice is me")
        self.assertNotIn(b"\a", self.alice.received())

    def test_it_is_silent_until_asked_for_and_afterwards(self) -> None:
        self.assertNotIn(b"\a", self.hear("alice"))
        self.alice.send("/bell on", "/bell off")
        self.assertNotIn(b"\a", self.hear("alice"))

    def test_nobody_else_can_ring_it(self) -> None:
        self.alice.send("/bell on")
        self.alice.received()
        self.assertEqual(self.hear("a\abell\x07"), b"111 [public] 12:00 bob: abell\r\n")

    def test_it_keeps_its_place_among_other_lines(self) -> None:
        self.alice.send("/bell on")
        self.alice.received()
        self.bob.send("one", "alice: two", "three")
        lines = self.alice.lines()
        self.assertEqual([line[13:] for line in lines], ["12:00 bob: one", "| alice: two\a", "| three"])

    def test_programs_are_told_by_a_mark(self) -> None:
        self.alice.send("/format json")
        self.alice.received()
        for text in NAMES:
            self.assertTrue(self.hear(text).endswith(b',"mention":true}\r\n'))
        for text in OTHERS:
            self.assertNotIn(b"mention", self.hear(text))
        self.alice.send("/format text")
        self.alice.received()
        self.assertEqual(self.hear("alice"), b"111 [public] 12:00 bob: alice\r\n")

    def test_the_format_of_the_menu_counts_too(self) -> None:
        carol = self.server.connect()
        carol.send("format json", "guest carol", "public")
        carol.received()
        self.bob.send("carol?")
        self.assertIn(b'"mention":true', carol.received())

    def test_the_mark_is_all_that_differs(self) -> None:
        entry = e.Entry("lab", 1, 1000, e.Said("bob", "alice"))
        plain = JsonLines().event(DUPLEX, entry)
        marked = JsonLines().mention(DUPLEX, entry)
        self.assertEqual(marked.replace(b',"mention":true', b""), plain)


class Zones(Stage):
    def setUp(self) -> None:
        self.start()
        self.alice = self.server.connect()
        self.alice.send("guest alice", "public")
        self.alice.received()

    def said(self, text: str = "x") -> str:
        self.alice.received()
        self.alice.send(text)
        return self.alice.lines()[-1]

    def test_times_are_shown_in_a_zone(self) -> None:
        for zone, time in (("Asia/Tokyo", "21:00 "), ("utc", "12:00 "), ("asia/KOLKATA", "17:30 "), ("off", "")):
            self.alice.send(f"/time {zone}")
            self.assertEqual(self.said(), f"111 [public] {time}alice: x")

    def test_on_is_the_servers(self) -> None:
        before = self.said()
        self.alice.send("/time off", "/time on")
        self.assertEqual(self.said(), before)

    def test_it_is_kept_while_lines_are_for_programs(self) -> None:
        self.alice.send("/format json", "/time Asia/Tokyo")
        self.assertTrue(self.said().startswith("111 {"))
        self.alice.send("/format text")
        self.assertEqual(self.said(), "111 [public] 21:00 alice: x")

    def test_who_has_the_same_zone_is_told_the_same_bytes(self) -> None:
        bob = self.server.connect()
        bob.send("guest bob", "public")
        for client in (self.alice, bob):
            client.send("/time Asia/Tokyo")
        sessions = [s for name in ("alice", "bob") for s in self.server.house.sessions.of(name)]
        self.assertIs(sessions[0].voice.renderer, sessions[1].voice.renderer)

    def test_a_zone_that_there_is_not_is_answered_with_the_closest(self) -> None:
        for typed, wanted in (("berlin", "Europe/Berlin"), ("Europe/Berlim", "Europe/Berlin"), ("Tokio", "Asia/Tokyo")):
            self.alice.send(f"/time {typed}")
            line = self.alice.lines()[-1]
            self.assertIn("is no time zone", line)
            self.assertIn(wanted, line)
        self.alice.send("/time ../../etc/passwd")
        self.assertIn("is no time zone", self.alice.lines()[-1])


@on_every_frontend
class Quiet(Scene[Driver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice", "public")
        self.alice.do(r.Quiet("on"))
        self.alice.expect(a.Setting("quiet", "on"))

    def test_comings_and_goings_are_kept_away_and_all_else_is_not(self) -> None:
        bob = self.account("bob", "public")
        bob.do(r.Say("hello"), r.Status("busy"), r.Leave())
        self.alice.expect_only(*said("public", "bob", "hello"))

    def test_others_are_told(self) -> None:
        carol = self.account("carol", "public")
        self.account("bob", "public")
        carol.expect_only(Heard("public", e.Entered("bob")))

    def test_until_it_is_off(self) -> None:
        self.alice.do(r.Quiet("off"))
        self.alice.forget()
        self.account("bob", "public")
        self.alice.expect_only(Heard("public", e.Entered("bob")))

    def test_it_is_on_or_off(self) -> None:
        self.alice.do(r.Quiet("maybe"))
        self.alice.expect_refused("usage", "/quiet on|off")
