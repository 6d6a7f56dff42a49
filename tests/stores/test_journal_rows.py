"""A row of the journal is one line that a person can read, and an entry again."""

from __future__ import annotations

import re
from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.chat.moments import Moment
from chatd.roomlog import Record
from chatd.stores import journal_rows, rows
from chatd.stores.rows import BadRow
from tests.stores.journals import NOON, record, said

KINDS = [kind for kind in get_args(e.AnyEvent) if kind is not e.Recording]
TEXT = st.text() | st.text(alphabet=' ,="\\+-@\n\r\t\x00\x1b\x85[]{}ab1\u2028\u00a0')
YEAR_9999 = 253_402_300_799_999
BY_TYPE: dict[type, st.SearchStrategy[object]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    Moment: st.integers(0, YEAR_9999).map(Moment),
}
EVENTS = st.sampled_from(KINDS).flatmap(
    lambda kind: st.builds(kind, **{field.name: BY_TYPE[field.type] for field in msgspec.structs.fields(kind)})
)
RECORDS = st.builds(
    lambda log, seq, at, event, address: Record(e.Entry(log, seq, at, event), address),
    TEXT,
    st.integers(0, 2**63),
    st.integers(0, YEAR_9999),
    EVENTS,
    TEXT,
)


def read(line: bytes) -> Record:
    row = journal_rows.decode(line)
    return Record(journal_rows.entry(row), row.address)


class RoundTripTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(st.lists(RECORDS, max_size=5))
    def test_every_kind_of_event_comes_back_from_one_line(self, records: list[Record]) -> None:
        lines = journal_rows.encode(records).split(b"\n")
        self.assertEqual(lines.pop(), b"")
        self.assertEqual([read(line) for line in lines], records)

    @settings(deadline=None)
    @given(st.lists(RECORDS, max_size=5))
    def test_the_bytes_are_those_of_the_csv_module_but_for_the_mark_of_a_users_log(self, records: list[Record]) -> None:
        data = journal_rows.encode(records)
        lines = data.split(b"\n")[:-1]
        escaped = [re.sub(rb"^([^,]*,[^,]*,)@", rb"\1\\x40", line) + b"\n" for line in lines]
        self.assertEqual(b"".join(escaped), rows.encode(map(journal_rows.decode, lines)))

    @settings(deadline=None)
    @given(RECORDS)
    def test_no_line_holds_a_control_character_but_its_end(self, one: Record) -> None:
        line = journal_rows.encode([one]).decode().removesuffix("\n")
        self.assertEqual([c for c in line if c < " " or "\x7f" <= c <= "\x9f"], [])

    def test_every_kind_of_event_has_a_name_in_the_journal_but_recording(self) -> None:
        self.assertEqual(journal_rows.KINDS, {kind.__struct_config__.tag for kind in KINDS})

    def test_a_lone_surrogate_does_not_keep_others_from_being_written(self) -> None:
        lines = journal_rows.encode([said(1, "\ud800"), said(2, "well")]).split(b"\n")
        self.assertEqual(
            [read(line).entry.event for line in lines[:-1]], [e.Said("alice", "?"), e.Said("alice", "well")]
        )


class WordingTests(SynchronousTestCase):
    def line(self, event: e.Event, log: str = "lab") -> str:
        return journal_rows.encode([record(log, 7, event, NOON + 7)]).decode()

    def test_a_message_is_its_text(self) -> None:
        self.assertEqual(
            self.line(e.Said("alice", 'yes, "really"\x1b[2J')),
            '2024-02-29T12:00:00.007Z,said,lab,7,alice,192.0.2.1,"yes, ""really""\\x1b[2J"\n',
        )

    def test_other_fields_stand_before_it(self) -> None:
        self.assertTrue(self.line(e.Private("alice", "bob", "psst = quiet")).endswith(",to=bob psst = quiet\n"))

    def test_a_value_with_a_space_is_quoted(self) -> None:
        dropped = e.Dropped("alice", 3, "a b.txt", 10, "0f" * 32)
        self.assertIn(f'"id=3 name=""a b.txt"" size=10 sha256={"0f" * 32}"', self.line(dropped))

    def test_defaults_are_not_written(self) -> None:
        self.assertTrue(self.line(e.Entered("alice")).endswith(",192.0.2.1,\n"))
        self.assertTrue(self.line(e.Entered("alice", guest=True)).endswith(",192.0.2.1,guest=true\n"))

    def test_what_has_no_number_has_an_empty_one(self) -> None:
        line = journal_rows.encode([record("@alice", 0, e.LoggedIn("alice"))])
        self.assertEqual(line, b"2024-02-29T12:00:00.000Z,login,@alice,,alice,192.0.2.1,\n")

    def test_a_note_is_a_row_without_an_event(self) -> None:
        line = journal_rows.note(NOON, journal_rows.CHECKPOINT, log="@a,b", seq=3, text="2")
        self.assertEqual(line, b'2024-02-29T12:00:00.000Z,checkpoint,"\\x40a,b",3,,,2\n')
        self.assertRaises(BadRow, read, line)


class BrokenRowTests(SynchronousTestCase):
    def refused(self, line: bytes) -> str:
        return str(self.assertRaises(BadRow, read, line))

    def test_what_is_no_row_is_refused_with_the_reason(self) -> None:
        time = b"2024-02-29T12:00:00.007Z"
        for line, reason in [
            (b"", "1 fields, where 7 belong"),
            (b"\x00" * 80, "1 fields, where 7 belong"),
            (time + b",said,lab,1,alice,,\xff", "utf-8"),
            (time + b',said,lab,1,alice,,"half', "unexpected end"),
            (time + b",said,lab,1,alice,,\\q", "backslash"),
            (time + b",said,lab,one,alice,,hello", "one"),
            (time + b",sung,lab,1,alice,,hello", "sung"),
            (b"noon,said,lab,1,alice,,hello", "noon"),
            (b"2024-02-29T12:00:00.007,said,lab,1,alice,,hello", "offset"),
            (time + b",private,lab,1,alice,,hello", "'to' belongs where it says 'hello'"),
            (time + b",private,lab,1,alice,,", "missing required field"),
            (time + b",access,lab,1,alice,,access=open x", "nothing belongs"),
            (time + b",dropped,lab,1,alice,,id=x name=y size=3 sha256=z", "int"),
            (time + b',private,lab,1,alice,,"to=""bob hello"', "Unterminated"),
        ]:
            self.assertIn(reason, self.refused(line))

    @settings(deadline=None)
    @given(st.binary(max_size=80), RECORDS)
    def test_damage_is_never_worse_than_a_bad_row(self, damage: bytes, one: Record) -> None:
        line = journal_rows.encode([one])
        for broken in (damage, line[: len(damage)] + damage, line[:-1] + damage, damage + line):
            try:
                read(broken)
            except BadRow:
                continue
