"""The journal keeps what anyone has seen, whatever happens to the process and the disk."""

from __future__ import annotations

import contextlib
import errno
import os
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.logger import capturedLogs

from chatd.chat import events as e
from chatd.roomlog import Past, Record
from chatd.stores.journal import JUMP, CsvJournal
from tests.stores.faults import Crash, FaultyDisk, new_directory
from tests.stores.journals import Desk, JournalTestCase, entries, numbers, record, said, told, write
from tests.stores.test_journal_reading import expected
from tests.stores.test_journal_state import STEPS, after, numbered

BROKEN = OSError(errno.EIO, "Input/output error")


class KeptTests(JournalTestCase):
    def test_a_new_directory_has_no_past(self) -> None:
        self.assertEqual(self.desk.past(), Past({}, {}, {}))
        self.assertEqual(self.desk.events(), ["started", "stopped"])

    def test_what_was_written_is_known_at_the_next_start(self) -> None:
        records = [said(1), record("lab", 2, e.Emoted("bob", "waves")), said(1, log="den")]
        journal, _ = self.desk.open()
        write(journal, *records)
        self.close(journal)
        past = self.desk.past()
        self.assertEqual(past.last, {"lab": 2, "den": 1})
        self.assertEqual(past.recent, {"lab": entries(records[:2]), "den": entries(records[2:])})

    def test_the_last_entries_alone_are_read(self) -> None:
        journal, _ = self.desk.open()
        write(journal, *map(said, range(1, 10)))
        self.close(journal)
        self.assertEqual(numbers(self.desk.past(recent=3).recent["lab"]), [7, 8, 9])

    def test_everything_is_with_the_operating_system_before_anybody_is_told(self) -> None:
        journal, _ = self.desk.open()
        seen: list[list[str]] = []
        for seq in (1, 2):
            journal.write([said(seq)], lambda: seen.append([row.seq for row in self.desk.rows()]))
        self.assertEqual(seen, [["", "1"], ["", "1", "2"]])

    def test_nothing_to_write_is_written_in_its_turn(self) -> None:
        self.desk.options["fsync"] = "always"
        journal, _ = self.desk.open()
        self.desk.threads.at_once = False
        done: list[int] = []
        journal.write([said(1)], lambda: done.append(1))
        journal.write([], lambda: done.append(2))
        self.assertEqual(done, [])
        self.desk.threads.all()
        self.assertEqual(done, [1, 2])

    def test_the_file_belongs_to_its_owner_alone_whatever_the_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0))
        for mask in (0, 0o777):
            os.umask(mask)
            self.desk.past()
            self.assertEqual(self.desk.current.stat().st_mode & 0o777, 0o600)
            self.desk.current.unlink()

    def test_a_file_that_was_open_to_others_is_closed_to_them(self) -> None:
        self.desk.past()
        self.desk.current.chmod(0o644)
        self.desk.past()
        self.assertEqual(self.desk.current.stat().st_mode & 0o777, 0o600)

    def test_that_rows_cannot_be_written_is_no_row_but_its_number_is_not_given_twice(self) -> None:
        journal, _ = self.desk.open()
        write(journal, said(1), record("lab", 2, e.Recording("", on=True)))
        write(journal, record("den", 7, e.Recording("", on=True)))
        self.close(journal)
        self.assertNotIn("recording", self.desk.events())
        self.assertEqual(self.desk.past().last, {"lab": 2, "den": 7})

    def test_after_it_is_closed_nothing_is_kept_and_everybody_is_told(self) -> None:
        journal, _ = self.desk.open()
        self.close(journal)
        done: list[bool] = []
        journal.write([said(1)], lambda: done.append(True))
        self.assertEqual((done, self.desk.events()), ([True], ["started", "stopped"]))

    def test_everything_is_on_the_disk_when_it_is_closed(self) -> None:
        for fsync in ("always", "interval", "never"):
            self.desk.options["fsync"] = fsync
            journal, _ = self.desk.open()
            write(journal, said(1))
            self.break_disk()
            self.close(journal)
            self.assertEqual(self.disk.calls[-2:], ["write", "fsync"])


