"""Which bytes of a file a request is about: Range, If-Range and Content-Range (RFC 9110, 13.1.5 and 14)."""

from __future__ import annotations

import re

from twisted.web.http_headers import Headers

_WANTED = re.compile(r"\s*bytes\s*=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)
_GIVEN = re.compile(r"\s*bytes\s+(\d{1,18})-", re.IGNORECASE | re.ASCII)


class NoSuchRange(Exception):
    """The file has no such bytes."""


def wanted(headers: Headers, tag: str, size: int) -> tuple[int, int] | None:
    """The offsets of the first byte that is asked for and of the first behind them; None for the whole file.

    Several ranges at once, and what is no range, are answered with the whole file too.

    :param tag: what stands for these very bytes, in quotes
    :param size: of the file in bytes
    :raises NoSuchRange: none of these bytes is there
    """
    ranges = headers.getRawHeaders("Range", [])
    match = _WANTED.fullmatch(ranges[0]) if len(ranges) == 1 else None
    if match is None or headers.getRawHeaders("If-Range", [tag]) != [tag]:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    start, end = (int(first), int(last or size) + 1) if first else (max(0, size - int(last)), size)
    if first and last and start >= end:
        return None
    if start >= size:
        raise NoSuchRange
    return start, min(end, size)


def given(headers: Headers) -> int:
    """The offset of the first byte that comes; -1 where that cannot be understood.

    It is 0 where nothing is said. All others up to the last are to follow, so the rest of it need not be looked at.
    """
    ranges = headers.getRawHeaders("Content-Range", [])
    if not ranges:
        return 0
    match = _GIVEN.match(ranges[0]) if len(ranges) == 1 else None
    return int(match[1]) if match else -1
