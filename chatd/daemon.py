"""The daemon: opens the data directory, listens, and at the end leaves everything on disk."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from twisted.application.service import Service
from twisted.cred.strcred import makeChecker
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IListeningPort
from twisted.internet.task import LoopingCall, deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from chatd.auth import Authority, CsvChecker
from chatd.chat.text import clean
from chatd.config import Config
from chatd.frontends.direct import send_directly
from chatd.hashing import HashPool
from chatd.house import House, Stores, World
from chatd.listening import describe, opening_hint
from chatd.monitor import SWEEP_SECONDS
from chatd.stores.accounts import CsvAccounts
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

FAREWELL_SECONDS = 1.5
"""How long connections may take to read the last words when the server stops."""

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
    """

    log = Logger()

    def __init__(self, reactor: Any, config: Config, checkers: list[Any], give_up: Callable[[str], None]) -> None:
        self._reactor = reactor
        self._config = config
        self._checkers = checkers
        self._give_up = give_up
        self._lock = Lock()
        self._pools: list[ThreadPool] = []
        self._ports: list[IListeningPort] = []
        self._house: House
        self._closers: list[Callable[[], Deferred[None]]] = []

    def privilegedStartService(self) -> None:
        """Open and listen, while a port below 1024 may still be had."""
        try:
            self._open()
            for spec in self._config.listen.line:
                self._listen(spec)
        except CannotStart as error:
            self._stop_pools()
            self._give_up(str(error))
        self._tell()

    def _open(self) -> None:
        directory = Path(self._config.server.data)
        try:
            prepare(directory)
            self._lock.acquire(directory)
            self._build(directory)
        except (Unusable, Locked, BrokenTable) as error:
            raise CannotStart(str(error)) from None
        except OSError as error:
            raise CannotStart(f"{error.filename or directory}: {error.strerror}") from None

    def _build(self, directory: Path) -> None:
        config, disk, work = self._config, self._pool("disk", 1), self._pool("files", 2)
        checkers = self._checkers or [self._checker(spec) for spec in config.accounts.auth] or [CsvChecker()]
        accounts = CsvAccounts(directory / self._accounts_file(checkers), disk)
        rooms = CsvRooms(directory / "rooms.csv", disk)
        letters, ignores = CsvLetters(directory / "mail.csv", disk), CsvIgnores(directory / "ignores.csv", disk)
        bans = CsvBans(directory / "bans.csv", disk)
        spool = FileSpool(directory / "files", directory / "drops.csv", disk)
        journal = CsvJournal(
            directory,
            fsync=config.journal.fsync,
            rotate_bytes=config.journal.rotate_bytes,
            keep=config.journal.keep,
            in_thread=self._pool("journal", 2),  # a rotation must hold up no fsync
            clock=self._reactor,
            now=_now,
            alarm=self._recording,
        )
        kept = (accounts, rooms, bans, letters, ignores, spool)
        for store in kept:
            store.load()
        motd = self._motd()
        past = journal.open(config.rooms.history)
        pool = HashPool(self._pool("hash", HASH_THREADS), PasswordHasher(TIME_COST, MEMORY_KIB, LANES))
        for checker in checkers:
            if isinstance(checker, CsvChecker):
                checker.bind(accounts, pool)
        history = SqliteHistory(directory, past.first, self._pool("history", 2), self._reactor)
        kept = accounts, rooms, bans, letters, ignores, spool
        stores = Stores(*kept, journal, Eraser(directory, work), past, history)
        secret = load_secret(directory / "secret.key", secrets.token_bytes)
        world = World(self._reactor, _now, partial(secrets.token_hex, 16), work, secret, secrets.token_hex(8))
        self._house = House(config, stores, world, Authority(accounts, checkers), pool, motd)
        self._journal, self._accounts, self._history = journal, accounts, history
        self._closers = [journal.close, history.close, *(store.close for store in kept)]

    def _recording(self, on: bool) -> None:
        self.log.error("the journal cannot be written") if not on else self.log.info("the journal is written again")
        self._house.record(on)

    def _pool(self, name: str, threads: int) -> Any:
        pool = ThreadPool(0, threads, f"chatd-{name}")
        self._pools.append(pool)
        return partial(deferToThreadPool, self._reactor, pool)

    def _checker(self, spec: str) -> Any:
        try:
            return makeChecker(spec)
        except Exception as error:
            # A checker may raise whatever it likes about its argument.
            raise CannotStart(f"--auth {spec.partition(':')[0]}: {type(error).__name__}: {error}") from None

    @staticmethod
    def _accounts_file(checkers: list[Any]) -> str:
        files = {checker.path or "users.csv" for checker in checkers if isinstance(checker, CsvChecker)}
        if len(files) > 1:
            raise CannotStart("--auth csv can be given once only")
        return files.pop() if files else "users.csv"

    def _motd(self) -> tuple[str, ...]:
        server = self._config.server
        text = server.motd
        if server.motd_file:
            try:
                text = Path(server.motd_file).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                raise CannotStart(f"{server.motd_file}: the message of the day is not UTF-8") from None
        return tuple(clean(line) for line in text.rstrip("\n").split("\n")) if text.strip() else ()

    def _listen(self, spec: str) -> None:
        try:
            listening = serverFromString(self._reactor, spec).listen(self._house.line)
        except Exception as error:
            # Endpoints raise whatever their parser or certificate library does.
            raise CannotStart(f"--line {spec}: {_reason(error)}") from None
        failures: list[Failure] = []
        listening.addCallbacks(self._listening, failures.append)
        if failures:
            raise CannotStart(f"--line {spec}: {_reason(failures[0].value)}") from None

    def _listening(self, port: IListeningPort) -> None:
        send_directly(port)
        self._ports.append(port)

    def _tell(self) -> None:
        config = self._config
        for spec, port in zip(config.listen.line, self._ports, strict=False):
            self.log.info("listening: {where}", where=describe(spec, port))
        self.log.info("data: {directory}", directory=Path(config.server.data).absolute())
        for line in opening_hint(config.listen.line, self._ports):
            self.log.warn("{line}", line=line)
        if not self._accounts.operators():
            self.log.info("there is no operator; while chatd is down, write operator into the role column of users.csv")

    def startService(self) -> None:
        """Begin what needs the reactor to run."""
        super().startService()
        self._regular = [(LoopingCall(self._house.clean_up), 3600.0), (LoopingCall(self._house.sweep), SWEEP_SECONDS)]
        for call, interval in self._regular:
            call.clock = self._reactor
            call.start(interval)
        self._watchdog = Watchdog(self._reactor)
        self._watchdog.start()
        self._history.start()
        self._journal.backfill().addCallbacks(self._house.hub.remember, self._not_read)
        sys.setswitchinterval(SWITCH_SECONDS)
        # Last, for nothing ends a process whose threads run: it would listen, and never answer.
        for pool in self._pools:
            pool.start()

    def _not_read(self, failure: Failure) -> None:
        self.log.failure("older files of the journal could not be read", failure)

    def stopService(self) -> Deferred[None]:
        """Tell everybody, take no more, and leave everything on disk."""
        super().stopService()
        self._watchdog.stop()
        for call, _ in self._regular:
            call.stop()
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        await DeferredList([_as_deferred(port.stopListening()) for port in self._ports])
        self._house.stop()
        end = self._reactor.seconds() + FAREWELL_SECONDS
        while not self._house.is_empty and self._reactor.seconds() < end:
            await deferLater(self._reactor, 0.02)
        for protocol in list(self._house.line.open):
            protocol.abortConnection()
        await self._house.logs.settled()
        await deferLater(self._reactor, 0)
        for close in self._closers:
            try:
                await close()
            except OSError as error:
                self.log.error("not everything could be written: {error}", error=error)
        self._stop_pools()
        self._lock.release()

    def _stop_pools(self) -> None:
        for pool in self._pools:
            if pool.started:
                pool.stop()


def _as_deferred(result: Any) -> Deferred[Any]:
    done: Deferred[Any] = Deferred()
    if isinstance(result, Deferred):
        return result
    done.callback(result)
    return done


def _now() -> int:
    return time.time_ns() // 1_000_000


def _reason(error: BaseException | None) -> str:
    cause: Any = getattr(error, "socketError", None) or error
    if isinstance(cause, OSError) and cause.strerror:
        file = cause.filename2 or cause.filename
        return f"{os.fsdecode(file)}: {cause.strerror}" if file else cause.strerror
    if cause.args and isinstance(cause.args[0], list):
        # pyOpenSSL gives triples: library, function, reason.
        return f"not a key or certificate in PEM ({', '.join(dict.fromkeys(why for *_, why in cause.args[0]))})"
    return f"{str(cause) or type(cause).__name__}{'; write it like tcp:9000' if isinstance(cause, ValueError) else ''}"
