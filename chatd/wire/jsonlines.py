"""Values to JSON objects, one a line: what ``format json`` puts behind the code."""

from __future__ import annotations

from typing import Any

import msgspec

from chatd.chat.answers import Answer, Replayed
from chatd.chat.events import Entry
from chatd.chat.moments import Moment, iso
from chatd.wire.codes import Code


def _hook(value: Any) -> str:
    if isinstance(value, Moment):
        return iso(value)
    raise NotImplementedError(type(value))


encode = msgspec.json.Encoder(enc_hook=_hook).encode


def entry_object(entry: Entry, replayed: bool = False) -> bytes:
    """One object with the fields of the event and its place: ``room`` (a user's: ``log``), ``seq`` and ``at``."""
    log, seq, at, event = msgspec.structs.astuple(entry)
    # An event encodes as {"type":"said",...}: its place goes behind the type, where people look for it.
    kind, _, rest = encode(event).partition(b",")
    place = b'"log":' if log.startswith("@") else b'"room":'
    mark = b',"replayed":true' if replayed else b""
    return b'%b,%b%b,"seq":%d,%b,"at":"%b"%b}' % (
        kind, place, encode(log), seq, rest[:-1], iso(at).encode(), mark
    )  # fmt: skip


_END = b"}\r\n"


class JsonLines:
    """Renders for programs."""

    name = "json"

    def event(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """The line of ``entry``; ``before`` is of no interest to a program."""
        return b"%b %b\r\n" % (code.value.encode(), entry_object(entry))

    def mention(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """As :meth:`event`, marked for whom it names."""
        return self.event(code, entry)[: -len(_END)] + b',"mention":true' + _END

    def answer(self, code: Code, answer: Answer) -> bytes:
        """The line of ``answer``."""
        body = entry_object(answer.entry, replayed=True) if isinstance(answer, Replayed) else encode(answer)
        return b"%b %b\r\n" % (code.value.encode(), body)
