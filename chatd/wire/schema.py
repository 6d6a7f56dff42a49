"""The JSON Schema (2020-12) of all objects of the WebSocket, made from the types that they are made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec

from chatd.chat.answers import Closing, Done, MainMenu, Prompt, Ready, Refused, Sending, Stored, ThrownOut
from chatd.chat.events import ACCOUNT_EVENTS
from chatd.chat.moments import Moment
from chatd.chat.reports import REPORTS
from chatd.wire.objects import ANSWERS, EVENTS
from chatd.wire.webjson import KINDS

Schema = dict[str, Any]
Kind = type[msgspec.Struct]

BY_HTTP: tuple[Kind, ...] = (Stored, Ready)
"""What is told where files are given."""

ELSEWHERE: tuple[Kind, ...] = (Prompt, MainMenu, Sending, *REPORTS, *ACCOUNT_EVENTS)
"""What is told on the line protocol or the console alone, or to nobody."""

_MOMENT: Schema = {
    "title": "Moment",
    "description": "A point in time (ISO 8601, UTC, to the millisecond); empty for never or unknown.",
    "type": "string",
    "anyOf": [
        {"format": "date-time", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"},
        {"const": ""},
    ],
}
_ID: Schema = {
    "title": "Id",
    "description": "What a request bears, and the one object that answers it.",
    "type": ["string", "integer"],
    "maxLength": 64,
}
_PLACE: Schema = {
    "room": {"type": "string", "description": "The room that it happened in, empty for all of the server."},
    "log": {"type": "string", "description": "In place of a room: @ and the name of the user who is told it."},
    "seq": {"type": "integer", "description": "Its number there, rising, with gaps; 0 for what has none."},
}
_AT: Schema = {
    "at": {"$ref": "#/$defs/Moment", "description": "When it happened."},
    "replayed": {"const": True, "description": "It is told again."},
    "mention": {"const": True, "description": "It names the one who is told it."},
}
_WORDED = (Refused, Done, Closing, ThrownOut)
_TEXT: Schema = {"type": "string", "description": "The same for people."}
_REFERENCE: Schema = {"$ref": "#/$defs/Id"}
_ANSWERS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "To what may be asked because of it, by the name of the question.",
}
_SERVER = "What the server sends."
_CLIENT = "What it takes; only the fields that are required have to be there."
_UPLOAD = "What is answered where a file is sent by HTTP."
_REQUEST = "Request"
"""What definitions of requests end in: some are called as their answers are."""


@cache
def encoded() -> bytes:
    """The schema: ``$defs`` has ``server``, ``client`` and ``upload``, and one definition for each type of object."""
    return msgspec.json.encode(_document())


@cache
def document() -> Schema:
    """The same, as it is read."""
    read: Schema = msgspec.json.decode(encoded())
    return read


def _document() -> Schema:
    told: list[Kind] = [kind for kind in ANSWERS.values() if kind not in (*ELSEWHERE, *BY_HTTP)]
    happened: list[Kind] = [kind for kind in EVENTS.values() if kind not in ELSEWHERE]
    asked: list[Kind] = list(KINDS.values())
    definitions: dict[str, Schema] = {"Moment": _MOMENT, "Id": _ID}
    for kind, schema in _objects([*told, *BY_HTTP], definitions):
        schema["properties"] |= {"text": _TEXT} if kind in _WORDED else {}
        schema["properties"] |= {"id": _REFERENCE} if kind in told else {}
        definitions[_name(kind)] = schema
    for kind, schema in _objects(happened, definitions):
        definitions[_name(kind)] = _in_place(schema)
    for kind, schema in _objects(asked, definitions):
        schema["properties"] |= {"id": _REFERENCE, "answers": _ANSWERS}
        definitions[f"{_name(kind)}{_REQUEST}"] = schema
    definitions["server"] = _one_of(_SERVER, [*told, *happened])
    definitions["client"] = _one_of(_CLIENT, asked, _REQUEST)
    definitions["upload"] = _one_of(_UPLOAD, [*BY_HTTP, Refused])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The WebSocket of chatd",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("server", "client", "upload")],
        "$defs": definitions,
    }


def _tag(kind: Kind) -> str:
    return str(kind.__struct_config__.tag)


def _name(kind: Kind) -> str:
    """``YouEntered`` for what is called ``you-entered``."""
    return "".join(word.capitalize() for word in _tag(kind).split("-"))


def _one_of(about: str, kinds: Iterable[Kind], suffix: str = "") -> Schema:
    references = {_tag(kind): f"#/$defs/{_name(kind)}{suffix}" for kind in kinds}
    return {
        "description": about,
        "oneOf": [{"$ref": reference} for reference in references.values()],
        # OpenAPI's word, which generators of code know and validators pass over.
        "discriminator": {"propertyName": "type", "mapping": references},
    }


def _objects(kinds: list[Kind], definitions: dict[str, Schema]) -> list[tuple[Kind, Schema]]:
    """Each of ``kinds`` with its schema; what these are made of is added to ``definitions``."""
    types = [field.type for kind in kinds for field in msgspec.structs.fields(kind)]
    schemas, parts = msgspec.json.schema_components(types, schema_hook=_hook, ref_template="#/$defs/{name}")
    for name, part in parts.items():
        about, fields = _explanation(part.pop("description", ""))
        for field, text in fields.items():
            part["properties"][field]["description"] = text
        definitions[name] = {"description": about, **part}
    rest = iter(schemas)
    return [(kind, _object(kind, rest)) for kind in kinds]


def _hook(kind: type) -> Schema:
    if kind is Moment:
        return {"$ref": "#/$defs/Moment"}
    raise NotImplementedError(kind)


def _object(kind: Kind, schemas: Iterator[Schema]) -> Schema:
    about, explained = _explanation(kind.__doc__ or "")
    properties: Schema = {"type": {"const": _tag(kind)}}
    required = ["type"]
    for field, schema in zip(msgspec.structs.fields(kind), schemas, strict=False):
        properties[field.encode_name] = schema
        if field.name in explained:
            schema["description"] = explained[field.name]
        if field.required:
            required.append(field.encode_name)
        elif isinstance(field.default, str | int) and not isinstance(field.default, Moment):
            schema["default"] = field.default
    return {
        "title": _tag(kind),
        **({"description": about} if about else {}),
        "type": "object",
        "properties": properties,
        "required": required,
    }


def _in_place(schema: Schema) -> Schema:
    fields = {**schema["properties"]}
    properties = {"type": fields.pop("type"), **_PLACE, **fields, **_AT}
    required = [*schema["required"], "seq", "at"]
    one = [{"required": ["room"]}, {"required": ["log"]}]
    return {**schema, "properties": properties, "required": required, "oneOf": one}


_PARAMETER = re.compile(r"^:param (\w+): (.+(?:\n[ \t]+.+)*)$", re.MULTILINE)
_ROLE = re.compile(r":\w+:`~?(?:\w+\.)*(\w+)`")


def _explanation(docstring: str) -> tuple[str, dict[str, str]]:
    """What a docstring says of its class and of the fields."""
    docstring = cleandoc(docstring)
    fields = {name: _plain(text) for name, text in _PARAMETER.findall(docstring)}
    return _plain(_PARAMETER.sub("", docstring)), fields


def _plain(text: str) -> str:
    """``text`` without its markup, in one line; a class is called as its objects are."""
    names = {kind.__name__: _tag(kind) for kind in (*ANSWERS.values(), *EVENTS.values())}
    text = _ROLE.sub(lambda match: names.get(match[1], match[1].lower()), text)
    return " ".join(text.replace("``", "").replace("None", "null").split())
