r"""Rows of CSV (RFC 4180) that are one physical line each, reversibly.

Within a field a backslash is written ``\\``, a line feed ``\n``, and every other control character ``\xNN``; so is a
leading ``=``, ``+``, ``-`` or ``@``, which a spreadsheet would take for a formula. Rows are written and read by the csv
module, and end in LF.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from chatd.chat.moments import parse
from chatd.chat.names import BadName, check

# C0, DEL and C1; the backslash itself; and what a spreadsheet calculates where it stands first.
_SPECIAL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]|^[=+\-@]")
_FORMULA = ("=", "+", "-", "@")
_ESCAPED = re.compile(r"\\(\\|n|x[0-9a-f]{2})?")

# Most names are of this form, which is always a good one: to find that out in general takes a hundred times as long,
# and there may be a hundred thousand to read at start.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")

_QUOTED = 40  # characters of a field that an error message repeats


class BadRow(ValueError):
    """A row or field that nothing here has written; the message says why.

    :param line: the line on which it stands, from 1, or 0 where there was only one
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return {"\\": r"\\", "\n": r"\n"}.get(character) or f"\\x{ord(character):02x}"


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code is None:
        raise BadRow(rf"a backslash must be written \\ (column {match.start() + 1} of a field)")
    return {"\\": "\\", "n": "\n"}.get(code) or chr(int(code[1:], 16))


def escape(field: str) -> str:
    """``field`` without a character that could end a line, hide text or be calculated."""
    # Nothing printable is special but these, and most fields are settled without the regular expression.
    if field.isprintable() and "\\" not in field and not field.startswith(_FORMULA):
        return field
    return _SPECIAL.sub(_escape, field)


def unescape(field: str) -> str:
    """The inverse of :func:`escape`.

    :raises BadRow: where a backslash begins none of its escapes
    """
    return _ESCAPED.sub(_unescape, field) if "\\" in field else field


def encode(rows: Iterable[Sequence[str]]) -> bytes:
    """``rows`` as UTF-8 lines."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([escape(field) for field in row] for row in rows)
    return text.getvalue().encode()


def _decode_utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise BadRow(f"not UTF-8 at byte {column}", before.count(b"\n") + 1) from None


def decode_all(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The number (from 1) and the fields of every line that is not blank; lines may also end in CRLF.

    :raises BadRow: with its line, where that is not UTF-8, not CSV, or not escaped as :func:`encode` does
    """
    lines = _decode_utf8(data).split("\n")
    reader = csv.reader(lines, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if reader.line_num != number:
                raise BadRow("a quote is not closed on its line", number)
            if row:
                yield number, [unescape(field) for field in row] if "\\" in lines[number - 1] else row
    except csv.Error as error:
        unclosed = reader.line_num > number + 1 or "unexpected end" in str(error)
        raise BadRow("a quote is not closed on its line" if unclosed else str(error), number + 1) from None
    except BadRow as error:
        raise BadRow(str(error), number) from None


def decode(line: bytes) -> list[str]:
    """The fields of one line, with or without its LF.

    :raises BadRow: where it is not UTF-8, not CSV, or not escaped as :func:`encode` does
    """
    rows = list(decode_all(line))
    if len(rows) != 1:
        raise BadRow("not one row")
    return rows[0][1]


def quoted(field: str) -> str:
    """``field`` as an error message repeats it: between quotes, on one line, and not at any length."""
    shortened = field[:_QUOTED] + "…" if len(field) > _QUOTED else field
    return escape(f'"{shortened}"')


def name(field: str) -> str:
    """The name of a user or a room, in the form in which it is shown.

    What a later version reserves, or has no more in names, may be a user of this one, who goes on to be let in.

    :raises BadRow: where it is none
    """
    if _PLAIN.fullmatch(field):
        return field
    try:
        return check(field, kept=True)
    except BadName as error:
        hint = f"; {error.suggestion} would do" if error.suggestion else ""
        raise BadRow(f"name cannot be {quoted(field)}{hint}") from None


def moment(column: str, field: str) -> int:
    """The milliseconds since 1970-01-01 UTC of a field that :func:`chatd.chat.moments.iso` has written, 0 where empty.

    :param column: what the field is called, for the message
    :raises BadRow: where it is no such time
    """
    # Without its Z it would be taken for a time of the local zone.
    with suppress(ValueError):
        if not field or field.endswith("Z"):
            return int(parse(field))
    raise BadRow(f"{column} must be a time such as 2026-01-31T12:01:02.345Z, not {quoted(field)}")
