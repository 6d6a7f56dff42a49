"""Who guesses passwords: failures are counted, and after some of them each further one costs time.

Two counts stand side by side: of one account from one address, and of all accounts from one address. So whoever
guesses is slowed down, and the owner, who comes from elsewhere, is not. Names that nobody has count like all others.
"""

from __future__ import annotations

from itertools import takewhile

from chatd.chat.names import key

FREE, FREE_ADDRESS = 5, 100
"""Failures that cost no time: of one account from one address, and of all accounts from one address."""

LONGEST, LONGEST_ADDRESS = 60.0, 10.0
"""Seconds that a further one costs at most; behind an address there may be others, who wait as well."""

REMEMBERED = 900.0
"""Seconds without a failure after which all is forgotten."""

MOST = 20_000
"""Failures that are remembered in each count, of whatever was guessed last."""


class _Failures:
    """A count of failures by what they have in common; beyond so many ``free`` ones each doubles the delay."""

    def __init__(self, free: int, longest: float, most: int) -> None:
        self._free = free
        self._longest = longest
        self._most = most
        self._counts: dict[int, tuple[int, float]] = {}  # the one that failed least lately comes first

    def __len__(self) -> int:
        return len(self._counts)

    def wait(self, what: int, now: float) -> float:
        """Seconds until ``what`` may be tried again."""
        count, last = self._counts.get(what, (0, now))
        if count < self._free or now - last >= REMEMBERED:
            return 0.0
        return max(0.0, last + min(self._longest, 2.0 ** min(count - self._free, 32)) - now)

    def add(self, what: int, now: float) -> None:
        """``what`` was tried."""
        for old in [it for it, _ in takewhile(lambda item: now - item[1][1] >= REMEMBERED, self._counts.items())]:
            del self._counts[old]
        count, _ = self._counts.pop(what, (0, now))
        if len(self._counts) >= self._most:
            del self._counts[next(iter(self._counts))]
        self._counts[what] = count + 1, now

    def take_back(self, what: int) -> None:
        """``what`` was not tried after all."""
        count, last = self._counts.get(what, (0, 0.0))
        if count > 1:
            self._counts[what] = count - 1, last
        else:
            self.clear(what)

    def clear(self, what: int) -> None:
        """Nothing is held against ``what`` any more."""
        self._counts.pop(what, None)


class Guesses:
    """The failures that are remembered.

    :param most: see :data:`MOST`
    """

    def __init__(self, most: int = MOST) -> None:
        self._of_account = _Failures(FREE, LONGEST, most)
        self._of_address = _Failures(FREE_ADDRESS, LONGEST_ADDRESS, most)

    def __len__(self) -> int:
        """How many counts there are."""
        return len(self._of_account) + len(self._of_address)

    def begin(self, name: str, address: str, now: float) -> float:
        """0 where a password for ``name`` may be tried from ``address`` now; else the seconds until one may.

        A try counts as a failure of the account until it turns out to be none: a hundred at once are a hundred.

        :param now: monotonic seconds
        """
        wait = max(self._of_account.wait(_both(name, address), now), self._of_address.wait(hash(address), now))
        if not wait:
            self._of_account.add(_both(name, address), now)
        return wait

    def failed(self, address: str, now: float) -> None:
        """What was begun was a wrong password."""
        self._of_address.add(hash(address), now)

    def succeeded(self, name: str, address: str) -> None:
        """What was begun was the right one."""
        self._of_account.clear(_both(name, address))

    def not_tried(self, name: str, address: str) -> None:
        """What was begun was neither found right nor wrong."""
        self._of_account.take_back(_both(name, address))


def _both(name: str, address: str) -> int:
    # What is given for a name may be a password in the wrong place, and is not kept even here.
    return hash((key(name), address))
