"""The daemon: opens the data directory, listens, and at the end leaves everything on disk."""

from __future__ import annotations

import gc
import secrets
import sys
import time
from collections.abc import Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from chatd.furniture import World
from chatd.hashing import HashPool
from chatd.house import House
from chatd.life import Life, Program
from chatd.listeners import CannotListen, Listeners, inherited
from chatd.listening import opening_hint, reason
from chatd.manager import ALIVE, Manager
from chatd.monitor import SWEEP_SECONDS
from chatd.motd import read_motd
from chatd.pools import Pools
from chatd.sockets import keep_one_spare
from chatd.storage import Storage
from chatd.stores.datadir import Lock, Locked, Unusable, prepare
from chatd.stores.secret import load as load_secret
from chatd.stores.table import BrokenTable
from chatd.watchdog import Watchdog

if TYPE_CHECKING:
    from chatd.website import Website

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

YOUNG_OBJECTS = 20_000
"""How many more objects there are before garbage is looked for; with the usual 700, that is a quarter of each login."""

_SERVED = {"line": "listening: {}", "web": "web: {}", "metrics": "metrics: {}, at /metrics"}

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
        self._website: Website | None = None

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
        checkers = self._checkers or made(config.accounts.auth)
        storage = self._storage = Storage(directory, config, self._pools, self._disk, self._reactor, _now)
        storage.open(accounts_file(checkers), self._recording)
        motd = read_motd(config.server)
        pool = HashPool(self._pools.add("hash", HASH_THREADS), PasswordHasher(TIME_COST, MEMORY_KIB, LANES))
        for checker in checkers:
            if isinstance(checker, CsvChecker):
                checker.bind(storage.accounts, pool)
        secret = load_secret(directory / "secret.key", secrets.token_bytes)
        token = partial(secrets.token_hex, 16)
        world = World(self._reactor, _now, token, storage.work, secret, secrets.token_hex(8))
        self._house = House(config, storage.stores, world, Authority(storage.accounts, checkers), pool, motd)

    def _recording(self, on: bool) -> None:
        self._house.alarms.set(
            "journal", "" if on else JOURNAL.format(why=self._storage.journal.why), "what is said is recorded again"
        )
        self._house.record(on)

    def _keeping(self, why: str) -> None:
        wrong, right = DISK.format(why=why) if why else "", "accounts, rooms and files can be kept again"
        self.log.error("{wrong}", wrong=wrong) if wrong else self.log.warn("{right}", right=right)
        self._house.alarms.set("disk", wrong, right)

    def _listen(self) -> None:
        listen = self._config.listen
        makers: dict[str, Callable[[], Any]] = {"line": self._line, "web": self._web, "metrics": self._metrics}
        wanted = [(option, spec) for option in makers for spec in getattr(listen, option)]
        self._listeners.expect([*wanted, (console.NAME, "")])
        for option, spec in wanted:
            self._listeners.open(option, spec, makers[option]())

    def _line(self) -> IProtocolFactory:
        return self._house.line

    def _web(self) -> IProtocolFactory:
        # As for metrics; whatever listeners there are lead to the same site.
        from chatd.website import Website  # noqa: PLC0415

        if self._website is None:
            self._website = Website(self._house)
        return self._website.site

    def _metrics(self) -> IProtocolFactory:
        # It brings the half of twisted.web, and the reactor, which nobody else needs.
        from chatd.metrics import registry_of  # noqa: PLC0415
        from chatd.metrics_site import metrics_site  # noqa: PLC0415

        return metrics_site(registry_of(self._house, self._watchdog.lag))

    def _open_console(self) -> None:
        house, ring, lag = self._house, self._ring, self._watchdog.lag
        factory = desk.factory(house, desk.console(house, ring, lag, self.life, self._storage.archive))
        with self._listeners.sockets(console.NAME) as sockets:
            try:
                port = console.listen(sockets, Path(self._config.server.data), factory)
            except (OSError, CannotListenError) as error:
                raise CannotStart(f"the console cannot be opened: {reason(error)}") from None
        self._listeners.add(console.NAME, "", port)

    def _tell(self) -> None:
        config = self._config
        people = [listener for listener in self._listeners.all if listener.option != "metrics"]
        for listener in self._listeners.all:
            self.log.info("{what}", what=_SERVED[listener.option].format(listener.where))
        self.log.info("data: {directory}", directory=Path(config.server.data).absolute())
        for hint in opening_hint((*config.listen.line, *config.listen.web), [listener.port for listener in people]):
            self.log.warn("{hint}", hint=hint)
        if not self._storage.accounts.operators():
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
        self._storage.history.start()
        self._storage.journal.backfill().addCallbacks(self._house.hub.remember, self._not_read)
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.set_threshold(YOUNG_OBJECTS)
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
        self._storage.journal.retry()
        self._disk.look()
        keep_one_spare()

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
        if self._website is not None:
            self._website.site.leave()
        end = self._reactor.seconds() + FAREWELL_SECONDS
        while not self._house.is_empty and self._reactor.seconds() < end:
            await deferLater(self._reactor, 0.02)
        for protocol in self._house.open:
            protocol.abortConnection()
        if self._website is not None:
            self._website.site.cut()
        await self._house.logs.settled()
        await deferLater(self._reactor, 0)
        await self._storage.close()
        self._pools.stop()
        globalLogPublisher.removeObserver(self._ring)
        self._lock.release()


def _now() -> int:
    return time.time_ns() // 1_000_000
