"""While the journal cannot be written chat goes on, and the journal tells afterwards what it missed."""

from __future__ import annotations

import errno
from functools import partial

from twisted.logger import capturedLogs

from chatd.chat import events as e
from chatd.stores.journal import JUMP
from tests.stores.journals import JournalTestCase, numbers, record, said, told, write

BROKEN = OSError(errno.EIO, "Input/output error")


class FailureTests(JournalTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal, _ = self.desk.open()
        write(self.journal, said(1))
        self.break_disk()

    def test_chat_goes_on_and_the_alarm_is_given_once(self) -> None:
        self.disk.room = 0
        done: list[int] = []
        with capturedLogs() as events:
            for seq in (2, 3, 4):
                self.journal.write([said(seq)], partial(done.append, seq))
        self.assertEqual((done, self.desk.alarms), ([2, 3, 4], [False]))
        self.assertEqual(
            told(events),
            ["log.csv cannot be written: [Errno 28] No space left on device; chat goes on, and is not recorded"],
        )
        self.assertEqual(self.desk.events(), ["started", "said"])

    def test_as_soon_as_there_is_room_rows_are_written_and_a_gap_is_noted(self) -> None:
        self.disk.room = 20
        write(self.journal, said(2), said(3))
        write(self.journal, said(4), said(1, log="den"))
        self.disk.room = None
        with capturedLogs() as events:
            write(self.journal, said(5))
            write(self.journal, said(6))
        self.assertEqual(self.desk.alarms, [False, True])
        self.assertEqual(told(events), ["log.csv is written again"])
        rows = [(row.event, row.log, row.seq, row.text) for row in self.desk.rows()[2:]]
        self.assertEqual(
            rows,
            [
                ("gap", "", "", "4"),
                ("checkpoint", "lab", "4", ""),
                ("checkpoint", "den", "1", ""),
                ("said", "lab", "5", "message 5"),
                ("said", "lab", "6", "message 6"),
            ],
        )

    def test_a_disk_with_room_for_the_note_of_a_gap_alone_is_not_filled_with_such_notes(self) -> None:
        self.disk.room = 0
        write(self.journal, said(2))
        for seq in range(3, 10):
            self.disk.room = 150
            write(self.journal, said(seq, "long " * 100))
        self.assertEqual((self.desk.events(), self.desk.alarms), (["started", "said"], [False]))
        self.disk.room = None
        write(self.journal, said(10))
        self.assertEqual([row.text for row in self.desk.rows() if row.event == "gap"], ["8"])

    def test_what_fits_is_kept_up_to_the_last_whole_row(self) -> None:
        self.disk.room = 100
        write(self.journal, said(2), said(3), said(4))
        self.disk.room = None
        write(self.journal, said(5))
        self.assertEqual([row.seq for row in self.desk.rows() if row.event == "said"], ["1", "2", "5"])
        self.assertEqual([row.text for row in self.desk.rows() if row.event == "gap"], ["2"])

    def test_a_number_that_was_lost_is_not_given_again(self) -> None:
        self.disk.room = 0
        write(self.journal, said(2), said(1, log="den"), record("lab", 3, e.Entered("alice")))
        self.disk.room = None
        self.close(self.journal)
        past = self.desk.past()
        self.assertEqual((past.last, past.rooms), ({"lab": 3, "den": 1}, {"alice": ("lab",)}))

    def test_a_room_deleted_meanwhile_has_nothing_to_tell_afterwards(self) -> None:
        self.disk.room = 0
        write(self.journal, record("lab", 2, e.RoomDeleted("alice")), record("lab", 3, e.RoomCreated("bob")))
        self.disk.room = None
        write(self.journal, said(4))
        self.close(self.journal)
        self.assertEqual(numbers(self.desk.past().recent["lab"]), [4])

    def test_a_stop_that_cannot_be_noted_is_an_unclean_one(self) -> None:
        self.disk.room = 0
        self.close(self.journal)
        self.disk.room = None
        self.assertEqual(self.desk.past().last, {"lab": JUMP + 1})

    def test_a_start_that_cannot_be_noted_is_noted_as_soon_as_possible(self) -> None:
        write(self.journal, said(7, log="den"))
        self.disk.room = 0
        journal, past = self.desk.open()
        self.assertEqual((past.last, self.desk.alarms), ({"lab": JUMP + 1, "den": JUMP + 7}, []))
        write(journal, said(JUMP + 2))
        self.assertEqual(self.desk.alarms, [False])
        self.disk.room = None
        write(journal, said(JUMP + 3))
        self.close(journal)
        self.assertEqual(self.desk.alarms, [False, True])
        past = self.desk.past()
        self.assertEqual(past.last, {"lab": JUMP + 3, "den": JUMP + 7})
        self.assertEqual(numbers(past.recent["lab"]), [1, JUMP + 3])

    def test_a_failed_fsync_gives_the_alarm_and_the_next_that_works_ends_it(self) -> None:
        self.disk.errors["fsync"] = BROKEN
        self.desk.clock.advance(1)
        self.assertEqual(self.desk.alarms, [False])
        write(self.journal, said(2))
        self.desk.clock.advance(1)
        self.disk.errors.clear()
        write(self.journal, said(3))
        self.assertEqual(self.desk.alarms, [False])
        self.desk.clock.advance(1)
        self.assertEqual(self.desk.alarms, [False, True])

    def test_it_ends_though_nobody_says_anything(self) -> None:
        self.disk.room = 0
        write(self.journal, said(2))
        self.journal.retry()
        self.assertEqual((self.desk.alarms, self.journal.why), ([False], "No space left on device"))
        self.disk.room = None
        self.journal.retry()
        self.assertEqual((self.desk.alarms, self.desk.events()[-2:]), ([False, True], ["gap", "checkpoint"]))

    def test_also_where_it_was_the_fsync_that_failed(self) -> None:
        self.disk.errors["fsync"] = BROKEN
        self.desk.clock.advance(1)
        self.disk.errors.clear()
        self.journal.retry()
        self.desk.clock.advance(1)
        self.assertEqual(self.desk.alarms, [False, True])

    def test_where_all_is_well_nothing_is_tried(self) -> None:
        calls = len(self.disk.calls)
        self.journal.retry()
        self.assertEqual(len(self.disk.calls), calls)

    def test_the_notice_that_nothing_is_recorded_does_not_end_the_alarm(self) -> None:
        self.disk.room = 0
        write(self.journal, said(2))
        self.disk.room = None
        write(self.journal, record("lab", 3, e.Recording("", on=False)))
        self.assertEqual((self.desk.alarms, self.desk.events()), ([False], ["started", "said"]))

    def test_a_journal_that_cannot_be_opened_is_an_error(self) -> None:
        self.disk.errors["fsync"] = BROKEN
        self.assertRaises(OSError, self.desk.open)
