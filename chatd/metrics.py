"""Metrics for Prometheus: what the parts of the server have counted, read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from chatd import __version__
from chatd.dialogue.guard import RESULTS
from chatd.house import House
from chatd.watchdog import BOUNDS, Lag


class HouseCollector(Collector):
    """Reads the numbers of a house; in any thread, for all that it reads are whole numbers, and copies of sets."""

    def __init__(self, house: House, lag: Lag) -> None:
        self._house = house
        self._lag = lag

    def collect(self) -> Iterator[Metric]:
        """Everything, as it is now."""
        yield from self._people()
        yield from self._talk()
        yield from self._doors()
        yield from self._work()

    def _people(self) -> Iterator[Metric]:
        house = self._house
        sessions = [protocol.session for protocol in house.open]
        connections = GaugeMetricFamily("chatd_connections", "Connections that are open.", labels=["frontend"])
        kinds = GaugeMetricFamily("chatd_sessions", "Sessions of users.", labels=["frontend", "kind"])
        for factory in house.factories:
            name = factory.frontend
            here = [session.user for session in sessions if session.frontend == name]
            connections.add_metric([name], len(here))
            kinds.add_metric([name, "account"], sum(user is not None and not user.guest for user in here))
            kinds.add_metric([name, "guest"], sum(user is not None and user.guest for user in here))
        yield connections
        yield kinds
        yield _gauge("chatd_users", "Users who are here.", len(house.hub.users))
        yield _gauge("chatd_rooms", "Rooms that there are.", len(house.hub.rooms))
        queued = [session.outlet.queued for session in sessions]
        yield _gauge("chatd_queue_bytes", "Bytes that wait for slow readers.", sum(queued))
        yield _gauge("chatd_queue_bytes_max", "The most bytes that wait for one reader.", max(queued, default=0))

    def _talk(self) -> Iterator[Metric]:
        house = self._house
        yield _counter("chatd_messages", "Things said, in rooms and in private.", house.sessions.messages)
        yield _counter("chatd_deliveries", "Lines of rooms handed to sessions.", house.delivery.deliveries)
        yield _counter("chatd_sent_bytes", "Bytes handed to connections.", house.delivery.bytes)
        received = CounterMetricFamily("chatd_received_bytes", "Bytes that came.", labels=["frontend"])
        for factory in house.factories:
            received.add_metric([factory.frontend], factory.received)
        yield received

    def _doors(self) -> Iterator[Metric]:
        house = self._house
        logins = CounterMetricFamily("chatd_logins", "Logins with a password, by what came of them.", labels=["result"])
        for result in RESULTS:
            logins.add_metric([result], house.guard.results[result])
        yield logins
        dropped = CounterMetricFamily("chatd_dropped_connections", "Connections ended by a limit.", labels=["reason"])
        dropped.add_metric(["too-slow"], sum(factory.too_slow for factory in house.factories))
        dropped.add_metric(["too-many-connections"], house.door.refusals)
        dropped.add_metric(["no-login"], house.door.timeouts)
        yield dropped

    def _work(self) -> Iterator[Metric]:
        house = self._house
        yield _gauge("chatd_hash_queue", "Passwords that wait to be hashed.", house.pool.waiting)
        yield _counter("chatd_hashes", "Passwords that were hashed.", house.pool.done)
        yield _gauge(
            "chatd_journal_pending_entries", "Entries on their way to the journal.", house.logs.pending_entries
        )
        yield _gauge("chatd_journal_lag_seconds", "How long the last ones were on it.", house.logs.lag / 1000)
        alarms = GaugeMetricFamily("chatd_alarm", "1 while something is wrong with the disk.", labels=["alarm"])
        for alarm, on in house.alarms.all().items():
            alarms.add_metric([alarm], int(on))
        yield alarms
        bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
        buckets = list(zip(bounds, accumulate(self._lag.counts), strict=True))
        lag = HistogramMetricFamily("chatd_reactor_lag_seconds", "How late the reactor was, 20 times a second.")
        lag.add_metric([], buckets, self._lag.total)
        yield lag
        build = GaugeMetricFamily("chatd_build_info", "1; what runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value)


def registry_of(house: House, lag: Lag) -> CollectorRegistry:
    """All that is told of ``house``, of how late the reactor was, and of the process."""
    registry = CollectorRegistry()
    registry.register(HouseCollector(house, lag))
    ProcessCollector(registry=registry)
    return registry
