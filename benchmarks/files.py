"""A file that one gives and ten fetch, beside a relay that keeps nothing, while others talk."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.person import Person
from benchmarks.processes import (
    Failed,
    cpu_seconds,
    expect,
    forget_peak,
    free_port,
    peak_bytes,
    resident_bytes,
    running,
)
from benchmarks.programs import program
from benchmarks.servers import BIN, CHATD, Running
from benchmarks.work import Result, Run, Table, figure, middle, several, times

PATIENCE = 120.0
"""Seconds that all of it may take."""

RATE = 500
"""Lines a second that another one says meanwhile, and gets back."""

RELAY, NETCAT, CHATC = "the relay, nc", "chatd, nc", "chatd, chatc"
"""What passes the file on, and what receives it."""

_COLUMNS = {
    "until it is there, s": ("given", 1),
    "chat: p50, ms": ("p50", 1e3),
    "p99, ms": ("p99", 1e3),
    "max, ms": ("max", 1e3),
    "CPU, s": ("cpu", 1),
    "memory, MiB": ("grown", 1 << 20),
}
"""Fields of the results, and by what they are divided."""

_GIVER = ("register giver", "a pass phrase", "a pass phrase", "create files", "enter files")


@dataclass(frozen=True)
class Files:
    """One file, from the first byte that is given to the last that a receiver has written to the disk."""

    name: str
    title: str
    size: int = 100 << 20
    receivers: int = 10
    most_rounds: int = 3

    def measure(self, run: Run) -> Iterator[Result]:
        """The relay, and chatd with each kind of receiver, in turn.

        :raises Failed: something ended, or what was received is not what was given
        """
        for number in range(min(run.rounds, self.most_rounds) if "chatd" in run.names else 0):
            for what, pass_on in ((RELAY, self._relay), (NETCAT, self._netcat), (CHATC, self._chatc)):
                with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary, ExitStack() as stack:
                    folder = Path(temporary)
                    (folder / "given").write_bytes(os.urandom(self.size))
                    result = pass_on(folder, stack)
                    self._check(folder)
                yield {"workload": self.name, "server": what, "round": number, **result}

    def _received(self, folder: Path) -> list[Path]:
        return [folder / str(number) / "given" for number in range(self.receivers)]

    def _check(self, folder: Path) -> None:
        given = sha256((folder / "given").read_bytes()).digest()
        for file in self._received(folder):
            # Behind the lines that chatd says to netcat.
            if sha256(file.read_bytes()[-self.size :]).digest() != given:
                raise Failed(f"{file.stat().st_size} bytes came, and not those that were given")

    def _relay(self, folder: Path, stack: ExitStack) -> Result:
        port = free_port()
        command: list[str | Path] = [program("relay"), str(port), str(self.receivers)]
        relay = stack.enter_context(running(command, output=subprocess.PIPE, errors=subprocess.PIPE))
        expect(relay, "listening")
        receivers = []
        for file in self._received(folder):
            receivers.append(_receive(stack, port, file, ""))
            expect(relay, "connected")
        # As many talk beside it as beside chatd, which then has nothing else to do.
        with _talking(stack.enter_context(CHATD.run(folder / "chatd"))) as talk:
            cpu = cpu_seconds(relay.pid)
            began = time.monotonic()
            with (folder / "given").open("rb") as given:
                stack.enter_context(running(["nc", "-N", "127.0.0.1", str(port)], source=given))
            _wait(lambda: all(receiver.poll() is not None for receiver in receivers))
            took = time.monotonic() - began
            cpu = cpu_seconds(relay.pid) - cpu
        return {"seconds": took, "cpu": cpu, "chat_us": talk["flood"]}

    def _netcat(self, folder: Path, stack: ExitStack) -> Result:
        def fetch(server: Running, giver: Person, drop: dict[str, Any]) -> None:
            receivers = []
            for file in self._received(folder):
                giver.say(f"/get {drop['id']}")
                receivers.append(_receive(stack, server.port, file, f"get {giver.hear('ticket')['ticket']}\n"))
            _wait(lambda: all(receiver.poll() is not None for receiver in receivers))

        return self._chatd(folder, stack, lambda server, giver: None, fetch)

    def _chatc(self, folder: Path, stack: ExitStack) -> Result:
        def sit(server: Running, giver: Person) -> None:
            (folder / "chatc").mkdir()
            (folder / "chatc" / "config.toml").write_text(f"fetch = {self.size}\n")
            for file in self._received(folder):
                _sit(stack, server.port, file)
                giver.hear("entered")

        def fetch(server: Running, giver: Person, drop: dict[str, Any]) -> None:
            received = self._received(folder)
            _wait(lambda: all(map(Path.exists, received)))

        return self._chatd(folder, stack, sit, fetch)

    def _chatd(
        self,
        folder: Path,
        stack: ExitStack,
        sit: Callable[[Running, Person], None],
        fetch: Callable[[Running, Person, dict[str, Any]], None],
    ) -> Result:
        server = stack.enter_context(CHATD.run(folder / "chatd"))
        giver = stack.enter_context(Person(server.port, *_GIVER))
        giver.hear("you-entered")
        sit(server, giver)
        with _talking(server) as talk:
            forget_peak(server.pid)
            before, cpu = resident_bytes(server.pid), cpu_seconds(server.pid)
            began = time.monotonic()
            drop = self._give(stack, server, giver, folder)
            given = time.monotonic() - began
            fetch(server, giver, drop)
            took = time.monotonic() - began
            grown, cpu = peak_bytes(server.pid) - before, cpu_seconds(server.pid) - cpu
        return {"seconds": took, "given": given, "cpu": cpu, "grown": grown, "chat_us": talk["flood"]}

    def _give(self, stack: ExitStack, server: Running, giver: Person, folder: Path) -> dict[str, Any]:
        giver.say(f"/send given {self.size}")
        ticket = giver.hear("ticket")["ticket"]
        command = f"(echo put {ticket}; cat given) | nc -N 127.0.0.1 {server.port}"
        stack.enter_context(running(["sh", "-c", command], directory=folder, output=subprocess.DEVNULL))
        return giver.hear("dropped")

    def table(self, results: Sequence[Result]) -> Table:
        """Seconds, and what the others felt of it."""
        rows = [["", "MiB/s to each", "by the relay's", *_COLUMNS]]
        relay = middle(results, "seconds", server=RELAY)
        for server in several(results, "server"):
            seconds = middle(results, "seconds", server=server) or 0
            row = [server, figure(self.size / seconds / 2**20), times(relay, seconds)]
            mine = [{**r, **r["chat_us"]} for r in results if r["server"] == server]
            for field, by in _COLUMNS.values():
                value = middle(mine, field)
                row.append("" if value is None else figure(value / by))
            rows.append(row)
        return rows


def _receive(stack: ExitStack, port: int, file: Path, request: str) -> subprocess.Popen[str]:
    """A netcat that asks, and writes all that comes to ``file``."""
    file.parent.mkdir()
    asked = file.with_name("request")
    asked.write_text(request)
    with asked.open() as source, file.open("wb") as output:
        return stack.enter_context(running(["nc", "127.0.0.1", str(port)], source=source, output=output))


def _sit(stack: ExitStack, port: int, file: Path) -> None:
    """A chatc that sits in the room, and fetches what comes to where ``file`` is to be."""
    command: list[str | Path] = [
        BIN / "chatc",
        f"127.0.0.1:{port}",
        "--plain",
        "--room",
        "files",
        "--guest",
        f"g{file.parent.name}",
    ]
    ours, terminal = pty.openpty()
    stack.callback(os.close, ours)
    home = {"XDG_CONFIG_HOME": str(file.parent.parent)}
    command += ["--downloads", file.parent]
    stack.enter_context(running(command, environment=home, source=terminal, output=terminal, errors=terminal))
    os.close(terminal)


@contextmanager
def _talking(server: Running) -> Iterator[Result]:
    """Somebody says lines; what came of it is there behind the block."""
    told: Result = {}
    command = [str(program("lag")), str(server.port), "room", str(RATE), "0", "0", str(PATIENCE)]
    with running(command, output=subprocess.PIPE, errors=subprocess.PIPE) as talk:
        expect(talk, "now")
        yield told
        talk.terminate()
        told |= json.loads(expect(talk, "{"))


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise Failed("the file does not come")
        time.sleep(0.005)
