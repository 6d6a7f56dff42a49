"""How often somebody may do something, and how many things an address may have: buckets of tokens, and counts."""

from __future__ import annotations

from ipaddress import IPv6Address
from itertools import takewhile
from math import inf

MOST_ADDRESSES = 10_000
"""Addresses that are remembered at once; about 2 MiB."""

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


def network(address: str) -> str:
    """What stands for one customer of a network: an IPv4 address, or the first 64 bits of one of IPv6 (RFC 6177).

    :param address: as sessions have it; whatever is no address of IP stands for itself
    """
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(IPv6Address(int(parsed) >> 64 << 64))


class Places:
    """How many things each address may have at once.

    :param most: for one address; 0 for any number
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: dict[str, int] = {}

    def __len__(self) -> int:
        """How many addresses have any."""
        return len(self._taken)

    def take(self, address: str) -> bool:
        """Whether ``address`` may have one more, which it has then."""
        taken = self._taken.get(address, 0)
        if self.most and taken >= self.most:
            return False
        self._taken[address] = taken + 1
        return True

    def fullest(self) -> tuple[int, str]:
        """The most that any address has, and which."""
        address = max(self._taken, key=self._taken.__getitem__, default="")
        return self._taken.get(address, 0), address

    def free(self, address: str) -> None:
        """``address`` has one less."""
        taken = self._taken.pop(address) - 1
        if taken:
            self._taken[address] = taken


class Rates:
    """How often each address may do something: ``number`` times in ``seconds``, all at once if it likes.

    Whoever has not been seen for so long is forgotten, and so, where there are too many, is whoever was seen least
    lately.

    :param number: 0 for as often as one likes
    :param most: addresses that are remembered
    """

    def __init__(self, number: int, seconds: float, most: int = MOST_ADDRESSES) -> None:
        self._number = number
        self._seconds = seconds
        self._most = most
        self._buckets: dict[str, tuple[float, TokenBucket]] = {}  # the one that was seen least lately comes first

    @property
    def number(self) -> int:
        """How often; with another number all begin anew."""
        return self._number

    @number.setter
    def number(self, number: int) -> None:
        if number != self._number:
            self._number = number
            self._buckets.clear()

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._buckets)

    def wait(self, address: str, now: float) -> float:
        """0 where ``address`` may do it now, which then counts; else the seconds until it may.

        :param now: monotonic seconds
        """
        if not self._number:
            return 0.0
        self.forget(now)
        bucket = self._buckets.pop(address, (now, TokenBucket(self._number, self._number / self._seconds)))[1]
        if len(self._buckets) >= self._most:
            del self._buckets[next(iter(self._buckets))]
        self._buckets[address] = now, bucket
        return 0.0 if bucket.take(now) else bucket.wait(now)

    def busiest(self, now: float) -> tuple[int, str]:
        """How often the address has done it of late that has done it most often, and which that is."""
        used = ((round(self._number - bucket.level(now)), address) for address, (_, bucket) in self._buckets.items())
        most, address = max(used, default=(0, ""))
        return (most, address) if most > 0 else (0, "")

    def forget(self, now: float) -> None:
        """Forget whoever was not seen for so long that nothing is held against him."""
        old = [
            address for address, _ in takewhile(lambda item: item[1][0] + self._seconds <= now, self._buckets.items())
        ]
        for address in old:
            del self._buckets[address]
