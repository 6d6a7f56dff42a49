"""A session: one connection of a user, what it is asked and told, and the rooms it is in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat.answers import Answer, Closing, Prompt, Refusal, Refused, ThrownOut
from chatd.chat.pastes import Paste
from chatd.chat.room import Room
from chatd.chat.searching import Search
from chatd.chat.user import User
from chatd.delivery import Channel, Delivery
from chatd.outlet import Gone, Outlet, Renderer
from chatd.transfers.peer import Peer
from chatd.voice import Voice
from chatd.wire.codes import LISTEN, Code
from chatd.wire.commands import Way
from chatd.wire.lines import TooLong
from chatd.wire.text import to_text

DEAF = 2.0
"""Seconds after being thrown out of a room in which what was typed for it is not taken for something else."""

Handling = Coroutine[Deferred[Any], Any, Answer | None]


class Session:
    """One connection, whoever's it is.

    ``mark`` tells this session from the others of its user, on whichever connection it is gone on with; ``talk`` is
    with whom it is that what is typed goes to nobody else, None for a room; ``prose`` the wording for people that was
    asked for, None for the usual one; ``bell`` whether it rings where one's name is said; ``pasted`` whether the last
    line was one of a paste; ``only_tickets`` whether nothing is to be done but giving and fetching files; ``is_wanted``
    whether a login would serve anybody, since the peer is there or has left lines, and is asked in any thread.

    :param address: of the peer, as the journal shows it
    :param way: how a shell reaches the listener that this session came by
    :param line_limit: bytes that a line may have, for telling
    :param handle: called with each line in a room; gives what is still to be waited for, if anything is
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
    _deaf: tuple[float, str] | None = None

    def __init__(
        self,
        address: str,
        way: Way,
        delivery: Delivery,
        clock: IReactorTime,
        line_limit: int,
        handle: Callable[[Session, str], Handling | None],
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
        self._was_behind = self.pasted = self.only_tickets = False
        self.paste: Paste | None = None  # what the next line goes on with, if it is said in the same room
        self.voice = Voice(delivery)
        self.peer: Peer
        self.poke: Callable[[], None] = lambda: None
        self.is_wanted: Callable[[], bool] = lambda: True
        self.awaken: Callable[[User], None] = lambda user: None
        self._focus: Room | None = None
        self._delivery = delivery
        self._clock = clock
        self._line_limit = line_limit
        self._handle = handle
        self._working = False
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
        if self._over:
            return fail(Gone())
        answer = self.voice.ask(Prompt(name, text), secret)
        self.poke()
        return answer

    @property
    def outlet(self) -> Outlet:
        """The way to the peer."""
        return self.voice.outlet

    # What the peer says

    def wants_line(self) -> bool:
        """Whether the next line would be taken now: somebody waits for it, and the peer reads its answers.

        What is thrown away is taken at once, or it would still be there when it is no longer thrown away.
        """
        if self._over or self._is_deaf:
            return not self._over
        if self.outlet.is_loaded:
            return False
        if self.voice.is_asking or self._roomless is None or self._working:
            return self.voice.is_asking
        return self.focus is None or self.rooms[self.focus].admits(self.poke)

    def take(self, line: bytes | TooLong) -> bool:
        """Take the next line; true where it is thrown away, since one was taken out of the room it was typed for."""
        if not self._was_behind:
            self.paste = None
        self._was_behind = self.behind > 0
        self.pasted = False
        if self.user is not None:
            self.user.heard_at = self._clock.seconds()
            if self.user.inactive:
                self.awaken(self.user)
        if self._is_deaf:
            self._throw_away()
            return True
        try:
            text = to_text(line, self._line_limit, self.voice.is_asking_secret)
        except Refusal as refusal:
            self.voice.refuse_line(refusal.answer)
            return False
        if self.voice.is_asking:
            self.paste = None
            self.voice.answer(text)
        else:
            self._in_room(text)
        return False

    @property
    def _is_deaf(self) -> bool:
        """Whether what comes was typed for a room that one has been taken out of."""
        # A secret was typed for its question, which is there still.
        if self._deaf is None or self.voice.is_asking_secret:
            return False
        if self._clock.seconds() >= self._deaf[0]:
            self._deaf = None
        return self._deaf is not None

    def _throw_away(self) -> None:
        assert self._deaf is not None
        until, room = self._deaf
        if room:
            self._deaf = (until, "")
            self.tell(Refused("dropped-lines", room))
        elif not self.outlet.is_loaded:
            # Who answers every question once must not wait for the next for ever.
            self.voice.repeat_prompt()

    def _in_room(self, text: str) -> None:
        try:
            handling = self._handle(self, text)
        except Exception:
            # One line that goes wrong must cost nobody else a turn.
            self._failed(Failure())
            return
        if handling is not None:
            self._working = True
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
        self._working = False
        self._wind_up()
        self.poke()

    def end_of_input(self) -> None:
        """No further line comes, and all that came are taken."""
        self.end(Closing("end-of-input"))

    def endless_line(self) -> None:
        """What comes cannot be made sense of any more."""
        self.end(Closing("endless-line"))

    # Rooms

    async def in_rooms(self) -> None:
        """Returns when the last room is left.

        :raises Gone: where the connection has ended
        """
        while self.rooms and not self._over:
            self._roomless = Deferred()
            self.poke()
            try:
                await self._roomless
            finally:
                self._roomless = None
        if self._over:
            raise Gone

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
        self._deaf = (self._clock.seconds() + DEAF, room.name)
        left = [other for other in self.rooms if other is not room]
        focus = left[-1] if self.focus is room and left else self.focus if left else None
        self.tell(ThrownOut(room.name, why, focus.name if focus else ""))
        self.part(room)
        self.poke()

    # The end

    @property
    def _over(self) -> bool:
        return self.ending is not None

    def last_words(self, why: Closing) -> bytes:
        """What the peer is told last; nothing behind a file."""
        return self.voice.renderer.answer(LISTEN, why) if why.reason != "transfer" else b""

    def end(self, why: Closing) -> None:
        """Let the session come to its end as soon as nobody works on a line of it."""
        if self.ending is None:
            self.ending = why
            self._wind_up()

    def _wind_up(self) -> None:
        if self.voice.is_asking and self._over:
            self.voice.give_up()
        elif self._roomless is not None and not self._working and (self._over or not self.rooms):
            roomless, self._roomless = self._roomless, None
            roomless.callback(None)
