"""Moments: points in time as whole milliseconds since 1970-01-01 UTC, and their ISO 8601 form."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


class Moment(int):
    """Milliseconds since 1970-01-01 UTC; 0 stands for never or unknown. In JSON it is a string, see :func:`iso`."""


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.")


def iso(at: int) -> str:
    """``at`` (milliseconds) as ``2026-01-31T12:01:02.345Z`` (ISO 8601), empty for 0."""
    seconds, milliseconds = divmod(at, 1000)
    return f"{_second(seconds)}{milliseconds:03}Z" if at else ""


def parse(text: str) -> Moment:
    """The inverse of :func:`iso`.

    :raises ValueError: where ``text`` is no such moment
    """
    if not text:
        return Moment(0)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone: {text!r}")
    return Moment(round(moment.timestamp() * 1000))
