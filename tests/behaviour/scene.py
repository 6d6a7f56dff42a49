"""Where the behavioural suite plays: a server on files of its own, and the people who come to it."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import requests as r
from chatd.testing import Server
from tests.behaviour.drivers import ALICE, CHOOSE, DRIVERS, LINES, Driver

D = TypeVar("D", bound=Driver)

PASSWORD = "correct horse"
"""Everybody's, unless it matters."""


class Stage(SynchronousTestCase):
    """A server, which is stopped in the end."""

    server: Server
    _runs = False

    def start(self, config: dict[str, dict[str, Any]] | None = None, **more: Any) -> None:
        """Begin with a new server; see :class:`chatd.testing.Server`."""
        # Nobody cuts the power here, and every test would wait for the disk a dozen times.
        self.patch(os, "fsync", lambda descriptor: None)
        self.stop()
        directory = Path(self.mktemp())
        directory.mkdir()
        self._begin(Server(directory, config, **more))

    def restart(self, change: Callable[[Path], None] = lambda directory: None) -> None:
        """Stop, ``change`` what is in the data directory, and start again."""
        self.stop()
        change(self.server.directory)
        self._go_on()

    def stop(self) -> None:
        """Stop the server, if it is not stopped yet."""
        if self._runs:
            self._runs = False
            self.server.stop()

    def crash(self) -> None:
        """Start again on the same files, without the old server having had time for anything."""
        self.addCleanup(self.server.stop)
        self._go_on()

    def _go_on(self) -> None:
        self._begin(Server(self.server.directory, as_dict(self.server), clock=self.server.clock))

    def _begin(self, server: Server) -> None:
        self.server, self._runs = server, True
        self.addCleanup(self._end, server)

    def _end(self, server: Server) -> None:
        if server is self.server:
            self.stop()

    def file(self, name: str) -> str:
        """What stands in a file of the data directory."""
        return (self.server.directory / name).read_text()


def edit(path: Path, name: str, **cells: str) -> None:
    """Write other ``cells`` into the row of ``name`` of a CSV file, as a person with a spreadsheet does."""
    with path.open(newline="") as file:
        table = csv.DictReader(file)
        rows, columns = list(table), table.fieldnames or ()
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(row | cells if row["name"] == name else row for row in rows)


def as_dict(server: Server) -> dict[str, dict[str, Any]]:
    """The server's configuration."""
    config = server.config
    return {name: fields(getattr(config, name)) for name in ("accounts", "limits", "presence", "rooms")}


def fields(section: Any) -> dict[str, Any]:
    """A section of the configuration."""
    return {name: getattr(section, name) for name in section.__struct_fields__}


class Scene(Stage, Generic[D]):
    """A server, and people who come by one kind of frontend."""

    connect: Callable[..., D]

    def setUp(self) -> None:
        self.start()

    def visitor(self, address: str = ALICE) -> D:
        """Somebody who has only just come."""
        driver = self.connect(self.server, address)
        self.addCleanup(driver.hang_up)
        return driver

    def account(self, name: str, *rooms: str) -> D:
        """Somebody who has made an account and entered ``rooms``."""
        driver = self.visitor()
        driver.register(name, PASSWORD)
        driver.expect(a.Welcome(name, False, "user"), CHOOSE)
        return self._in(driver, rooms)

    def login(self, name: str, *rooms: str, role: str = "user") -> D:
        """Somebody who has logged in and entered ``rooms``."""
        driver = self.visitor()
        driver.login(name, PASSWORD)
        driver.expect(a.Welcome(name, False, role), CHOOSE)
        return self._in(driver, rooms)

    def guest(self, name: str, *rooms: str) -> D:
        """A guest who has entered ``rooms``."""
        driver = self.visitor()
        driver.guest(name)
        driver.expect(a.Welcome(name, True, "user"), CHOOSE)
        return self._in(driver, rooms)

    def _in(self, driver: D, rooms: tuple[str, ...]) -> D:
        driver.do(*(r.Enter(room) for room in rooms))
        driver.forget()
        return driver

    def room(self, name: str, owner: D) -> None:
        """A room that ``owner``, who is at the menu, makes and enters."""
        owner.do(r.Create(name), r.Enter(name))
        owner.forget()


def on(drivers: Mapping[str, Callable[..., D]]) -> Callable[[type[Scene[D]]], None]:
    """Puts a test case for each of ``drivers`` into the module, in place of the class that it decorates."""

    def decorate(cases: type[Scene[D]]) -> None:
        for name, driver in drivers.items():
            what = {"connect": staticmethod(driver), "__module__": cases.__module__, "__doc__": cases.__doc__}
            setattr(sys.modules[cases.__module__], cases.__name__ + name, type(cases.__name__ + name, (cases,), what))

    return decorate


on_every_frontend = on(DRIVERS)
on_lines = on(LINES)
