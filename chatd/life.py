"""The daemon's life: rereading what it was started with, and its two ways to end, for good or for a new start."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol

from twisted.internet.defer import Deferred, execute
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger

from chatd import changes, logs
from chatd.chat.answers import Refusal
from chatd.chat.notices import Stopping
from chatd.config import Config, ConfigError
from chatd.house import House
from chatd.listeners import CannotListen, Listeners
from chatd.manager import READY, STOPPING, Manager, reloading
from chatd.motd import read_motd

MOMENTS = (3600, 1800, 600, 300, 60, 10)
"""Seconds before a stop at which everybody is told of it once more."""

REOPENED = "the log file is opened anew"
SAME = "nothing has changed"


class Program(Protocol):
    """The program that this process runs."""

    def read(self) -> Config:
        """The configuration as its files and its command line say now.

        :raises ConfigError: it cannot be used
        """

    def as_its_user(self) -> AbstractContextManager[None]:
        """What is made meanwhile belongs to whom the program will run as, who may not be who has started it."""

    def check(self) -> None:
        """See whether it can be run again.

        :raises ConfigError: it cannot
        """

    def run_again(self, environment: dict[str, str]) -> None:
        """Become it anew, with ``environment`` besides its own. Returns only where that fails.

        :raises OSError: then
        """


class Life:
    """An implementation of :class:`chatd.console.steering.Steering`.

    :param config: as it holds now
    """

    log = Logger()

    def __init__(
        self,
        reactor: Any,
        config: Config,
        house: House,
        listeners: Listeners,
        manager: Manager,
        program: Program,
        monotonic: Callable[[], float],
    ) -> None:
        self._reactor = reactor
        self._config = config
        self._house = house
        self._listeners = listeners
        self._manager = manager
        self._program = program
        self._monotonic = monotonic
        self._coming: list[IDelayedCall] = []
        self._text = ""
        self._has_terminal = False
        self.is_ending = False
        self.restarts = False
        """Whether the end is that of this run alone."""

    def begin(self) -> None:
        """The daemon runs: obey signals, and tell the service manager."""
        self._has_terminal = os.isatty(0)
        signal.signal(signal.SIGHUP, lambda *_: self._reactor.callFromThread(self._hung_up))
        signal.signal(signal.SIGUSR2, lambda *_: self._reactor.callFromThread(self._restart))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._terminated(signal.getsignal(number)))
        self._manager.tell(READY)

    def _restart(self) -> None:
        with suppress(Refusal):
            self.restart("")

    # Reloading

    def _hung_up(self) -> None:
        if self._has_terminal and not os.isatty(0):
            self.log.info("the terminal that this ran in is gone")
            self.stop(0, "")
        elif not self.is_ending:
            reloaded = self.reload().addErrback(lambda failure: failure.trap(Refusal))
            reloaded.addErrback(lambda failure: self.log.failure("the reload went wrong", failure))

    def reload(self) -> Deferred[list[str]]:
        """As :meth:`chatd.console.steering.Steering.reload`."""
        self._manager.tell(*reloading(self._monotonic()))
        done: Deferred[list[str]] = execute(self._reload)
        self._manager.tell(READY)
        return done

    def _reload(self) -> list[str]:
        # Before anything can go wrong: whoever has renamed the file counts on it.
        sentences = [REOPENED] if logs.reopen() else []
        try:
            config = self._program.read()
            motd = read_motd(config.server)
            renewals = self._listeners.renewals()
        except (ConfigError, CannotListen) as error:
            self.log.error("nothing is changed by the reload: {why}", why=str(error))
            raise Refusal("not-reloaded", str(error)) from None
        sentences += changes.told(self._config, config)
        if motd != self._house.motd:
            sentences.append("the message of the day has changed")
        self._config = changes.effective(self._config, config)
        self._house.configure(self._config, motd)
        sentences += [renew() for renew in renewals]
        for sentence in sentences or [SAME]:
            self.log.info("reload: {sentence}", sentence=sentence)
        return sentences or [SAME]

    # Ending

    def stop(self, delay: float, text: str) -> None:
        """As :meth:`chatd.console.steering.Steering.stop`."""
        if self.is_ending:
            self.restarts = False
            return
        self._cancel()
        self._text = text
        if delay <= 0:
            self._end()
            return
        self.log.info("chatd stops in {delay:.0f} s", delay=delay)
        self._announce(round(delay))
        self._coming = [
            self._reactor.callLater(delay - moment, self._announce, moment) for moment in MOMENTS if moment < delay
        ]
        self._coming.append(self._reactor.callLater(delay, self._end))

    def restart(self, text: str) -> None:
        """As :meth:`chatd.console.steering.Steering.restart`."""
        if self.is_ending:
            raise Refusal("not-restarted", "it is stopping already")
        try:
            self._rehearse()
        except (ConfigError, CannotListen) as error:
            self.log.error("chatd is not restarted: {why}", why=str(error))
            raise Refusal("not-restarted", str(error)) from None
        self._cancel()
        self._text = text
        self.restarts = True
        self._reactor.addSystemEventTrigger("after", "shutdown", self._run_again)
        self._end()

    def _rehearse(self) -> None:
        """See what can be seen of a new start before it is begun."""
        config = self._program.read()
        read_motd(config.server)
        self._listeners.renewals()
        for option in ("line", "web", "metrics"):
            for spec in getattr(config.listen, option):
                self._listeners.check(option, spec)
        self._program.check()

    def _announce(self, seconds: int) -> None:
        self._house.announce(Stopping(seconds, self._text))

    def _cancel(self) -> None:
        for call in self._coming:
            if call.active():
                call.cancel()
        self._coming = []

    def _end(self) -> None:
        self._coming = []
        self.is_ending = True
        self._reactor.stop()

    def end(self) -> str:
        """The end has come, whoever asked for it; what people are to be told about it."""
        self._cancel()
        self.is_ending = True  # by whatever way
        self._manager.tell(*(reloading(self._monotonic()) if self.restarts else [STOPPING]))
        return self._text

    def _terminated(self, usual: Any) -> Callable[[int, Any], None]:
        def handle(number: int, frame: Any) -> None:
            if self.is_ending:
                # Once is enough; where a new start was to follow, none does.
                self.restarts = False
            else:
                self.is_ending = True
                usual(number, frame)

        return handle

    def _run_again(self) -> None:
        if not self.restarts:
            return
        self.log.info("chatd starts again")
        for number in (signal.SIGHUP, signal.SIGUSR2):
            # What comes before the new program listens to them would end it.
            signal.signal(number, signal.SIG_IGN)
        with suppress(OSError):
            self._program.run_again(self._listeners.hand_over())
        self.log.critical("chatd could not start again")
