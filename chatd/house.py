"""The house: every part of a chat server put together, from stores that are open to the factory of connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd import __version__, tuning
from chatd.alarms import Alarms
from chatd.auth import Accounts, Authority
from chatd.chat import events as e
from chatd.chat.answers import Answer, Closing, Greeting
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.notices import Alarm
from chatd.chat.user import OPERATOR
from chatd.config import Config
from chatd.delivery import Delivery
from chatd.dialogue.beginning import Beginning
from chatd.dialogue.guard import Guard
from chatd.dialogue.menu import Menu
from chatd.dialogue.requests import Requests
from chatd.dialogue.resume import Resume
from chatd.dialogue.sign_in import SignIn
from chatd.frontends.door import Caller, Door
from chatd.frontends.kinds import Factory
from chatd.frontends.line import LineFactory, Route
from chatd.furniture import Stores, World
from chatd.hashing import HashPool
from chatd.history import Followed
from chatd.intake import Intake
from chatd.leading import Leading
from chatd.monitor import Monitor
from chatd.outlet import Renderer
from chatd.passes import Passes
from chatd.roomlog import Logs
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.transfers.service import Transfers
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
from chatd.verbs.post import Post
from chatd.wire.jsonlines import JsonLines
from chatd.wire.prose import Prose

DAY = 86_400_000
"""Milliseconds."""


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
        self.config, self.stores, self.world = config, stores, world
        self.motd = motd
        """The lines of the message of the day."""
        self._turn = Turn(clock)
        self.hub = Hub(config.rooms.history, config.rooms.max, now)
        self.hub.load(stores.rooms.all(), stores.past)
        self.hub.bans.load(stores.bans.all())
        self.delivery = Delivery(partial(self._turn.wake, 2))
        self.sessions = Sessions(self.hub, self.delivery, clock, now)
        journal = Followed(stores.journal, stores.history)
        self.logs = Logs(journal, self.sessions.arrive, now, partial(self._turn.wake, 1), stores.past.last)
        self.intake = Intake(clock, self._turn.wake)
        self._turn.stages = (self.intake.serve, self.logs.flush, self.delivery.flush)

        told = partial(files.tell_room, self.logs)
        self.transfers = Transfers(stores.spool, tuning.quotas(config), world.in_thread, clock, now, world.token, told)
        self._histories = Histories(self.hub, self.logs, stores.history, now)
        self._records = records.Records(self.logs, stores.rooms)
        self._sanctions = sanctions.Sanctions(self.hub.bans, stores.bans)
        self._build_door(config, world)
        kept = self._records, self._histories, self._sanctions
        self._rooms = rooms.Rooms(self.hub, self.logs, self.sessions, *kept, self.guard, pool, self.transfers, now)
        self._build_people(config, stores, world)
        self._build_frontend(config, stores, world, authority, pool, lambda: self.motd)
        self.alarms = Alarms(self._alarm)
        self.authority, self.pool = authority, pool
        self.configured: list[Callable[[Config], None]] = []
        """Called with each configuration that holds from now on."""
        self._forget_what_is_over()

    def _forget_what_is_over(self) -> None:
        for room in self.transfers.rooms() - {room.name for room in self.hub.rooms.values()}:
            # A crash came between the end of a room and that of its files; a namesake must not get them.
            self.transfers.forget_room(room)
        self._sanctions.forget_over()
        for room in {ban.where for ban in self.hub.bans.all() if ban.where and key(ban.where) not in self.hub.rooms}:
            self._sanctions.forget_room(room)

    def _build_people(self, config: Config, stores: Stores, world: World) -> None:
        hub, sessions, seconds = self.hub, self.sessions, world.clock.seconds
        self.monitor = Monitor(hub, sessions, tuning.patience(config), seconds)
        self.moderation = moderation.Moderation(
            hub, self.logs, sessions, stores.accounts, self._sanctions, self.transfers, world.now
        )
        self.post = Post(hub, stores.accounts, stores.letters, sessions.reaches, world.now)
        self._chats = chats.Chats(hub, self.logs, sessions, self._rooms, seconds)
        self._ignore = ignoring.Ignore(hub, stores.accounts, stores.ignores, self._chats.hang_up, world.now)
        sessions.arrived += [self.post.note, self._ignore.note]
        sessions.departed.append(self._chats.depart)
        self.post.clean_up()

    def _build_door(self, config: Config, world: World) -> None:
        seconds = world.clock.seconds
        self.guard, self.door = Guard(*tuning.rates(config), seconds), Door(tuning.bounds(config), seconds)

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
        renderers: dict[str, Renderer] = {"text": Prose(raw=True), "json": JsonLines()}
        given = files.Files(hub, self.transfers)
        talk = talking.Talking(hub, logs, given.hint, self._chats.alone)
        self._settings = settings.Settings(sessions, renderers, server, __version__, motd)
        passes = Passes(world.secret, world.run, accounts, world.now)
        catching_up = CatchingUp(hub, stores.history, passes)
        dispatcher = Dispatcher(
            logs,
            talking.handlers(talk),
            private.handlers(private.Private(hub, logs, accounts, self.post, stores.history, self._histories.history)),
            rooms.handlers(self._rooms),
            handlers(self._histories),
            codes(catching_up),
            access.handlers(access.Access(hub, logs, self._records, pool, accounts)),
            moderation.handlers(self.moderation),
            redaction.handlers(redaction.Redaction(hub, logs, stores.eraser, stores.history, world.now)),
            chats.handlers(self._chats),
            ignoring.handlers(self._ignore),
            people.handlers(people.People(hub, logs, sessions, accounts, world.clock.seconds)),
            files.handlers(given),
            attention.handlers(attention.Attention(sessions.hearing, partial(Prose, raw=True))),
            settings.handlers(self._settings),
        )
        self._build_menu(config, accounts, authority, pool, dispatcher, passes, catching_up, world.now, motd)
        self._build_line(config, dispatcher, renderers["text"])

    def _build_line(self, config: Config, dispatcher: Dispatcher, renderer: Renderer) -> None:
        limits = config.limits
        lead, clock = self.leading.by(self._menu.converse), self.world.clock
        route = Route(self.intake, self.delivery, lead, dispatcher.line, renderer)
        self.line = LineFactory(clock, route, self.door, limits.flood, limits.line_bytes, limits.queue_bytes)
        self.factories: list[Factory] = [self.line]
        self.limited: list[Factory] = [self.line]
        """Those whose limits are the configuration's."""
        self.own_accounts = self._sign_in.own

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
        hub, logs, sessions, rules = self.hub, self.logs, self.sessions, tuning.rules(config)
        begin = Beginning(hub, logs, sessions, accounts, passes, now)
        checks = authority, pool, self.guard
        self._sign_in = SignIn(hub, logs, sessions, self._rooms, accounts, *checks, rules, begin, now)
        coming = self._rooms, catching_up, self.post, rules.sessions_per_account
        self._resume = Resume(hub, sessions, accounts, passes, begin, *coming)
        greeting = Greeting(config.server.name, __version__)
        kept = self.transfers, self.post, hub.last_rooms, greeting, motd
        self._menu = Menu(self._sign_in, self._resume, dispatcher, *kept, self._tell_alarms)
        self.requests = Requests(self._menu)
        """Does what programs ask for that are led through no menu."""
        self.leading = Leading(self._sign_in, hub.bans)

    def expire(self, days: int) -> Deferred[None]:
        """Remove the accounts that nobody has used for so many days; what fails is logged, and never told."""
        expiring = Deferred.fromCoroutine(self.own_accounts.expire(self.world.now() - days * DAY))
        return expiring.addErrback(lambda failure: self.log.failure("accounts could not be removed", failure))

    def sweep(self) -> None:
        """Find who has fallen silent or stands about in the door, and what nobody has answered; every few seconds."""
        self.door.sweep()
        for factory in self.factories:
            factory.sweep()
        self.monitor.sweep()
        self._chats.expire()

    def clean_up(self) -> None:
        """Throw away what has been kept for long enough; every hour."""
        self.transfers.expire()
        self.post.clean_up()
        days = self.config.accounts.expire_days
        if days:
            self.expire(days)

    def record(self, on: bool) -> None:
        """Tell every room that what is said is recorded again, or is not."""
        for room in self.hub.rooms.values():
            self.logs.append(room.name, e.Recording("", on))

    def _alarm(self, told: Alarm) -> None:
        for session in self.sessions.all():
            if session.user is not None and session.user.role == OPERATOR:
                session.tell(told)

    def _tell_alarms(self, session: Session) -> None:
        if session.user is not None and session.user.role == OPERATOR:
            self.alarms.tell_all(session.tell)

    def announce(self, what: Answer) -> None:
        """Tell everybody who is logged in; a connection may also be the way of a file."""
        for session in self.sessions.all():
            session.tell(what)

    def configure(self, config: Config, motd: tuple[str, ...]) -> None:
        """Let another configuration hold, as far as it needs no new start; a connection keeps its limits."""
        self.config, self.motd = config, motd
        self.hub.most_rooms = config.rooms.max
        for follow in self.configured:
            follow(config)
        self.monitor.patience = tuning.patience(config)
        self.transfers.quotas = tuning.quotas(config)
        self.guard.limit(*tuning.rates(config))
        self.door.limit(tuning.bounds(config))
        self._sign_in.rules = tuning.rules(config)
        self._resume.most = config.accounts.sessions_per_account
        self._settings.server = config.server.name
        self._menu.greeting = Greeting(config.server.name, __version__)
        for factory in self.limited:
            factory.limit(config.limits.flood, config.limits.line_bytes, config.limits.queue_bytes)

    def stop(self, text: str = "", restarts: bool = False) -> None:
        """Tell everybody that the server stops, and let every session come to its end.

        :param text: what its operator says about it
        :param restarts: whether it is there again at once
        """
        self.pool.close()
        why = self.leading.stopping = Closing("restarting" if restarts else "stopping", why=text)
        for caller in self.open:
            caller.session.end(why)

    @property
    def is_empty(self) -> bool:
        """Whether no connection is open any more."""
        return not self.open

    @property
    def open(self) -> list[Caller]:
        """Every connection."""
        return [caller for factory in self.factories for caller in list(factory.open)]
