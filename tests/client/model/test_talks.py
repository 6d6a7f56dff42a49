"""The conversations that there are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Person
from chatd.client.model.rows import Clockface, Kind, Row
from chatd.client.model.talks import MOST_ROWS, Talk, Talks
from tests.client.helpers import AT

DAY = 86_400_000


def _said(text: str, at: int = AT, seq: int = 0) -> Row:
    return Row(Kind.SAID, text, at, "alice", seq=seq)


class TalkTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clockface(ZoneInfo("UTC"))
        self.talk = Talk("lab")

    def add(self, *rows: Row) -> None:
        for row in rows:
            self.talk.add(row, self.clock)

    def texts(self) -> list[str]:
        return [row.text for row in self.talk.rows]

    def test_another_day_is_told(self) -> None:
        self.add(_said("a"), _said("b"), _said("c", AT + DAY))
        self.assertEqual(self.texts(), ["a", "b", "Sunday, 01 February 2026", "c"])

    def test_only_so_many_rows_are_kept(self) -> None:
        self.add(*(_said(str(number)) for number in range(MOST_ROWS + 2)))
        self.assertEqual((self.talk.first, self.talk.last), (2, MOST_ROWS + 1))
        self.assertEqual(self.talk.row(2).text, "2")

    def test_who_reads_old_rows_stays_with_them_until_they_are_gone(self) -> None:
        self.add(_said("0"), _said("1"))
        self.talk.anchor, self.talk.hidden = 1, 1
        self.add(*(_said("x") for _ in range(MOST_ROWS - 1)))
        self.assertEqual((self.talk.anchor, self.talk.hidden), (1, 1))
        self.add(_said("y"))
        self.assertEqual((self.talk.first, self.talk.anchor, self.talk.hidden), (2, 2, 0))

    def test_what_was_taken_back_is_not_shown(self) -> None:
        self.add(_said("fine", seq=1), _said("oh no", seq=2))
        self.talk.redact(2, "gone")
        self.assertEqual(self.texts(), ["fine", "gone"])

    def test_people_are_sorted(self) -> None:
        for name in ("bob", "Alice"):
            self.talk.come(Person(name, False, "user", "active"))
        self.assertEqual([person.name for person in self.talk.sorted_people], ["Alice", "bob"])
        self.talk.go("ALICE")
        self.talk.go("nobody")
        self.assertEqual(len(self.talk.people), 1)


class TalksTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.talks = Talks()
        self.lab, self.bob, self.ops = (self.talks.open(name) for name in ("lab", "@bob", "ops"))

    def test_names_are_the_same_in_any_case(self) -> None:
        self.assertIs(self.talks.open("LAB"), self.lab)
        self.assertIs(self.talks.get("@BOB"), self.bob)
        self.assertIsNone(self.talks.get("bob"))

    def test_one_goes_round_through_them(self) -> None:
        self.talks.step(1)
        self.assertIs(self.talks.shown, self.lab)
        self.talks.step(-2)
        self.assertIs(self.talks.shown, self.ops)

    def test_one_goes_to_a_number(self) -> None:
        self.talks.go_to(2)
        self.assertIs(self.talks.shown, self.bob)
        self.talks.go_to(9)
        self.assertIs(self.talks.shown, self.bob)

    def test_who_is_named_looks_there_first(self) -> None:
        self.lab.unread, self.ops.unread, self.ops.mentions = 5, 1, 1
        self.talks.go_to_unread()
        self.assertIs(self.talks.shown, self.ops)
        self.talks.go_to_unread()
        self.assertIs(self.talks.shown, self.lab)
        self.assertEqual(self.lab.unread, 0)
        self.talks.go_to_unread()
        self.assertIs(self.talks.shown, self.lab)

    def test_one_that_is_closed_leaves_the_next_one(self) -> None:
        self.talks.show(self.bob)
        self.talks.close(self.bob)
        self.assertIs(self.talks.shown, self.ops)
        self.talks.close(self.ops)
        self.assertIs(self.talks.shown, self.lab)

    def test_the_servers_own_stays(self) -> None:
        self.talks.close(self.talks.server)
        self.assertIs(self.talks.all[0], self.talks.server)

    def test_who_is_called_otherwise_keeps_the_place(self) -> None:
        self.talks.rename(self.bob, "@bert")
        self.assertIs(self.talks.get("@bert"), self.bob)
        self.assertEqual(self.talks.all.index(self.bob), 2)
