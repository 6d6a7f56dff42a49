"""The objects of course-work clients, to messages and back."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moments import Moment
from chatd.chat.notices import Stopping
from chatd.wire import webjson
from chatd.wire.codes import DUPLEX
from chatd.wire.dialect import Dialect, Registered, is_spoken, translated
from tests.wire.values import ANSWERS, AT, EVENTS, OTHER_ANSWERS, OTHER_EVENTS

STAMP = "2026-01-31T12:01:02.345Z"
ANA = a.Person("ana", True, "user", "busy", "exams")

DIALECT = Dialect(lambda: AT)

JSON: st.SearchStrategy[Any] = (
    st.sampled_from([None, True, 3, 1.5, [], {"a": "b"}, "", " ", "ana", "Busy", "\x1b[2J", "\ud800"]) | st.text()
)
FIELDS = st.dictionaries(st.sampled_from(["type", "sender", "target", "content", "timestamp"]), JSON)
TYPES = st.sampled_from(
    ["register", "broadcast", "private", "list_users", "user_info", "change_status", "disconnect", "shout"]
)


def frames(data: bytes) -> list[dict[str, Any]]:
    """The objects in ``data``, short ones."""
    objects = []
    while data:
        size, start = (data[1], 2) if data[1] < 126 else (int.from_bytes(data[2:4], "big"), 4)
        objects.append(msgspec.json.decode(data[start : start + size]))
        data = data[start + size :]
    return objects


def answered(answer: a.Answer) -> list[dict[str, Any]]:
    return frames(DIALECT.answer(DUPLEX, answer))


def happened(event: e.Event, log: str = "public") -> list[dict[str, Any]]:
    return frames(DIALECT.event(DUPLEX, e.Entry(log, 42, AT, event)))


class MessageTests(SynchronousTestCase):
    def asks(self, fields: dict[str, Any], wanted: dict[str, Any]) -> None:
        asked = translated({"sender": "ana", **fields}, "ana")
        self.assertEqual(asked, wanted)
        self.assertEqual([one.refused for one in webjson.parse(b"{}", 4096, lambda _: asked)], [None])

    def refuses(self, fields: dict[str, Any], error: str, about: str, own: str = "ana") -> a.Refused:
        refused: a.Refused = self.assertRaises(a.Refusal, translated, fields, own).answer
        self.assertEqual((refused.error, refused.about), (error, about))
        return refused

    def test_it_is_known_by_the_sender(self) -> None:
        self.assertTrue(is_spoken({"type": "register", "sender": "ana"}))
        self.assertFalse(is_spoken({"type": "register", "name": "ana", "password": "secret"}))

    def test_each_type_asks_for_what_it_says(self) -> None:
        self.asks({"type": "register", "content": None}, {"type": "guest", "name": "ana"})
        self.asks({"type": "broadcast", "content": "hola"}, {"type": "say", "room": "public", "text": "hola"})
        self.asks(
            {"type": "private", "target": "bob", "content": "psst"}, {"type": "msg", "name": "bob", "text": "psst"}
        )
        self.asks({"type": "list_users"}, {"type": "who", "room": "public"})
        self.asks({"type": "user_info", "target": "bob", "content": ""}, {"type": "whois", "name": "bob"})
        self.asks({"type": "disconnect", "content": "bye", "timestamp": STAMP}, {"type": "quit"})

    def test_a_status_has_a_name_in_two_languages(self) -> None:
        for words, status in (
            (("ACTIVE", "ACTIVO", "activo"), "active"),
            (("BUSY", "OCUPADO", "Busy"), "busy"),
            (("AWAY", "IDLE", "INACTIVE", "INACTIVO", "idle "), "away"),
        ):
            for word in words:
                self.asks({"type": "change_status", "content": word}, {"type": "status", "status": status})
        self.refuses({"type": "change_status", "sender": "ana", "content": "asleep"}, "bad-field", "content")

    def test_what_is_wrong_is_named(self) -> None:
        self.refuses({"type": "broadcast", "sender": "ana"}, "bad-field", "content")
        self.refuses({"type": "broadcast", "sender": "ana", "content": {"text": "hi"}}, "bad-field", "content")
        self.refuses({"type": "private", "sender": "ana", "content": "hi"}, "bad-field", "target")
        self.refuses({"type": "register", "sender": ""}, "bad-field", "sender", own="")
        self.refuses({"sender": "ana"}, "bad-field", "type")
        self.assertEqual(
            self.refuses({"type": "brodcast", "sender": "ana"}, "unknown-type", "brodcast").near, ("broadcast",)
        )

    def test_nobody_sends_as_somebody_else(self) -> None:
        self.refuses({"type": "broadcast", "sender": "bob", "content": "hi"}, "bad-field", "sender")
        self.assertEqual(translated({"type": "list_users", "sender": "ANA"}, "ana")["type"], "who")

    @settings(deadline=None)
    @given(FIELDS, TYPES, st.sampled_from(["", "ana"]))
    def test_nothing_is_too_strange(self, fields: dict[str, Any], kind: str, own: str) -> None:
        try:
            asked = translated({**fields, "type": kind}, own)
        except a.Refusal as refusal:
            self.assertIn(refusal.answer.error, ("bad-field", "unknown-type"))
        else:
            self.assertIn(asked["type"], webjson.KINDS)


class DialectTests(SynchronousTestCase):
    def told(self, told: list[dict[str, Any]], *wanted: dict[str, Any]) -> None:
        self.assertEqual(told, [{**fields, "timestamp": STAMP} for fields in wanted])

    def test_what_is_said_in_the_room_is_broadcast(self) -> None:
        self.told(happened(e.Said("ana", "hola")), {"type": "broadcast", "sender": "ana", "content": "hola"})
        self.told(happened(e.Emoted("ana", "waves")), {"type": "broadcast", "sender": "ana", "content": "* waves"})
        self.told(happened(e.Announced("", "tea"), ""), {"type": "broadcast", "sender": "server", "content": "tea"})
        self.told(
            answered(Stopping(1)), {"type": "broadcast", "sender": "server", "content": "the server stops in 1 second"}
        )

    def test_a_private_message_names_both(self) -> None:
        told = {"type": "private", "sender": "bob", "target": "ana", "content": "psst"}
        self.told(happened(e.Private("bob", "ana", "psst"), "@ana"), told)

    def test_who_comes_and_goes_changes_his_status(self) -> None:
        def update(user: str, status: str) -> dict[str, Any]:
            return {"type": "status_update", "sender": "server", "content": {"user": user, "status": status}}

        self.told(happened(e.Entered("ana", True)), update("ana", "ACTIVE"))
        self.told(happened(e.Left("ana")), update("ana", "OFFLINE"))
        self.told(happened(e.Kicked("root", "ana")), update("ana", "OFFLINE"))
        self.told(happened(e.Renamed("ana", "anna")), update("ana", "OFFLINE"), update("anna", "ACTIVE"))
        self.told(answered(a.StatusChanged(ANA)), update("ana", "BUSY"))

    def test_who_registers_is_told_who_is_there(self) -> None:
        members = a.Members("public", (ANA,))
        success = {"type": "register_success", "sender": "server", "content": "welcome", "userList": ["ana"]}
        self.told(answered(Registered("public", (ANA,))), success)
        self.told(answered(members), {"type": "list_users_response", "sender": "server", "content": ["ana"]})

    def test_an_address_is_told_where_there_is_one(self) -> None:
        for address, ip in (("192.0.2.7", "192.0.2.7"), ("", None)):
            about = a.About(ANA, True, Moment(AT), ("public",), bool(address), address)
            content = {"ip": ip, "status": "BUSY"}
            self.told(
                answered(about),
                {"type": "user_info_response", "sender": "server", "target": "ana", "content": content},
            )

    def test_an_error_is_a_sentence(self) -> None:
        def error(content: str) -> dict[str, Any]:
            return {"type": "error", "sender": "server", "content": content}

        self.told(answered(a.Refused("name-taken", "ana")), error("ana is taken, or looks like a name that is"))
        self.told(answered(a.Refused("not-logged-in")), error("register first"))
        self.told(answered(a.Closing("too-slow")), error("you are disconnected: too slow to read what is sent to you"))
        self.told(answered(a.Closing("quit")))

    def test_whatever_is_told_is_of_the_dialect_or_nothing(self) -> None:
        objects = [told for event in (*EVENTS, *OTHER_EVENTS) for told in happened(event)]
        objects += [told for answer in (*ANSWERS, *OTHER_ANSWERS) for told in answered(answer)]
        words = "broadcast private status_update list_users_response user_info_response error"
        self.assertEqual({told["type"] for told in objects}, set(words.split()))
        for told in objects:
            self.assertLessEqual({"type", "sender", "content", "timestamp"}, set(told))
