"""How the server is: what runs, who is here, and how much of each limit is used."""

from __future__ import annotations

import os
import resource
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from chatd import __version__
from chatd.chat.moments import Moment
from chatd.chat.reports import Health, UpSince, Use
from chatd.dialogue.guard import RESULTS
from chatd.hashing import MOST_HASHES
from chatd.house import House
from chatd.watchdog import BOUNDS, Lag

_OPEN_FILES = Path("/proc/self/fd")


class Survey:
    """Looks at a house.

    :param lag: how late the reactor was
    :param since: when it began, milliseconds since 1970-01-01 UTC
    """

    def __init__(self, house: House, lag: Lag, since: int) -> None:
        self._house = house
        self._lag = lag
        self._since = since
        self._began = house.world.clock.seconds()

    def up(self) -> UpSince:
        """Since when."""
        seconds = int(self._house.world.clock.seconds() - self._began)
        return UpSince(self._house.config.server.name, __version__, os.getpid(), Moment(self._since), seconds)

    def health(self) -> Health:
        """All there is to know."""
        house = self._house
        users = list(house.hub.users.values())
        guests = sum(user.guest for user in users)
        door, line = house.door, house.line
        return Health(
            up=self.up(),
            alarms=tuple(house.alarms.standing),
            connections=dict(Counter(protocol.session.frontend for protocol in house.open)),
            users=len(users) - guests,
            guests=guests,
            accounts=len(house.stores.accounts.names()),
            rooms=len(house.hub.rooms),
            messages=house.sessions.messages,
            deliveries=house.delivery.deliveries,
            received=sum(factory.received for factory in house.factories),
            sent=house.delivery.bytes,
            logins={result: house.guard.results[result] for result in RESULTS},
            dropped={"too-slow": line.too_slow, "too-many-connections": door.refusals, "no-login": door.timeouts},
            journal_lag=house.logs.lag,
            journal_pending=house.logs.pending_entries,
            reactor_lag=_percentile(self._lag),
            hashing=house.pool.waiting,
            queued=sum(protocol.session.outlet.queued for protocol in house.open),
            memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            limits=tuple(self._limits()),
        )

    def _limits(self) -> Iterable[Use]:
        house, limits = self._house, self._house.config.limits
        rates = house.guard.busiest()
        yield Use("flood", int(limits.flood))
        yield Use("connections_per_address", limits.connections_per_address, *house.door.fullest())
        yield Use("logins_per_minute", limits.logins_per_minute * limits.flood, *rates[0])
        yield Use("registrations_per_hour", limits.registrations_per_hour * limits.flood, *rates[1])
        yield Use("line_bytes", limits.line_bytes)
        yield Use("queue_bytes", limits.queue_bytes, *self._fullest_queue())
        yield Use("idle_login_seconds", limits.idle_login_seconds)
        yield Use("login_seconds", limits.login_seconds)
        yield Use("sessions_per_account", house.config.accounts.sessions_per_account, *self._most_sessions())
        yield Use("expire_days", house.config.accounts.expire_days)
        yield Use("rooms", house.config.rooms.max, len(house.hub.rooms))
        yield from self._files()
        yield Use("passwords waiting", MOST_HASHES, house.pool.waiting)
        yield from _open_files()

    def _fullest_queue(self) -> tuple[int, str]:
        sessions = [protocol.session for protocol in self._house.open]
        return _most((s.outlet.queued, s.user.name if s.user is not None else s.address) for s in sessions)

    def _most_sessions(self) -> tuple[int, str]:
        return _most((user.sessions, user.name) for user in self._house.hub.users.values())

    def _files(self) -> Iterable[Use]:
        files = self._house.config.files
        drops = self._house.stores.spool.drops()
        rooms, users = Counter[str](), Counter[str]()
        for drop in drops:
            rooms[drop.room] += drop.size
            users[drop.user] += drop.size
        yield Use("max_bytes", files.max_bytes, *_most((drop.size, drop.name) for drop in drops))
        yield Use("room_quota", files.room_quota, *_most((size, name) for name, size in rooms.items()))
        yield Use("user_quota", files.user_quota, *_most((size, name) for name, size in users.items()))


def _most(uses: Iterable[tuple[int, str]]) -> tuple[int, str]:
    used, by = max(uses, default=(0, ""))
    return (used, by) if used else (0, "")


def _open_files() -> Iterable[Use]:
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _OPEN_FILES.is_dir():
        yield Use("open files", 0 if most == resource.RLIM_INFINITY else most, len(os.listdir(_OPEN_FILES)))


def _percentile(lag: Lag) -> int:
    """Milliseconds that it was late at most in 99 of 100 looks, by the classes of :class:`chatd.watchdog.Lag`."""
    wanted, seen = 0.99 * sum(lag.counts), 0
    for bound, count in zip(BOUNDS, lag.counts, strict=False):
        seen += count
        if seen >= wanted:
            return round(bound * 1000)
    return round(BOUNDS[-1] * 1000)
