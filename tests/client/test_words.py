"""What a person reads."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Closing, Done, MainMenu, Refused, Replayed, ThrownOut, Word, YouEntered
from chatd.chat.events import Entry, Event, LoggedIn, Private, Said
from chatd.client.words import Words
from chatd.wire.codes import DUPLEX, LISTEN, Code
from chatd.wire.objects import Unknown, Value
from tests.client.helpers import AT

DAY = 86_400_000


class WordsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.words = Words(ZoneInfo("UTC"))

    def assert_lines(self, value: Value, *lines: str, code: Code = DUPLEX) -> None:
        self.assertEqual(self.words.lines(code, value), list(lines))

    def said(self, text: str, at: int = AT) -> Entry:
        return Entry("lab", 1, at, Said("alice", text))

    def test_a_line_has_no_code(self) -> None:
        self.assert_lines(self.said("hello"), "[lab] 12:01 alice: hello")
        self.assert_lines(self.said("  two  spaces "), "[lab] 12:01 alice:   two  spaces ")

    def test_another_day_is_told(self) -> None:
        self.assert_lines(self.said("a"), "[lab] 12:01 alice: a")
        self.assert_lines(self.said("b", AT + DAY), "[lab] -- Sunday, 01 February 2026", "[lab] 12:01 alice: b")
        self.assert_lines(self.said("c", AT + DAY), "[lab] 12:01 alice: c")

    def test_private_lines_are_told_apart(self) -> None:
        self.assert_lines(Entry("@bob", 1, AT, Private("alice", "bob", "psst")), "<alice> psst")
        self.assert_lines(Entry("@alice", 1, AT, Private("alice", "bob", "psst")), ">bob< psst")

    def test_several_lines_stay_several(self) -> None:
        menu = MainMenu((Word("login", "[NAME]", "log in"), Word("quit", "", "disconnect")))
        self.assert_lines(menu, " 1 login [NAME]  log in", " 2 quit          disconnect", code=LISTEN)

    def test_answers_in_a_room_are_marked(self) -> None:
        self.assert_lines(Refused("no-such-room", "lab"), "-- there is no room lab")
        self.assert_lines(Refused("no-such-room", "lab"), "there is no room lab", code=LISTEN)
        self.assert_lines(YouEntered("lab", "", 1), *self.words.lines(LISTEN, YouEntered("lab", "", 1)))

    def test_the_unknown_is_shown_by_its_text(self) -> None:
        self.assert_lines(Unknown("poll", "lab", "tea?"), "[lab] -- tea?")
        self.assert_lines(Unknown("poll", "", "tea?"), "-- tea?")
        self.assert_lines(Unknown("poll", "", "tea?"), "tea?", code=LISTEN)
        self.assert_lines(Unknown("poll", "lab", ""))

    def test_what_a_newer_server_knows_is_shown_plainly(self) -> None:
        self.assert_lines(ThrownOut("lab", "outvoted"), "-- thrown-out: lab, outvoted")
        self.assert_lines(Entry("lab", 1, AT, LoggedIn("bob")), "-- login: bob")
        self.assert_lines(Replayed(Entry("lab", 1, AT, Event("bob"))), "-- Event: bob")

    def test_no_identifier_is_too_new(self) -> None:
        for value in (Done("rebooted", "x"), Closing("bored", "x"), Refused("too-blue", "x")):
            for line in self.words.lines(LISTEN, value):
                self.assertTrue(line)

    def test_no_moment_is_too_strange(self) -> None:
        for at in (-(10**18), 10**18):
            self.assertEqual(len(self.words.lines(DUPLEX, self.said("x", at))), 1)
