"""Where the console is tried: a server in memory with an operator at it, who may steer."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed

from chatd.chat.answers import Closing, Refusal
from chatd.console import desk
from chatd.console.ring import Ring
from chatd.stores.archive import Archive
from chatd.testing import Client, at_once
from chatd.watchdog import Lag
from tests.behaviour.scene import PASSWORD, Stage

PROMPT = "11 console:"


class Anybody:
    """Lets everybody in, as the kernel would say of the owner."""

    refusal = Closing("not-yours")

    def enter(self, caller: Any, address: str) -> bool:
        return True

    def has_only_tickets(self, caller: Any) -> bool:
        return False

    def uncount(self, caller: Any) -> None:
        pass

    def leave(self, caller: Any) -> None:
        pass


class Wheel:
    """Notes what it is told to do.

    :param refusal: why nothing can be read again
    """

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self.refusal: Refusal | None = None

    def reload(self) -> Deferred[list[str]]:
        return fail(self.refusal) if self.refusal else succeed(["the message of the day is another"])

    def stop(self, delay: float, text: str) -> None:
        self.told.append(("stop", delay, text))

    def restart(self, text: str) -> None:
        self.told.append(("restart", text))


class Operator:
    """Somebody at the console."""

    def __init__(self, test: DeskTestCase) -> None:
        self.client = Client(test.server, "unix", True, test.factory)
        self.client.received()

    def says(self, *lines: str) -> list[str]:
        """Say ``lines``, and get what is answered, without codes and prompts."""
        self.client.send(*lines)
        return self.heard()

    def heard(self) -> list[str]:
        """What has come since, without codes and prompts."""
        return [line.partition(" ")[2] for line in self.client.lines() if line != PROMPT]


class DeskTestCase(Stage):
    """A server, and an operator at its console."""

    def setUp(self) -> None:
        self.start()
        self.furnish()

    def furnish(self) -> None:
        """Put a console into the server."""
        server = self.server
        self.wheel, self.lag = Wheel(), Lag()
        self.ring = Ring(lambda tell: server.clock.callLater(0, tell))
        archive = Archive(server.directory, at_once, at_once, server.journal.first)
        console = desk.console(server.house, self.ring, self.lag, self.wheel, archive)
        self.console = console
        self.factory = desk.factory(server.house, console, Anybody())
        self.operator = self.sit_down()
        self.says = self.operator.says

    def sit_down(self) -> Operator:
        """One more operator."""
        operator = Operator(self)
        self.server.clients.append(operator.client)
        return operator

    def account(self, name: str, *lines: str, address: str = "198.51.100.7") -> Client:
        """Somebody who has registered, and then said ``lines``."""
        client = self.server.connect(address)
        client.send(f"register {name}", PASSWORD, PASSWORD, *lines)
        client.received()
        return client

    def guest(self, name: str, *lines: str, address: str = "198.51.100.7") -> Client:
        """A guest who has said ``lines``."""
        client = self.server.connect(address)
        client.send(f"guest {name}", *lines)
        client.received()
        return client
