"""For tests: a chat server without sockets, on real files, in which time goes only when a test lets it.

::

    server = Server(directory)
    alice = server.connect()
    alice.send("guest alice", "public", "hello")
    assert "111 [public] 12:00 alice: hello" in alice.lines()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from argon2 import PasswordHasher
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, execute
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IConsumer, IProducer
from twisted.internet.task import Clock, deferLater
from twisted.python.failure import Failure
from zope.interface import implementer

from chatd.auth import Authority, CsvChecker
from chatd.config import Config
from chatd.furniture import Stores, World
from chatd.hashing import HashPool
from chatd.house import House
from chatd.stores.accounts import CsvAccounts
from chatd.stores.bans import CsvBans
from chatd.stores.history import SqliteHistory
from chatd.stores.ignores import CsvIgnores
from chatd.stores.journal import CsvJournal
from chatd.stores.journal_erasing import Eraser
from chatd.stores.letters import CsvLetters
from chatd.stores.rooms import CsvRooms
from chatd.stores.spool import FileSpool

if TYPE_CHECKING:
    from chatd.website import Website

START = 1_769_860_800_000
"""When time begins: 2026-01-31 12:00 UTC, in milliseconds since 1970."""

FULL = 65536
"""Bytes that wait in a transport whose peer does not read, before it says that it is full; Twisted's own number."""

T = TypeVar("T")

_runs = count(1)


def at_once(work: Callable[[], T], /) -> Deferred[T]:
    """Does what a worker thread would do, now."""
    return execute(work)


@implementer(IConsumer)
class MemoryTransport:
    """A transport of Twisted's, without a socket: what is written to it can be read from it.

    :param reading: whether the peer reads
    """

    def __init__(self, address: str, reading: bool = True) -> None:
        self.address = address
        self.reading = reading
        self.written = bytearray()
        self.paused = False
        self.closing = False
        self.write_closed = False
        self.aborted = False
        self._waiting = bytearray()
        self._producer: Any = None
        self._full = False

    def write(self, data: bytes) -> None:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        (self.written if self.reading else self._waiting).extend(data)
        if len(self._waiting) > FULL and self._producer is not None and not self._full:
            self._full = True
            self._producer.pauseProducing()

    def writeSequence(self, pieces: Iterable[bytes]) -> None:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        self.write(b"".join(pieces))

    def read(self) -> None:
        """The peer reads all that waits, and goes on reading."""
        self.reading = True
        self.written += self._waiting
        self._waiting.clear()
        full, self._full = self._full, False
        if full and self._producer is not None:
            self._producer.resumeProducing()

    @property
    def disconnecting(self) -> bool:
        """Whether the connection ends with what was written, as twisted.web asks."""
        return self.closing

    @property
    def waiting(self) -> int:
        """Bytes that the peer has not read."""
        return len(self._waiting)

    def registerProducer(self, producer: IProducer, streaming: bool) -> None:
        """As :class:`twisted.internet.interfaces.IConsumer`."""
        self._producer = producer

    def unregisterProducer(self) -> None:
        """As :class:`twisted.internet.interfaces.IConsumer`."""
        self._producer = None

    def pauseProducing(self) -> None:
        """As :class:`twisted.internet.interfaces.IPushProducer`."""
        self.paused = True

    def resumeProducing(self) -> None:
        """As :class:`twisted.internet.interfaces.IPushProducer`."""
        self.paused = False

    def loseConnection(self) -> None:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        self.closing = True

    def loseWriteConnection(self) -> None:  # noqa: N802 - Twisted's name
        """As :class:`twisted.internet.interfaces.IHalfCloseableDescriptor`."""
        self.write_closed = True

    def abortConnection(self) -> None:
        """As :class:`twisted.internet.interfaces.ITCPTransport`."""
        self.aborted = True

    def getPeer(self) -> IPv4Address:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        return IPv4Address("TCP", self.address, 50000)

    def getHost(self) -> IPv4Address:
        """As :class:`twisted.internet.interfaces.ITransport`."""
        return IPv4Address("TCP", "192.0.2.1", 9000)