class CrashTests(JournalTestCase):
    def crashed(self, *records: Record) -> None:
        journal, _ = self.desk.open()
        write(journal, *records)

    def test_a_killed_daemon_loses_nothing_that_anyone_saw(self) -> None:
        self.crashed(said(1), said(2))
        self.assertEqual(self.desk.past().recent, {"lab": entries([said(1), said(2)])})

    def test_numbers_go_on_so_much_higher_that_none_is_given_twice(self) -> None:
        self.crashed(said(1), said(2), said(5, log="@bob"))
        self.assertEqual(self.desk.past().last, {"lab": JUMP + 2, "@bob": JUMP + 5})

    def test_they_stay_so_through_starts_without_events(self) -> None:
        self.crashed(said(1))
        self.desk.open()
        for _ in range(3):
            self.assertEqual(self.desk.past().last, {"lab": 2 * JUMP + 1})

    def test_that_they_go_on_higher_is_on_the_disk_when_the_start_is_done(self) -> None:
        self.crashed(said(1))
        self.break_disk()
        self.desk.open()
        self.assertEqual(self.disk.calls[self.disk.calls.index("write") :][:2], ["write", "fsync"])

    def test_a_clean_stop_lets_them_go_on_as_they_were(self) -> None:
        self.crashed(said(1))
        journal, _ = self.desk.open()
        write(journal, said(JUMP + 2))
        self.close(journal)
        past = self.desk.past()
        self.assertEqual((past.last, numbers(past.recent["lab"])), ({"lab": JUMP + 2}, [1, JUMP + 2]))

    def test_a_row_torn_at_any_byte_is_set_aside_and_hides_no_other(self) -> None:
        self.crashed(said(1), said(2, 'yes, "é"\n'))
        whole = self.desk.current.read_bytes()
        start = whole.rindex(b"\n", 0, -1) + 1
        aside = Path(f"{self.desk.current}.torn")
        for cut in range(start, len(whole)):
            self.desk.current.write_bytes(whole[:cut])
            aside.unlink(missing_ok=True)
            self.assertEqual(self.desk.past(), Past({"lab": JUMP + 1}, {"lab": entries([said(1)])}, {}))
            self.assertEqual(aside.read_bytes() if aside.exists() else b"\n", whole[start:cut] + b"\n")

    def test_a_broken_row_is_skipped_and_the_log_tells_where_it_is(self) -> None:
        self.crashed(said(1), said(2), said(3))
        content = self.desk.current.read_bytes()
        self.desk.current.write_bytes(content.replace(b",said,lab,2,", b",said;lab,2,"))
        with capturedLogs() as events:
            self.assertEqual(numbers(self.desk.past().recent["lab"]), [1, 3])
        self.assertEqual(told(events), ["log.csv: 1 of its rows cannot be read and were skipped, the first in line 4"])

    def test_a_daemon_killed_while_it_began_a_new_file_finds_the_old_one(self) -> None:
        self.crashed(said(1))
        self.desk.current.rename(self.desk.directory / "log-20240229T120000Z-1.csv")
        for content in (None, b"", b"time,ev"):
            if content is not None:
                self.desk.current.write_bytes(content)
            past = self.desk.open()[1]
            self.assertEqual((past.last, past.recent), ({"lab": JUMP + 1}, {"lab": [said(1).entry]}))
            self.assertEqual(self.desk.events(), ["checkpoint", "started"])
            self.desk.current.unlink()


class StoryTests(JournalTestCase):
    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.lists(STEPS, max_size=8), st.booleans()), max_size=5),
        st.sampled_from([1, 300, 1 << 20]),
        st.integers(1, 3),
    )
    def test_whatever_happens_every_start_knows_what_was_written(
        self, story: list[tuple[list[tuple[str, e.Event]], bool]], rotate_bytes: int, bound: int
    ) -> None:
        desk = Desk(new_directory(self), rotate_bytes=rotate_bytes)
        records: list[Record] = []
        for steps, clean in story:
            journal, past = desk.open(bound)
            self.check(journal, past, records, bound)
            new = numbered(steps, past.last)
            for one in new:
                write(journal, one)
            records += new
            if clean:
                journal.close()
            else:
                desk.kill()
        self.check(*desk.open(bound), records, bound)
        desk.kill()

    def check(self, journal: CsvJournal, past: Past, records: list[Record], bound: int) -> None:
        known = dict(past.recent)
        for log, older in self.successResultOf(journal.backfill()).items():
            known[log] = older + known.get(log, [])
        rooms = {log: found for log, found in known.items() if not log.startswith("@")}
        self.assertEqual(rooms, {log: found for log, found in expected(records, bound).items() if log[0] != "@"})
        for log, last in after(*records).last.items():
            self.assertGreaterEqual(past.last[log], last)


class CrashAnywhereTests(JournalTestCase):
    def live(self, seen: list[int]) -> None:
        """What a daemon does in a short life; ``seen`` are the numbers that somebody has seen."""
        journal, past = self.desk.open()
        last = past.last.get("lab", 0)
        for seq in range(last + 1, last + 5):
            journal.write([said(seq)], partial(seen.append, seq))
            self.desk.clock.advance(1)
        journal.close().addErrback(lambda failure: failure.trap(Crash))

    def dies(self, crash_at: int, seen: list[int]) -> bool:
        self.disk = FaultyDisk(crash_at)
        self.break_disk()
        with contextlib.suppress(Crash):
            self.live(seen)
        self.desk.kill()
        return len(self.disk.calls) > crash_at

    def test_a_crash_at_any_call_loses_nothing_that_anyone_saw_and_gives_no_number_twice(self) -> None:
        self.desk.options["rotate_bytes"] = 100
        seen: list[int] = []
        crash_at = 0
        while self.dies(crash_at, seen):
            crash_at += 1
            self.disk = FaultyDisk()
            self.break_disk()
            journal, past = self.desk.open()
            older = self.successResultOf(journal.backfill())
            known = {entry.seq for entries in (older, past.recent) for entry in entries.get("lab", ())}
            self.assertEqual(set(seen[-100:]) - known, set())
            self.assertGreaterEqual(past.last.get("lab", 0), max(seen, default=0))
            self.close(journal)
        self.assertGreater(crash_at, 30)
        self.assertEqual(len(set(seen)), len(seen))


class PlaceTests(JournalTestCase):
    def rooms(self, clean: bool, *records: Record) -> dict[str, tuple[str, ...]]:
        journal, _ = self.desk.open()
        write(journal, *records)
        if clean:
            self.close(journal)
        return self.desk.past().rooms

    def test_who_logged_out_comes_back_to_the_rooms_of_that_session(self) -> None:
        records = [record("@alice", 0, e.LoggedOut("alice", "lab public")), record("@bob", 0, e.LoggedOut("bob", ""))]
        self.assertEqual(self.rooms(True, *records), {"alice": ("lab", "public")})

    def test_who_was_inside_when_the_daemon_was_killed_comes_back_there(self) -> None:
        entered = [record(room, 1, e.Entered("alice")) for room in ("den", "lab", "public")]
        inside = {"alice": ("lab", "public")}
        self.assertEqual(self.rooms(False, *entered, record("den", 2, e.Left("alice"))), inside)
        self.assertEqual(self.desk.past().rooms, inside)
