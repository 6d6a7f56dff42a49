"""Lag: what one client waits while others send nothing but line feeds."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import expect, running
from benchmarks.programs import program
from benchmarks.servers import CHATD, CHATD_DEFAULT, Server
from benchmarks.work import Result, Run, Table, figure, middle, several

PLACES = (
    ("in a room, without flood rules", CHATD, "room", 1000),
    ("at the menu, without flood rules", CHATD, "menu", 1000),
    ("in a room, as it comes", CHATD_DEFAULT, "room", 15),
)
"""Where the line feeds are sent, and how many lines a second the one says: not more than flood rules allow."""


@dataclass(frozen=True)
class Lag:
    """So many clients with so many line feeds each, while one speaks."""

    name: str
    title: str
    flooders: int = 10
    feeds: int = 1_000_000
    most_seconds: float = 10.0
    most_rounds: int = 1

    def measure(self, run: Run) -> Iterator[Result]:
        """For chatd alone: the IRC daemons close such a connection.

        :raises Failed: the one, or one of the others, was disconnected
        """
        for number in range(min(run.rounds, self.most_rounds) if "chatd" in run.names else 0):
            for where, server, place, rate in PLACES:
                figures = self._wait(server, place, rate)
                yield {"workload": self.name, "server": "chatd", "round": number, "where": where, **figures}

    def _wait(self, server: Server, place: str, rate: int) -> Result:
        with (
            tempfile.TemporaryDirectory(prefix="benchmark-") as temporary,
            server.run(Path(temporary, "chatd")) as chatd,
        ):
            arguments = [chatd.port, place, rate, self.flooders, self.feeds, self.most_seconds]
            command = [str(program("lag")), *map(str, arguments)]
            with running(command, output=subprocess.PIPE, errors=subprocess.PIPE) as lag:
                return dict(json.loads(expect(lag, "{")))

    def table(self, results: Sequence[Result]) -> Table:
        """What a line takes before and in the flood."""
        rows = [["line feeds", "before: p99, ms", "p50, ms", "p99, ms", "max, ms"]]
        for where in several(results, "where"):
            own = [{**r["flood"], "before": r["before"]["p99"]} for r in results if r["where"] == where]
            cells = [figure((middle(own, field) or 0) / 1e3) for field in ("before", "p50", "p99", "max")]
            rows.append([where, *cells])
        return rows
