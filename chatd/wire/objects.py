"""JSON objects to values, for whoever receives them: the inverse of :mod:`chatd.wire.jsonlines`.

A server may be newer than its client. Fields that are not known are passed over, and an object whose type is not known,
or that lacks what its type needs, comes as :class:`Unknown`, which can still be shown by its text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from chatd.chat.answers import Answer, Replayed
from chatd.chat.events import Entry, Event
from chatd.chat.moderation import BanList
from chatd.chat.moments import Moment, parse
from chatd.chat.notices import Alarm, Stopping
from chatd.chat.reports import REPORTS
from chatd.chat.text import clean


class Unknown(msgspec.Struct, frozen=True):
    """An object that says something this program knows nothing of.

    :param kind: its ``type``, empty where it has none
    :param room: the room it names, empty for none
    :param text: its words for people, empty for none
    """

    kind: str = ""
    room: str = ""
    text: str = ""


class _Place(msgspec.Struct, frozen=True):
    room: str = ""
    log: str = ""
    seq: int = 0
    at: Moment = Moment(0)
    replayed: bool = False


Value = Entry | Answer | Unknown


def _by_tag(kinds: list[type[Any]]) -> dict[str, type[Any]]:
    return {str(kind.__struct_config__.tag): kind for kind in kinds}


# Replayed has no form of its own: it is an event that is marked so. Some stand in modules of their own.
_OTHERS: list[type[Answer]] = [BanList, Stopping, Alarm, *REPORTS]
ANSWERS = _by_tag([*_OTHERS, *(kind for kind in Answer.__subclasses__() if kind is not Replayed)])
"""Every kind of answer, by its ``type``."""
EVENTS = _by_tag(Event.__subclasses__())
"""Every kind of event, by its ``type``."""

_decode: Callable[[str], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode


def _moment(kind: type, value: Any) -> Any:
    if kind is Moment and isinstance(value, str):
        return parse(value)
    raise NotImplementedError(kind)


def _converted(fields: dict[str, Any], kind: type[Any]) -> Any:
    return msgspec.convert(fields, kind, dec_hook=_moment)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value


def _entry(fields: dict[str, Any], kind: type[Event]) -> Entry | Replayed:
    place = _converted(fields, _Place)
    entry = Entry(place.room or place.log, place.seq, int(place.at), _converted(fields, kind))
    return Replayed(entry) if place.replayed else entry


def _unknown(fields: dict[str, Any]) -> Unknown:
    words = {name: fields.get(field) for name, field in (("kind", "type"), ("room", "room"), ("text", "text"))}
    return Unknown(**{name: word for name, word in words.items() if isinstance(word, str)})


def value(line: str) -> Value | None:
    """The value of one JSON object; None where ``line`` is not one.

    Every text in it is cleaned (:func:`chatd.chat.text.clean`), whatever the server did: it may be shown on a terminal.
    """
    try:
        fields = _cleaned(_decode(line))
    except (msgspec.DecodeError, RecursionError):
        return None
    kind = fields.get("type")
    if not isinstance(kind, str):
        return _unknown(fields)
    try:
        if kind in EVENTS:
            return _entry(fields, EVENTS[kind])
        if kind in ANSWERS:
            answer: Answer = _converted(fields, ANSWERS[kind])
            return answer
    except msgspec.ValidationError:
        pass
    return _unknown(fields)
