"""Entries as rows of the journal, and rows as entries.

The columns are time (UTC, ISO 8601, milliseconds), event, log, seq, user, address and text. The text of an event that
has no further field, or ``text`` alone, is that text. Other fields stand before it, in order, as ``name=value`` words:
``size=3 name="a b" to be read``. A value is bare, or JSON where bare it could be misread; where every field has its
default the text is empty.

Besides events the journal notes what concerns itself: see :data:`OWN`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast, get_args

import msgspec

from chatd.chat.events import AnyEvent, Entry, Event, Recording, Said
from chatd.chat.moments import Moment, iso, parse
from chatd.roomlog import Record
from chatd.stores import rows
from chatd.stores.rows import BadRow

CHECKPOINT = "checkpoint"
"""The last number of a log; text: the number from which on its entries are its own, empty for 1."""
ROOMS = "rooms"
"""The rooms of a user's last session."""
INSIDE = "inside"
"""The rooms a user is in."""
STARTED, STOPPED = "started", "stopped"
"""The daemon's. A journal that does not end with the latter was not closed."""
GAP = "gap"
"""Rows are missing here, because nothing could be written; text: how many."""
OWN = (CHECKPOINT, ROOMS, INSIDE, STARTED, STOPPED, GAP)
"""What is noted beside events."""

_KINDS: dict[str, type[Event]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent) if kind is not Recording
}
KINDS = frozenset(_KINDS)
"""The tags of all events that are journalled."""

