"""Reading the journal fast tells the same as reading it slowly would."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Record
from chatd.stores import journal_rows
from chatd.stores.journal_reading import Scan, Search
from chatd.stores.journal_state import log_key
from tests.stores.journals import NOON, entries, numbers, record, said
from tests.stores.test_journal_state import STEPS, after, facts, numbered

FORGETTABLE = (e.Entered, e.Left)


def lines(*records: Record) -> list[bytes]:
    return journal_rows.encode(records).splitlines(keepends=True)


def scan(rows: Iterable[bytes], bound: int = 200) -> Scan:
    scan = Scan(bound)
    scan.feed([journal_rows.HEADER, *rows])
    return scan


def expected(records: list[Record], bound: int) -> dict[str, list[e.Entry]]:
    """The last entries of each log, found in the plainest way."""
    first = after(*records).first
    found: dict[str, list[e.Entry]] = {}
    for entry, _ in records:
        log = log_key(entry.log)
        if entry.seq >= first.get(log, 1) and not isinstance(entry.event, FORGETTABLE):
            found[log] = [*found.get(log, []), entry][-bound:]
    return found


class ScanTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(st.lists(STEPS), st.integers(1, 3))
    def test_state_and_entries_are_those_of_all_rows(self, steps: list[tuple[str, e.Event]], bound: int) -> None:
        records = numbered(steps)
        result = scan(lines(*records), bound)
        self.assertEqual(facts(result.state()), facts(after(*records)))
        self.assertEqual(result.entries(), expected(records, bound))
        self.assertEqual(result.broken, [])

    @settings(deadline=None)
    @given(st.lists(STEPS), st.integers(0, 10))
    def test_pieces_make_no_difference(self, steps: list[tuple[str, e.Event]], cut: int) -> None:
        rows = lines(*numbered(steps))
        result = Scan(5)
        for piece in ([journal_rows.HEADER], rows[:cut], rows[cut:]):
            result.feed(piece)
        whole = scan(rows, 5)
        self.assertEqual(facts(result.state()), facts(whole.state()))
        self.assertEqual(result.entries(), whole.entries())

    def test_who_enters_and_leaves_never_pushes_out_what_was_said(self) -> None:
        passing = [record("lab", seq, e.Entered("bob") if seq % 2 else e.Left("bob")) for seq in range(3, 100)]
        result = scan(lines(said(1), said(2), *passing), bound=2)
        self.assertEqual(numbers(result.entries()["lab"]), [1, 2])
        self.assertEqual(result.state().last, {"lab": 99})

    def test_fields_that_must_be_quoted_or_escaped_are_read(self) -> None:
        records = [
            record('a,"b', 1, e.Entered('x,"y', guest=True)),
            said(2, 'yes, "no"', log='a,"b', user='x,"y'),
            said(1, "\\", log="@=x", user="=x"),
            record("@=x", 2, e.Entered("=x")),
            said(3, "\n", log="@=x", user="=x"),
        ]
        result = scan(lines(*records))
        self.assertEqual(result.entries(), {'a,"b': entries(records[1:2]), "@=x": entries([records[2], records[4]])})
        self.assertEqual(facts(result.state()), facts(after(*records)))

    def test_a_file_saved_by_a_spreadsheet_is_read(self) -> None:
        rows = [b'"' + b'","'.join(line.rstrip(b"\n").split(b",")) + b'"\r\n' for line in lines(said(1), said(2))]
        plain = [line.replace(b"\n", b"\r\n") for line in lines(said(3), record("lab", 4, e.Entered("a", guest=True)))]
        result = scan(rows + plain)
        self.assertEqual(result.entries(), {"lab": entries([said(1), said(2), said(3)])})
        self.assertEqual(result.state().last, {"lab": 4})

    def test_broken_rows_are_skipped_and_counted_and_hide_no_others(self) -> None:
        rows = [
            *lines(said(1)),
            b"\n",
            b"\x00\x00\x00\n",
            b"2024-02-29T12:00:00.000Z,said,lab,2,alice\n",
            b"2024-02-29T12:00:00.000Z,entered,lab,3,\xff,,\n",
            b"2024-02-29T12:00:00.000Z,entered,lab\n",
            b"2024-02-29T12:00:00.000Z,left,lab,x,alice,,\n",
            b"2024-02-29T12:00:00.000Z,sung,lab,4,alice,,la\n",
            b"2024-02-29T12:00:00.000Z,checkpoint,lab,many,,,\n",
            *lines(said(5)),
        ]
        result = scan(rows)
        self.assertEqual(numbers(result.entries()["lab"]), [1, 5])
        self.assertEqual(set(result.broken), set(rows[1:-1]) - {rows[6]})

    def test_the_number_of_a_row_counts_even_if_the_rest_is_broken(self) -> None:
        result = scan([*lines(said(1)), b"noon,said,lab,2,alice,,hello\n", b"noon,said,lab,x,alice,,hello\n"])
        self.assertEqual(result.state().last, {"lab": 2})

    def test_a_file_that_ends_with_stopped_or_tells_nothing_was_closed(self) -> None:
        stopped = journal_rows.note(NOON, journal_rows.STOPPED)
        self.assertTrue(scan([]).is_closed())
        self.assertTrue(scan([*lines(said(1)), stopped]).is_closed())
        self.assertFalse(scan([stopped, *lines(said(1))]).is_closed())
        self.assertFalse(scan([stopped, b"garbage\n"]).is_closed())

    def test_messages_to_a_name_are_not_those_of_who_registers_it_later(self) -> None:
        private = [said(seq, log="@Alice", user="bob") for seq in (1, 2)]
        later = said(3, log="@alice", user="bob")
        result = scan(lines(*private, record("@alice", 0, e.Registered("alice")), later))
        self.assertEqual(result.entries(), {"@alice": [later.entry]})

    def test_a_checkpoint_tells_what_is_in_older_files(self) -> None:
        result = scan(
            [journal_rows.note(NOON, journal_rows.CHECKPOINT, log="lab", seq=7), *lines(said(8), said(1, log="den"))]
        )
        self.assertEqual({log: tail.before for log, tail in result.tails.items()}, {"lab": 7, "den": 0})


class SearchTests(SynchronousTestCase):
    def search(self, rows: Iterable[bytes], *logs: str, bound: int = 200) -> Search:
        search = Search(logs, bound)
        search.feed([journal_rows.HEADER, *rows])
        return search

    def test_it_finds_the_last_entries_of_the_logs_in_question(self) -> None:
        rows = lines(*(said(seq, log=log) for seq in range(1, 6) for log in ("lab", "LAB", "den", "@lab")))
        found = self.search(rows, "lab", bound=3).entries({})
        self.assertEqual([(entry.log, entry.seq) for entry in found["lab"]], [("LAB", 4), ("lab", 5), ("LAB", 5)])
        self.assertEqual(list(found), ["lab"])

    def test_it_leaves_out_who_entered_and_left_and_what_belongs_to_an_older_room(self) -> None:
        rows = lines(said(1), record("lab", 2, e.Entered("bob")), said(3), record("lab", 4, e.Left("bob")), said(5))
        self.assertEqual(numbers(self.search(rows, "lab").entries({"lab": 2})["lab"]), [3, 5])

    def test_it_tells_what_is_in_still_older_files(self) -> None:
        checkpoints = [journal_rows.note(NOON, journal_rows.CHECKPOINT, log="lab", seq=seq) for seq in (7, 10_007)]
        search = self.search([*checkpoints, *lines(said(8, log="den"))], "lab", "den")
        self.assertEqual({log: tail.before for log, tail in search.tails.items()}, {"lab": 7, "den": 0})

    def test_broken_rows_are_skipped(self) -> None:
        rows = [b"\n", b"x,said,lab\n", b"x,said,\xff,1,a,,b\n", b"noon,said,lab,2,alice,,hello\n", *lines(said(3))]
        search = self.search(rows, "lab")
        self.assertEqual(numbers(search.entries({})["lab"]), [3])
        self.assertEqual(search.broken, rows[3:4])
