"""Nothing that a user chooses makes a second line, or changes how a line begins."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.names import BadName, check
from chatd.chat.text import clean
from chatd.wire.codes import DUPLEX, LISTEN, Code
from chatd.wire.jsonlines import JsonLines
from chatd.wire.objects import value
from chatd.wire.prose import Prose
from chatd.wire.sentences import CLOSING, DONE, REFUSED
from tests.wire.values import ANSWERS, AT, EVENTS

PROSE, JSON = Prose(ZoneInfo("UTC")), JsonLines()


def _is_name(name: str) -> bool:
    try:
        return check(name) == name
    except BadName:
        return False


# What looks like the parts of a line, and what ends one somewhere.
_BAIT = [
    " ",
    ":",
    "]",
    "[lab] ",
    "12:01 ",
    "bob: ",
    "* ",
    "-- ",
    "<bob> ",
    ">bob< ",
    "111 ",
    "00 ",
    "\x1b[2K",
    "{",
    "}",
]
_ENDS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x1b[1A", "\u202e", "\t"]
raw_texts = st.lists(st.sampled_from(_BAIT + _ENDS) | st.text(max_size=4), max_size=8).map("".join)
texts = raw_texts.map(clean)
names = st.from_regex(r"[a-zA-ZäЖ][!-~äЖ]{0,8}", fullmatch=True).filter(_is_name)

_START = re.compile(
    r"""111[ ](?:
    \[(?P<room>\S+)\][ ](?: \d\d:\d\d[ ](?: \*[ ](?P<emoter>\S+)[ ] | (?P<speaker>\S+):[ ] ) | (?P<server>--[ ]) )
    | <(?P<source>\S+)>[ ]
    | >(?P<target>\S+)<[ ] )""",
    re.VERBOSE,
)


def read(line: str) -> dict[str, str]:
    """What a person takes a line of a room for, by how it begins."""
    match = _START.match(line)
    return {part: text for part, text in match.groupdict().items() if text} if match else {}


def one_line(data: bytes) -> str:
    """The line without its end; it fails where there are several, for whomever."""
    line = data.decode().removesuffix("\r\n")
    shown = clean(line)
    if line != shown or len(line.splitlines()) > 1:
        raise AssertionError(f"more than one line: {data!r}")
    return line


# By type; every other field of an event is a number, or chosen by the server.
_FIELDS: dict[str, st.SearchStrategy[Any]] = {"user": names, "to": names, "target": names, "text": texts, "name": texts}


def events_of(kind: type[e.Event]) -> st.SearchStrategy[e.Event]:
    """Events whose fields are as strange as they can be."""
    plain = next(event for event in EVENTS if type(event) is kind)
    chosen = {name: _FIELDS[name] for name in kind.__struct_fields__ if name in _FIELDS}
    return st.builds(lambda **fields: msgspec.structs.replace(plain, **fields), **chosen)


ROOM_EVENTS = st.one_of([events_of(type(event)) for event in EVENTS if not isinstance(event, e.Private)])


class EventTests(SynchronousTestCase):
    @settings(max_examples=500, deadline=None)
    @given(names, ROOM_EVENTS)
    def test_a_line_of_a_room_reads_as_what_it_is(self, room: str, event: e.Event) -> None:
        read_as = read(one_line(PROSE.event(DUPLEX, e.Entry(room, 1, AT, event))))
        who = {e.Said: "speaker", e.Emoted: "emoter"}.get(type(event))
        self.assertEqual(read_as, {"room": room, who: event.user} if who else {"room": room, "server": "-- "})

    @given(events_of(e.Private))
    def test_a_private_line_reads_as_what_it_is(self, event: e.Event) -> None:
        assert isinstance(event, e.Private)
        theirs = e.Entry(f"@{event.to}", 1, AT, event)
        own = e.Entry(f"@{event.user}", 1, AT, event)
        self.assertEqual(read(one_line(PROSE.event(DUPLEX, theirs))), {"source": event.user})
        if event.user != event.to:
            self.assertEqual(read(one_line(PROSE.event(DUPLEX, own))), {"target": event.to})

    @given(names, ROOM_EVENTS, st.sampled_from([LISTEN, DUPLEX]))
    def test_what_is_told_again_reads_as_that(self, room: str, event: e.Event, code: Code) -> None:
        told = one_line(PROSE.answer(code, a.Replayed(e.Entry(room, 7, AT, event))))
        self.assertTrue(told.startswith(f"{code.value} [{room}#7] "))
        again = one_line(PROSE.event(code, e.Entry(room, 7, AT, event)))
        self.assertEqual(told.replace(f"[{room}#7]", f"[{room}]", 1), again)


_PEOPLE = st.builds(
    a.Person,
    name=names,
    guest=st.booleans(),
    role=st.sampled_from(["user", "operator"]),
    status=st.sampled_from(["active", "busy"]),
    text=texts,
)
_CHOSEN: dict[type, st.SearchStrategy[Any]] = {
    a.Refused: st.builds(a.Refused, st.sampled_from(sorted(REFUSED)), texts, st.lists(texts, max_size=2).map(tuple)),
    a.Done: st.builds(a.Done, st.sampled_from(sorted(DONE)), texts),
    a.Closing: st.builds(a.Closing, st.sampled_from(sorted(CLOSING)), texts),
    a.YouEntered: st.builds(a.YouEntered, names, texts, st.just(3)),
    a.TopicIs: st.builds(a.TopicIs, names, texts),
    a.Members: st.builds(a.Members, names, st.lists(_PEOPLE, max_size=4).map(tuple)),
    a.About: st.builds(a.About, _PEOPLE, st.booleans(), st.just(AT), st.lists(names, max_size=2).map(tuple)),
    a.StatusChanged: st.builds(a.StatusChanged, _PEOPLE),
    a.RoomList: st.lists(
        st.builds(a.RoomSummary, names, st.just(2), texts, st.just("open"), st.booleans()), max_size=3
    ).map(lambda rooms: a.RoomList(tuple(rooms))),
    a.RoomInfo: st.builds(a.RoomInfo, names, names, texts, st.just("open"), st.just(AT), st.just(())),
    a.Setting: st.builds(a.Setting, st.just("focus"), names),
}
"""The answers in which there is what others have chosen."""


class AnswerTests(SynchronousTestCase):
    @settings(max_examples=500, deadline=None)
    @given(st.one_of(list(_CHOSEN.values())))
    def test_each_line_begins_as_the_servers(self, answer: a.Answer) -> None:
        for code, starts in ((LISTEN, ("00 ",)), (DUPLEX, ("111 -- ", "111 ["))):
            *lines, rest = PROSE.answer(code, answer).decode().split("\r\n")
            self.assertEqual(rest, "")
            for line in lines:
                self.assertTrue(line.startswith(starts), line)
                self.assertEqual(line, one_line(line.encode()))

    @given(names, texts, texts)
    def test_no_text_makes_another_line(self, name: str, text: str, other: str) -> None:
        plain = "x" * max(1, len(text))
        for make in (
            lambda text: a.Refused("usage", text),
            lambda text: a.TopicIs(name, text),
            lambda text: a.YouEntered(name, text or "x", 3),
            lambda text: a.Members(name, (a.Person(name, False, "user", "busy", text or "x"),)),
        ):
            count = PROSE.answer(DUPLEX, make(plain)).count(b"\n")
            self.assertEqual(PROSE.answer(DUPLEX, make(text)).count(b"\n"), count)


class JsonTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(names, raw_texts, st.sampled_from(sorted(EVENTS, key=repr)))
    def test_any_text_is_one_object_in_one_line(self, room: str, text: str, event: e.Event) -> None:
        if "text" in event.__struct_fields__:
            event = msgspec.structs.replace(event, text=text)
        line = JSON.event(DUPLEX, e.Entry(room, 7, AT, event))
        self.assertEqual(line.count(b"\n"), 1)
        self.assertTrue(line.startswith(b'111 {"type":"') and line.endswith(b"}\r\n"))
        if "text" in event.__struct_fields__:
            self.assertEqual(msgspec.json.decode(line[4:])["text"], text)

    @given(names, texts)
    def test_what_was_clean_comes_back_as_it_was(self, name: str, text: str) -> None:
        for kind in (e.Said, e.Emoted, e.TopicSet, e.Left):
            entry = e.Entry(name, 7, AT, kind(name, text))
            self.assertEqual(value(JSON.event(DUPLEX, entry)[4:].decode()), entry)
        for answer in (a.Refused("usage", text, (text,)), a.TopicIs(name, text), a.Lines((text, text))):
            self.assertEqual(value(JSON.answer(LISTEN, answer)[3:].decode()), answer)

    def test_every_answer_is_one_line_and_begins_with_its_type(self) -> None:
        for answer in ANSWERS:
            line = JSON.answer(LISTEN, answer)
            self.assertEqual(line.count(b"\n"), 1)
            tag = "said" if isinstance(answer, a.Replayed) else answer.__struct_config__.tag
            self.assertTrue(line.startswith(f'00 {{"type":"{tag}"'.encode()), line)
