"""The JSON Schema (2020-12) of all objects of the WebSocket, made from the types that they are made from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec

from chatd.chat.answers import MainMenu, Prompt, Ready, Refused, Sending, Stored
from chatd.chat.events import ACCOUNT_EVENTS
from chatd.chat.moments import Moment
from chatd.chat.reports import REPORTS
from chatd.wire.objects import ANSWERS, EVENTS

Schema = dict[str, Any]
Kind = type[msgspec.Struct]

ELSEWHERE: tuple[Kind, ...] = (Prompt, MainMenu, Ready, Sending, *REPORTS, *ACCOUNT_EVENTS)
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
_TITLE = "The WebSocket of chatd"
_ABOUT = "server: what the server sends. client: what it takes. upload: what a file that is sent by HTTP is answered."


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
    told: list[Kind] = [kind for kind in ANSWERS.values() if kind not in (*ELSEWHERE, Stored)]
    happened: list[Kind] = [kind for kind in EVENTS.values() if kind not in ELSEWHERE]
    definitions: dict[str, Schema] = {"Moment": _MOMENT, "Id": _ID}
    kinds: list[Kind] = [*told, *happened, Stored]
    for kind, schema in zip(kinds, _objects(kinds, definitions), strict=True):
        if kind in happened:
            _set_in_place(schema)
        elif kind is not Stored:
            schema["properties"]["id"] = {"$ref": "#/$defs/Id"}
        definitions[_name(kind)] = schema
    definitions["server"] = _one_of("What the server sends.", [*told, *happened])
    definitions["upload"] = _one_of("What a file that is sent by HTTP is answered.", [Stored, Refused])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "description": _ABOUT,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in ("server", "upload")],
        "$defs": definitions,
    }


def _tag(kind: Kind) -> str:
    return str(kind.__struct_config__.tag)


def _name(kind: Kind) -> str:
    """``YouEntered`` for what is called ``you-entered``."""
    return "".join(word.capitalize() for word in _tag(kind).split("-"))


def _one_of(about: str, kinds: Iterable[Kind]) -> Schema:
    references = {_tag(kind): f"#/$defs/{_name(kind)}" for kind in kinds}
    return {
        "description": about,
        "oneOf": [{"$ref": reference} for reference in references.values()],
        # OpenAPI's word, which generators of code know and validators pass over.
        "discriminator": {"propertyName": "type", "mapping": references},
    }


def _objects(kinds: list[Kind], definitions: dict[str, Schema]) -> list[Schema]:
    """The schema of each of ``kinds``; what these are made of is added to ``definitions``."""
    types = [field.type for kind in kinds for field in msgspec.structs.fields(kind)]
    schemas, parts = msgspec.json.schema_components(types, schema_hook=_hook, ref_template="#/$defs/{name}")
    for name, part in parts.items():
        about, fields = _explanation(part.pop("description", ""))
        for field, text in fields.items():
            part["properties"][field]["description"] = text
        definitions[name] = {"description": about, **part}
    rest = iter(schemas)
    return [_object(kind, rest) for kind in kinds]


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
        "description": about,
        "type": "object",
        "properties": properties,
        "required": required,
    }


def _set_in_place(schema: Schema) -> None:
    kind = schema["properties"].pop("type")
    schema["properties"] = {"type": kind, **_PLACE, **schema["properties"], **_AT}
    schema["required"] += ["seq", "at"]
    schema["oneOf"] = [{"required": ["room"]}, {"required": ["log"]}]


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
    return " ".join(text.replace("``", "").split())
