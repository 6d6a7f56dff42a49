"""When history.sqlite is brought up to the journal: soon after that grew, at once when asked, later when it failed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from chatd.stores import history_database
from chatd.stores.history_filling import ALONE, BESIDE, Filler
from chatd.stores.journal_sync import InThread

DELAY = 0.5
"""Seconds until what was written is read, unless somebody asks before; what comes meanwhile is read together."""

PAUSE = 0.02
"""Seconds between two steps of a long way, so that it leaves time for everything else."""

RETRY = 30.0
"""Seconds until the next attempt after one that failed."""


class Follower:
    """Has a :class:`Filler` do its steps, one at a time.

    :param step_aside: has everybody else leave the file, before it is replaced
    :ivar written: how often the journal has grown
    :ivar read: how much of that was read
    :ivar redactions: what is to have no text, by the key of its log and its number
    """

    log = Logger()

    def __init__(
        self, filler: Filler, in_thread: InThread, clock: IReactorTime, step_aside: Callable[[], Deferred[None]]
    ) -> None:
        self._filler = filler
        self._in_thread = in_thread
        self._clock = clock
        self._step_aside = step_aside
        self.written, self.read = 1, 0  # by an earlier process, if by nobody else
        self._noticed = self.written  # when the last step began
        self.redactions: set[tuple[str, int]] = set()
        self._timer: IDelayedCall | None = None
        self._waiting: list[Deferred[None]] = []
        self._running = self._closed = False
        # Whether there is a file to be read, and whether it can be up to date in a moment.
        self._opened = self._near = False
        self._damaged = self._anew = self._failing = False

    @property
    def complete(self) -> bool:
        """Whether the file has everything that was written."""
        return self.read == self.written and not self._failing

    def start(self) -> None:
        """Bring the file up to what there is already."""
        self._begin_in(0)

    def grow(self) -> None:
        """Take note that the journal has grown, or that there are more :attr:`redactions`."""
        self.written += 1
        if self._timer is None and not self._running:
            self._begin_in(DELAY)

    def replace(self, error: Exception) -> None:
        """Have the file made anew, which turned out to be damaged."""
        if not self._damaged:
            self._begin_in(self._spoil(error))

    async def catch_up(self) -> None:
        """Have everything read that was written, where that takes a moment only."""
        for _ in range(2):
            if self._closed or self._failing or self.complete or (self._opened and not self._near):
                return
            done = self._step_done()
            self._begin()
            await done

    async def close(self) -> None:
        """Do no more steps."""
        self._closed = True
        self._stop_timer()
        if self._running:
            await self._step_done()
        await self._in_thread(self._filler.close)

    def _step_done(self) -> Deferred[None]:
        done: Deferred[None] = Deferred()
        self._waiting.append(done)
        return done

    def _begin_in(self, seconds: float) -> None:
        self._stop_timer()
        if not self._closed:
            self._timer = self._clock.callLater(seconds, self._ring)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._begin()

    def _begin(self) -> None:
        if not self._running:
            self._stop_timer()
            self._running = True
            Deferred.fromCoroutine(self._step()).addCallback(self._end)

    def _end(self, pause: float) -> None:
        self._running = False
        if pause:
            self._begin_in(pause)
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done.callback(None)

    async def _step(self) -> float:
        """Do a step; the seconds until the next, 0 until something comes."""
        written, redactions = self.written, self.redactions.copy()
        rest = BESIDE if written > self._noticed else ALONE
        self._noticed = written
        try:
            if self._damaged:
                await self._make_anew()
            progress = await self._in_thread(partial(self._filler.step, redactions, rest))
        except Exception as error:
            # Whatever it is, chat goes on, and the next attempt may be luckier.
            return self._fail(error)
        self._opened = True
        if self._failing:
            self._failing = False
            self.log.warn("history.sqlite is kept up with the journal again")
        if self._damaged:  # as somebody else found meanwhile
            return PAUSE
        if progress.caught_up:
            self._near, self._anew = True, False
            self.read = written
            self.redactions -= redactions
        if progress.idle:
            return 0 if self.complete else DELAY
        return PAUSE

    async def _make_anew(self) -> None:
        await self._step_aside()
        await self._in_thread(self._filler.reset)
        self._damaged, self._anew = False, True
        self._opened = False

    def _fail(self, error: Exception) -> float:
        self._near = False
        if history_database.is_damage(error):
            return self._spoil(error)
        if not self._failing:
            self._failing = True
            self.log.error("history.sqlite cannot be kept up with the journal: {error!r}; chat goes on", error=error)
        return RETRY

    def _spoil(self, error: Exception) -> float:
        self._damaged = True
        self._near = False
        self.read = 0
        self.log.warn("history.sqlite is damaged, and made anew from the journal: {error!r}", error=error)
        # A second time in a row, that did not help.
        return RETRY if self._anew else PAUSE
