"""Lines out of a stream of bytes, one at a time, when they are asked for.

Laws: lines end at LF only, and one CR before it goes too. A line longer than the limit is thrown away up to its end,
and told as :data:`TOO_LONG`. The bytes behind the last line taken are not touched, so that raw data sent ahead come out
of :meth:`LineSplitter.take_rest` as they came. The work is linear in the bytes, however they are cut.

A *piece* ends where all that was fed up to then ended with an LF: lines that came apart stay apart while they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum


class TooLong(Enum):
    """Stands for a line that was longer than allowed."""

    TOO_LONG = "too-long"


TOO_LONG = TooLong.TOO_LONG

Unwrap = Callable[[bytearray, int], tuple[bytes, bool, int]]
"""Given bytes and a place in them, takes what is there through the first LF of the text, or all.

Gives that text, whether the unfinished line before it is to be forgotten, and the place behind what it took.
:class:`chatd.wire.telnet.TelnetFilter` does that, and has a reply besides, which its user sends.
"""


class LineSplitter:
    """Splits what it is fed into lines.

    Ask :meth:`next_line` after every :meth:`feed`, unless lines are left waiting on purpose: only then an overlong line
    is cut short, telnet commands are seen to, and :attr:`endless_line` is set. What comes while nobody asks is held.

    :param limit: the longest line, in bytes without its end
    :param endless: so many bytes may come without an LF; more than ``limit``
    :param unwrap: takes telnet commands out; not called before the first byte 255 has come
    """

    __slots__ = (
        "_at",
        "_dropped",
        "_endless",
        "_finished",
        "_held",
        "_later",
        "_later_size",
        "_limit",
        "_raw",
        "_raw_at",
        "_searched",
        "_unwrap",
        "endless_line",
    )

    endless_line: bool
    """Whether more than ``endless`` bytes came without an LF; stays true."""

    def __init__(self, limit: int = 4096, endless: int = 1 << 20, unwrap: Unwrap | None = None) -> None:
        self._limit = limit
        self._endless = endless
        self._unwrap = unwrap
        self._held = b""  # waits from _at on, has no LF from there to _searched
        self._at = 0
        self._searched = 0
        self._later: list[bytes] = []  # came after what is held and raw, and is looked at when no line is in these
        self._later_size = 0
        self._dropped = 0  # bytes of the unfinished line that are no longer held
        # Waits from _raw_at on to be unwrapped and held; None before the first 255 is looked at.
        self._raw: bytearray | None = None
        self._raw_at = 0
        self._finished = False
        self.endless_line = False

    @property
    def waiting(self) -> int:
        """Bytes held."""
        raw = 0 if self._raw is None else len(self._raw) - self._raw_at
        return len(self._held) - self._at + self._later_size + raw

    @property
    def lines(self) -> int:
        """Line ends that wait in the piece of the line taken last, and one for what waits without, if no more comes."""
        held, raw = self._held, self._raw or b""
        if self._at == len(held) and not raw:
            return 0
        rest = self._rest_of_piece()
        count = held.count(b"\n", self._searched) + raw.count(b"\n", self._raw_at)
        count += sum([data.count(b"\n") for data in rest])
        is_all = self._finished and len(rest) == len(self._later)
        return count + (is_all and not (rest[-1] if rest else raw or held).endswith(b"\n"))

    def ahead(self) -> Iterator[bytes]:
        """The lines of that piece, as they came; without those that telnet commands may have to be taken out of."""
        rest = () if self._raw else self._rest_of_piece()
        waiting, at = b"".join((self._held[self._at :], *rest)), 0
        while (end := waiting.find(b"\n", at)) >= 0:
            yield waiting[at:end]
            at = end + 1
        if self._finished and at < len(waiting):
            yield waiting[at:]

    def feed(self, data: bytes) -> None:
        """Take the next ``data`` of the stream, cut anywhere."""
        if self._later or self._raw or self._at < len(self._held):
            self._later.append(data)
            self._later_size += len(data)
        else:
            self._held = b""
            self._at = self._searched = 0
            self._look_at(data)

    def next_line(self) -> bytes | TooLong | None:
        """The next line without its end, :data:`TOO_LONG` in place of one, or None where no whole line waits."""
        while (end := self._held.find(b"\n", self._searched)) < 0:
            if not self._look_further():
                return None
        line = self._held[self._at : end]
        self._at = self._searched = end + 1
        if line.endswith(b"\r"):
            line = line[:-1]
        return line if len(line) <= self._limit else self._too_long(len(line))

    def take_rest(self) -> bytes:
        """What waits, exactly as it came, for raw mode; nothing waits then."""
        raw = b"" if self._raw is None else self._raw[self._raw_at :]
        rest = b"".join((self._held[self._at :], raw, *self._later))
        self._held = b""
        self._later = []
        self._raw = None
        self._at = self._searched = self._later_size = self._dropped = self._raw_at = 0
        return rest

    def finish(self) -> None:
        """The input has ended: what waits without an LF is a line too."""
        self._finished = True

    def _look_further(self) -> bool:
        """Look at what came later, when no line is in what is held; whether there was any."""
        if self._raw:
            self._cut_short()
            self._unwrap_line(self._raw)
        elif self._later:
            self._look_at(b"".join(self._take_piece()))
        elif self._finished and self._at < len(self._held):
            self._held += b"\n"
        else:
            self._cut_short()
            return False
        return True

    def _look_at(self, data: bytes) -> None:
        """Hold ``data`` behind what has no LF, or have it unwrapped."""
        if self._raw is not None or (b"\xff" in data and self._unwrap is not None):
            self._raw = bytearray(data)
        else:
            self._searched = len(self._held) - self._at
            self._held = self._held[self._at :] + data
            self._at = 0

    def _rest_of_piece(self) -> list[bytes]:
        """What came later of the piece that is held."""
        return [] if (self._raw or self._held).endswith(b"\n") else self._later[: self._end_of_piece()]

    def _end_of_piece(self) -> int:
        """How much of what came later is one piece, or goes on with the one that is held."""
        ends = (place for place, data in enumerate(self._later, 1) if data.endswith(b"\n"))
        return next(ends, len(self._later))

    def _take_piece(self) -> list[bytes]:
        end = self._end_of_piece()
        piece, self._later = self._later[:end], self._later[end:]
        self._later_size -= sum(map(len, piece))
        return piece

    def _cut_short(self) -> None:
        """Hold of an overlong line no more than shows that it is one, even if a CR turns out to belong to its end."""
        came = len(self._held) - self._at
        self._held = self._held[self._at : self._at + self._limit + 2]
        self._at = 0
        self._searched = len(self._held)
        self._dropped += came - self._searched
        self._note_length(self._searched)

    def _too_long(self, length: int) -> TooLong:
        self._note_length(length)
        self._dropped = 0
        return TOO_LONG

    def _note_length(self, held: int) -> None:
        if held + self._dropped > self._endless:
            self.endless_line = True

    def _unwrap_line(self, raw: bytearray) -> None:
        """Afterwards a whole line is held, or nothing is left to unwrap."""
        assert self._unwrap is not None
        data, forget, self._raw_at = self._unwrap(raw, self._raw_at)
        if forget:
            # No line was in what is held: all of it belongs to the one that is not finished.
            self._held = b""
            self._at = self._searched = self._dropped = 0
        self._held += data
        if self._raw_at == len(raw):
            raw.clear()
            self._raw_at = 0
