"""How often somebody may do something: a bucket of tokens that fills as time goes by."""

from __future__ import annotations

from math import inf

# Times are floats: whoever waits exactly as long as wait() says must not miss its token by a rounding error.
_ROUNDING = 1e-6


class TokenBucket:
    """Allows ``capacity`` tokens at once, and ``refill`` a second in the long run; it starts full.

    :param capacity: the most tokens it holds
    :param refill: tokens a second; 0 for a bucket that never fills again
    """

    __slots__ = ("_at", "_capacity", "_level", "_refill")

    def __init__(self, capacity: float, refill: float) -> None:
        self._capacity = self._level = capacity
        self._refill = refill
        self._at = -inf

    def _fill(self, now: float) -> float:
        if now > self._at:
            if self._level < self._capacity:
                self._level = min(self._capacity, self._level + (now - self._at) * self._refill)
            self._at = now
        return self._level

    def level(self, now: float) -> float:
        """How many tokens there are at ``now`` (monotonic seconds)."""
        return self._fill(now)

    def take(self, now: float, n: float = 1) -> bool:
        """Take ``n`` tokens, or none where there are fewer.

        :param now: monotonic seconds; a time before the last one counts as the last one
        """
        level = self._fill(now)
        if level + _ROUNDING < n:
            return False
        self._level = max(0.0, level - n)
        return True

    def wait(self, now: float, n: float = 1) -> float:
        """Seconds until :meth:`take` gives ``n`` tokens: 0 when it does now, infinity when it never will."""
        missing = n - self._fill(now)
        if missing <= _ROUNDING:
            return 0.0
        return missing / self._refill if self._refill and n <= self._capacity else inf
