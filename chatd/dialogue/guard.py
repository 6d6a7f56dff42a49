"""The guard at the door: who may try to log in or register now, by what came from the same address before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil

from chatd.chat.answers import Refusal
from chatd.chat.guessing import Guesses
from chatd.chat.limits import Rates, network

MINUTE, HOUR = 60.0, 3600.0

RESULTS = ("ok", "wrong-password", "account-disabled", "busy", "too-many-logins", "too-many-guesses", "gone")
"""What comes of logins."""


class Guard:
    """Lets people try, or tells them when to try again; no password is hashed for whoever must wait.

    :param logins: a minute and address, 0 for any number
    :param registrations: an hour and address, 0 for any number
    :param seconds: the time, monotonic
    """

    def __init__(self, logins: int, registrations: int, seconds: Callable[[], float]) -> None:
        self._logins = Rates(logins, MINUTE)
        self._registrations = Rates(registrations, HOUR)
        self._guesses = Guesses()
        self._seconds = seconds
        self.results: Counter[str] = Counter()
        """How many logins came to what: ``ok``, or the identifier of what stood against them."""

    def limit(self, logins: int, registrations: int) -> None:
        """Let these numbers hold from now on; what was done so far is held against nobody where one is new."""
        self._logins.number, self._registrations.number = logins, registrations

    def log_in(self, name: str, address: str) -> None:
        """A password for ``name`` has come from ``address``; :meth:`judge` is to follow where it may be tried.

        :raises Refusal: ``too-many-logins`` or ``too-many-guesses``, with the seconds to wait
        """
        wait = self._logins.wait(network(address), self._seconds())
        if wait:
            self.results["too-many-logins"] += 1
            raise Refusal("too-many-logins", limit=_whole(wait))
        self.check(name, address)

    def check(self, name: str, address: str) -> None:
        """As :meth:`log_in`, where the password is asked of somebody who has logged in already.

        :raises Refusal: ``too-many-guesses``
        """
        wait = self._guesses.begin(name, network(address), self._seconds())
        if wait:
            self.results["too-many-guesses"] += 1
            raise Refusal("too-many-guesses", limit=_whole(wait))

    def judge(self, name: str, address: str, refusal: Refusal | None) -> None:
        """What came of it: nothing stood against it, or ``refusal`` did."""
        error = refusal.answer.error if refusal is not None else "ok"
        self.results[error] += 1
        if error == "wrong-password":
            self._guesses.failed(network(address), self._seconds())
        elif refusal is None:
            self._guesses.succeeded(name, network(address))
        else:
            self._guesses.not_tried(name, network(address))

    def try_room(self, room: str, name: str, address: str) -> None:
        """A password of ``room`` has come from the user ``name``; :meth:`judge_room` is to follow.

        People are counted each by themselves, for a class may sit behind one address; so are addresses.

        :raises Refusal: ``too-many-guesses``
        """
        wait = self._guesses.begin(_of_room(room, name), network(address), self._seconds())
        if wait:
            raise Refusal("too-many-guesses", limit=_whole(wait))

    def judge_room(self, room: str, name: str, address: str, fits: bool | None) -> None:
        """Whether it was the right one; None where that was not looked at."""
        who, place = _of_room(room, name), network(address)
        if fits:
            self._guesses.succeeded(who, place)
        elif fits is None:
            self._guesses.not_tried(who, place)
        else:
            self._guesses.failed(place, self._seconds())

    def register(self, address: str) -> None:
        """Somebody wants to make an account.

        :raises Refusal: ``too-many-registrations``
        """
        wait = self._registrations.wait(network(address), self._seconds())
        if wait:
            raise Refusal("too-many-registrations", limit=_whole(wait))

    def busiest(self) -> tuple[tuple[int, str], tuple[int, str]]:
        """The address that has logged in most often in the last minute, and how often; that which has registered so."""
        now = self._seconds()
        return self._logins.busiest(now), self._registrations.busiest(now)


def _of_room(room: str, name: str) -> str:
    # No account is called so.
    return f"{name}#{room}"


def _whole(wait: float) -> int:
    # Twelve times a fifth of a second are a little more than they should be.
    return ceil(round(wait, 3))
