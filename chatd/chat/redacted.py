"""What was taken back: it keeps its place and its number, and has no text."""

from __future__ import annotations

import msgspec

from chatd.chat.events import Dropped, Emoted, Entry, Event, Said


def blanked(event: Event) -> Event:
    """``event`` without its text, or the name of a file."""
    field = "name" if isinstance(event, Dropped) else "text"
    return msgspec.structs.replace(event, **{field: ""}) if field in event.__struct_fields__ else event


def is_blank(entry: Entry) -> bool:
    """Whether what was said there has been taken back: nobody can say nothing."""
    return isinstance(entry.event, Said | Emoted) and not entry.event.text.strip()
