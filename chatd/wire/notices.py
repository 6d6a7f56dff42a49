"""Sentences for what those who run the server have people told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat import notices as n
from chatd.chat.answers import Answer


def until(seconds: int) -> str:
    """A time to come for people, in the largest unit that it is a whole number of: ``10 seconds``, ``5 minutes``."""
    for size, unit in ((3600, "hour"), (60, "minute")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}" + "s" * (seconds != size)
    return f"{seconds} second" + "s" * (seconds != 1)


ANSWERS: dict[type[Answer], Callable[[Any], list[str]]] = {
    n.Stopping: lambda v: [f"the server stops in {until(v.seconds)}" + (f": {v.text}" if v.text else "")],
    n.Alarm: lambda v: [f"ALARM: {v.text}" if v.on else f"the alarm is over: {v.text}"],
}
