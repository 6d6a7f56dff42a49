"""A session: one connection of a user, what it is asked and told, and the rooms it is in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Closing, Prompt, Refusal, Refused, ThrownOut
from chatd.chat.events import Entry
from chatd.chat.pastes import Paste
from chatd.chat.room import Room
from chatd.chat.searching import Search
from chatd.chat.user import User
from chatd.delivery import Channel, Delivery
from chatd.outlet import Gone, Outlet, Renderer
from chatd.transfers.peer import Peer
from chatd.wire.codes import LISTEN, Code
from chatd.wire.commands import Way

DEAF = 2.0
"""Seconds after being thrown out of a room in which what was typed for it is not taken for something else."""

Handling = Coroutine[Deferred[Any], Any, Answer | None]

T = TypeVar("T")


class Voice(Protocol):
    """How one peer is told and asked something."""

    outlet: Outlet
    renderer: Renderer
    """How values are worded for it; what is set holds from the next one on."""

    @property
    def is_asking(self) -> bool:
        """Whether an answer of the peer is waited for."""

    def tell(self, answer: Answer, code: Code | None = None) -> None:
        """Tell the peer ``answer``."""

    def tell_entry(self, entry: Entry) -> None:
        """Tell the peer what stands in its user's own log."""

    def ask(self, prompt: Prompt, secret: bool = False) -> Deferred[str]:
        """Ask; fires with the answer."""

    def give_up(self) -> None:
        """Wait for no answer any more."""

    def set_in_rooms(self, inside: bool) -> None:
        """The peer is in a room now, or in none."""


