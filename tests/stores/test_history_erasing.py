"""What is forgotten is not found any more, and what is redacted is nowhere any more."""

from __future__ import annotations

from hashlib import sha256

from chatd.chat import events as e
from chatd.stores import history_files, history_shards, journal_rows
from tests.stores.histories import FileTestCase, fill, texts
from tests.stores.journals import NOON, numbers, record, said


class ForgettingTests(FileTestCase):
    def checkpoint(self, log: str, seq: int, first: str) -> None:
        self.journal.append(journal_rows.note(NOON, journal_rows.CHECKPOINT, log=log, seq=seq, text=first))
        fill(self.filler)

    def test_of_a_deleted_room_nothing_is_found(self) -> None:
        self.write(said(1), said(1, log="den"))
        self.write(record("Lab", 2, e.RoomDeleted("alice")))
        self.assertEqual(self.found("message", "lab", "den"), ["message 1"])
        self.assertEqual((self.searcher.page("lab", 0, 10), self.searcher.count("lab", 0)), ([], 0))

    def test_a_room_of_the_same_name_begins_anew(self) -> None:
        self.write(said(1), record("lab", 2, e.RoomDeleted("alice")), record("Lab", 3, e.RoomCreated("bob")))
        self.write(said(4, log="Lab"))
        self.assertEqual(numbers(self.searcher.page("lab", 0, 10)), [3, 4])
        self.assertEqual([entry.log for entry in self.search("message", "lab")], ["Lab"])

    def test_of_an_account_that_was_given_up_or_made_nothing_older_is_found(self) -> None:
        for event in (e.Registered("Alice"), e.Unregistered("alice")):
            self.write(record("@alice", 1, e.Private("bob", "alice", "psst")))
            self.write(record("@alice", 0, event))
            self.assertEqual(self.found("psst", "@alice"), [])

    def test_what_a_room_had_before_it_is_not_found_while_the_journal_is_read(self) -> None:
        self.patch(history_files, "SLICE", 100)
        self.journal.write(*(said(n, "of the old room") for n in range(1, 20)))
        self.journal.write(record("lab", 20, e.RoomDeleted("alice")), record("lab", 21, e.RoomCreated("bob")), said(22))
        filler = self.new_filler(lab=21)
        while not filler.step().caught_up:
            self.assertEqual(self.found("old"), [])
        self.assertEqual(self.found("message"), ["message 22"])

    def test_what_was_not_written_is_told_by_the_next_checkpoint(self) -> None:
        self.write(said(1), said(1, log="den"))
        self.checkpoint("lab", 5, "4")
        self.checkpoint("den", 5, "")
        self.assertEqual(self.found("message", "lab", "den"), ["message 1"])
        self.assertEqual([entry.log for entry in self.search("message", "lab", "den")], ["den"])

    def test_a_checkpoint_that_is_repeated_takes_nothing_away(self) -> None:
        self.checkpoint("lab", 5, "4")
        self.write(said(6))
        self.checkpoint("lab", 6, "4")
        self.assertEqual(self.found("message"), ["message 6"])


class RedactionTests(FileTestCase):
    def redact(self, log: str, seq: int) -> None:
        while not self.filler.step([(log, seq)]).idle:
            pass

    def test_a_text_is_gone_and_its_place_is_left(self) -> None:
        self.write(said(1, "a secret"), said(2, "nothing"))
        self.redact("lab", 1)
        self.assertEqual((self.found("secret"), texts(self.searcher.page("lab", 0, 10))), ([], ["", "nothing"]))

    def test_all_kinds_of_text_can_go(self) -> None:
        dropped = record("lab", 1, e.Dropped("alice", 7, "secret.txt", 12, "ab"))
        kicked, access = (
            record("lab", 2, e.Kicked("alice", "bob", "secret")),
            record("lab", 3, e.AccessSet("alice", "open")),
        )
        self.write(dropped, kicked, access, record("@bob", 1, e.Private("alice", "bob", "secret")))
        for log, seq in (("lab", 1), ("lab", 2), ("lab", 3), ("@bob", 1), ("lab", 4), ("den", 1)):
            self.redact(log, seq)
        events = [entry.event for log in ("lab", "@bob") for entry in self.searcher.page(log, 0, 10)]
        without = [e.Dropped("alice", 7, "", 12, "ab"), e.Kicked("alice", "bob"), e.AccessSet("alice", "open")]
        self.assertEqual(events, [*without, e.Private("alice", "bob", "")])

    def test_it_leaves_the_file_too(self) -> None:
        self.patch(history_shards, "SHARD", 500)
        words = [sha256(b"%d" % number).hexdigest() for number in range(1200)]
        for start in range(0, 1200, 5):
            self.write(*(said(number + 1, words[number]) for number in range(start, start + 5)))
        for first in range(6):
            for number in range(first, 1200, 7):
                self.filler.step([("lab", number + 1)])
            fill(self.filler)
        # In an index a word lacks what it has in common with the one before.
        left = [number for number in range(1200) if self.on_disk(words[number][-40:])]
        self.assertEqual(left, list(range(6, 1200, 7)))
        self.assertEqual(self.found(words[6]), [words[6]])

    def test_it_leaves_the_file_even_when_that_was_interrupted(self) -> None:
        self.write(said(1, "secretive"), said(2, "another"))
        self.filler.step([("lab", 1)])
        self.filler.close()
        while not self.filler.step().idle:
            self.filler.close()
        self.assertEqual([self.on_disk(word) for word in ("secretive", "another")], [False, True])

    def test_a_row_that_tells_of_it_will_do(self) -> None:
        self.write(said(1, "a secret"), said(2, "nothing"))
        self.journal.append(b"2024-02-29T12:00:00.000Z,redacted,Lab,3,alice,,id=1 target=bob\n")
        fill(self.filler)
        self.assertEqual((self.found("secret"), texts(self.searcher.page("lab", 3, 2))), ([], ["", "nothing"]))
        self.assertFalse(self.on_disk("secret"))

    def test_so_will_one_that_comes_at_once(self) -> None:
        self.journal.write(said(1, "a secret"))
        self.journal.append(b"2024-02-29T12:00:00.000Z,redacted,lab,2,alice,,id=1 target=bob\n")
        self.journal.append(b"2024-02-29T12:00:00.000Z,redacted,lab,3,alice,,what\n")
        fill(self.filler)
        self.assertEqual((self.found("secret"), texts(self.searcher.page("lab", 2, 1))), ([], [""]))

    def test_what_the_journal_has_blanked_is_blank(self) -> None:
        self.write(said(1, " " * 20), said(2, "nothing"))
        self.assertEqual(texts(self.searcher.page("lab", 0, 2)), ["", "nothing"])

    def test_what_was_redacted_can_be_forgotten(self) -> None:
        self.write(said(1, "a secret"), said(2, "a word"))
        self.redact("lab", 1)
        self.redact("lab", 1)
        self.write(record("lab", 3, e.RoomDeleted("alice")))
        self.write(said(1, "a word", "den"))
        self.assertEqual([entry.log for entry in self.search("word", "lab", "den")], ["den"])
