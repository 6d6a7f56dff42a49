"""The house: every part of a chat server put together, from stores that are open to the factory of connections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd import __version__
from chatd.auth import Accounts, Authority, HashPool
from chatd.chat import events as e
from chatd.chat.answers import Closing, Greeting
from chatd.chat.files import Quotas
from chatd.chat.hub import Hub
from chatd.chat.room import RoomRecord
from chatd.config import Config, parse_duration
from chatd.delivery import Delivery
from chatd.dialogue.menu import Menu
from chatd.dialogue.sign_in import Rules, SignIn
from chatd.frontends.line import LineFactory
from chatd.intake import Intake
from chatd.outlet import Gone, Renderer
from chatd.roomlog import Journal, Logs, Past
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.transfers.service import Transfers
from chatd.transfers.spool import InThread, Spool
from chatd.turn import Turn
from chatd.verbs import files, people, rooms, settings, talking
from chatd.verbs.dispatch import Dispatcher
from chatd.wire.jsonlines import JsonLines
from chatd.wire.prose import Prose


class RoomTable(rooms.RoomStore, Protocol):
    """A :class:`chatd.verbs.rooms.RoomStore` that tells what it has."""

    def all(self) -> list[RoomRecord]:
        """Every room."""


class House:
    """A chat server without its listeners.

    :param past: what the journal knew when it was opened
    :param now: milliseconds since 1970-01-01 UTC
    :param token: makes a word of 128 random bits
    :param motd: gives the lines of the message of the day
    """

    log = Logger()

    def __init__(
        self,
        config: Config,
        *,
        accounts: Accounts,
        room_table: RoomTable,
        journal: Journal,
        past: Past,
        spool: Spool,
        checkers: Iterable[Any],
        pool: HashPool,
        in_thread: InThread,
        clock: IReactorTime,
        now: Callable[[], int],
        token: Callable[[], str],
        motd: Callable[[], tuple[str, ...]],
    ) -> None:
        self._turn = Turn(clock)
        self._renderers: dict[str, Renderer] = {"text": Prose(), "json": JsonLines()}
        self.hub = Hub(config.rooms.history, config.rooms.max)
        self.hub.load(room_table.all(), past)
        self.delivery = Delivery(self._turn.wake)
        self.sessions = Sessions(self.hub, self.delivery, clock, now)
        self.logs = Logs(journal, self.sessions.arrive, now, self._turn.wake, past.last)
        intake = Intake(clock, self._turn.wake)
        self._turn.stages = (intake.serve, self.logs.flush, self.delivery.flush)

        quotas = _quotas(config)
        self.transfers = Transfers(spool, quotas, in_thread, clock, now, token, partial(files.tell_room, self.logs))
        self._files = files.Files(self.hub, self.transfers)
        self._rooms = rooms.Rooms(self.hub, self.logs, self.sessions, room_table, pool, self.transfers, now)
        self._dispatcher = self._build_dispatcher(config, accounts, motd)
        who = config.accounts
        rules = Rules(who.register, who.guests, who.sessions_per_account)
        authority = Authority(accounts, checkers)
        self._sign_in = SignIn(
            self.hub, self.logs, self.sessions, self._rooms, accounts, authority, pool, rules, now
        )  # fmt: skip
        greeting = Greeting(config.server.name, __version__)
        self._menu = Menu(self._sign_in, self._dispatcher, self.transfers, self.hub.last_rooms, greeting, motd)
        limits = config.limits
        self.line = LineFactory(
            clock, intake, self.delivery, self._converse, self._dispatcher.line, self._renderers["text"],
            limits.flood, limits.line_bytes, limits.queue_bytes,
        )  # fmt: skip
        self._stopping = False
        for room in self.transfers.rooms() - {room.name for room in self.hub.rooms.values()}:
            # A crash came between the end of a room and that of its files; a namesake must not get them.
            self.transfers.forget_room(room)

    def _build_dispatcher(self, config: Config, accounts: Accounts, motd: Callable[[], tuple[str, ...]]) -> Dispatcher:
        set_up = settings.Settings(self.sessions, self._renderers, config.server.name, __version__, motd)
        return Dispatcher(
            self.logs,
            talking.handlers(talking.Talking(self.hub, self.logs, self._files.hint)),
            rooms.handlers(self._rooms),
            people.handlers(people.People(self.hub, self.sessions, accounts)),
            files.handlers(self._files),
            settings.handlers(set_up),
        )

    def _converse(self, session: Session) -> None:
        if self._stopping:
            session.end(Closing("stopping"))
        talk = Deferred.fromCoroutine(self._menu.converse(session))
        talk.addErrback(self._broke_off, session)
        talk.addCallback(lambda _: Deferred.fromCoroutine(self._sign_in.finish(session)))
        talk.addErrback(lambda failure: self.log.failure("a session could not be ended in order", failure))

    def _broke_off(self, failure: Failure, session: Session) -> None:
        if not failure.check(Gone):
            self.log.failure("the conversation with {address} broke off", failure, address=session.address)
            session.end(Closing("internal"))

    def record(self, on: bool) -> None:
        """Tell every room that what is said is recorded again, or is not."""
        for room in self.hub.rooms.values():
            self.logs.append(room.name, e.Recording("", on))

    def stop(self) -> None:
        """Tell everybody that the server stops, and let every session come to its end."""
        self._stopping = True
        for protocol in list(self.line.open):
            protocol.session.end(Closing("stopping"))

    @property
    def is_empty(self) -> bool:
        """Whether no connection is open any more."""
        return not self.line.open


def _quotas(config: Config) -> Quotas:
    f = config.files
    return Quotas(f.max_bytes, f.room_quota, f.user_quota, int(parse_duration(f.keep) * 1000))
