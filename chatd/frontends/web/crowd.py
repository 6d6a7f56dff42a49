"""How many connections of HTTP an address may have, and what those may do that are above the number."""

from __future__ import annotations

from enum import Enum

from chatd.chat.limits import Places, network
from chatd.frontends.door import SPARE


class Right(Enum):
    """What may be asked for on a connection."""

    ALL = "all"
    FILES = "files"
    """Files by ticket alone: they are to go while all of a class are here."""
    NOTHING = "nothing"


class Visit:
    """The place that one connection has, until it is freed."""

    __slots__ = ("_customer", "_places", "right")

    def __init__(self, right: Right, places: Places | None = None, customer: str = "") -> None:
        self.right, self._places, self._customer = right, places, customer

    def free(self) -> None:
        """Take nobody's place any more; once more does nothing."""
        places, self._places = self._places, None
        if places is not None:
            places.free(self._customer)


class Crowd:
    """Counts the connections of each address: besides those on which somebody speaks, which the door counts.

    :param most: of one address, 0 for any number
    """

    def __init__(self, most: int) -> None:
        self._places, self._spare = Places(most), Places(SPARE)

    def limit(self, most: int) -> None:
        """Let so many be the most from now on; who is here stays."""
        self._places.most = most

    def enter(self, address: str) -> Visit:
        """A place for one more connection from ``address``."""
        customer = network(address)
        for right, places in ((Right.ALL, self._places), (Right.FILES, self._spare)):
            if places.take(customer):
                return Visit(right, places, customer)
        return Visit(Right.NOTHING)
