"""JSON objects to values."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moderation import BanLine, BanList
from chatd.chat.moments import Moment
from chatd.chat.notices import Alarm, Stopping
from chatd.wire.codes import DUPLEX, LISTEN
from chatd.wire.jsonlines import JsonLines
from chatd.wire.objects import Unknown, value
from chatd.wire.prose import Prose
from tests.wire.reports import REPORTS

AT = 1769860862345
ENTRY = e.Entry("lab", 42, AT, e.Said("alice", "hello"))
PERSON = a.Person("alice", False, "user", "active")
WORD = a.Word("enter", "ROOM", "enter a room", ("join",))

ANSWERS: list[a.Answer] = [
    a.Chat("bob", "open"),
    a.Ignoring(("bob", "eve")),
    a.Refused("no-such-room", "lab", ("lap",), 3),
    a.Done("room-created", "lab"),
    a.Prompt("password", "password:"),
    a.MainMenu((WORD,)),
    a.Helped((WORD,), "/"),
    a.Greeting("chatd", "1.0"),
    a.Welcome("alice", False, "user"),
    a.Lines(("one", "two")),
    a.YouEntered("lab", "topic", 2),
    a.YouLeft("lab", "public"),
    a.ThrownOut("lab", "kicked"),
    a.Members("lab", (PERSON,)),
    a.About(PERSON, True, Moment(AT), ("lab",)),
    a.RoomList((a.RoomSummary("lab", 2, "topic", "open", True),)),
    a.RoomInfo("lab", "alice", "topic", "open", Moment(0), ("alice",)),
    a.RoomInfo("lab", "alice", "", "invited", Moment(AT), (), True, True, 12, ("bob",), ("eve",)),
    a.Refused("banned", "lab", why="noise", until=Moment(AT)),
    BanList("lab", (BanLine("ban", "bob", "192.0.2.7/32", "lab", "alice", Moment(AT), Moment(0), "noise"),)),
    a.TopicIs("lab", ""),
    a.Replayed(ENTRY),
    a.Past("lab", 1),
    a.PasteLines("lab", 42, 48),
    a.Searched(2),
    a.FileList("lab", (a.FileLine(17, "a.txt", 5, "0" * 64, "alice", Moment(AT), Moment(AT)),)),
    a.Ticket(ticket="abc", purpose="get", name="a.txt", size=5, expires=Moment(AT), command="nc"),
    a.Ready(5, 0),
    a.Stored("0" * 64),
    a.Sending(5, "0" * 64),
    a.Setting("format", "json"),
    a.StatusChanged(PERSON),
    a.VersionIs("here", "chatd", "1.0"),
    a.Closing("quit"),
    *(report for report, _ in REPORTS),
    Stopping(300, "new disks"),
    Alarm("disk", True, "no space left"),
    a.Welcome("alice", False, "user", "code", 7),
    a.YouEntered("lab", "topic", 2, seq=42),
    a.ResumeCode("code", Moment(AT)),
    a.Gap("lab", 8, 20),
]
EVENTS: list[e.Event] = [
    e.Said("alice", "hello"),
    e.Emoted("alice", "waves"),
    e.Private("alice", "bob", "psst"),
    e.Entered("alice", True),
    e.Left("alice", "bye"),
    e.TopicSet("alice", "tea"),
    e.AccessSet("alice", "open"),
    e.Kicked("alice", "bob", "why"),
    e.Banned("alice", "bob", Moment(AT), "noise"),
    e.Muted("alice", "bob", Moment(0)),
    e.Redacted("alice", 42, "bob"),
    e.Dropped("alice", 17, "a.txt", 5, "0" * 64),
    e.RoomCreated("alice"),
    e.RoomDeleted("alice"),
    e.Recording("", False),
    e.Announced("", "tea is ready"),
]


def _sent(answer: a.Answer) -> str:
    return JsonLines().answer(LISTEN, answer).decode()[3:].strip()


def _happened(entry: e.Entry) -> str:
    return JsonLines().event(DUPLEX, entry).decode()[4:].strip()


class ValueTests(SynchronousTestCase):
    def test_every_answer_comes_back_as_it_was(self) -> None:
        self.assertEqual({type(answer) for answer in ANSWERS}, set(a.Answer.__subclasses__()))
        for answer in ANSWERS:
            self.assertEqual(value(_sent(answer)), answer)

    def test_every_event_comes_back_with_its_place(self) -> None:
        for event in EVENTS:
            for log in ("lab", "@alice"):
                entry = e.Entry(log, 42, AT, event)
                self.assertEqual(value(_happened(entry)), entry)

    def test_what_comes_can_be_worded(self) -> None:
        worded = Prose(ZoneInfo("UTC")).event(DUPLEX, ENTRY)
        received = value(_happened(ENTRY))
        assert isinstance(received, e.Entry)
        self.assertEqual(Prose(ZoneInfo("UTC")).event(DUPLEX, received), worded)

    def test_fields_that_are_not_known_are_passed_over(self) -> None:
        line = '{"type":"said","room":"lab","seq":1,"user":"a","text":"hi","at":"","colour":"red"}'
        self.assertEqual(value(line), e.Entry("lab", 1, 0, e.Said("a", "hi")))

    def test_an_unknown_type_comes_with_its_text(self) -> None:
        self.assertEqual(value('{"type":"poll","room":"lab","text":"tea?"}'), Unknown("poll", "lab", "tea?"))

    def test_a_known_type_without_what_it_needs_is_unknown(self) -> None:
        self.assertEqual(value('{"type":"said","text":"hi"}'), Unknown("said", "", "hi"))
        self.assertEqual(value('{"type":"said","user":"a","text":"hi","at":"noon"}'), Unknown("said", "", "hi"))

    def test_a_type_that_is_no_word_is_unknown(self) -> None:
        self.assertEqual(value('{"type":["said"],"text":3}'), Unknown())

    def test_no_object_is_no_value(self) -> None:
        for line in ("", "{", "[]", '"said"', "3", '{"a":' * 5000, '{"type":"said","text":"\\ud800"}'):
            self.assertIsNone(value(line))

    def test_all_text_is_cleaned(self) -> None:
        person = '{"name":"a\\r\\u202eb","guest":true,"role":"","status":""}'
        line = f'{{"type":"who","room":"\\u001b[2Jlab","members":[{person}]}}'
        self.assertEqual(value(line), a.Members("lab", (a.Person("ab", True, "", ""),)))

    @settings(deadline=None)
    @given(st.text())
    def test_no_line_is_too_strange(self, line: str) -> None:
        value(line)
        value("{" + line)

    @settings(deadline=None)
    @given(st.text())
    def test_any_text_of_an_event_comes_clean(self, text: str) -> None:
        received = value(_happened(e.Entry("lab", 1, AT, e.Said("alice", text))))
        assert isinstance(received, e.Entry) and isinstance(received.event, e.Said)
        self.assertNotRegex(received.event.text, "[\x00-\x1f\x7f-\x9f]")
