"""What each file of the journal tells at its beginning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Record
from chatd.stores import journal_rows
from chatd.stores.journal_rows import Row
from chatd.stores.journal_state import State, log_key
from chatd.stores.rows import BadRow
from tests.stores.journals import NOON, record, said

USERS = st.sampled_from(["alice", "Bob", "José"])
ROOMS = st.sampled_from(["lab", "Public"])
STEPS = st.one_of(
    st.tuples(ROOMS, st.builds(e.Said, USERS, st.just("hello"))),
    st.tuples(ROOMS, st.builds(e.Entered, USERS, st.booleans())),
    st.tuples(ROOMS, st.builds(e.Left, USERS)),
    st.tuples(ROOMS, st.builds(e.Kicked, USERS, USERS)),
    st.tuples(ROOMS, st.builds(e.Renamed, USERS, USERS)),
    st.tuples(ROOMS, st.builds(e.RoomCreated, USERS)),
    st.tuples(ROOMS, st.builds(e.RoomDeleted, USERS)),
    st.tuples(st.just("@alice"), st.builds(e.Private, USERS, st.just("alice"), st.just("psst"))),
    st.tuples(st.just("@alice"), st.just(e.Registered("alice"))),
    st.tuples(st.just("@alice"), st.just(e.LoggedOut("alice", "lab Public"))),
)
"""What happens, and in which log."""


def numbered(steps: Iterable[tuple[str, e.Event]], past: Mapping[str, int] | None = None) -> list[Record]:
    """Records of ``steps``, with numbers that go on from ``past``."""
    last = dict(past or {})
    records = []
    for log, event in steps:
        seq = 0
        if not isinstance(event, e.ACCOUNT_EVENTS):
            seq = last[log_key(log)] = last.get(log_key(log), 0) + 1
        records.append(record(log, seq, event))
    return records


def after(*records: Record) -> State:
    state = State()
    for entry, _ in records:
        state.apply(entry)
    return state


def read(state: State, lines: Iterable[bytes]) -> State:
    for line in lines:
        state.apply_own(journal_rows.decode(line))
    return state


def facts(state: State) -> tuple[object, ...]:
    first = {log: number for log, number in state.first.items() if number > 1}
    inside = {user: tuple(rooms) for user, rooms in state.inside.items()}
    return state.last, first, state.rooms, inside


class NumberTests(SynchronousTestCase):
    def test_the_last_number_of_each_log_is_known_however_its_name_is_written(self) -> None:
        state = after(said(1), said(2), said(3, log="LAB"), said(1, log="public"))
        self.assertEqual(state.last, {"lab": 3, "public": 1})

    def test_what_has_no_number_changes_none(self) -> None:
        self.assertEqual(after(record("@alice", 0, e.LoggedIn("alice"))).last, {})

    def test_a_room_that_is_made_has_nothing_of_an_older_one(self) -> None:
        self.assertEqual(after(said(5), record("lab", 6, e.RoomCreated("alice"))).first, {"lab": 6})

    def test_a_room_that_is_deleted_has_nothing(self) -> None:
        self.assertEqual(after(said(5), record("lab", 6, e.RoomDeleted("alice"))).first, {"lab": 7})

    def test_who_registers_or_gives_up_an_account_leaves_older_messages_behind(self) -> None:
        for event in (e.Registered("Alice"), e.Unregistered("Alice")):
            state = after(said(3, log="@alice"), record("@Alice", 0, event))
            self.assertEqual(state.first, {"@alice": 4})

    def test_a_jump_leaves_what_belongs_to_whom_as_it_was(self) -> None:
        state = after(record("lab", 3, e.RoomCreated("a")), record("den", 4, e.RoomDeleted("a")), said(9, log="public"))
        state.jump(100)
        self.assertEqual(state.last, {"lab": 103, "den": 104, "public": 109})
        self.assertEqual(state.first, {"lab": 3, "den": 105})


class PlaceTests(SynchronousTestCase):
    def inside(self, *records: Record) -> dict[str, list[str]]:
        return {user: list(rooms) for user, rooms in after(*records).inside.items()}

    def test_who_entered_is_inside_in_that_order_until_she_leaves_is_thrown_out_or_the_room_is_deleted(self) -> None:
        entered = [record(room, 1, e.Entered("Alice")) for room in ("lab", "public", "den")]
        self.assertEqual(self.inside(*entered), {"alice": ["lab", "public", "den"]})
        for room, event in [
            ("lab", e.Left("alice")),
            ("lab", e.Kicked("bob", "Alice")),
            ("lab", e.RoomDeleted("bob")),
        ]:
            self.assertEqual(self.inside(*entered, record(room, 2, event)), {"alice": ["public", "den"]})

    def test_a_guest_with_a_new_name_is_where_the_old_one_was(self) -> None:
        steps = [("@gus", e.Renamed("gus", "gustav")), ("lab", e.Renamed("gus", "gustav"))]
        state = after(*numbered([("lab", e.Entered("gus", True)), *steps]))
        self.assertEqual({user: list(rooms) for user, rooms in state.inside.items()}, {"gustav": ["lab"]})

    def test_who_is_in_no_room_is_inside_nowhere(self) -> None:
        self.assertEqual(self.inside(record("lab", 1, e.Entered("a")), record("lab", 2, e.Left("a"))), {})
        self.assertEqual(self.inside(record("lab", 1, e.Left("a"))), {})

    def test_who_logged_out_was_where_she_says(self) -> None:
        state = after(record("@Alice", 0, e.LoggedOut("Alice", "lab public")))
        self.assertEqual(state.rooms, {"alice": ("lab", "public")})

    def test_a_session_that_was_nowhere_changes_nothing(self) -> None:
        state = after(record("@a", 0, e.LoggedOut("a", "lab")), record("@a", 0, e.LoggedOut("a", "")))
        self.assertEqual(state.rooms, {"a": ("lab",)})

    def test_an_account_begins_and_ends_with_nothing_to_come_back_to(self) -> None:
        for event in (e.Registered("Alice"), e.Unregistered("Alice")):
            state = after(record("@alice", 0, e.LoggedOut("alice", "lab")), record("@Alice", 0, event))
            self.assertEqual(state.rooms, {})

    def test_after_a_crash_everybody_was_where_they_had_entered(self) -> None:
        state = after(record("@a", 0, e.LoggedOut("a", "den")), record("lab", 1, e.Entered("a")))
        state.everyone_out()
        self.assertEqual((state.rooms, state.inside), ({"a": ("lab",)}, {}))

    def test_a_guest_who_is_gone_is_forgotten_and_nobody_else(self) -> None:
        state = after(
            *(
                record("lab", 1, e.Entered(user, guest=user != "account"))
                for user in ("gone", "here", "account", "new")
            ),
            *(record("lab", 2, e.Left(user)) for user in ("gone", "account", "new")),
            *(record("@", 0, e.LoggedOut(user, "lab")) for user in ("gone", "account")),
            record("@new", 0, e.Registered("new")),
            record("@new", 0, e.LoggedOut("new", "lab")),
            record("lab", 3, e.Entered("was-guest", guest=True)),
            record("lab", 4, e.Left("was-guest")),
            record("lab", 5, e.Entered("was-guest")),
            record("lab", 6, e.Left("was-guest")),
            record("@was-guest", 0, e.LoggedOut("was-guest", "lab")),
        )
        state.forget_guests()
        self.assertEqual(set(state.rooms), {"account", "new", "was-guest"})
        self.assertEqual(set(state.inside), {"here"})


class RowTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(st.lists(STEPS))
    def test_the_rows_of_a_state_make_the_same_state(self, steps: list[tuple[str, e.Event]]) -> None:
        state = after(*numbered(steps))
        self.assertEqual(facts(read(State(), state.rows(NOON))), facts(state))

    @settings(deadline=None)
    @given(st.lists(STEPS), st.lists(STEPS))
    def test_the_rows_of_what_changed_make_it_of_what_was(
        self, before: list[tuple[str, e.Event]], then: list[tuple[str, e.Event]]
    ) -> None:
        records = numbered(before + then)
        state = after(*records[: len(before)])
        earlier = state.copy()
        for entry, _ in records[len(before) :]:
            state.apply(entry)
        told = read(read(State(), earlier.rows(NOON)), state.rows(NOON, since=earlier))
        self.assertEqual(facts(told), facts(state))

    def test_a_copy_does_not_change_any_more(self) -> None:
        state = after(record("lab", 1, e.Entered("a", guest=True)))
        copy = state.copy()
        state.apply(record("den", 1, e.Entered("a", guest=True)).entry)
        self.assertEqual(facts(copy), ({"lab": 1}, {}, {}, {"a": ("lab",)}))

    def test_where_nothing_changed_there_is_nothing_to_tell(self) -> None:
        state = after(said(1), record("lab", 2, e.Entered("a")), record("@b", 0, e.LoggedOut("b", "lab")))
        self.assertEqual(list(state.rows(NOON, since=state.copy())), [])

    def test_a_start_puts_everybody_out(self) -> None:
        state = after(record("lab", 1, e.Entered("a")))
        read(state, [journal_rows.note(NOON, journal_rows.STARTED)])
        self.assertEqual(facts(state), ({"lab": 1}, {}, {"a": ("lab",)}, {}))

    def test_a_row_that_makes_no_sense_is_refused(self) -> None:
        for event, seq, text in [
            ("checkpoint", "x", ""),
            ("checkpoint", "", ""),
            ("checkpoint", "1", "x"),
            ("oops", "", ""),
        ]:
            self.assertRaises(BadRow, State().apply_own, Row("", event, "lab", seq, "", "", text))
