"""The daemon: opens the data directory, listens, and at the end leaves everything on disk."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IProtocolFactory
from twisted.internet.task import LoopingCall, deferLater
from twisted.logger import Logger, globalLogPublisher
from twisted.python.failure import Failure

from chatd.auth import Authority, CsvChecker
from chatd.checkers import accounts_file, made
from chatd.config import Config, ConfigError
from chatd.console import desk
from chatd.console.ring import Ring
from chatd.disk import Disk
from chatd.frontends import console
from chatd.furniture import Stores, World
from chatd.hashing import HashPool
from chatd.house import House
from chatd.life import Life, Program
from chatd.listeners import CannotListen, Listeners, inherited
from chatd.listening import opening_hint, reason
from chatd.manager import ALIVE, Manager
from chatd.monitor import SWEEP_SECONDS
from chatd.motd import read_motd
from chatd.pools import Pools
from chatd.stores.accounts import CsvAccounts
from chatd.stores.archive import Archive
from chatd.stores.bans import CsvBans
from chatd.stores.datadir import Lock, Locked, Unusable, prepare
from chatd.stores.history import SqliteHistory
from chatd.stores.ignores import CsvIgnores
from chatd.stores.journal import CsvJournal
from chatd.stores.journal_erasing import Eraser
from chatd.stores.letters import CsvLetters
from chatd.stores.rooms import CsvRooms
from chatd.stores.secret import load as load_secret
from chatd.stores.spool import FileSpool
from chatd.stores.table import BrokenTable
from chatd.watchdog import Watchdog

HASH_THREADS = 2
"""Passwords hashed at once; each takes 19 MiB."""

HOUR = 3600.0
"""Seconds."""

FAREWELL_SECONDS = 1.5
"""How long connections may take to read the last words when the server stops."""

JOURNAL = "what is said is not recorded, since log.csv cannot be written: {why}"
DISK = "accounts, rooms and files cannot be kept: {why}"
"""Alarms that stand until the disk takes what it is given."""

SWITCH_SECONDS = 0.0005
"""How long the reactor's thread waits at most for another to let go of Python's lock, a tenth of what is usual.

