"""What was said is found: by words, user, room and time, the newest first, and only by those who may read it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import events as e
from chatd.roomlog import Record
from chatd.stores import history_searching, history_shards
from chatd.stores.history_searching import Query, Searcher
from chatd.stores.history_words import match
from tests.stores.faults import new_directory
from tests.stores.histories import FileTestCase, Journal, fill, new_filler
from tests.stores.journals import NOON, numbers, record, said


def says(user: str, text: str, seq: int, log: str = "lab", at: int = 0) -> Record:
    return record(log, seq, e.Said(user, text), NOON + at)


class SearchTests(FileTestCase):
    def numbers(self, words: str, *logs: str, **options: Any) -> list[int]:
        return numbers(self.search(words, *logs, **options))

    def test_the_newest_come_first(self) -> None:
        self.write(said(1), said(1, log="den"), said(2), said(2, log="den"))
        places = [(entry.log, entry.seq) for entry in self.search("message", "lab", "den")]
        self.assertEqual(places, [("den", 2), ("lab", 2), ("den", 1), ("lab", 1)])

    def test_only_in_logs_that_were_named(self) -> None:
        self.write(said(1), said(2, log="den"), said(3, log="@bob"))
        self.assertEqual(self.numbers("message", "den"), [2])
        self.assertEqual(self.numbers("message", "den", "@bob"), [3, 2])
        self.assertEqual(self.numbers("message", "nowhere"), [])

    def test_by_user(self) -> None:
        self.write(
            says("alice", "red", 1), says("Anna_Maria", "red", 2), says("bob", "red fox", 3), says("bob", "fox", 4)
        )
        self.assertEqual(self.numbers("red", user="bob"), [3])
        self.assertEqual(self.numbers("", user="bob"), [4, 3])
        self.assertEqual(self.numbers("red", user="anna_maria"), [2])
        self.assertEqual(self.numbers("red", user="anna"), [])
        self.assertEqual(self.numbers("", user='" OR text:red'), [])

    def test_a_name_is_no_word(self) -> None:
        self.write(says("alice", "hello", 1))
        self.assertEqual([self.numbers(word) for word in ("alice", "lab", "l1", "u616c696365", "said")], [[]] * 5)

    def test_by_time(self) -> None:
        self.write(*(says("alice", "red", seq, at=1000 * seq) for seq in range(1, 6)))
        self.assertEqual(self.numbers("red", since=NOON + 3000), [5, 4, 3])
        self.assertEqual(self.numbers("red", until=NOON + 3000), [2, 1])
        self.assertEqual(self.numbers("red", since=NOON + 2000, until=NOON + 4000), [3, 2])

    def test_a_clock_that_was_set_back_hides_nothing(self) -> None:
        self.write(says("alice", "red", 1, at=5000), says("alice", "red", 2, at=1000), says("alice", "red", 3, at=6000))
        self.assertEqual(self.numbers("red", since=NOON + 4000), [3, 1])
        self.assertEqual(self.numbers("red", until=NOON + 4000), [2])

    def test_it_can_be_gone_on_with(self) -> None:
        self.patch(history_shards, "SHARD", 5)
        self.write(*(said(seq, "red" if seq % 3 else "fox") for seq in range(1, 101)))
        pages, more = [], 0
        while True:
            found, more = self.searcher.search(Query("red", ["lab"], before=more, limit=7))
            pages.append(numbers(found))
            if not more:
                break
        self.assertEqual([len(page) for page in pages], [7] * 9 + [4])
        self.assertEqual([seq for page in pages for seq in page], [seq for seq in range(100, 0, -1) if seq % 3])

    def test_what_takes_too_long_stops_where_it_can_be_gone_on_with(self) -> None:
        self.patch(history_shards, "SHARD", 100)
        self.write(*(said(seq, "red" if seq < 110 or seq > 790 else "fox") for seq in range(1, 801)))
        clock = iter(range(1000))
        searcher = Searcher(self.directory, lambda: next(clock) * history_searching.LONG_ENOUGH * 0.6)
        self.addCleanup(searcher.close)
        found, rounds, more = [], 0, 0
        while rounds == 0 or more:
            some, more = searcher.search(Query("red", ["lab"], before=more, limit=1000))
            found += numbers(some)
            rounds += 1
        self.assertEqual(found, [*range(800, 790, -1), *range(109, 0, -1)])
        self.assertGreater(rounds, 2)

    def test_nothing_is_missed_where_much_must_not_be_read(self) -> None:
        self.patch(history_searching, "_MANY", 5)
        self.patch(history_searching, "_FEW", 3)
        self.patch(history_shards, "SHARD", 60)
        self.patch(history_searching, "SHARD", 60)
        logs = [f"room{number}" for number in range(10)]
        sizes = {log: 1 + 9 * number for number, log in enumerate(logs)}
        rows = [said(seq, "red", log) for log, size in sizes.items() for seq in range(1, size + 1)]
        rows.sort(key=lambda row: (row.entry.seq, row.entry.log))
        self.write(*rows)
        for readable in (logs, logs[:1], logs[:2], logs[:5], logs[5:], logs[::2], logs[-1:], logs[:9]):
            expected = [(row.entry.log, row.entry.seq) for row in reversed(rows) if row.entry.log in readable]
            found = [(entry.log, entry.seq) for entry in self.search("red", *readable, limit=1000)]
            self.assertEqual(found, expected)

    def test_it_sees_one_state_of_the_file(self) -> None:
        self.write(said(1))
        self.found("message")
        self.journal.write(said(2))
        fill(self.filler)
        self.assertEqual(self.numbers("message"), [2, 1])
        old = self.journal.rotate()
        self.write(said(3))
        old.unlink()
        self.journal.rotate()
        fill(self.filler)
        self.assertEqual(self.numbers("message"), [3])


class PageTests(FileTestCase):
    def test_the_last_come_oldest_first(self) -> None:
        self.write(*map(said, (1, 2, 5, 6, 9)))
        self.assertEqual(numbers(self.searcher.page("lab", 0, 3)), [5, 6, 9])
        self.assertEqual(numbers(self.searcher.page("lab", 6, 2)), [2, 5])
        self.assertEqual(numbers(self.searcher.page("lab", 7, 2)), [5, 6])
        self.assertEqual(self.searcher.page("lab", 1, 2), [])
        self.assertEqual(self.searcher.page("nowhere", 0, 2), [])

    def test_from_a_moment_on(self) -> None:
        self.write(*(says("alice", "red", seq, at=1000 * seq) for seq in (1, 2, 5, 10_006, 10_009)))
        moments = [
            numbers(self.searcher.since("lab", NOON + at, 2)) for at in (0, 1500, 5000, 5001, 10_009_000, 10_009_001)
        ]
        self.assertEqual(moments, [[1, 2], [2, 5], [5, 10_006], [10_006, 10_009], [10_009], []])
        self.assertEqual(self.searcher.since("nowhere", 0, 2), [])

    def test_a_clock_that_was_set_back_hides_nothing(self) -> None:
        self.write(*(says("alice", "red", seq, at=at) for seq, at in ((1, 5000), (2, 1000), (3, 6000))))
        self.assertEqual(numbers(self.searcher.since("lab", NOON + 2000, 5)), [1, 3])

    def test_what_is_new_is_counted(self) -> None:
        self.write(*map(said, (1, 2, 5, 6)), said(1, log="den"))
        counts = [self.searcher.count("lab", after) for after in (0, 1, 3, 6, 7)]
        self.assertEqual((counts, self.searcher.count("nowhere", 0)), ([4, 3, 2, 0, 0], 0))


TEXTS = st.lists(st.sampled_from(["red", "fox", "foxes", "dog", "Rédaction"]), min_size=1, max_size=5).map(" ".join)
LOGS = st.sampled_from(["lab", "den", "pit", "@bob"])
ROWS = st.lists(st.tuples(LOGS, st.sampled_from(["al", "bo"]), TEXTS), max_size=60)


class NaiveTests(SynchronousTestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        ROWS,
        st.sets(LOGS),
        st.lists(st.sampled_from(["red", "fox", "dog*", "foxes", '"red fox"', "re*", "redaction"]), max_size=3),
        st.sampled_from(["", "al"]),
        st.tuples(st.integers(0, 70), st.integers(0, 70)),
        st.integers(1, 5),
    )
    def test_it_equals_a_naive_filter(
        self, rows: Any, logs: set[str], words: list[str], user: str, times: tuple[int, int], many: int
    ) -> None:
        self.patch(history_searching, "_MANY", many)
        self.patch(history_searching, "_FEW", 1)
        self.patch(history_shards, "SHARD", 7)
        directory = new_directory(self)
        journal, filler = Journal(directory), new_filler(directory)
        records = [says(user, text, seq, log, seq) for seq, (log, user, text) in enumerate(rows, 1)]
        journal.write(*records)
        fill(filler)
        searcher = Searcher(directory, lambda: 0.0)
        since, until = NOON + times[0], NOON + times[1]
        typed = " ".join([*words, '"'])  # the last word is whole
        query = Query(match(typed), sorted(logs), user, since, until, limit=100)
        found = searcher.search(query)[0] if words or user else []
        expected = [
            row.entry
            for row, (log, name, text) in reversed(list(zip(records, rows, strict=True)))
            if log in logs
            and (words or user)
            and user in ("", name)
            and since <= row.entry.at < until
            and all(_has(text, word) for word in words)
        ]
        self.assertEqual(found, expected)
        searcher.close()
        filler.close()


def _has(text: str, word: str) -> bool:
    there = text.lower().replace("é", "e").split()
    if word.startswith('"'):
        return f" {word[1:-1]} " in " ".join(["", *there, ""])
    return any(other.startswith(word[:-1]) if word.endswith("*") else other == word for other in there)
