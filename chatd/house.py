"""The house: every part of a chat server put together, from stores that are open to the factory of connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from chatd import __version__
from chatd.auth import Accounts, Authority
from chatd.chat import events as e
from chatd.chat.answers import Closing, Greeting
from chatd.chat.durations import parse_duration
from chatd.chat.files import Quotas
from chatd.chat.hub import Hub
from chatd.chat.moderation import BAN, SERVER, Ban, limits
from chatd.chat.names import key
from chatd.chat.presence import Patience
from chatd.chat.room import RoomRecord
from chatd.config import Config
from chatd.delivery import Delivery
from chatd.dialogue.beginning import Beginning
from chatd.dialogue.menu import Menu
from chatd.dialogue.resume import Resume
from chatd.dialogue.sign_in import Rules, SignIn
from chatd.frontends.line import LineFactory, Route
from chatd.hashing import HashPool
from chatd.history import Followed, History
from chatd.intake import Intake
from chatd.monitor import Monitor
from chatd.outlet import Gone, Renderer
from chatd.passes import Passes
from chatd.roomlog import Journal, Logs, Past
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.transfers.service import Transfers
from chatd.transfers.spool import InThread, Spool
from chatd.turn import Turn
from chatd.verbs import (
    access,
    attention,
    chats,
    files,
    ignoring,
    moderation,
    people,
    private,
    records,
    redaction,
    rooms,
    sanctions,
    settings,
    talking,
)
from chatd.verbs.catching_up import CatchingUp
from chatd.verbs.catching_up import handlers as codes
from chatd.verbs.dispatch import Dispatcher
from chatd.verbs.history import Histories, handlers
from chatd.verbs.post import LetterStore, Post
from chatd.wire.jsonlines import JsonLines
from chatd.wire.prose import Prose


class RoomTable(records.RoomStore, Protocol):
    """A :class:`chatd.verbs.records.RoomStore` that tells what it has."""

    def all(self) -> list[RoomRecord]:
        """Every room."""


class BanTable(sanctions.BanStore, Protocol):
    """A :class:`chatd.verbs.sanctions.BanStore` that tells what it has."""

    def all(self) -> list[Ban]:
        """Every ban and mute."""


class Stores(NamedTuple):
    """What is kept, opened.

    :param eraser: takes texts out of the journal
    :param past: what the journal knew when it was opened
    """

    accounts: Accounts
    rooms: RoomTable
    bans: BanTable
    letters: LetterStore
    ignores: ignoring.IgnoreStore
    spool: Spool
    journal: Journal
    eraser: redaction.Eraser
    past: Past
    history: History


class World(NamedTuple):
    """What a test makes up.

    :param clock: for time that passes
    :param now: milliseconds since 1970-01-01 UTC
    :param token: makes a word of 128 random bits
    :param in_thread: runs what waits for the disk
    :param secret: signs the codes with which sessions are gone on with
    :param run: a word that no other run of the server has
    """

    clock: IReactorTime
    now: Callable[[], int]
    token: Callable[[], str]
    in_thread: InThread
    secret: bytes
    run: str


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
        self._turn = Turn(clock)
        self.hub = Hub(config.rooms.history, config.rooms.max, now)
        self.hub.load(stores.rooms.all(), stores.past)
        self.hub.bans.load(stores.bans.all())
        self.delivery = Delivery(partial(self._turn.wake, 2))
        self.sessions = Sessions(self.hub, self.delivery, clock, now)
        journal = Followed(stores.journal, stores.history)
        self.logs = Logs(journal, self.sessions.arrive, now, partial(self._turn.wake, 1), stores.past.last)
        self._intake = Intake(clock, self._turn.wake)
        self._turn.stages = (self._intake.serve, self.logs.flush, self.delivery.flush)

        told = partial(files.tell_room, self.logs)
        self.transfers = Transfers(stores.spool, _quotas(config), world.in_thread, clock, now, world.token, told)
        self._histories = Histories(self.hub, self.logs, stores.history, now)
        self._records = records.Records(self.logs, stores.rooms)
        self._sanctions = sanctions.Sanctions(self.hub.bans, stores.bans)
        kept = self._records, self._histories, self._sanctions
        self._rooms = rooms.Rooms(self.hub, self.logs, self.sessions, *kept, pool, self.transfers, now)
        self._build_people(config, stores, world)
        self._build_frontend(config, stores, world, authority, pool, lambda: motd)
        self._stopping = False
        for room in self.transfers.rooms() - {room.name for room in self.hub.rooms.values()}:
            # A crash came between the end of a room and that of its files; a namesake must not get them.
            self.transfers.forget_room(room)
        self._sanctions.forget_over()
        for room in {ban.where for ban in self.hub.bans.all() if ban.where and key(ban.where) not in self.hub.rooms}:
            self._sanctions.forget_room(room)

    def _build_people(self, config: Config, stores: Stores, world: World) -> None:
        hub, sessions, seconds = self.hub, self.sessions, world.clock.seconds
        patience = Patience(config.presence.inactive_after, config.presence.disconnect_after)
        self.monitor = Monitor(hub, sessions, patience, seconds)
        self.post = Post(hub, stores.accounts, stores.letters, sessions.reaches, world.now)
        self._chats = chats.Chats(hub, self.logs, sessions, self._rooms, seconds)
        self._ignore = ignoring.Ignore(hub, stores.accounts, stores.ignores, self._chats.hang_up, world.now)
        sessions.arrived += [self.post.note, self._ignore.note]
        sessions.departed.append(self._chats.depart)
        self.post.clean_up()

    def _build_frontend(
        self,
        config: Config,
        stores: Stores,
        world: World,
        authority: Authority,
        pool: HashPool,
        motd: Callable[[], tuple[str, ...]],
    ) -> None:
        hub, logs, sessions, server = self.hub, self.logs, self.sessions, config.server.name
        accounts = stores.accounts
        moderates = moderation.Moderation(hub, logs, sessions, accounts, self._sanctions, self.transfers, world.now)
        renderers: dict[str, Renderer] = {"text": Prose(raw=True), "json": JsonLines()}
        given = files.Files(hub, self.transfers)
        talk = talking.Talking(hub, logs, given.hint, self._chats.alone)
        passes = Passes(world.secret, world.run, accounts, world.now)
        catching_up = CatchingUp(hub, stores.history, passes)
        dispatcher = Dispatcher(
            logs,
            talking.handlers(talk),
            private.handlers(private.Private(hub, logs, accounts, self.post, self._histories.history)),
            rooms.handlers(self._rooms),
            handlers(self._histories),
            codes(catching_up),
            access.handlers(access.Access(hub, logs, self._records, pool, accounts)),
            moderation.handlers(moderates),
            redaction.handlers(redaction.Redaction(hub, logs, stores.eraser, stores.history, world.now)),
            chats.handlers(self._chats),
            ignoring.handlers(self._ignore),
            people.handlers(people.People(hub, logs, sessions, accounts, world.clock.seconds)),
            files.handlers(given),
            attention.handlers(attention.Attention(sessions.hearing, partial(Prose, raw=True))),
            settings.handlers(settings.Settings(sessions, renderers, server, __version__, motd)),
        )
        self._build_menu(config, accounts, authority, pool, dispatcher, passes, catching_up, world.now, motd)
        route = Route(self._intake, self.delivery, self._converse, dispatcher.line, renderers["text"])
        limits = config.limits
        self.line = LineFactory(world.clock, route, limits.flood, limits.line_bytes, limits.queue_bytes)

    def _build_menu(
        self,
        config: Config,
        accounts: Accounts,
        authority: Authority,
        pool: HashPool,
        dispatcher: Dispatcher,
        passes: Passes,
        catching_up: CatchingUp,
        now: Callable[[], int],
        motd: Callable[[], tuple[str, ...]],
    ) -> None:
        hub, logs, sessions, who = self.hub, self.logs, self.sessions, config.accounts
        rules = Rules(who.register, who.guests, who.sessions_per_account)
        begin = Beginning(hub, logs, sessions, accounts, passes, now)
        self._sign_in = SignIn(hub, logs, sessions, self._rooms, accounts, authority, pool, rules, begin, now)
        coming = self._rooms, catching_up, self.post, who.sessions_per_account
        resume = Resume(hub, sessions, accounts, passes, begin, *coming)
        greeting, last = Greeting(config.server.name, __version__), hub.last_rooms
        self._menu = Menu(self._sign_in, resume, dispatcher, self.transfers, self.post, last, greeting, motd)

    def _converse(self, session: Session) -> None:
        if self._stopping:
            session.end(Closing("stopping"))
        ban = self.hub.bans.find(BAN, SERVER, "", False, session.address)
        if ban is not None:
            session.end(Closing("banned", **limits(ban)))
        Deferred.fromCoroutine(self._lead(session))

    async def _lead(self, session: Session) -> None:
        try:
            await self._menu.converse(session)
        except Gone:
            pass
        except Exception:
            self.log.failure("the conversation with {address} broke off", address=session.address)
            session.end(Closing("internal"))
        try:
            await self._sign_in.finish(session)
        except Exception:
            self.log.failure("a session could not be ended in order")

    def sweep(self) -> None:
        """Find who has fallen silent, and what nobody has answered; every few seconds."""
        self.monitor.sweep()
        self._chats.expire()

    def clean_up(self) -> None:
        """Throw away what has been kept for long enough; every hour."""
        self.transfers.expire()
        self.post.clean_up()

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
