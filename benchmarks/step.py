"""One step of the way of a message, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable

LINES = 64
"""As many as one turn of the reactor brings."""

MEMBERS = 200

ENOUGH = 0.25
"""Seconds that each step is repeated for."""

Step = tuple[str, str, Callable[[], object], Callable[[], object], int]
"""A name; what it is counted by; what is done before it, untimed; it; how many of what it is counted by it does."""


def nothing() -> None:
    """Done before a step that needs nothing."""


def shortest(before: Callable[[], object], step: Callable[[], object]) -> float:
    """The shortest of the times, in seconds, that ``step`` took in :data:`ENOUGH` seconds; as timeit advises."""
    times: list[float] = []
    end = time.perf_counter() + ENOUGH
    while not times or time.perf_counter() < end:
        before()
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    return min(times)
