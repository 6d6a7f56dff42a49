"""JSON messages: what is asked for, and what is told of what cannot be made out."""

from __future__ import annotations

import tracemalloc
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import entrances as n
from chatd.chat import requests as r
from chatd.chat.answers import Refused
from chatd.chat.pastes import LONGEST
from chatd.wire.webjson import KINDS, LONGEST_ID, NOT_HERE, Asked, Typed, parse

LIMIT = 4096

MOST = 2**53 - 1

FIELDS = (
    "id",
    "answers",
    "text",
    "room",
    "name",
    "lines",
    "goes_on",
    "seen",
    "code",
    "password",
    "new",
    "count",
    "before",
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(), values, max_size=3),
    max_leaves=5,
)


def asked(**fields: Any) -> list[Asked]:
    """What a message with these fields asks for."""
    return parse(msgspec.json.encode(fields), LIMIT)


def one(**fields: Any) -> Any:
    """The request of a message that asks for one thing."""
    (found,) = asked(**fields)
    assert found.refused is None, found.refused
    return found.request


def why(message: bytes | dict[str, Any], limit: int = LIMIT) -> Refused:
    """Why it cannot be made out."""
    (found,) = parse(message if isinstance(message, bytes) else msgspec.json.encode(message), limit)
    assert found.request is None and found.refused is not None
    return found.refused


def told(message: bytes | dict[str, Any]) -> tuple[str, str]:
    """The identifier of the error, and what it is about."""
    refused = why(message)
    return refused.error, refused.about


def fields(kind: type[Any]) -> dict[str, Any]:
    """Some that would do for a request of that kind."""
    some = {str: "x", int: 1, bool: True}
    return {
        field.encode_name: some.get(field.type, {"lab": 1})
        for field in msgspec.structs.fields(kind)
        if field.required or field.type in some
    }


class RequestTests(SynchronousTestCase):
    def test_every_request_there_is_can_be_asked_for_by_its_type(self) -> None:
        for name, kind in KINDS.items():
            if issubclass(kind, r.Request | n.Entrance | Typed) and kind not in (r.Say, r.Resume):
                given_ = fields(kind)
                self.assertEqual(one(type=name, **given_), kind(**given_))
        self.assertEqual(one(type="say", text="hello", room="lab"), r.Say("hello", "lab"))

    def test_but_those_that_are_of_lines_alone(self) -> None:
        for kind in NOT_HERE:
            self.assertEqual(told({"type": kind.__struct_config__.tag})[0], "unknown-type")

    def test_to_resume_without_a_code_is_to_ask_for_one(self) -> None:
        self.assertEqual(one(type="resume"), r.Resume())
        self.assertEqual(
            one(type="resume", code="c", seen={"lab": 5, "@me": None}), n.GoOn("c", {"lab": 5, "@me": None})
        )

    def test_secrets_are_taken_as_they_come(self) -> None:
        secret = "\t p\x1b[2Jw\u202e "
        self.assertEqual(one(type="login", name="ann", password=secret), n.Login("ann", secret))
        wanted = n.Register("ann", secret, secret)
        self.assertEqual(one(type="register", name="ann", password=secret, code=secret), wanted)
        self.assertEqual(one(type="password", password=secret, new=secret), n.Password(secret, secret))

    def test_all_else_is_clean(self) -> None:
        self.assertEqual(one(type="msg", name="b\x00ob", text="\x1b[2Jred\u202e"), r.Message("bob", "red"))
        self.assertEqual(one(type="resume", code="c", seen={"l\x1b[2Jab\u202e": 5}).seen, {"lab": 5})
        self.assertEqual(why({"type": "x\u202e\x07"}).about, "x")

    def test_what_nobody_knows_is_no_matter(self) -> None:
        self.assertEqual(one(type="rooms", colour="red", text="\n"), r.Rooms())

    def test_answers_stand_beside_the_request(self) -> None:
        (found,) = asked(type="delete", room="lab", answers={"room-again": "lab"})
        self.assertEqual((found.request, found.answers), (r.Delete("lab"), {"room-again": "lab"}))