Each send lets go of it, so that a thread which fills the history meanwhile would hold up every one of them."""

TIME_COST, MEMORY_KIB, LANES = 2, 19456, 1
"""Parameters of Argon2id, as the OWASP Password Storage Cheat Sheet recommends them."""


class CannotStart(Exception):
    """The daemon cannot start; the message is one line that says why."""


class Daemon(Service):
    """The chat server as twistd runs it.

    :param checkers: who is let in; empty for the accounts in the data directory
    :param give_up: told why the daemon cannot start; does not return
    :param environment: what whoever started the process says to it; what is meant for this process alone is taken out
    """

    log = Logger()

    def __init__(
        self,
        reactor: Any,
        config: Config,
        checkers: list[Any],
        give_up: Callable[[str], None],
        program: Program,
        environment: MutableMapping[str, str],
    ) -> None:
        self._reactor = reactor
        self._config = config
        self._checkers = checkers
        self._give_up = give_up
        self._lock = Lock()
        self._pools = Pools(reactor)
        self._loops: list[LoopingCall] = []
        self._watchdog = Watchdog(reactor)
        self._ring = Ring(lambda tell: reactor.callFromThread(tell))  # noqa: PLW0108 - not every reactor has it
        self._listeners = Listeners(reactor, inherited(environment))
        self._manager = Manager(environment)
        self._program = program
        self._house: House
        self._closers: list[Callable[[], Deferred[None]]] = []

    def privilegedStartService(self) -> None:
        """Open and listen, while a port below 1024 may still be had."""
        try:
            with self._program.as_its_user():
                self._open()
            self._listen()
            self.life = self._live()
        except (CannotStart, CannotListen) as error:
            self._pools.stop()
            self._give_up(str(error))
        globalLogPublisher.addObserver(self._ring)
        self._tell()

    def _open(self) -> None:
        directory = Path(self._config.server.data)
        try:
            prepare(directory)
            self._lock.acquire(directory)
            self._build(directory)
        except (Unusable, Locked, BrokenTable, ConfigError) as error:
            raise CannotStart(str(error)) from None
        except OSError as error:
            raise CannotStart(f"{error.filename or directory}: {error.strerror}") from None

    def _build(self, directory: Path) -> None:
        config = self._config
        self._disk = Disk(directory, self._keeping)
        disk, work = self._disk.watched(self._pools.add("disk", 1)), self._disk.watched(self._pools.add("files", 2))
        checkers = self._checkers or made(config.accounts.auth)
        accounts = CsvAccounts(directory / accounts_file(checkers), disk)
        rooms = CsvRooms(directory / "rooms.csv", disk)
        letters, ignores = CsvLetters(directory / "mail.csv", disk), CsvIgnores(directory / "ignores.csv", disk)
        bans = CsvBans(directory / "bans.csv", disk)
        spool = FileSpool(directory / "files", directory / "drops.csv", disk)
        journal = CsvJournal(
            directory,
            fsync=config.journal.fsync,
            rotate_bytes=config.journal.rotate_bytes,
            keep=config.journal.keep,
            in_thread=self._pools.add("journal", 2),  # a rotation must hold up no fsync
            clock=self._reactor,
            now=_now,
            alarm=self._recording,
        )
        kept = (accounts, rooms, bans, letters, ignores, spool)
        for store in kept:
            store.load()
        motd = read_motd(config.server)
        past = journal.open(config.rooms.history)
        pool = HashPool(self._pools.add("hash", HASH_THREADS), PasswordHasher(TIME_COST, MEMORY_KIB, LANES))
        for checker in checkers:
            if isinstance(checker, CsvChecker):
                checker.bind(accounts, pool)
        history = SqliteHistory(directory, past.first, self._pools.add("history", 2), self._reactor)
        kept = accounts, rooms, bans, letters, ignores, spool
        stores = Stores(*kept, journal, Eraser(directory, work), past, history)
        secret = load_secret(directory / "secret.key", secrets.token_bytes)
        world = World(self._reactor, _now, partial(secrets.token_hex, 16), work, secret, secrets.token_hex(8))
        self._house = House(config, stores, world, Authority(accounts, checkers), pool, motd)
        self._journal, self._accounts, self._history = journal, accounts, history
        self._archive = Archive(directory, disk, work, journal.first)
        self._closers = [journal.close, history.close, *(store.close for store in kept)]

    def _recording(self, on: bool) -> None:
        self._house.alarms.set(
            "journal", "" if on else JOURNAL.format(why=self._journal.why), "what is said is recorded again"
        )
        self._house.record(on)

    def _keeping(self, why: str) -> None:
        wrong, right = DISK.format(why=why) if why else "", "accounts, rooms and files can be kept again"
        self.log.error("{wrong}", wrong=wrong) if wrong else self.log.warn("{right}", right=right)
        self._house.alarms.set("disk", wrong, right)

    def _listen(self) -> None:
        listen = self._config.listen
        wanted = [("line", spec) for spec in listen.line] + [("metrics", spec) for spec in listen.metrics]
        self._listeners.expect([*wanted, (console.NAME, "")])
        for option, spec in wanted:
            self._listeners.open(option, spec, self._house.line if option == "line" else self._metrics())

    def _metrics(self) -> IProtocolFactory:
        # It brings the half of twisted.web, and the reactor, which nobody else needs.
        from chatd.metrics import registry_of  # noqa: PLC0415
        from chatd.metrics_site import metrics_site  # noqa: PLC0415

        return metrics_site(registry_of(self._house, self._watchdog.lag))

    def _open_console(self) -> None:
        house, ring, lag = self._house, self._ring, self._watchdog.lag
        factory = desk.factory(house, desk.console(house, ring, lag, self.life, self._archive))
        with self._listeners.sockets(console.NAME) as sockets:
            try:
                port = console.listen(sockets, Path(self._config.server.data), factory)
            except (OSError, CannotListenError) as error:
                raise CannotStart(f"the console cannot be opened: {reason(error)}") from None
        self._listeners.add(console.NAME, "", port)

    def _tell(self) -> None:
        config = self._config
        line = [listener for listener in self._listeners.all if listener.option == "line"]
        for listener in self._listeners.all:
            what, more = ("listening", "") if listener.option == "line" else ("metrics", ", at /metrics")
            self.log.info("{what}: {where}{more}", what=what, where=listener.where, more=more)
        self.log.info("data: {directory}", directory=Path(config.server.data).absolute())
        for hint in opening_hint(config.listen.line, [listener.port for listener in line]):
            self.log.warn("{hint}", hint=hint)
        if not self._accounts.operators():
            self.log.info("there is no operator; chatctl role NAME operator makes one")

    def startService(self) -> None:
        """Begin what needs the reactor to run, and what belongs to the user that twistd has become."""
        super().startService()
        try:
            self._open_console()
        except CannotStart as error:
            self._give_up(str(error))
        self._repeat(self._house.clean_up, HOUR)
        self._repeat(self._sweep, SWEEP_SECONDS)
        if self._manager.heartbeat:
            self._repeat(partial(self._manager.tell, ALIVE), self._manager.heartbeat)
        self._reactor.callWhenRunning(self.life.begin)
        self._watchdog.start()
        self._history.start()
        self._journal.backfill().addCallbacks(self._house.hub.remember, self._not_read)
        sys.setswitchinterval(SWITCH_SECONDS)
        # Last, for nothing ends a process whose threads run: it would listen, and never answer.
        self._pools.start()

    def _live(self) -> Life:
        parts = self._config, self._house, self._listeners, self._manager, self._program
        return Life(self._reactor, *parts, time.monotonic)

    def _repeat(self, work: Callable[[], object], seconds: float) -> None:
        looping = LoopingCall(work)
        looping.clock = self._reactor
        looping.start(seconds).addErrback(lambda failure: self.log.failure("what is done now and then failed", failure))
        self._loops.append(looping)

    def _sweep(self) -> None:
        self._house.sweep()
        self._journal.retry()
        self._disk.look()

    def _not_read(self, failure: Failure) -> None:
        self.log.failure("older files of the journal could not be read", failure)

    def stopService(self) -> Deferred[None]:
        """Tell everybody, take no more, and leave everything on disk."""
        super().stopService()
        self._watchdog.stop()
        for looping in self._loops:
            if looping.running:
                looping.stop()
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        text = self.life.end()
        if self.life.restarts:
            self._listeners.pause()
        else:
            await self._listeners.close()
        self._house.stop(text, self.life.restarts)
        end = self._reactor.seconds() + FAREWELL_SECONDS
        while not self._house.is_empty and self._reactor.seconds() < end:
            await deferLater(self._reactor, 0.02)
        for protocol in self._house.open:
            protocol.abortConnection()
        await self._house.logs.settled()
        await deferLater(self._reactor, 0)
        for close in self._closers:
            try:
                await close()
            except OSError as error:
                self.log.error("not everything could be written: {error}", error=error)
        self._pools.stop()
        globalLogPublisher.removeObserver(self._ring)
        self._lock.release()


def _now() -> int:
    return time.time_ns() // 1_000_000
