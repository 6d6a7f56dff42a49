"""Many who log in and do nothing: how fast they are let in, and what each of them costs."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import cpu_seconds, expect, resident_bytes, running
from benchmarks.programs import program
from benchmarks.servers import SERVERS, Running
from benchmarks.work import Result, Run, Table, figure, middle, several

SETTLE = 1.0
"""Seconds between the last login and the look at the memory."""


@dataclass(frozen=True)
class Crowd:
    """Clients that stay where a login leads them, at the menu or in no channel."""

    name: str
    title: str
    clients: int
    peers: tuple[str, ...] = ("chatd", "ngircd", "inspircd")
    most_rounds: int = 2

    def measure(self, run: Run) -> Iterator[Result]:
        """A fresh server each time: memory that one crowd has left would be there for the next.

        :raises Failed: not all of them got in
        """
        for number in range(min(run.rounds, self.most_rounds)):
            for name in run.names:
                if name in self.peers:
                    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
                        Path(temporary).chmod(0o755)
                        with SERVERS[name].run(Path(temporary, name)) as server:
                            yield {"workload": self.name, "server": name, "round": number, **self._let_in(server)}

    def _let_in(self, server: Running) -> Result:
        before, cpu = resident_bytes(server.pid), cpu_seconds(server.pid)
        command = [str(program("crowd")), server.protocol, str(server.port), str(self.clients)]
        with running(command, output=subprocess.PIPE, errors=subprocess.PIPE) as crowd:
            figures = json.loads(expect(crowd, "{"))
            cpu = cpu_seconds(server.pid) - cpu
            time.sleep(SETTLE)
            each = (resident_bytes(server.pid) - before) / self.clients
        rate = self.clients / figures["seconds"]
        return {**figures, "per_second": rate, "us_per_login": 1e6 * cpu / self.clients, "bytes_each": each}

    def table(self, results: Sequence[Result]) -> Table:
        """Rate, processor time and memory."""
        rows = [["", "logins a second", "µs CPU a login", "KiB a session"]]
        for server in several(results, "server"):
            rate, cost = middle(results, "per_second", server=server), middle(results, "us_per_login", server=server)
            size = middle(results, "bytes_each", server=server)
            rows.append([server, figure(rate or 0), figure(cost or 0), figure((size or 0) / 1024)])
        return rows
