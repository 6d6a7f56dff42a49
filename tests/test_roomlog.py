"""Events come back from their log numbered and in order, when they are written and not before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Logs, log_key
from tests.journals import MemoryJournal

ACCOUNT_EVENTS = [
    e.Registered("alice"),
    e.Unregistered("alice"),
    e.LoggedIn("alice"),
    e.LoginFailed("alice"),
    e.LoggedOut("alice", "lab"),
]


class LogsTestCase(SynchronousTestCase):
    def open(self, later: bool = False, last: dict[str, int] | None = None) -> None:
        self.journal = MemoryJournal(later)
        self.arrived: list[e.Entry] = []
        self.asked = 0
        self.time = 1000
        self.logs = Logs(self.journal, self.arrive, lambda: self.time, self._ask, last or {})

    def setUp(self) -> None:
        self.open()

    def arrive(self, entry: e.Entry) -> None:
        self.arrived.append(entry)

    def _ask(self) -> None:
        self.asked += 1

    def say(self, log: str, text: str = "") -> None:
        self.logs.append(log, e.Said("alice", text))

    @property
    def places(self) -> list[tuple[str, int]]:
        return [(entry.log, entry.seq) for entry in self.arrived]


class NumberTests(LogsTestCase):
    def test_they_rise_by_one_in_each_log(self) -> None:
        for log in ("lab", "den", "lab", "@bob", "lab", "den"):
            self.say(log)
        self.logs.flush()
        self.assertEqual(self.places, [("lab", 1), ("den", 1), ("lab", 2), ("@bob", 1), ("lab", 3), ("den", 2)])

    def test_they_go_on_where_the_journal_ended(self) -> None:
        self.open(last={"Lab": 41, "@Bob": 7})
        for log in ("lab", "@bob", "den"):
            self.say(log)
        self.logs.flush()
        self.assertEqual(self.places, [("lab", 42), ("@bob", 8), ("den", 1)])

    def test_one_log_has_one_row_of_numbers_however_its_name_is_written(self) -> None:
        for log in ("lab", "LAB", "Éden", "éden", "@Bob", "@bob"):
            self.say(log)
        self.logs.flush()
        self.assertEqual([entry.seq for entry in self.arrived], [1, 2] * 3)

    def test_a_room_and_a_user_of_one_name_have_two_logs(self) -> None:
        self.assertNotEqual(log_key("lab"), log_key("@lab"))

    def test_account_events_have_none(self) -> None:
        self.say("@alice")
        for event in ACCOUNT_EVENTS:
            self.logs.append("@alice", event)
        self.say("@alice")
        self.logs.flush()
        self.assertEqual({type(event) for event in ACCOUNT_EVENTS}, set(e.ACCOUNT_EVENTS))
        self.assertEqual([entry.seq for entry in self.arrived], [1, *[0] * len(ACCOUNT_EVENTS), 2])

    def test_an_entry_has_its_event_and_the_time_at_which_it_was_appended(self) -> None:
        self.say("lab", "hello")
        self.time = 2000
        self.logs.flush()
        self.assertEqual(self.arrived, [e.Entry("lab", 1, 1000, e.Said("alice", "hello"))])

    def test_the_journal_is_told_the_address_as_well(self) -> None:
        self.logs.append("lab", e.Said("alice", "hello"), "192.0.2.7")
        self.logs.append("lab", e.Recording("", True))
        self.logs.flush()
        self.assertEqual([record.address for record in self.journal.batches[0]], ["192.0.2.7", ""])


class ReturnTests(LogsTestCase):
    def test_nothing_comes_back_within_the_call(self) -> None:
        self.say("lab")
        self.assertEqual((self.arrived, self.asked), ([], 1))
        self.logs.flush()
        self.assertEqual(len(self.arrived), 1)

    def test_a_turn_is_one_batch(self) -> None:
        for log in ("lab", "den", "lab"):
            self.say(log)
        self.logs.flush()
        self.logs.flush()
        self.assertEqual([len(batch) for batch in self.journal.batches], [3])

    def test_what_an_entry_brings_about_comes_in_a_batch_of_its_own(self) -> None:
        def answer(entry: e.Entry) -> None:
            self.arrived.append(entry)
            if entry.seq < 3:
                self.say("lab")
                self.assertEqual(self.arrived[-1], entry, "an entry came within append()")

        self.logs = Logs(self.journal, answer, lambda: 0, self._ask, {})
        self.say("lab")
        for _ in range(3):
            self.logs.flush()
        self.assertEqual(self.places, [("lab", 1), ("lab", 2), ("lab", 3)])
        self.assertEqual([len(batch) for batch in self.journal.batches], [1, 1, 1])

    def test_nothing_comes_back_before_it_is_written(self) -> None:
        self.open(later=True)
        self.say("lab", "one")
        self.logs.flush()
        self.say("lab", "two")
        self.logs.flush()
        self.assertEqual(self.arrived, [])
        self.journal.answer()
        self.assertEqual(self.places, [("lab", 1)])
        self.journal.answer()
        self.assertEqual(self.places, [("lab", 1), ("lab", 2)])


class SettledTests(LogsTestCase):
    def test_it_comes_behind_what_was_appended_before_and_before_what_was_after(self) -> None:
        order: list[object] = []
        self.logs = Logs(self.journal, lambda entry: order.append(entry.seq), lambda: 0, self._ask, {})
        self.say("lab")
        self.logs.settled().addCallback(lambda _: order.append("settled"))
        self.say("lab")
        self.logs.flush()
        self.assertEqual(order, [1, "settled", 2])

    def test_it_never_fires_at_once(self) -> None:
        done = self.logs.settled()
        self.assertNoResult(done)
        self.assertEqual(self.asked, 1)
        self.logs.flush()
        self.assertIsNone(self.successResultOf(done))

    def test_it_waits_for_a_slow_journal(self) -> None:
        self.open(later=True)
        self.say("lab")
        self.logs.flush()
        done = self.logs.settled()
        self.logs.flush()
        self.journal.answer()
        self.assertNoResult(done)
        self.assertEqual(len(self.arrived), 1)
        self.journal.answer()
        self.successResultOf(done)

    def test_something_is_pending_until_it_has_come_back(self) -> None:
        self.open(later=True)
        self.assertFalse(self.logs.pending)
        self.say("lab")
        self.assertTrue(self.logs.pending)
        self.logs.flush()
        self.assertTrue(self.logs.pending)
        self.say("lab")
        self.logs.flush()
        self.journal.answer()
        self.assertTrue(self.logs.pending)
        self.journal.answer()
        self.assertFalse(self.logs.pending)

    def test_nothing_is_lost_where_somebody_cannot_cope_with_an_entry(self) -> None:
        def arrive(entry: e.Entry) -> None:
            self.arrived.append(entry)
            if entry.seq == 2:
                raise ZeroDivisionError

        self.logs = Logs(self.journal, arrive, lambda: 0, self._ask, {})
        for _ in range(3):
            self.say("lab")
        done = self.logs.settled()
        self.logs.flush()
        self.assertEqual(self.places, [("lab", 1), ("lab", 2), ("lab", 3)])
        self.successResultOf(done)
        self.assertFalse(self.logs.pending)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


_STEPS = st.lists(st.sampled_from(["say lab", "say den", "say @bob", "settled", "flush", "answer"]), max_size=60)


class EveryOrderTests(LogsTestCase):
    @given(_STEPS, st.booleans())
    def test_all_comes_back_in_the_order_in_which_it_was_appended(self, steps: list[str], later: bool) -> None:
        self.open(later)
        came: list[str] = []
        self.logs = Logs(self.journal, lambda entry: came.append(_text(entry)), lambda: 0, self._ask, {})
        wanted: list[str] = []
        for number, step in enumerate(steps):
            kind, _, log = step.partition(" ")
            if kind == "say":
                self.say(log, str(number))
            elif kind == "settled":
                self._note(self.logs.settled(), came, str(number))
            else:
                self.logs.flush() if kind == "flush" else self.journal.answer()
            if kind in ("say", "settled"):
                wanted.append(str(number))
            self.assertEqual(came, wanted[: len(came)])
        self.logs.flush()
        for _ in steps:
            self.journal.answer()
        self.assertEqual(came, wanted)

    def _note(self, done: Deferred[None], came: list[str], name: str) -> None:
        done.addCallback(lambda _: came.append(name))


def _text(entry: e.Entry) -> str:
    assert isinstance(entry.event, e.Said)
    return entry.event.text
