"""Files on their way in words: tickets, and what is said on the connection of a transfer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat import answers as a
from chatd.wire.measures import sized


def _ticket(v: a.Ticket) -> list[str]:
    if v.purpose == "put":
        return [f"to give {v.name} to the room, run in another terminal:", f"  {v.command}"]
    return [f"to fetch {v.name}, {sized(v.size)}, run in another terminal:", f"  {v.command}"]


TRANSFERS: dict[type[a.Answer], Callable[[Any], list[str]]] = {
    a.Ticket: _ticket,
    a.Ready: lambda v: [f"ready {v.size} {v.offset}"],
    a.Stored: lambda v: [f"stored {v.sha256}"],
    a.Sending: lambda v: [f"sending {v.size} {v.sha256}"],
}
"""The lines for each answer."""