class Client:
    """One connection to a :class:`Server`; ``factory`` is that of its line listener where none is given."""

    def __init__(self, server: Server, address: str, reading: bool, factory: Any = None) -> None:
        self.server = server
        self.transport = MemoryTransport(address, reading)
        self.protocol: Any = (factory or server.house.line).buildProtocol(None)
        self.protocol.makeConnection(self.transport)
        self.ended = False
        server.turn()

    def send_bytes(self, data: bytes) -> None:
        """Send ``data``, and let the server do what it brings about."""
        self.protocol.dataReceived(data)
        self.server.turn()

    def send(self, *lines: str) -> None:
        """Send ``lines`` in one piece."""
        self.send_bytes("".join(f"{line}\n" for line in lines).encode())

    def received(self) -> bytes:
        """What has come since the last time, as it came."""
        data = bytes(self.transport.written)
        self.transport.written.clear()
        return data

    def lines(self) -> list[str]:
        """The lines that have come since the last time, with their codes."""
        return self.received().decode().split("\r\n")[:-1]

    def end_input(self) -> None:
        """Close the connection in one direction, as ``nc -N`` does at the end of its input."""
        self.protocol.readConnectionLost()
        self.server.turn()

    def lose(self, clean: bool = True) -> None:
        """End the connection."""
        if not self.ended:
            self.ended = True
            self.protocol.connectionLost(Failure(ConnectionDone() if clean else ConnectionLost()))
            self.server.turn()

    @property
    def closed(self) -> bool:
        """Whether the server has ended the connection, or its direction to the peer."""
        return self.transport.closing or self.transport.write_closed or self.transport.aborted


class Server:
    """A chat server on the files in ``directory``; threads' work is done at once, unless ``in_thread`` says otherwise.

    :param config: sections and keys that differ from the defaults, e.g. ``{"limits": {"flood": False}}``
    :param checkers: twisted.cred checkers; none for the accounts in the directory
    :param in_thread: for the hashes and files
    :param clock: of a server that was stopped, so that time goes on
    :param on_disk: as ``in_thread``, for accounts, rooms and the table of files
    """

    def __init__(
        self,
        directory: Path,
        config: dict[str, dict[str, Any]] | None = None,
        checkers: list[Any] | None = None,
        in_thread: Any = at_once,
        clock: Clock | None = None,
        on_disk: Any = at_once,
    ) -> None:
        self.directory = directory
        self.clock = clock or Clock()
        self.config = msgspec.convert(config or {}, Config)
        self.alarms: list[bool] = []
        self.clients: list[Client] = []
        # The cheapest hash there is: tests are about what is done with it.
        pool = HashPool(in_thread, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        stores = self._open(on_disk)
        checkers = checkers or [CsvChecker()]
        for checker in checkers:
            if isinstance(checker, CsvChecker):
                checker.bind(stores.accounts, pool)
        tokens = count(1)
        world = World(self.clock, self.now, lambda: f"{next(tokens):032x}", in_thread, b"s" * 32, f"run{next(_runs)}")
        motd = tuple(self.config.server.motd.split("\n")) if self.config.server.motd else ()
        self.house = House(self.config, stores, world, Authority(stores.accounts, checkers), pool, motd)
        self.history.start()

    def _open(self, on_disk: Any) -> Stores:
        self.accounts = CsvAccounts(self.directory / "users.csv", on_disk)
        self.rooms = CsvRooms(self.directory / "rooms.csv", on_disk)
        self.bans = CsvBans(self.directory / "bans.csv", on_disk)
        self.letters = CsvLetters(self.directory / "mail.csv", on_disk)
        self.ignores = CsvIgnores(self.directory / "ignores.csv", on_disk)
        self.spool = FileSpool(self.directory / "files", self.directory / "drops.csv", on_disk)
        self._kept = (self.accounts, self.rooms, self.bans, self.letters, self.ignores, self.spool)
        for store in self._kept:
            store.load()
        self.journal = CsvJournal(
            self.directory, fsync="never", in_thread=at_once, clock=self.clock, now=self.now, alarm=self.alarms.append
        )
        past = self.journal.open(self.config.rooms.history)
        self.history = SqliteHistory(self.directory, past.first, self._soon, self.clock)
        return Stores(*self._kept, self.journal, Eraser(self.directory, at_once), past, self.history)

    @cached_property
    def website(self) -> Website:
        """What the server has on the web."""
        # It brings the half of twisted.web, and the reactor, which few tests need.
        from chatd.website import Website  # noqa: PLC0415

        return Website(self.house)

    def _soon(self, work: Callable[[], T], /) -> Deferred[T]:
        return deferLater(self.clock, 0, work)

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return START + round(self.clock.seconds() * 1000)

    def turn(self) -> None:
        """Let the server do all that can be done without time going by."""
        while any(call.getTime() <= self.clock.seconds() for call in self.clock.getDelayedCalls()):
            self.clock.advance(0)

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.advance(seconds)
        self.house.sweep()
        self.turn()

    def connect(self, address: str = "198.51.100.7", reading: bool = True) -> Client:
        """A new connection from ``address``."""
        client = Client(self, address, reading)
        self.clients.append(client)
        return client

    def stop(self) -> None:
        """Stop as the daemon does: everybody is told, and everything is on disk."""
        self.house.stop()
        self.turn()
        for client in self.clients:
            client.lose()
        for store in (self.journal, self.history, *self._kept):
            store.close()
        self.turn()

    def restart(self) -> Server:
        """Stop, and a new server on the same files."""
        self.stop()
        return Server(self.directory, msgspec.to_builtins(self.config), clock=self.clock)
