"""What every workload is: something that is measured in rounds, and a table of what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple, Protocol

Result = dict[str, Any]
"""One measurement: which workload, server and round, and its figures."""

Table = list[list[str]]
"""Rows of cells; the first is the header."""


class Run(NamedTuple):
    """What was asked for.

    :param names: servers, in the order in which they take turns
    :param seconds: how long one measurement is
    """

    names: Sequence[str]
    rounds: int
    seconds: float


class Work(Protocol):
    """A workload."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    def measure(self, run: Run) -> Iterator[Result]:
        """Measure the servers in turn, and again in every round."""

    def table(self, results: Sequence[Result]) -> Table:
        """What the results say; there is at least one."""


def values(results: Iterable[Result], field: str, **where: object) -> list[float]:
    """``field`` of each result in which everything is as ``where`` says, and which has one."""
    return [r[field] for r in results if field in r and all(r.get(key) == value for key, value in where.items())]


def middle(results: Iterable[Result], field: str, **where: object) -> float | None:
    """The median of :func:`values`; None where there are none."""
    found = values(results, field, **where)
    return median(found) if found else None


def several(results: Iterable[Result], field: str) -> list[Any]:
    """The different values of ``field``, in the order in which they come."""
    return list(dict.fromkeys(result[field] for result in results))


def times(figure: float | None, other: float | None) -> str:
    """How many times ``other`` the figure is, for a cell."""
    return f"{figure / other:.2f} ×" if figure is not None and other else ""


def figure(number: float) -> str:
    """A number with three digits that matter, for a cell."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}" if number >= 0.1 else f"{number:.3f}"
