"""Progress: how far a file on its way has come, how fast it is, and how long it will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from chatd.wire.measures import sized

SPAN = 5.0
"""Seconds of which the rate is the mean."""

SEEN = 0.25
"""Seconds between two looks at it."""

_BAR = 16


class Progress:
    """One file on its way.

    :param gives: whether it is given, and not fetched
    :param seconds: the time, of a clock that only goes forward
    :param changed: called when there is something new to be seen
    """

    def __init__(
        self, name: str, size: int, gives: bool, seconds: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        self.name = name
        self.size = size
        self.gives = gives
        self._seconds = seconds
        self._changed = changed
        self._seen = -SEEN
        self._samples: deque[tuple[float, int]] = deque()
        self.at = 0

    def moved(self, at: int) -> None:
        """So many bytes of the file are there."""
        now = self._seconds()
        if not self._samples or at < self.at:
            self._samples.clear()
            self._samples.append((now, at))
        self.at = at
        if now - self._seen >= SEEN:
            self._seen = now
            self._samples.append((now, at))
            while now - self._samples[0][0] > SPAN and len(self._samples) > 2:
                self._samples.popleft()
            self._changed()

    @property
    def rate(self) -> float:
        """Bytes a second, 0 where that is not known yet."""
        if not self._samples:
            return 0.0
        since, start = self._samples[0]
        spent = self._seconds() - since
        return (self.at - start) / spent if spent > 0 else 0.0

    @property
    def line(self) -> str:
        """All of it, for people."""
        part = self.at / self.size if self.size else 1.0
        bar = "#" * int(part * _BAR)
        words = [f"{'giving' if self.gives else 'fetching'} {self.name}", f"[{bar:.<{_BAR}}]", f"{part:4.0%}"]
        rate = self.rate
        if rate >= 1:
            words += [f"{sized(int(rate))}/s", f"{_time((self.size - self.at) / rate)} left"]
        return " ".join(words)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