class IdTests(SynchronousTestCase):
    def test_a_string_or_a_whole_number_comes_back(self) -> None:
        for to in ("", "a", "é" * LONGEST_ID, 0, -1, MOST, -MOST):
            self.assertEqual([found.id for found in asked(type="rooms", id=to)], [to])
            self.assertEqual([found.id for found in asked(type="nonsense", id=to)], [to])
        self.assertEqual([found.id for found in asked(type="rooms")], [None])
        self.assertEqual([found.id for found in asked(type="rooms", id=None)], [None])

    def test_nothing_else_does(self) -> None:
        wrong: tuple[Any, ...] = (
            "x" * (LONGEST_ID + 1),
            "a\tb",
            "\u202e",
            MOST + 1,
            -MOST - 1,
            10**50,
            True,
            1.0,
            [],
            {},
        )
        for to in wrong:
            (found,) = asked(type="rooms", id=to)
            self.assertIsNone(found.id)
            assert found.refused is not None
            self.assertEqual((found.refused.error, found.refused.about), ("bad-field", "id"))

    def test_it_is_that_of_the_last_line_of_a_paste(self) -> None:
        self.assertEqual([found.id for found in asked(type="say", text="a\nb\nc", id=7)], [None, None, 7])
        self.assertEqual([found.is_last for found in asked(type="say", text="a\nb\nc")], [False, False, True])


class RefusalTests(SynchronousTestCase):
    def test_what_is_no_object(self) -> None:
        for message in (
            b"",
            b"{",
            b"[]",
            b"5",
            b"null",
            b'"say"',
            b"\xff",
            b"{}{}",
            b'{"type":NaN}',
            b'{"a":"\\ud800"}',
        ):
            self.assertEqual(told(message)[0], "bad-json", message)
        self.assertEqual(told(b"[" * 8192)[0], "bad-json")
        self.assertEqual(told(b'{"a":' * 1600)[0], "bad-json")
        self.assertEqual(told(b'{"type":"history","count":' + b"9" * 5000 + b"}")[0], "bad-json")

    def test_a_type_that_is_none(self) -> None:
        for message in ({}, {"type": 5}, {"type": None}, {"type": ["say"]}):
            self.assertEqual(told(message), ("bad-field", "type"))
        self.assertEqual(why({"type": "roms"}), Refused("unknown-type", "roms", ("rooms",)))
        self.assertEqual(why({"type": "x" * 8000}).about, "x" * LONGEST_ID)

    def test_a_field_that_is_missing_or_wrong_is_named(self) -> None:
        for message, about, words in (
            ({"type": "login", "name": "ann"}, "password", "it is missing"),
            ({"type": "say"}, "text", "it is missing"),
            ({"type": "say", "text": 5}, "text", "Expected a string, got a whole number"),
            ({"type": "say", "text": None}, "text", "Expected a string, got null"),
            ({"type": "say", "text": ["a\nb"]}, "text", "Expected a string, got a list"),
            ({"type": "say", "text": "x", "lines": -1}, "lines", "Expected a whole number >= 0"),
            ({"type": "say", "text": "x", "lines": 1.0}, "lines", "Expected a whole number, got a broken number"),
            ({"type": "say", "text": "x", "goes_on": 1}, "goes_on", "Expected true or false, got a whole number"),
            ({"type": "resume", "code": "c", "seen": []}, "seen", "Expected an object, got a list"),
            (
                {"type": "resume", "code": "c", "seen": {"lab": "5"}},
                "seen",
                "Expected a whole number or null, got a string",
            ),
            ({"type": "rooms", "answers": "lab"}, "answers", "Expected an object, got a string"),
            ({"type": "rooms", "answers": {"a": 1}}, "answers", "Expected a string, got a whole number"),
        ):
            self.assertEqual((why(message).error, why(message).about, why(message).why), ("bad-field", about, words))

    def test_a_number_that_not_every_program_has(self) -> None:
        for number in (MOST + 1, -MOST - 1, 2**64, 10**60):
            self.assertEqual(told({"type": "history", "count": number}), ("bad-field", "count"))
            self.assertEqual(told({"type": "resume", "code": "c", "seen": {"lab": number}}), ("bad-field", "seen"))
        self.assertEqual(one(type="history", count=MOST), r.History(MOST))

    def test_a_text_that_is_longer_than_a_line_may_be(self) -> None:
        self.assertEqual(why({"type": "say", "text": "é" * 33}, 64), Refused("line-too-long", limit=64))
        self.assertEqual(why({"type": "topic", "text": "x" * 65}, 64), Refused("line-too-long", limit=64))
        self.assertEqual(why({"type": "say", "text": "a\n" + "x" * 65}, 64), Refused("line-too-long", limit=64))
        self.assertEqual(len(parse(msgspec.json.encode({"type": "say", "text": "x" * 64}), 64)), 1)
        (found,) = parse(msgspec.json.encode({"type": "login", "name": "ann", "password": "x" * 65}), 64)
        self.assertEqual(found.request, n.Login("ann", "x" * 65))


