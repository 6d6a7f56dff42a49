"""JSON messages to requests: what a program sends over a WebSocket, and what is wrong with it where something is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain, islice, repeat
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chatd.chat import requests as r
from chatd.chat.answers import Refusal, Refused
from chatd.chat.entrances import SECRETS, Entrance, GoOn
from chatd.chat.names import closest
from chatd.chat.pastes import LONGEST
from chatd.chat.text import clean

LONGEST_ID = 64
"""Characters of an id that is a string."""

_MOST = 2**53 - 1  # beyond that not every program has whole numbers (RFC 8259, 6)


class Spoken(msgspec.Struct, frozen=True, tag_field="type", tag="say"):
    """Say ``text`` in a room; with line feeds in it, its lines are one paste.

    :param lines: how many more lines of the paste follow in later messages
    :param goes_on: whether it goes on with the paste of the message before
    """

    text: str
    room: str = ""
    lines: Annotated[int, Meta(ge=0)] = 0
    goes_on: bool = False


class Typed(msgspec.Struct, frozen=True, tag_field="type", tag="typed"):
    """Do what somebody means who types ``text`` in a room, verbs and all."""

    text: str
    room: str = ""


Fields = dict[str, Any]

Request = r.Request | Entrance | Typed
"""All that can be asked for."""

NOT_HERE = (r.Format, r.Verbatim, r.Time, r.Bell)
"""Settings of lines, which nobody here reads."""

OWN: tuple[type[Any], ...] = (Spoken, Typed, *Entrance.__subclasses__())
"""Those that the line protocol has other words for; GoOn stands for :class:`chatd.chat.requests.Resume` too."""


def _by_tag() -> dict[str, type[Any]]:
    kinds = [kind for kind in r.Request.__subclasses__() if kind not in NOT_HERE]
    return {str(kind.__struct_config__.tag): kind for kind in (*kinds, *OWN)}


KINDS: Mapping[str, type[Any]] = _by_tag()
"""Every request there is, by its type."""


class Asked:
    """One thing that a message asks for.

    :param request: what; where it cannot be made out, ``refused`` says why
    :param id: of the message, where this is what its answer is to
    :param answers: to what may be asked because of it, by the name of the question
    :param behind: lines of the same paste that follow it
    :param goes_on: whether it goes on with a paste, and is not the first line of it
    :param is_last: whether it is the last thing that its message asks for
    """

    __slots__ = ("ahead", "answers", "behind", "goes_on", "id", "is_last", "refused", "request", "size")

    ahead: Callable[[], Iterable[bytes]]
    """Gives the lines that follow, as they came, or something in place of those that have not come yet."""

    def __init__(
        self,
        request: Request | None,
        refused: Refused | None = None,
        id: str | int | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        self.request, self.refused, self.id = request, refused, id
        self.answers: Mapping[str, str] = answers or {}
        self.behind, self.goes_on, self.is_last, self.ahead = 0, False, True, tuple
        self.size = 0

    def __len__(self) -> int:
        """The bytes that it came as."""
        return self.size


def parse(message: bytes, limit: int, translate: Callable[[Fields], Fields] | None = None) -> list[Asked]:
    """What ``message`` asks for, in order: one thing, or one for each line of a paste.

    :param limit: bytes that a text may have, or each line of a paste
    :param translate: gives the same message as it is called here; raises Refusal
    """
    to: str | int | None = None
    try:
        fields = read(message)
        if translate is not None:
            fields = translate(fields)
        to = _id(fields)
        asked = _asked(fields, limit)
    except Refusal as refusal:
        asked = [Asked(None, refusal.answer)]
    asked[-1].id = to
    for one in asked:
        one.is_last = one is asked[-1]
        one.size = len(message) // len(asked)
    return asked


def read(message: bytes) -> Fields:
    """The fields of ``message``.

    :raises Refusal: ``bad-json``
    """
    try:
        fields = msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refusal("bad-json", why=str(error)) from None
    if not isinstance(fields, dict):
        raise Refusal("bad-json", why="a message is an object")
    return fields


def _id(fields: dict[str, Any]) -> str | int | None:
    to = fields.pop("id", None)
    if isinstance(to, str) and len(to) <= LONGEST_ID and to == clean(to):
        return to
    if to is None or (isinstance(to, int) and not isinstance(to, bool) and abs(to) <= _MOST):
        return to
    raise Refusal("bad-field", "id", why=f"a string of up to {LONGEST_ID} visible characters, or a whole number")


def _asked(fields: dict[str, Any], limit: int) -> list[Asked]:
    name = fields.get("type")
    if not isinstance(name, str):
        raise Refusal("bad-field", "type", why="every message has one, which is a string")
    kind = KINDS.get(name)
    if kind is None:
        raise Refusal("unknown-type", clean(name[:LONGEST_ID]), closest(name, KINDS))
    answers = _converted(fields.pop("answers", {}), dict[str, str], "answers")
    text = fields.get("text") if kind is Spoken else ""
    if isinstance(text, str) and "\n" in text:
        # An empty line is not said, here as elsewhere.
        lines = [line for line in map(clean, text.split("\n")) if line.strip()]
        fields["text"] = ""
    else:
        lines = []
    request = _converted({field: _cleaned(field, value, limit) for field, value in fields.items()}, kind)
    if isinstance(request, Spoken):
        return _block(request, [_cleaned("text", line, limit) for line in lines] or [request.text])
    return [Asked(r.Resume() if request == GoOn() else request, answers=answers)]


def _block(spoken: Spoken, lines: list[str]) -> list[Asked]:
    block = [Asked(r.Say(line, spoken.room)) for line in lines]
    more = min(spoken.lines, LONGEST)
    for place, asked in enumerate(block):
        asked.goes_on = spoken.goes_on or place > 0
        asked.behind = len(lines) - place - 1 + more
        asked.ahead = partial(_behind, lines, place, more)
    return block


def _behind(lines: list[str], place: int, more: int) -> Iterable[bytes]:
    return chain((line.encode() for line in islice(lines, place + 1, None)), repeat(b"x", more))


def _cleaned(field: str, value: Any, limit: int) -> Any:
    if any(isinstance(number, int) and abs(number) > _MOST for number in _numbers(value)):
        raise Refusal("bad-field", field, why=f"a whole number is between -{_MOST} and {_MOST}")
    if isinstance(value, dict):
        return {clean(name): number for name, number in value.items()}
    if not isinstance(value, str) or field in SECRETS:
        return value
    text = clean(value)
    if len(text.encode()) > limit:
        raise Refusal("line-too-long", limit=limit)
    return text


def _numbers(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else (value,)


_WHERE = re.compile(r"^(.*?)(?: - at `\$\.?(.*)`)?$", re.DOTALL)
_MISSING = re.compile("Object missing required field `(.*)`")
_IN_WORDS = {
    "`int | null`": "a whole number or null",
    "`str`": "a string",
    "`int`": "a whole number",
    "`bool`": "true or false",
    "`float`": "a broken number",
    "`array`": "a list",
    "`null`": "null",
    "`object`": "an object",
}


def _converted(value: Any, kind: Any, within: str = "") -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        match = _WHERE.match(str(error))
        why, where = (match[1], match[2] or "") if match is not None else (str(error), "")
        missing = _MISSING.match(why)
        if missing is not None:
            raise Refusal("bad-field", missing[1], why="it is missing") from None
        for term, words in _IN_WORDS.items():
            why = why.replace(term, words)
        raise Refusal("bad-field", where.partition("[")[0] or within, why=why) from None
