"""The schema of the WebSocket's objects, against the objects that are really made."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from twisted.trial.unittest import SynchronousTestCase

import chatd.chat
import chatd.wire
from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.wire import schema, webjson
from chatd.wire.codes import DUPLEX
from chatd.wire.frames import Frames
from chatd.wire.jsonlines import JsonLines
from chatd.wire.webjson import KINDS
from tests.schemas import faults
from tests.wire.values import ANSWERS, AT, EVENTS, OTHER_ANSWERS, OTHER_EVENTS

JSON = JsonLines()
DEFINITIONS: dict[str, Any] = schema.document()["$defs"]


def _object(line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(line.partition(b" ")[2])
    return told


def _happened() -> Iterator[dict[str, Any]]:
    for event in (*EVENTS, *OTHER_EVENTS):
        for log in ("lab", "@alice"):
            entry = e.Entry(log, 42, AT, event)
            yield _object(JSON.event(DUPLEX, entry))
            yield _object(JSON.mention(DUPLEX, entry))
            yield _object(JSON.answer(DUPLEX, a.Replayed(entry)))


def _payload(frame: bytes) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(frame[frame.index(b"{") :])
    return told


def _told() -> Iterator[dict[str, Any]]:
    for answer in (*ANSWERS, *OTHER_ANSWERS):
        if not isinstance(answer, (a.Replayed, *schema.BY_HTTP, *schema.ELSEWHERE)):
            yield _object(JSON.answer(DUPLEX, answer))


_EXAMPLES: dict[str, Any] = {"string": "x", "integer": 3, "boolean": True, "object": {}}


def _asked() -> Iterator[dict[str, Any]]:
    """Each request, as short and as long as it may be."""
    for kind, reference in DEFINITIONS["client"]["discriminator"]["mapping"].items():
        definition = DEFINITIONS[reference.rpartition("/")[2]]
        fields = {**definition["properties"]}
        del fields["type"], fields["id"]
        full = {"type": kind, "id": "a7", **{name: _EXAMPLES[field["type"]] for name, field in fields.items()}}
        yield full
        yield {name: value for name, value in full.items() if name in definition["required"]}


def _refusal(asked: dict[str, Any]) -> str:
    refused = webjson.parse(msgspec.json.encode(asked), 4096)[0].refused
    return refused.error if refused is not None else ""


class SchemaTests(SynchronousTestCase):
    def test_it_is_one(self) -> None:
        Draft202012Validator.check_schema(schema.document())
        self.assertEqual(msgspec.json.decode(schema.encoded()), schema.document())

    def test_every_type_that_there_is_is_in_it(self) -> None:
        for package in (chatd.chat, chatd.wire):
            for module in iter_modules(package.__path__, f"{package.__name__}."):
                import_module(module.name)
        kinds = {*a.Answer.__subclasses__(), *e.Event.__subclasses__()} - {
            a.Replayed,
            *schema.BY_HTTP,
            *schema.ELSEWHERE,
        }
        self.assertEqual(
            set(DEFINITIONS["server"]["discriminator"]["mapping"]), {str(kind.__struct_config__.tag) for kind in kinds}
        )

    def test_the_objects_that_are_made_are_as_it_says(self) -> None:
        objects = [*_happened(), *_told()]
        self.assertEqual([fault for told in objects for fault in faults(told)], [])
        self.assertEqual(
            {told["type"] for told in objects}, set(DEFINITIONS["server"]["discriminator"]["mapping"]), "one of each"
        )

    def test_whatever_an_answer_is_it_may_bear_the_id_of_its_request(self) -> None:
        for told in _told():
            self.assertEqual(faults({**told, "id": 7}), [])
            self.assertEqual(faults({**told, "id": "a" * 64}), [])
            self.assertNotEqual(faults({**told, "id": "a" * 65}), [])
            self.assertNotEqual(faults({**told, "id": None}), [])

    def test_what_a_websocket_bears_is_as_it_says(self) -> None:
        frames = Frames()
        for answer in (*ANSWERS, *OTHER_ANSWERS):
            if not isinstance(answer, (*schema.BY_HTTP, *schema.ELSEWHERE)):
                self.assertEqual(faults(_payload(frames.answered(answer, "a7"))), [])
        for event in (*EVENTS, *OTHER_EVENTS):
            self.assertEqual(faults(_payload(frames.mention(DUPLEX, e.Entry("lab", 42, AT, event)))), [])

    def test_what_came_by_http_is_as_it_says(self) -> None:
        for answer in (a.Stored("0" * 64), a.Ready(5, 0), a.Refused("cut-off", limit=5)):
            self.assertEqual(faults(_object(JSON.answer(DUPLEX, answer)), "upload"), [])

    def test_an_object_that_lacks_something_is_none(self) -> None:
        for told in (*_happened(), *_told()):
            kind = DEFINITIONS["server"]["discriminator"]["mapping"][told["type"]].rpartition("/")[2]
            for field in DEFINITIONS[kind]["required"]:
                self.assertNotEqual(faults({name: value for name, value in told.items() if name != field}), [], field)

    def test_an_object_with_something_else_in_a_field_is_none(self) -> None:
        for told in (*_happened(), *_told()):
            for field in told:
                self.assertNotEqual(faults({**told, field: {"of": "another kind"}}), [], (told, field))

    def test_what_happened_has_one_place(self) -> None:
        told = next(_happened())
        self.assertNotEqual(faults({**told, "log": "@alice"}), [])

    def test_a_moment_is_one(self) -> None:
        for at, good in (("2026-01-31T12:01:02.345Z", True), ("", True), ("noon", False), (1769860862345, False)):
            self.assertEqual(not faults({**next(_happened()), "at": at}), good, at)

    def test_an_unknown_type_is_none(self) -> None:
        self.assertNotEqual(faults({"type": "poll"}), [])
        validator = Draft202012Validator(schema.document())
        self.assertFalse(validator.is_valid({"type": "poll"}))
        self.assertTrue(validator.is_valid({"type": "greeting", "server": "chatd", "version": "1.0"}))

    def test_every_request_is_in_it(self) -> None:
        self.assertEqual(set(DEFINITIONS["client"]["discriminator"]["mapping"]), set(KINDS))

    def test_a_request_that_is_as_it_says_is_taken(self) -> None:
        for asked in _asked():
            self.assertEqual(faults(asked, "client"), [])
            self.assertEqual(_refusal(asked), "", asked)

    def test_a_request_that_is_not_is_refused(self) -> None:
        for asked in _asked():
            kind = DEFINITIONS["client"]["discriminator"]["mapping"][asked["type"]].rpartition("/")[2]
            wrong = [{name: value for name, value in asked.items() if name != f} for f in DEFINITIONS[kind]["required"]]
            wrong += [{**asked, field: value} for field in asked for value in (None, [1])]
            for request in wrong:
                # A message without an id, or with one that says nothing, is as good as any.
                if request.get("id", 7) is not None:
                    self.assertNotEqual(faults(request, "client"), [], request)
                    self.assertNotEqual(_refusal(request), "", request)

    def test_it_explains_types_and_fields_in_plain_words(self) -> None:
        self.assertEqual(DEFINITIONS["Error"]["description"], "What was asked for is not done.")
        ticket = DEFINITIONS["Ticket"]["properties"]
        self.assertEqual(ticket["for"]["description"], "put or get")
        texts = [part.get("description", "") for part in DEFINITIONS.values()]
        self.assertEqual([text for text in texts if "`" in text or ":param" in text], [])
        silent = [name for name, part in DEFINITIONS.items() if "description" not in part]
        self.assertEqual([name for name in silent if not name.endswith("Request")], [])