class PasteTests(SynchronousTestCase):
    def test_lines_are_said_one_by_one(self) -> None:
        block = asked(type="say", text="a\nb\nc", room="lab")
        self.assertEqual([found.request for found in block], [r.Say(text, "lab") for text in "abc"])
        self.assertEqual([found.goes_on for found in block], [False, True, True])
        self.assertEqual([found.behind for found in block], [2, 1, 0])
        self.assertEqual([list(found.ahead()) for found in block], [[b"b", b"c"], [b"c"], []])

    def test_those_that_follow_later_are_counted(self) -> None:
        block = asked(type="say", text="a\nb", lines=3, goes_on=True)
        self.assertEqual([found.goes_on for found in block], [True, True])
        self.assertEqual([found.behind for found in block], [4, 3])
        self.assertEqual([len(list(found.ahead())) for found in block], [4, 3])
        (found,) = asked(type="say", text="a", lines=MOST)
        self.assertEqual((found.behind, len(list(found.ahead()))), (LONGEST, LONGEST))

    def test_they_end_as_lines_of_files_do(self) -> None:
        self.assertEqual([found.request for found in asked(type="say", text="a\r\nb\r\n")], [r.Say("a"), r.Say("b")])
        self.assertEqual([found.request for found in asked(type="say", text="a\x0bb\u2028c\x85")], [r.Say("ab c")])

    def test_empty_ones_are_not_said(self) -> None:
        self.assertEqual([f.request for f in asked(type="say", text="\n\na\n \t\n\x01\nb\n")], [r.Say("a"), r.Say("b")])
        self.assertEqual([f.request for f in asked(type="say", text="\n\n")], [r.Say("")])

    def test_what_is_typed_is_no_paste(self) -> None:
        self.assertEqual(one(type="typed", text="a\nb"), Typed("ab"))

    def test_a_message_full_of_them_takes_little_room(self) -> None:
        message = b'{"type":"say","text":"' + b"a\\n" * 2720 + b'"}'
        tracemalloc.start()
        try:
            block = parse(message, LIMIT)
            self.assertEqual(len(block), 2720)
            self.assertLess(tracemalloc.get_traced_memory()[1], 4 << 20)
        finally:
            tracemalloc.stop()


class AnythingTests(SynchronousTestCase):
    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=200))
    def test_any_bytes_are_asked_or_refused(self, message: bytes) -> None:
        self.check(message)

    @settings(max_examples=400, deadline=None)
    @given(
        st.fixed_dictionaries(
            {"type": st.sampled_from(sorted(KINDS)) | VALUES},
            optional=dict.fromkeys(FIELDS, VALUES),
        )
    )
    def test_any_object_is_asked_or_refused(self, fields: dict[str, Any]) -> None:
        self.check(msgspec.json.encode(fields))

    def check(self, message: bytes) -> None:
        found = parse(message, LIMIT)
        self.assertGreater(len(found), 0)
        self.assertEqual([each.is_last for each in found], [False] * (len(found) - 1) + [True])
        self.assertLessEqual(sum(map(len, found)), len(message))
        for each in found:
            self.assertNotEqual(each.request is None, each.refused is None)
            msgspec.json.encode(each.refused)
            msgspec.json.encode(each.id)
            self.assertEqual(len(list(each.ahead())), each.behind)