class Session:
    """One connection, whoever's it is.

    ``mark`` tells this session from the others of its user, on whichever connection it is gone on with; ``talk`` is
    with whom it is that what is typed goes to nobody else, None for a room; ``prose`` the wording for people that was
    asked for, None for the usual one; ``bell`` whether it rings where one's name is said; ``pasted`` whether the last
    line was one of a paste; ``only_tickets`` whether nothing is to be done but giving and fetching files; ``is_wanted``
    whether a login would serve anybody, since the peer is there or has left lines, and is asked in any thread.

    :param address: of the peer, as the journal shows it
    :param way: how a shell reaches the listener that this session came by
    :param frontend: the kind of listener that it came by
    """

    log = Logger()
    # What most sessions never set stands here, and all else is set at once: Python has room for those attributes, 30
    # at most, that the first few objects of a class had from the beginning. One that sets another takes 2 KiB.
    verbatim = bell = False
    talk: User | None = None
    prose: Renderer | None = None
    ending: Closing | None = None
    search: Search | None = None  # what more goes on with
    deaf: tuple[float, str] | None = None
    """Until when what comes was typed for a room that one was thrown out of, and its name, until that was told."""
    _at_the_end: Deferred[None] | None = None

    def __init__(
        self,
        address: str,
        way: Way,
        voice: Voice,
        delivery: Delivery,
        clock: IReactorTime,
        frontend: str = "line",
    ) -> None:
        self.frontend, self.since = frontend, clock.seconds()
        self.address, self.way = address, way
        self.user: User | None = None
        self.mark = ""
        self.rooms: dict[Room, Channel] = {}  # in the order in which they were entered
        self.last_rooms: tuple[str, ...] = ()
        self.behind = 0
        """Lines that were received behind the one that is taken; see :class:`chatd.intake.Taker`."""
        self.ahead: Callable[[], Iterable[bytes]] = tuple
        """Gives these lines, as they came."""
        self.pasted = self.only_tickets = False
        self.paste: Paste | None = None  # what the next line goes on with, if it is said in the same room
        self.voice = voice
        self.peer: Peer
        self.poke: Callable[[], None] = lambda: None
        self.is_wanted: Callable[[], bool] = lambda: True
        self.awaken: Callable[[User], None] = lambda user: None
        self._focus: Room | None = None
        self._delivery = delivery
        self._clock = clock
        self.is_working = False
        """Whether what the peer asked for last is still worked on."""
        self._roomless: Deferred[None] | None = None

    # What the peer is told and asked

    def tell(self, answer: Answer, code: Code | None = None) -> None:
        """Tell the peer ``answer``; at a prompt, the prompt is repeated after it."""
        self.voice.tell(answer, code)

    def ask(self, name: str, text: str, secret: bool = False) -> Deferred[str]:
        """Ask for a line; fires with it.

        :param name: says for programs what is asked
        :param text: says it for people
        :param secret: whether the line is neither cleaned nor shown
        :raises Gone: (in the Deferred) where the connection has ended, or ends before the answer
        """
        if self.is_over:
            return fail(Gone())
        answer = self.voice.ask(Prompt(name, text), secret)
        self.poke()
        return answer

    @property
    def outlet(self) -> Outlet:
        """The way to the peer."""
        return self.voice.outlet

    # What the peer wants

    def hear(self) -> None:
        """Something has come from the peer: its user is active."""
        if self.user is not None:
            self.user.heard_at = self._clock.seconds()
            if self.user.inactive:
                self.awaken(self.user)

    def work(self, handle: Callable[[Session, T], Handling | None], asked: T) -> None:
        """Do what the peer has ``asked`` for by calling ``handle``; what that gives is waited for, and told."""
        try:
            handling = handle(self, asked)
        except Exception:
            # One line that goes wrong must cost nobody else a turn.
            self._failed(Failure())
            return
        if handling is not None:
            self.is_working = True
            Deferred.fromCoroutine(handling).addCallback(self._handled).addErrback(self._failed)

    def _handled(self, answer: Answer | None) -> None:
        if answer is not None:
            self.tell(answer)
        self._work_done()

    def _failed(self, failure: Failure) -> None:
        if isinstance(failure.value, Refusal):
            self.tell(failure.value.answer)
        elif not isinstance(failure.value, Gone):
            self.log.failure("a line from {address} could not be worked off", failure, address=self.address)
            self.tell(Refused("internal"))
        self._work_done()

    def _work_done(self) -> None:
        self.is_working = False
        self._wind_up()
        self.poke()

    # Rooms

    async def in_rooms(self) -> None:
        """Returns when the last room is left.

        :raises Gone: where the connection has ended
        """
        while self.rooms and not self.is_over:
            self._roomless = Deferred()
            self.poke()
            try:
                await self._roomless
            finally:
                self._roomless = None
        if self.is_over:
            raise Gone

    @property
    def is_idle_in_rooms(self) -> bool:
        """Whether the conversation is in rooms, and nothing is worked on."""
        return self._roomless is not None and not self.is_working

    @property
    def focus(self) -> Room | None:
        """The room that what is typed goes to, unless :attr:`talk` is somebody."""
        return self._focus

    @focus.setter
    def focus(self, room: Room | None) -> None:
        self._focus = room
        self.talk = None

    def join(self, room: Room, channel: Channel) -> None:
        """Hear ``room`` from now on; it has the focus."""
        if not self.rooms:
            self.last_rooms = ()
        if room not in self.rooms:
            self.rooms[room] = channel
            self._delivery.join(channel, self.outlet)
            self.last_rooms = (*self.last_rooms, room.name)
        self.focus = room
        self.voice.set_in_rooms(True)

    def part(self, room: Room) -> None:
        """Hear no more of ``room``; the focus goes to the room entered last of those that are left."""
        channel = self.rooms.pop(room, None)
        if channel is None:
            return
        self._delivery.leave(channel, self.outlet)
        if self.rooms:
            self.last_rooms = tuple(name for name in self.last_rooms if name != room.name)
        if self._focus is room:
            # What is typed for one person alone goes to no room because another one is left.
            self._focus = next(reversed(self.rooms), None)
        if not self.rooms:
            self.talk = None
            self.voice.set_in_rooms(False)
        self._wind_up()

    def thrown_out(self, room: Room, why: str) -> None:
        """Leave ``room`` against one's will; what was typed for it is not taken for something else."""
        self.deaf = (self._clock.seconds() + DEAF, room.name)
        left = [other for other in self.rooms if other is not room]
        focus = left[-1] if self.focus is room and left else self.focus if left else None
        self.tell(ThrownOut(room.name, why, focus.name if focus else ""))
        self.part(room)
        self.poke()

    # The end

    @property
    def is_over(self) -> bool:
        """Whether the session is at its end."""
        return self.ending is not None

    def last_words(self, why: Closing) -> bytes:
        """What the peer is told last; nothing behind a file."""
        return self.voice.renderer.answer(LISTEN, why) if why.reason != "transfer" else b""

    def end(self, why: Closing) -> None:
        """Let the session come to its end as soon as nobody works on a line of it."""
        if self.ending is None:
            self.ending = why
            self._wind_up()

    async def until_over(self) -> None:
        """Returns when the session is at its end, and nothing is worked on any more."""
        if not self.is_over or self.is_working:
            self._at_the_end = Deferred()
            await self._at_the_end

    def _wind_up(self) -> None:
        if self.voice.is_asking and self.is_over:
            self.voice.give_up()
        elif self._at_the_end is not None and self.is_over and not self.is_working:
            end, self._at_the_end = self._at_the_end, None
            end.callback(None)
        elif self._roomless is not None and not self.is_working and (self.is_over or not self.rooms):
            roomless, self._roomless = self._roomless, None
            roomless.callback(None)
