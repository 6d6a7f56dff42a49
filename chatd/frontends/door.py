"""The door: how many connections an address may have, and how long one may stay on which nobody logs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from chatd.chat.answers import Closing
from chatd.chat.limits import Places, network
from chatd.session import Session

SPARE, SPARE_SECONDS = 16, 10.0
"""Connections that an address may have above its number, to give and fetch files with a ticket, and how long one may
take to show it: files are to go while all of a class are here."""

LEAVING = 5.0
"""Seconds that a connection which was refused has to take the reason."""

LOCAL = "unix"
"""The address of whoever comes by a Unix socket: all the machine's users, who are not counted."""


class Caller(Protocol):
    """A connection."""

    session: Session
    transport: Any

    @property
    def lines(self) -> int:
        """How many lines were taken from it."""

    @property
    def is_awaited(self) -> bool:
        """Whether it is its turn: nothing is worked on that it has asked for."""

    def abortConnection(self) -> None:
        """End it at once."""


class Keeper(Protocol):
    """Who lets connections in."""

    refusal: Closing
    """What those are told that are not."""

    def enter(self, caller: Caller, address: str) -> bool:
        """Whether ``caller``, who comes from ``address``, may come in."""

    def has_only_tickets(self, caller: Caller) -> bool:
        """Whether ``caller`` may do nothing but give and fetch files."""

    def uncount(self, caller: Caller) -> None:
        """``caller`` is here on business of its own."""

    def leave(self, caller: Caller) -> None:
        """``caller`` is gone."""


class Bounds(NamedTuple):
    """What the door bears.

    :param connections: from one address, 0 for any number
    :param idle: seconds without a line, of one on which nobody has logged in
    :param login: seconds without a login
    """

    connections: int
    idle: float
    login: float


class _Visit:
    """What is known of one connection: whom it is counted for, and when it was heard last."""

    __slots__ = ("heard_at", "lines", "place", "since", "spare")

    def __init__(self, now: float) -> None:
        self.place = self.spare = ""
        self.lines = 0
        self.since = self.heard_at = now


class Door:
    """Lets connections in, and sends those away that stand about in it.

    :param seconds: the time, monotonic
    """

    refusal = Closing("too-many-connections")

    def __init__(self, bounds: Bounds, seconds: Callable[[], float]) -> None:
        self._bounds = bounds
        self._seconds = seconds
        self._places = Places(bounds.connections)
        self._spare = Places(SPARE)
        self._visits: dict[Caller, _Visit] = {}
        self._refused: dict[Caller, float] = {}
        self.refusals = 0
        """Connections that were sent away since there were too many of their address."""
        self.timeouts = 0
        """Connections that were closed since nobody logged in."""

    def limit(self, bounds: Bounds) -> None:
        """Let these hold from now on; who is here stays."""
        self._bounds, self._places.most = bounds, bounds.connections

    @property
    def known(self) -> int:
        """How many connections and addresses there are in all that it remembers."""
        return len(self._visits) + len(self._places) + len(self._spare) + len(self._refused)

    def fullest(self) -> tuple[int, str]:
        """The most connections that any address has, and which."""
        return self._places.fullest()

    def enter(self, caller: Caller, address: str) -> bool:
        """Whether ``caller`` may come in; if not, it is to be told so, and is cut where it does not go.

        One that :meth:`has_only_tickets` is in, but may do nothing but give and fetch files.

        :param address: it is counted for
        """
        visit = self._visits[caller] = _Visit(self._seconds())
        if address == LOCAL:
            return True
        place = network(address)
        if self._places.take(place):
            visit.place = place
            return True
        self.refusals += 1
        if self._spare.take(place):
            visit.spare = place
            return True
        del self._visits[caller]
        self._refused[caller] = self._seconds() + LEAVING
        return False

    def has_only_tickets(self, caller: Caller) -> bool:
        """Whether ``caller`` is above the number of its address."""
        visit = self._visits.get(caller)
        return visit is not None and bool(visit.spare)

    def uncount(self, caller: Caller) -> None:
        """``caller`` is here on business of its own, and takes nobody's place any more."""
        visit = self._visits.get(caller)
        if visit is not None and visit.spare:
            self.refusals -= 1
        self._free(visit)

    def _free(self, visit: _Visit | None) -> None:
        if visit is not None and visit.place:
            self._places.free(visit.place)
            visit.place = ""
        if visit is not None and visit.spare:
            self._spare.free(visit.spare)
            visit.spare = ""

    def leave(self, caller: Caller) -> None:
        """``caller`` is gone."""
        self._free(self._visits.pop(caller, None))
        self._refused.pop(caller, None)

    def sweep(self) -> None:
        """Close what has stood about for too long; every few seconds."""
        now = self._seconds()
        for caller, visit in list(self._visits.items()):
            session = caller.session
            if session.user is not None:
                visit.since = visit.heard_at = now
            elif caller.lines != visit.lines:
                visit.lines, visit.heard_at = caller.lines, now
            # Nobody is asked while a password is checked, or while a file is put or got.
            if session.user is None and caller.is_awaited and session.ending is None:
                self._look(session, visit, now)
        for caller in [caller for caller, until in self._refused.items() if until <= now]:
            del self._refused[caller]
            caller.abortConnection()

    def _look(self, session: Session, visit: _Visit, now: float) -> None:
        if visit.spare:
            if now - visit.since >= SPARE_SECONDS:
                session.end(self.refusal)
        elif now - visit.heard_at >= self._bounds.idle:
            self.timeouts += 1
            session.end(Closing("idle", f"{self._bounds.idle:g}"))
        elif now - visit.since >= self._bounds.login:
            self.timeouts += 1
            session.end(Closing("no-login", f"{self._bounds.login:g}"))
