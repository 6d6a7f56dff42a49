"""Values to the lines that a person reads in the terminal."""

from __future__ import annotations

from datetime import tzinfo

import msgspec

from chatd.chat.answers import Replayed
from chatd.chat.events import Entry
from chatd.wire.codes import DUPLEX, Code
from chatd.wire.objects import Unknown, Value
from chatd.wire.prose import Prose


class Words:
    """Words values as the server does for people, but without the codes, which are the program's business.

    :param zone: of the times of day; None for the zone of this machine
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._prose = Prose(zone)
        self._last: dict[str, Entry] = {}

    def lines(self, code: Code, value: Value) -> list[str]:
        """The lines that say ``value``, none where nothing can be said of it."""
        if isinstance(value, Unknown):
            return _unknown(code, value)
        try:
            told = self._told(code, value).decode()
        except (LookupError, ValueError, OverflowError, TypeError):
            # A newer server: the type is known, but not the identifier or the moment in it.
            return [_plain(code, value)]
        return [line.partition(" ")[2] for line in told.split("\r\n")[:-1]]

    def sentence(self, entry: Entry) -> str:
        """What happened, without its time and place."""
        try:
            line = self._prose.event(DUPLEX, entry).decode().removesuffix("\r\n").partition(" ")[2]
        except (LookupError, ValueError, OverflowError, TypeError):
            line = _plain(DUPLEX, entry)
        return line.removeprefix(f"[{entry.log}] ").removeprefix("-- ")

    def _told(self, code: Code, value: Value) -> bytes:
        if isinstance(value, Entry):
            before = self._last.get(value.log)
            self._last[value.log] = value
            return self._prose.event(code, value, before)
        assert not isinstance(value, Unknown)
        return self._prose.answer(code, value)


def _unknown(code: Code, value: Unknown) -> list[str]:
    place = f"[{value.room}] " if value.room else ""
    mark = "-- " if place or code is DUPLEX else ""
    return [f"{place}{mark}{value.text}"] if value.text else []


def _plain(code: Code, value: Value) -> str:
    event = value.entry.event if isinstance(value, Replayed) else value.event if isinstance(value, Entry) else value
    said = [word for word in msgspec.structs.astuple(event) if isinstance(word, str) and word]
    return f"{'-- ' if code is DUPLEX else ''}{event.__struct_config__.tag}: {', '.join(said)}"
