"""Lines of the server: their code, and what they say."""

from __future__ import annotations

import re
from typing import NamedTuple

from chatd.wire.codes import Code
from chatd.wire.objects import Value, value

_LINE = re.compile(r"(00|11|01|111)(?: (.*))?", re.DOTALL)


class Line(NamedTuple):
    """A line of the server.

    :param code: None where it has none, so that it is not chatd who speaks
    :param text: what follows the code
    :param value: what ``text`` says where it is a JSON object, else None
    """

    code: Code | None
    text: str
    value: Value | None = None


def read(data: bytes) -> Line:
    """The line in ``data``, with or without the CR of its end."""
    text = data.decode(errors="replace").removesuffix("\r")
    match = _LINE.fullmatch(text)
    if match is None:
        return Line(None, text)
    text = match[2] or ""
    return Line(Code(match[1]), text, value(text) if text.startswith("{") else None)
