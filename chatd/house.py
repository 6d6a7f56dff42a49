"""The house: every part of a chat server put together, from stores that are open to the factory of connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd import __version__
from chatd.auth import Authority
from chatd.chat import events as e
from chatd.chat.answers import Closing, Greeting
from chatd.chat.durations import parse_duration
from chatd.chat.files import Quotas
from chatd.chat.hub import Hub
from chatd.chat.moderation import BAN, SERVER, limits
from chatd.chat.names import key
from chatd.chat.presence import Patience
from chatd.config import Config
from chatd.delivery import Delivery
from chatd.dialogue.guard import Guard
from chatd.dialogue.menu import Menu
from chatd.dialogue.sign_in import Rules, SignIn
from chatd.frontends.door import Bounds, Door
from chatd.frontends.line import LineFactory, LineProtocol, Route
from chatd.furniture import Followed, Stores, World
from chatd.hashing import HashPool
from chatd.intake import Intake
from chatd.monitor import Monitor
from chatd.outlet import Gone, Renderer
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
        self.transfers = Transfers(stores.spool, _quotas(config), world.in_thread, clock, now, world.token, told)
        self._histories = Histories(self.hub, self.logs, stores.history, now)
        self._records = records.Records(self.logs, stores.rooms)
        self._sanctions = sanctions.Sanctions(self.hub.bans, stores.bans)
        self._build_door(config, world)
        kept = self._records, self._histories, self._sanctions
        self._rooms = rooms.Rooms(self.hub, self.logs, self.sessions, *kept, self.guard, pool, self.transfers, now)
        self._build_people(config, stores, world)
        self._build_frontend(config, stores, world, authority, pool, lambda: self.motd)
        self._stopping = False
        self.authority, self.pool = authority, pool
        self.recording = True
        """Whether what is said can be written to the journal."""
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
        patience = Patience(config.presence.inactive_after, config.presence.disconnect_after)
        self.monitor = Monitor(hub, sessions, patience, seconds)
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
        limits, seconds = config.limits, world.clock.seconds
        rates = (limits.logins_per_minute, limits.registrations_per_hour) if limits.flood else (0, 0)
        self.guard = Guard(*rates, seconds)
        bounds = Bounds(limits.connections_per_address, limits.idle_login_seconds, limits.login_seconds)
        self.door = Door(bounds, seconds)

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
        dispatcher = Dispatcher(
            logs,
            talking.handlers(talk),
            private.handlers(private.Private(hub, logs, accounts, self.post, self._histories.history)),
            rooms.handlers(self._rooms),
            handlers(self._histories),
            access.handlers(access.Access(hub, logs, self._records, pool, accounts)),
            moderation.handlers(self.moderation),
            redaction.handlers(redaction.Redaction(hub, logs, stores.eraser, stores.history, world.now)),
            chats.handlers(self._chats),
            ignoring.handlers(self._ignore),
            people.handlers(people.People(hub, logs, sessions, accounts, world.clock.seconds)),
            files.handlers(given),
            attention.handlers(attention.Attention(sessions.hearing, partial(Prose, raw=True))),
            settings.handlers(settings.Settings(sessions, renderers, server, __version__, motd)),
        )
        who, limits = config.accounts, config.limits
        rules = Rules(who.register, who.guests, who.sessions_per_account, who.register_code)
        self._sign_in = SignIn(
            hub, logs, sessions, self._rooms, accounts, authority, pool, self.guard, rules, world.now
        )
        greeting = Greeting(server, __version__)
        self._menu = Menu(self._sign_in, dispatcher, self.transfers, self.post, hub.last_rooms, greeting, motd)
        route = Route(self.intake, self.delivery, self._converse, dispatcher.line, renderers["text"])
        self.line = LineFactory(world.clock, route, self.door, limits.flood, limits.line_bytes, limits.queue_bytes)
        self.factories, self.own_accounts = [self.line], self._sign_in.own

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

    def expire(self, days: int) -> Deferred[None]:
        """Remove the accounts that nobody has used for so many days; what fails is logged, and never told."""
        expiring = Deferred.fromCoroutine(self.own_accounts.expire(self.world.now() - days * DAY))
        return expiring.addErrback(lambda failure: self.log.failure("accounts could not be removed", failure))

    def sweep(self) -> None:
        """Find who has fallen silent or stands about in the door, and what nobody has answered; every few seconds."""
        self.door.sweep()
        self.monitor.sweep()
        self._chats.expire()

    def clean_up(self) -> None:
        """Throw away what has been kept for long enough; every hour."""
        self.transfers.expire()
        self.post.clean_up()

    def record(self, on: bool) -> None:
        """Tell every room that what is said is recorded again, or is not."""
        self.recording = on
        for room in self.hub.rooms.values():
            self.logs.append(room.name, e.Recording("", on))

    def stop(self) -> None:
        """Tell everybody that the server stops, and let every session come to its end."""
        self._stopping = True
        for protocol in self.open:
            protocol.session.end(Closing("stopping"))

    @property
    def alarms(self) -> dict[str, bool]:
        """What may be wrong, by stable identifiers, and whether it is."""
        return {"journal": not self.recording}

    @property
    def is_empty(self) -> bool:
        """Whether no connection is open any more."""
        return not self.open

    @property
    def open(self) -> list[LineProtocol]:
        """Every connection."""
        return [protocol for factory in self.factories for protocol in list(factory.open)]


def _quotas(config: Config) -> Quotas:
    f = config.files
    return Quotas(f.max_bytes, f.room_quota, f.user_quota, int(parse_duration(f.keep) * 1000))
