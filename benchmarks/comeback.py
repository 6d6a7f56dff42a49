"""A crowd that comes back: every client loses the server at once, which starts again, and goes on with its session.

``python -m benchmarks.comeback --clients 2000`` starts a chatd of its own and kills it. Clients wait as chatc does, and
go on by their codes. What was said while they were away is counted: each must have it once.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet import reactor as _reactor
from twisted.internet.defer import Deferred, execute
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.task import deferLater, react

from chatd.chat.answers import Prompt, Replayed, YouEntered
from chatd.chat.events import Entry, Said
from chatd.chat.room import RoomRecord
from chatd.chat.user import User
from chatd.client.connection import ChatConnection
from chatd.client.lines import Line
from chatd.client.link import Link
from chatd.client.resumption import Resumption
from chatd.config import Limits
from chatd.passes import Passes
from chatd.stores.accounts import CsvAccounts
from chatd.stores.rooms import CsvRooms

ROOMS = 20
PATIENCE = 120.0
_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

clock: Any = _reactor


class Guest:
    """One client of the crowd."""

    def __init__(self, code: str, room: str) -> None:
        self.line = f"resume {code} {room}=0"
        self.resumption = Resumption()
        self.heard: list[str] = []
        self.is_inside = False
        self._asked = False
        self._connection: ChatConnection

    def connected(self, connection: ChatConnection) -> None:
        """Begin."""
        self._connection = connection
        self._asked = False

    def told(self, line: Line) -> None:
        """Go on with the session, and note what is said."""
        value = line.value
        self.resumption.told(value)
        if line.code is not None and line.code.value == "11" and not self._asked:
            self._asked = True
            self._connection.say(b"format json")
        elif isinstance(value, Prompt) and not self.is_inside:
            self._connection.say((self.resumption.line or self.line).encode())
        elif isinstance(value, YouEntered):
            self.is_inside = True
        entry = value.entry if isinstance(value, Replayed) else value
        if isinstance(entry, Entry) and isinstance(entry.event, Said):
            self.heard.append(entry.event.text)

    def lost(self, reason: Any) -> None:
        """The server is gone."""
        self.is_inside = False


class Daemon:
    """A chatd with so many accounts, whose codes are known."""

    def __init__(self, directory: Path, clients: int) -> None:
        self.directory = directory
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        limits = [f"{name} = 1000000" for name in Limits.__struct_fields__ if name.endswith("per_address")]
        (directory / "chatd.toml").write_text("\n".join(["[limits]", "flood = false", *limits]) + "\n")
        data = directory / "data"
        data.mkdir(mode=0o700)
        secret = secrets.token_bytes(32)
        (data / "secret.key").write_bytes(secret)
        (data / "secret.key").chmod(0o600)
        self._write(data, clients)
        passes = Passes(secret, "", self._accounts, lambda: round(time.time() * 1000))
        self.codes = [passes.make(User(f"u{number}", False, "user", 0), f"m{number}")[0] for number in range(clients)]
        self.start()

    def _write(self, data: Path, clients: int) -> None:
        rows = "".join(f'u{number},"{_HASH}",user,2026-01-31T12:00:00.000Z,\n' for number in range(clients))
        (data / "users.csv").write_text(f"name,password,role,created,last_seen\n{rows}")
        (data / "users.csv").chmod(0o600)
        self._accounts = CsvAccounts(data / "users.csv", execute)
        self._accounts.load()
        rooms = CsvRooms(data / "rooms.csv", execute)
        rooms.load()
        for number in range(ROOMS):
            rooms.save(RoomRecord(_room(number)))
        rooms.close()

    def start(self) -> None:
        """Start it; returns when it listens."""
        twistd = [sys.executable, str(Path(sys.executable).with_name("twistd")), "-n", "--pidfile="]
        listen = ["--line", f"tcp:{self.port}:interface=127.0.0.1:backlog=1024"]
        options = ["--config", "chatd.toml", "--data", "data", *listen]
        log = (self.directory / "log").open("ab")
        environment = os.environ | {"PYTHONPATH": os.getcwd()}
        self._process = subprocess.Popen(
            [*twistd, "chatd", *options], cwd=self.directory, stdout=log, stderr=log, env=environment
        )
        log.close()
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit((self.directory / "log").read_text())

    def kill(self) -> None:
        """Without any time for anything."""
        self._process.kill()
        self._process.wait()


def _room(number: int) -> str:
    return f"room{chr(ord('a') + number % ROOMS)}"


async def _until(crowd: list[Guest], what: str, is_so: Callable[[Guest], bool]) -> float:
    """Seconds until it is so with everybody."""
    begun = time.monotonic()
    while not all(map(is_so, crowd)):
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit(f"{sum(map(is_so, crowd))} of {len(crowd)} {what}")
        await deferLater(clock, 0.05)
    return time.monotonic() - begun


def _say(daemon: Daemon, text: str) -> None:
    """Somebody says it in every room."""
    words = "".join(f"{'/' if number else ''}enter {_room(number)}\n{text}\n" for number in range(ROOMS))
    subprocess.run(
        ["nc", "-N", "127.0.0.1", str(daemon.port)],
        input=f"guest voice\n{words}", text=True, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip


async def _measure(clients: int, directory: Path) -> None:
    daemon = Daemon(directory, clients)
    try:
        crowd = [Guest(code, _room(number)) for number, code in enumerate(daemon.codes)]
        server = HostnameEndpoint(clock, "127.0.0.1", daemon.port)
        for guest in crowd:
            link = Link(clock, server, guest, random.random, lambda state, stands: None, lambda failure: None)
            clock.callLater(random.random() * clients / 400, link.start)
        first = await _until(crowd, "are inside", lambda guest: guest.is_inside)
        _say(daemon, "before")
        await _until(crowd, "have heard it", lambda guest: "before" in guest.heard)
        daemon.kill()
        await _until(crowd, "have noticed", lambda guest: not guest.is_inside)
        begun = time.monotonic()
        daemon.start()
        up = time.monotonic() - begun
        _say(daemon, "meanwhile")
        await _until(crowd, "are inside again", lambda guest: guest.is_inside)
        back = time.monotonic() - begun
        await _until(crowd, "have heard it", lambda guest: "meanwhile" in guest.heard)
        await deferLater(clock, 0.5)
    finally:
        daemon.kill()
    right = sum(sorted(guest.heard) == ["before", "meanwhile"] for guest in crowd)
    print(f"{clients} clients in for the first time: {first:.1f} s")
    print(f"the server is up again after {up:.1f} s, and everybody back after {back:.1f} s")
    print(f"{right} of {clients} have heard everything once")
    if right < clients:
        raise SystemExit(1)


def main() -> None:
    """Run it, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comeback", description=__doc__)
    parser.add_argument("--clients", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comeback-") as directory:
        react(lambda _: Deferred.fromCoroutine(_measure(given.clients, Path(directory))))


if __name__ == "__main__":
    main()
