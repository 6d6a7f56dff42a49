"""Values to WebSocket messages: the objects of ``format json``, each in one text frame (RFC 6455, 5.2 and 5.6)."""

from __future__ import annotations

import struct

import msgspec

from chatd.chat.answers import Answer, Closing, Done, Refused, Replayed, ThrownOut
from chatd.chat.events import Entry
from chatd.wire.codes import LISTEN, Code
from chatd.wire.jsonlines import encode, entry_object
from chatd.wire.prose import Prose
from chatd.wire.sentences import DONE

_TEXT = 0x81  # the only frame of its message, which is text

_WORDED = Refused | Closing | ThrownOut

_prose = Prose()


def frame(text: bytes) -> bytes:
    """The frame, not masked, as a server sends it, of a message that is ``text`` in UTF-8."""
    size = len(text)
    if size < 126:
        return bytes((_TEXT, size)) + text
    if size < 65536:
        return struct.pack("!BBH", _TEXT, 126, size) + text
    return struct.pack("!BBQ", _TEXT, 127, size) + text


def _words(answer: Answer) -> bytes:
    """What people are told in text, for whoever does not know the identifier."""
    if isinstance(answer, _WORDED) or (isinstance(answer, Done) and answer.done in DONE):
        told = _prose.answer(LISTEN, answer).decode().removeprefix(f"{LISTEN.value} ").removesuffix("\r\n")
        return b',"text":' + msgspec.json.encode(told)
    return b""


class Frames:
    """Renders for programs that are connected by a WebSocket."""

    name = "json"

    def event(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """The frame of ``entry``; ``before`` is of no interest to a program."""
        return frame(entry_object(entry))

    def mention(self, code: Code, entry: Entry, before: Entry | None = None) -> bytes:
        """As :meth:`event`, marked for whom it names."""
        return frame(entry_object(entry)[:-1] + b',"mention":true}')

    def answer(self, code: Code, answer: Answer) -> bytes:
        """The frame of ``answer``."""
        return self.answered(answer, None)

    def answered(self, answer: Answer, to: str | int | None) -> bytes:
        """The frame of ``answer``, to the request that bore the id ``to``; None for one without."""
        if isinstance(answer, Replayed):
            return frame(entry_object(answer.entry, replayed=True))
        mark = b',"id":' + msgspec.json.encode(to) if to is not None else b""
        # Every object has a type, so that there is always something before a comma.
        return frame(b"%b%b%b}" % (encode(answer)[:-1], _words(answer), mark))
