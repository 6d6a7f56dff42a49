"""Members who come by WebSocket beside those of the line protocol, in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.fanout import FanOut
from benchmarks.work import Result, Run, Table, middle, several, times


@dataclass(frozen=True)
class Web:
    """The same room, once with lines of text and once with objects in frames.

    :param part: of ``chatd`` and ``web``
    """

    name: str
    title: str
    part: FanOut

    def measure(self, run: Run) -> Iterator[Result]:
        """As :meth:`FanOut.measure`."""
        return self.part.measure(run)

    def table(self, results: Sequence[Result]) -> Table:
        """That of the part, and what the web has of the rate of lines."""
        cells = [
            times(*(middle(results, "per_second", server=name, window=window) for name in ("web", "chatd")))
            for window in several(results, "window")
        ]
        return [*self.part.table(results), ["web by lines, the rate", *cells]]
