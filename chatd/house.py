"""The house: every part of a chat server put together, from stores that are open to the factory of connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd import __version__
from chatd.auth import Accounts, Authority
from chatd.chat import events as e
from chatd.chat.answers import Closing, Greeting
from chatd.chat.files import Quotas
from chatd.chat.hub import Hub
from chatd.chat.room import RoomRecord
from chatd.config import Config, parse_duration
from chatd.delivery import Delivery
from chatd.dialogue.guard import Guard
from chatd.dialogue.menu import Menu
from chatd.dialogue.sign_in import Rules, SignIn
from chatd.frontends.door import Door, Patience
from chatd.frontends.line import LineFactory, Route
from chatd.hashing import HashPool
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

DAY = 86_400_000
"""Milliseconds."""


class RoomTable(rooms.RoomStore, Protocol):
    """A :class:`chatd.verbs.rooms.RoomStore` that tells what it has."""

    def all(self) -> list[RoomRecord]:
        """Every room."""


class Stores(NamedTuple):
    """What is kept, opened.

    :param past: what the journal knew when it was opened
    """

    accounts: Accounts
    rooms: RoomTable
    spool: Spool
    journal: Journal
    past: Past


class World(NamedTuple):
    """What a test makes up.

    :param clock: for time that passes
    :param now: milliseconds since 1970-01-01 UTC
    :param token: makes a word of 128 random bits
    :param in_thread: runs what waits for the disk
    """

    clock: IReactorTime
    now: Callable[[], int]
    token: Callable[[], str]
    in_thread: InThread


class House:
    """A chat server without its listeners.

    :param authority: says who somebody is
    :param pool: hashes passwords
    :param motd: the lines of the message of the day
    """

    log = Logger()

    def __init__(
        self,
        config: Config,
        stores: Stores,
        world: World,
        authority: Authority,
        pool: HashPool,
        motd: tuple[str, ...],
    ) -> None:
        clock, now = world.clock, world.now
        self._now = now
        self._turn = Turn(clock)
        self.hub = Hub(config.rooms.history, config.rooms.max)
        self.hub.load(stores.rooms.all(), stores.past)
        self.delivery = Delivery(self._turn.wake)
        self.sessions = Sessions(self.hub, self.delivery, clock, now)
        self.logs = Logs(stores.journal, self.sessions.arrive, now, self._turn.wake, stores.past.last)
        self._intake = Intake(clock, self._turn.wake)
        self._turn.stages = (self._intake.serve, self.logs.flush, self.delivery.flush)

        told = partial(files.tell_room, self.logs)
        self.transfers = Transfers(stores.spool, _quotas(config), world.in_thread, clock, now, world.token, told)
        self._rooms = rooms.Rooms(self.hub, self.logs, self.sessions, stores.rooms, pool, self.transfers, now)
        self._build_frontend(config, stores.accounts, world, authority, pool, lambda: motd)
        self._stopping = False
        self.pool = pool
        self.recording = True
        """Whether what is said can be written to the journal."""
        for room in self.transfers.rooms() - {room.name for room in self.hub.rooms.values()}:
            # A crash came between the end of a room and that of its files; a namesake must not get them.
            self.transfers.forget_room(room)

    def _build_frontend(
        self,
        config: Config,
        accounts: Accounts,
        world: World,
        authority: Authority,
        pool: HashPool,
        motd: Callable[[], tuple[str, ...]],
    ) -> None:
        hub, logs, sessions, server = self.hub, self.logs, self.sessions, config.server.name
        renderers: dict[str, Renderer] = {"text": Prose(raw=True), "json": JsonLines()}
        given = files.Files(hub, self.transfers)
        dispatcher = Dispatcher(
            logs,
            talking.handlers(talking.Talking(hub, logs, given.hint)),
            rooms.handlers(self._rooms),
            people.handlers(people.People(hub, sessions, accounts)),
            files.handlers(given),
            settings.handlers(settings.Settings(sessions, renderers, server, __version__, motd)),
        )
        who, limits = config.accounts, config.limits
        rules = Rules(who.register, who.guests, who.sessions_per_account, who.register_code)
        rates = (limits.logins_per_minute, limits.registrations_per_hour) if limits.flood else (0, 0)
        self.guard = Guard(*rates, world.clock.seconds)
        self._sign_in = SignIn(
            hub, logs, sessions, self._rooms, accounts, authority, pool, self.guard, rules, world.now
        )
        greeting = Greeting(server, __version__)
        self._menu = Menu(self._sign_in, dispatcher, self.transfers, hub.last_rooms, greeting, motd)
        route = Route(self._intake, self.delivery, self._converse, dispatcher.line, renderers["text"])
        patience = Patience(limits.connections_per_address, limits.idle_login_seconds, limits.login_seconds)
        self.door = Door(patience, world.clock.seconds)
        self.line = LineFactory(world.clock, route, self.door, limits.flood, limits.line_bytes, limits.queue_bytes)

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

    def expire(self, days: int) -> Deferred[None]:
        """Remove the accounts that nobody has used for so many days; what fails is logged, and never told."""
        expiring = Deferred.fromCoroutine(self._sign_in.own.expire(self._now() - days * DAY))
        return expiring.addErrback(lambda failure: self.log.failure("accounts could not be removed", failure))

    def record(self, on: bool) -> None:
        """Tell every room that what is said is recorded again, or is not."""
        self.recording = on
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