_PLAIN = {kind: tag for tag, kind in _KINDS.items() if kind.__struct_fields__ == ("user", "text")}
_MAKE_PLAIN = {tag: cast("Callable[[str, str], Event]", kind) for kind, tag in _PLAIN.items()}
_SAID = str(Said.__struct_config__.tag)
_BLOCK = "block="
_read_block = re.compile(
    r"block=(-?\d{1,20}) line=(-?\d{1,20}) lines=(-?\d{1,20}) (.*)", re.ASCII | re.DOTALL
).fullmatch
_FIELDS = {kind: msgspec.structs.fields(kind)[1:] for kind in _KINDS.values()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FORMULA = frozenset("=+-@")
_read_json = json.JSONDecoder().raw_decode
_write_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Row(NamedTuple):
    """The fields of one row, as text."""

    time: str
    event: str
    log: str
    seq: str
    user: str
    address: str
    text: str


HEADER = rows.encode([Row._fields])
"""The first line of every file."""


def encode(records: Iterable[Record]) -> bytes:
    """One line for each of ``records``; as :func:`rows.encode` makes it of their fields, sooner, but for a plain ``@``.

    A lone surrogate becomes a question mark, since one of them must not keep all others from being written.
    """
    lines = []
    at, time = -1, ""
    for entry, address in records:
        if entry.at != at:
            at, time = entry.at, stamp(entry.at)
        event = entry.event
        tag = _PLAIN.get(type(event))
        if tag:
            text = cast("Any", event).text
        elif type(event) is Said:
            tag, text = _SAID, _said(event)
        else:
            tag, text = str(event.__struct_config__.tag), text_of(event)
        lines.append(
            f"{time},{tag},{_log(entry.log)},{entry.seq or ''},{_name(event.user)},{_name(address)},{_cell(text)}\n"
        )
    return "".join(lines).encode(errors="replace")


def note(at: int, event: str, *, log: str = "", seq: int = 0, user: str = "", text: str = "") -> bytes:
    """One line for one of :data:`OWN`, at ``at`` milliseconds since 1970-01-01 UTC."""
    cells = map(_cell, (str(seq or ""), user, "", text))
    return f"{stamp(at)},{event},{_log(log)},{','.join(cells)}\n".encode(errors="replace")


def fields(line: bytes) -> list[str]:
    """The fields of one line, with or without its end; as many as a :class:`Row` has.

    :raises BadRow: where it is no row of a journal
    """
    try:
        if b"\\" in line:
            found = rows.decode(line)
        elif b'"' in line:
            found = next(csv.reader([line.decode()], strict=True))
        else:
            found = line.decode().rstrip("\r\n").split(",")
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRow(str(error)) from None
    if len(found) != len(Row._fields):
        raise BadRow(f"{len(found)} fields, where {len(Row._fields)} belong")
    return found


def decode(line: bytes) -> Row:
    """The fields of one line by their names; see :func:`fields`."""
    return Row(*fields(line))


def entry(row: Sequence[str]) -> Entry:
    """The entry that ``row`` was made of.

    :raises BadRow: where it was made of none
    """
    time, tag, log, seq, user, _, text = row
    try:
        at = (datetime.fromisoformat(time) - _EPOCH) // _MILLISECOND
        return Entry(log, int(seq or 0), at, event_of(tag, user, text))
    except (ValueError, TypeError) as error:
        raise error if isinstance(error, BadRow) else BadRow(str(error)) from None


def text_of(event: Event) -> str:
    """All fields of ``event`` but its user, to be read by a person, and by :func:`event_of`."""
    if type(event) is Said:
        return _said(event)
    fields = _FIELDS[type(event)]
    if all(getattr(event, field.name) == field.default for field in fields):
        return ""
    words = [f"{field.name}={_value(getattr(event, field.name))}" for field in fields if field.name != "text"]
    text = getattr(event, "text", "")
    return " ".join([*words, text] if text else words)


def event_of(tag: str, user: str, text: str) -> Event:
    """The event of which :func:`text_of` made ``text``.

    :raises BadRow: where there is none
    """
    make = _MAKE_PLAIN.get(tag)
    if make is not None:
        return make(user, text)
    if tag == _SAID:
        found = _read_block(text) if text.startswith(_BLOCK) else None
        return Said(user, found[4], int(found[1]), int(found[2]), int(found[3])) if found else Said(user, text)
    kind = _KINDS.get(tag)
    if kind is None:
        raise BadRow(f"no event is called {tag!r}")
    try:
        words = {"user": user, **_read_words(kind, text)}
        return msgspec.convert(words, kind, strict=False, dec_hook=_read_moment)
    except ValueError as error:
        raise BadRow(f"{tag}: {error}") from None


def _said(event: Said) -> str:
    # A line that stands alone and only looks like one of a block is written as one.
    if not (event.block or event.line or event.lines or event.text[:6] == _BLOCK):
        return event.text
    return f"{_BLOCK}{event.block} line={event.line} lines={event.lines} {event.text}"


def stamp(at: int) -> str:
    """``at`` milliseconds since 1970-01-01 UTC in ISO 8601: ``2024-02-29T12:00:00.000Z``."""
    return f"{_second(at // 1000)}.{at % 1000:03d}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


def _cell(field: str) -> str:
    # What can be printed holds no control character; asking that is much cheaper than a search for them.
    if not field.isprintable() or "\\" in field or field[:1] in _FORMULA:
        field = rows.escape(field)
    if "," in field or '"' in field:
        return '"' + field.replace('"', '""') + '"'
    return field


_name = lru_cache(maxsize=16384)(_cell)


@lru_cache(maxsize=16384)
def _log(log: str) -> str:
    # The mark of a user's log is the server's, not a user's: nothing to calculate can stand behind it.
    cell = _cell(log[1:])
    return f"@{cell}" if log.startswith("@") and cell == log[1:] else _cell(log)


def _value(value: object) -> str:
    built_in = iso(value) if isinstance(value, Moment) else msgspec.to_builtins(value)
    if isinstance(built_in, str) and built_in[:1] not in ('"', "[", "{") and not any(map(str.isspace, built_in)):
        return built_in
    return _write_json(built_in)


def _read_moment(kind: type, value: object) -> Moment:
    if kind is Moment:
        return parse(str(value))
    raise NotImplementedError(kind)


def _read_words(kind: type[Event], text: str) -> dict[str, object]:
    values: dict[str, object] = {}
    if not text or text.isspace():
        # Blank where it was taken back, see journal_erasing.
        return {"text": ""} if text else values
    for field in _FIELDS[kind]:
        if field.name == "text":
            continue
        start = f"{field.name}="
        if not text.startswith(start):
            raise BadRow(f"{field.name!r} belongs where it says {text[:20]!r}")
        values[field.name], text = _read_value(text[len(start) :])
    if "text" in kind.__struct_fields__:
        values["text"] = text
    elif text:
        raise BadRow(f"nothing belongs where it says {text[:20]!r}")
    return values


def _read_value(text: str) -> tuple[object, str]:
    if text[:1] in ('"', "[", "{"):
        value, end = _read_json(text)
        return value, text[end:].removeprefix(" ")
    value, _, rest = text.partition(" ")
    return value, rest
