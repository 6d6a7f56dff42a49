"""The two sides of a gate: who takes its lines, and the connection that they come from."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.task import Clock

from chatd.chat.limits import TokenBucket
from chatd.intake import Gate, Intake
from chatd.wire.lines import LineSplitter, TooLong


class Person:
    """Takes lines while :attr:`idle`; ``now`` tells the time, to be noted with each."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.idle = True
        self.behind = 0
        self.pasted = False
        self.taken: list[bytes | TooLong] = []
        self.times: list[float] = []
        self.ended = 0
        self.endless = 0
        self.thrown_away: set[bytes] = set()
        self.upon: dict[bytes, Callable[[], None]] = {}
        """What a line brings about."""
        self._now = now

    def wants_line(self) -> bool:
        return self.idle

    def take(self, line: bytes | TooLong) -> bool:
        if self.ended or self.endless:
            raise AssertionError(f"{line!r} is taken behind the end")
        self.taken.append(line)
        self.times.append(self._now())
        if isinstance(line, bytes) and line in self.upon:
            self.upon[line]()
        return line in self.thrown_away

    def end_of_input(self) -> None:
        self.ended += 1

    def endless_line(self) -> None:
        self.endless += 1


class Reading:
    """The reading side of a connection."""

    def __init__(self) -> None:
        self.paused = False
        self.calls = 0

    def pauseProducing(self) -> None:
        self.paused = True
        self.calls += 1

    def resumeProducing(self) -> None:
        self.paused = False
        self.calls += 1


class Ring:
    """An intake, and the turns in which it is served, when it has asked for that and only then."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.asked = False
        self.intake = Intake(self.clock, self._ask)

    def _ask(self) -> None:
        self.asked = True

    def turn(self) -> None:
        """One turn."""
        if self.asked:
            self.asked = False
            self.intake.serve()

    def turns(self) -> None:
        """As many as there is something to do."""
        while self.asked:
            self.turn()

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.advance(seconds)
        self.turns()


class Line:
    """A gate with all that belongs to it."""

    def __init__(self, ring: Ring, bucket: TokenBucket | None = None, splitter: LineSplitter | None = None) -> None:
        self.person = Person(ring.clock.seconds)
        self.reading = Reading()
        self.gate: Gate[bytes | TooLong] = Gate(
            ring.intake, self.person, self.reading, splitter or LineSplitter(), bucket
        )

    def feed(self, *lines: object) -> None:
        """Let whole lines come, in one piece."""
        self.gate.feed("".join(f"{line}\n" for line in lines).encode())

    @property
    def taken(self) -> list[str]:
        """The lines that were taken."""
        return [line.decode() if isinstance(line, bytes) else line.name for line in self.person.taken]


def numbers(*bounds: int) -> list[str]:
    """As ``range``, written."""
    return [str(number) for number in range(*bounds)]
