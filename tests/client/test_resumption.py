"""What is said to go on with a session."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat.events import Entry, Private, Said
from chatd.chat.moments import Moment
from chatd.client.resumption import Resumption


class ResumptionTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.it = Resumption()
        self.told(a.Welcome("alice", False, "user", "CODE", 7), a.YouEntered("lab", "", 1, seq=3))

    def told(self, *values: object) -> None:
        for value in values:
            self.it.told(value)

    def said(self, seq: int, log: str = "lab") -> Entry:
        return Entry(log, seq, 0, Said("bob", "x"))

    def assert_line(self, line: str) -> None:
        self.assertEqual(self.it.line, line)

    def test_nothing_can_be_gone_on_with_before_one_is_somebody(self) -> None:
        self.assertEqual(Resumption().line, "")
        self.it.told(a.Done("logged-out"))
        self.assert_line("")

    def test_it_says_what_has_been_received(self) -> None:
        self.assert_line("resume CODE @alice=7 lab=3")
        self.told(self.said(4), a.Replayed(self.said(2)), Entry("@alice", 9, 0, Private("bob", "alice", "x")))
        self.assert_line("resume CODE @alice=9 lab=4")

    def test_the_focus_comes_first(self) -> None:
        self.told(a.YouEntered("ops", "", 1))
        self.assert_line("resume CODE @alice=7 ops=0 lab=3")
        self.told(a.Setting("focus", "lab"))
        self.assert_line("resume CODE @alice=7 lab=3 ops=0")
        self.told(a.Setting("focus", "@bob"))
        self.assertEqual(self.it.focus, "")
        self.told(a.ThrownOut("lab", "kicked", "ops"))
        self.assert_line("resume CODE @alice=7 ops=0")

    def test_a_gap_is_not_asked_for_again(self) -> None:
        self.told(a.Gap("lab", 4, 20), a.Gap("@alice", 8, 11))
        self.assert_line("resume CODE @alice=11 lab=20")

    def test_what_was_received_counts_on_the_next_connection(self) -> None:
        self.told(self.said(9), a.Welcome("alice", False, "user", "NEW", 8), a.YouEntered("lab", "", 1, seq=5))
        self.assert_line("resume NEW @alice=7 lab=9")

    def test_somebody_else_goes_on_with_nothing(self) -> None:
        self.told(a.Welcome("bob", False, "user", "HIS", 1))
        self.assert_line("resume HIS @bob=1")

    def test_a_code_that_has_ended_is_not_used(self) -> None:
        self.told(a.Done("renamed", "al"))
        self.assert_line("")
        self.told(a.ResumeCode("NEW", Moment(0)))
        self.assert_line("resume NEW @al=7 lab=3")
