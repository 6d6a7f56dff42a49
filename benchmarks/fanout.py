"""Fan-out: messages to rooms, counted and checked where they arrive."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Failed, busy_seconds, cpu_seconds, expect, running, tail
from benchmarks.programs import program
from benchmarks.servers import DAEMONS, SERVERS, Running
from benchmarks.work import Result, Run, Table, figure, middle, several, times, values

WARMUP = 0.5
"""Seconds of load before anything is counted."""


@dataclass(frozen=True)
class FanOut:
    """Rooms in which a few speak and all listen.

    :param windows: messages under way at once in each room, one measurement for each
    :param rate: messages a second instead, 0 for as many as are delivered
    :param peers: the servers that it says something of
    :param most_rounds: how often it is worth the time
    """

    name: str
    title: str
    members: int
    windows: tuple[int, ...] = (1, 8, 64)
    rooms: int = 1
    speakers: int = 4
    tls: bool = False
    rate: int = 0
    peers: tuple[str, ...] = ("chatd", "ngircd", "inspircd", "floor")
    most_rounds: int = 9

    def measure(self, run: Run) -> Iterator[Result]:
        """What each server does, in turn and again.

        :raises Failed: a server or the load ended, or something was not delivered as it should be
        """
        names = [name for name in run.names if name in self.peers and (SERVERS[name].tls or not self.tls)]
        with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary, ExitStack() as stack:
            Path(temporary).chmod(0o755)
            rooms = self.rooms if self.rooms > 1 else 0
            starting = [SERVERS[name].run(Path(temporary, name), self.tls, rooms) for name in names]
            servers = [stack.enter_context(server) for server in starting]
            for number in range(min(run.rounds, self.most_rounds)):
                for server in servers:
                    for figures in self.load(server, run.seconds):
                        yield {"workload": self.name, "server": server.name, "round": number, **figures}

    def load(self, server: Running, seconds: float) -> list[Result]:
        """What one server does.

        :raises Failed: as :meth:`measure`
        """
        arguments = [server.protocol, server.port, int(self.tls), self.rooms, self.members, self.speakers]
        command = [str(program("load")), *map(str, [*arguments, WARMUP, seconds, self.rate, *self.windows])]
        with running(command, output=subprocess.PIPE, errors=subprocess.PIPE) as load:
            # The load gives up by itself; this is for the case that it is the load that hangs.
            timer = threading.Timer(180 + len(self.windows) * (WARMUP + seconds + 15), load.kill)
            timer.start()
            try:
                return [self._figures(server, load, window) for window in self.windows]
            except Failed as error:
                raise Failed(f"{self.name}, {server.name}: {error}\n{tail(server.log)}") from None
            finally:
                timer.cancel()

    def _figures(self, server: Running, load: subprocess.Popen[str], window: int) -> Result:
        expect(load, "measuring")
        cpu, busy = cpu_seconds(server.pid), busy_seconds()
        expect(load, "measured")
        cpu, busy = cpu_seconds(server.pid) - cpu, busy_seconds() - busy
        figures = json.loads(expect(load, "{"))
        for fault in ("lost", "out_of_order", "disconnected"):
            if figures[fault]:
                raise Failed(f"{window} under way: {figures[fault]} {fault.replace('_', ' ')}")
        microseconds = 1e6 * cpu / max(1, figures["deliveries"])
        others = max(0.0, busy - cpu - figures["load_cpu"]) / figures["seconds"]
        return {"window": window, **figures, "server_cpu": cpu, "us_per_delivery": microseconds, "others": others}

    def table(self, results: Sequence[Result]) -> Table:
        """Rate and processor time by server and window, and what is between chatd and the better daemon."""
        if self.rate:
            return _latencies(results)
        windows = several(results, "window")
        header = ["", *(f"{window} under way" for window in windows)]
        servers = several(results, "server")
        rows = [[server, *(_cell(results, server, window) for window in windows)] for server in servers]
        return [header, *rows, *_compared(results)]


def _cell(results: Sequence[Result], server: str, window: int) -> str:
    rates = values(results, "per_second", server=server, window=window)
    if not rates:
        return ""
    cost = middle(results, "us_per_delivery", server=server, window=window) or 0
    rate = middle(results, "per_second", server=server, window=window) or 0
    return f"{rate / 1e3:,.0f} k/s ({min(rates) / 1e3:,.0f}–{max(rates) / 1e3:,.0f}), {figure(cost)} µs"


def compare(results: Sequence[Result], window: int) -> tuple[float, float, float] | None:
    """The rate and processor time of chatd by those of the better daemon, and its processor time by that of the floor.

    :returns: None where there is no chatd or no daemon in the results; the last is 0 where there is no floor
    """
    rates = [middle(results, "per_second", server=name, window=window) or 0 for name in DAEMONS]
    costs = [middle(results, "us_per_delivery", server=name, window=window) for name in DAEMONS]
    chatd = middle(results, "per_second", server="chatd", window=window)
    cost = middle(results, "us_per_delivery", server="chatd", window=window)
    floor = middle(results, "us_per_delivery", server="floor", window=window)
    known = [each for each in costs if each]
    if chatd is None or cost is None or not known:
        return None
    return chatd / max(rates), cost / min(known), cost / floor if floor else 0


def _compared(results: Sequence[Result]) -> Table:
    windows = several(results, "window")
    found = [compare(results, window) for window in windows]
    if not any(found):
        return []
    cells = [
        f"{each[0]:.2f} × the rate, {each[1]:.2f} × the µs" + (f"; {each[2]:.1f} × the floor's" if each[2] else "")
        for each in found
        if each
    ]
    return [["chatd by the better daemon", *cells]]


def _latencies(results: Sequence[Result]) -> Table:
    rows = [["", "p50, ms", "p99, ms", "max, ms", "µs CPU a delivery"]]
    for server in several(results, "server"):
        own = [{**r, **r["latency_us"]} for r in results if r["server"] == server]
        late = [figure((middle(own, field) or 0) / 1e3) for field in ("p50", "p99", "max")]
        rows.append([server, *late, figure(middle(own, "us_per_delivery") or 0)])
    return rows


@dataclass(frozen=True)
class Growth:
    """The same with ever more members, to see whether one delivery stays what it was."""

    name: str
    title: str
    parts: tuple[FanOut, ...]

    def measure(self, run: Run) -> Iterator[Result]:
        """As :meth:`FanOut.measure`, for each part."""
        for part in self.parts:
            for result in part.measure(run):
                yield {**result, "workload": self.name, "members": part.members}

    def table(self, results: Sequence[Result]) -> Table:
        """Processor time by size."""
        servers = several(results, "server")
        rows = [["members", *(f"{name}, µs CPU a delivery" for name in servers), "chatd by the floor"]]
        for members in several(results, "members"):
            costs = {name: middle(results, "us_per_delivery", server=name, members=members) for name in servers}
            cells = [figure(costs[name] or 0) for name in servers]
            rows.append([f"{members:,}", *cells, times(costs.get("chatd"), costs.get("floor"))])
        return rows


@dataclass(frozen=True)
class Capacity:
    """What the load can take: with so much under way that nobody waits, the floor alone."""

    name: str
    title: str
    part: FanOut

    def measure(self, run: Run) -> Iterator[Result]:
        """As :meth:`FanOut.measure`."""
        return self.part.measure(Run(["floor"], run.rounds, run.seconds))

    def table(self, results: Sequence[Result]) -> Table:
        """The highest rate."""
        best = max(values(results, "per_second"))
        return [["", "deliveries a second"], ["the load, fed by the floor", f"{best / 1e6:.1f} million"]]
