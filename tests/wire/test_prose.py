"""The words for people: everything has some, and nobody can choose words that read as somebody else's."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK
from chatd.wire.measures import sized
from chatd.wire.prose import Prose
from tests.wire.values import ANSWERS, AT, EVENTS, OTHER_ANSWERS, OTHER_EVENTS

UTC = ZoneInfo("UTC")
DAY = 24 * 3600 * 1000


def lines(data: bytes, code: str) -> list[str]:
    """What stands behind the code, in each line."""
    *whole, rest = data.decode().split("\r\n")
    if rest or not all(line.startswith(f"{code} ") for line in whole):
        raise AssertionError(f"not lines that begin with {code}: {data!r}")
    return [line.removeprefix(f"{code} ") for line in whole]


class ProseTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.prose = Prose(UTC)

    def said(self, log: str, event: e.Event, before: int = 0, former: e.Event | None = None) -> list[str]:
        return lines(self.prose.event(DUPLEX, e.Entry(log, 42, AT, event), self.former(log, before, former)), "111")

    def former(self, log: str, at: int, event: e.Event | None) -> e.Entry | None:
        return e.Entry(log, 41, at or AT, event or e.Said("bob", "hi")) if at or event else None


class WordsTests(ProseTestCase):
    def test_every_event_that_is_told_has_some(self) -> None:
        self.assertEqual({type(event) for event in EVENTS}, set(e.Event.__subclasses__()) - set(e.ACCOUNT_EVENTS))
        for event, words in (EVENTS | OTHER_EVENTS).items():
            log = "@alice" if isinstance(event, e.Private) else "lab"
            self.assertEqual(self.said(log, event), [words])

    def test_every_answer_has_some(self) -> None:
        self.assertEqual({type(answer) for answer in ANSWERS}, set(a.Answer.__subclasses__()))
        for answer, words in (ANSWERS | OTHER_ANSWERS).items():
            self.assertEqual(lines(self.prose.answer(LISTEN, answer), "00"), words)

    def test_in_a_room_answers_are_told_apart_from_what_is_said_there(self) -> None:
        for answer, words in (ANSWERS | OTHER_ANSWERS).items():
            told = lines(self.prose.answer(DUPLEX, answer), "111")
            if not isinstance(answer, a.Prompt):
                self.assertTrue(all(line.startswith(("-- ", "[")) for line in told), told)
            self.assertEqual([line.removeprefix("-- ") for line in told], words)

    def test_a_prompt_bears_its_code_and_nothing_else(self) -> None:
        self.assertEqual(self.prose.answer(SPEAK, a.Prompt("choose", "choose:")), b"11 choose:\r\n")

    def test_where_a_program_may_show_a_secret_its_prompt_says_so(self) -> None:
        raw, prompt = Prose(UTC, raw=True), a.Prompt("password", "password:")
        self.assertEqual(raw.answer(CREDENTIALS, prompt), b"01 password (netcat shows what you type):\r\n")
        self.assertEqual(raw.answer(SPEAK, prompt), b"11 password:\r\n")
        self.assertEqual(self.prose.answer(CREDENTIALS, prompt), b"01 password:\r\n")

    def test_ones_own_private_message_shows_whom_it_went_to(self) -> None:
        own = e.Private("alice", "bob", "psst")
        self.assertEqual(self.said("@alice", own), [">bob< psst"])
        self.assertEqual(self.said("@bob", own), ["<alice> psst"])
        self.assertEqual(self.said("@alice", e.Private("alice", "alice", "note")), ["<alice> note"])

    def test_a_long_list_is_told_in_several_lines(self) -> None:
        people = tuple(a.Person(f"{'x' * 20}{number}", False, "user", "active") for number in range(12))
        told = lines(self.prose.answer(LISTEN, a.Members("lab", people)), "00")
        self.assertGreater(len(told), 3)
        self.assertTrue(all(len(line) <= 104 for line in told))
        self.assertEqual("".join(told[1:]).replace(" ", "").split(","), [person.name for person in people])


class RetoldTests(ProseTestCase):
    def test_it_bears_its_number_and_the_date_where_that_is_another(self) -> None:
        entry = e.Entry("lab", 42, AT, e.Said("alice", "x"))
        told = lines(self.prose.answer(DUPLEX, a.Replayed(entry, day=AT - DAY)), "111")
        self.assertEqual(told, ["[lab] -- Saturday, 31 January 2026", "[lab#42] 12:01 alice: x"])
        self.assertEqual(lines(self.prose.answer(DUPLEX, a.Replayed(entry, day=AT - 1)), "111"), told[1:])

    def test_further_lines_of_a_paste_have_no_name(self) -> None:
        entry = e.Entry("lab", 42, AT, e.Said("alice", "  x", 41, 2, 3))
        self.assertEqual(lines(self.prose.answer(DUPLEX, a.Replayed(entry, goes_on=True)), "111"), ["[lab#42] |   x"])


class PasteTests(ProseTestCase):
    def told(self, line: int, known: int, former: e.Event | None = None) -> list[str]:
        return self.said("lab", e.Said("alice", "x", 7, line, known), former=former)

    def test_the_name_stands_once_unless_something_else_stands_between(self) -> None:
        self.assertEqual(self.told(1, 3), ["[lab] 12:01 alice: x"])
        self.assertEqual(self.told(2, 3, e.Said("alice", "w", 7, 1, 3)), ["[lab] | x"])
        for former in (e.Said("alice", "w"), e.Said("alice", "w", 6, 1, 3), e.Said("bob", "w"), e.Entered("bob"), None):
            self.assertEqual(self.told(2, 3, former), ["[lab] 12:01 alice: x"])

    def test_a_long_one_is_folded_behind_its_beginning(self) -> None:
        for known, shown, fold in ((41, 12, "… 29 more lines"), (40, 40, "… more lines"), (0, 40, "… more lines")):
            self.assertEqual(self.told(shown, known), ["[lab] 12:01 alice: x"])
            self.assertEqual(self.told(shown + 1, known), [f"[lab] -- {fold}: /more lab#7"])
            self.assertEqual(self.told(shown + 2, known), [])

    def test_the_text_is_kept_as_it_is(self) -> None:
        event, former = e.Said("alice", "    if x:  ", 7, 2, 3), e.Said("alice", "w", 7, 1, 3)
        self.assertEqual(self.said("lab", event, former=former), ["[lab] |     if x:  "])


class DateTests(ProseTestCase):
    def test_another_day_is_told_before_its_first_event(self) -> None:
        said = e.Said("alice", "hello")
        wanted = ["[lab] -- Saturday, 31 January 2026", "[lab] 12:01 alice: hello"]
        self.assertEqual(self.said("lab", said, AT - DAY), wanted)
        self.assertEqual(self.said("lab", said, AT - 1), wanted[1:])
        self.assertEqual(self.said("lab", said, 0), wanted[1:])

    def test_days_and_times_are_those_of_the_zone(self) -> None:
        self.prose = Prose(ZoneInfo("Pacific/Kiritimati"))
        self.assertEqual(self.said("lab", e.Said("alice", "hello")), ["[lab] 02:01 alice: hello"])
        morning = AT - 3 * 3600 * 1000
        self.assertEqual(self.said("lab", e.Entered("alice"), morning)[0], "[lab] -- Sunday, 01 February 2026")


class SizeTests(SynchronousTestCase):
    def test_sizes_are_told_in_powers_of_1024(self) -> None:
        sizes = {0: "0 B", 812: "812 B", 1023: "1023 B", 1024: "1.0 KiB", 1434: "1.4 KiB", 5 << 20: "5.0 MiB"}
        sizes |= {3 << 30: "3.0 GiB", 1 << 40: "1.0 TiB", 5000 << 40: "5000.0 TiB"}
        self.assertEqual({size: sized(size) for size in sizes}, sizes)
