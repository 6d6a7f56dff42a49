"""Moments: points in time as whole milliseconds since 1970-01-01 UTC, and their ISO 8601 form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


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


def since(text: str, now: int, zone: tzinfo | None = None) -> Moment:
    """The moment that a person means by ``text``: ``30s``, ``10m``, ``2h`` or ``1d`` ago, a date or a time of day.

    :param text: a time of day is the last one that was, a date (ISO 8601) is its first moment
    :param now: milliseconds since 1970-01-01 UTC
    :param zone: of the date and the time of day; None for that of the server
    :raises ValueError: where ``text`` is none of these
    """
    ago = re.fullmatch(r"(\d{1,9})([smhd])", text, re.ASCII)
    if ago:
        return Moment(max(1, now - int(ago[1]) * _SECONDS[ago[2]] * 1000))
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text, re.ASCII):
            hour, minute = map(int, text.split(":"))
            here = datetime.fromtimestamp(now / 1000, zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
            if here.timestamp() * 1000 > now:
                here -= timedelta(days=1)
            return Moment(round(here.timestamp() * 1000))
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(f"no moment: {text!r}")
        return Moment(max(1, round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)))
    except OverflowError:
        raise ValueError(f"no moment: {text!r}") from None
