"""The program: one run of it, from its start to its one end, which leaves the terminal as it was."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

import platformdirs
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import connectProtocol
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator, IProtocol
from twisted.python.failure import Failure

from chatd.client.address import endpoint
from chatd.client.connection import ChatConnection, FirstWord, Listener
from chatd.client.mishaps import watch
from chatd.client.options import Options
from chatd.client.outcome import Status
from chatd.client.pins import Pins
from chatd.client.terminal import Echo, Keyboard, Screen
from chatd.client.tls import creator
from chatd.client.waker import Waker

if TYPE_CHECKING:
    from chatd.client.screen.stage import Stage

STDIN, STDOUT = 0, 1


class Program:
    """One run: ends once, with one status and at most one line on stderr.

    :param options: what the command line asks for
    ``tell`` tells the person a sentence, and ``stage`` is the full screen; whoever has them sets them.

    :param person: whether somebody types, or a script speaks
    """

    def __init__(self, reactor: Any, options: Options, person: bool) -> None:
        self.is_person = person
        self.reactor = reactor
        self.options = options
        self._status: int | None = None
        self._sentence = ""
        self.echo = Echo(STDIN)
        self.keyboard = Keyboard(reactor, STDIN)
        self.screen = Screen(STDOUT, lambda: self.finish(Status.CUT, "nobody can see what is shown any more"))
        self.stage: Stage | None = None
        self.tell: Callable[[str], None] = lambda sentence: None
        self.server = endpoint(reactor, options.address, self._tls() if options.trust_root else None)

    def _tls(self) -> IOpenSSLClientConnectionCreator:
        options, address = self.options, str(self.options.address)
        known = platformdirs.user_data_path("chatc", appauthor=False) / "known_servers"
        pins = Pins(known, self._warn, may_add=self.is_person)
        judge = partial(pins.judge, address) if options.pins else None
        return creator(options.address.host, options.trust_root, judge)

    def _warn(self, sentence: str) -> None:
        self.tell(sentence)

    @property
    def is_over(self) -> bool:
        """Whether it is at its end."""
        return self._status is not None

    def finish(self, status: int, sentence: str) -> None:
        """End with ``status``."""
        if self._status is None:
            self._status, self._sentence = status, sentence
            self.keyboard.stopProducing()
            self.reactor.callWhenRunning(self.reactor.callLater, 0, self.reactor.stop)

    def run(self, begin: Callable[[], None]) -> int:
        """Run to the end; the exit status.

        :param begin: called when everything can begin
        """
        watch(lambda sentence: self.finish(Status.BROKEN, sentence))
        self._catch(signal.SIGTSTP, self._suspended)
        self._catch(signal.SIGCONT, lambda *_: self.echo.apply())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            self._catch(number, self._killed)
        waker = Waker()
        self.reactor.addReader(waker)
        self.reactor.callWhenRunning(begin)
        try:
            self.reactor.run(installSignalHandlers=False)
        finally:
            if self.stage is not None:
                self.stage.stop()
            self.echo.show()
            self.screen.close()
            waker.close()
        if self._sentence:
            sys.stderr.write(f"chatc: {self._sentence}\n")
        return int(Status.CUT if self._status is None else self._status)

    def dial(self, protocol: IProtocol) -> Deferred[Any]:
        """Connect ``protocol`` to the server."""
        connecting: Deferred[Any] = connectProtocol(self.server, protocol)
        return connecting

    def connect(self, listener: Listener) -> None:
        """Connect once."""
        self.dial(ChatConnection(FirstWord(self.reactor, listener))).addErrback(self.unreachable)

    def unreachable(self, failure: Failure) -> None:
        """Nothing answers there."""
        self.finish(Status.UNREACHABLE, f"cannot reach {self.options.address}: {failure.getErrorMessage()}")

    @staticmethod
    def _catch(number: signal.Signals, handler: Callable[[int, FrameType | None], None]) -> None:
        # What nohup, or a shell for what runs in the background, lets be ignored stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)

    def _killed(self, number: int, frame: FrameType | None) -> None:
        self.echo.show()
        if self._status is not None:
            os._exit(128 + number)  # the end takes too long: a thread waits for a name server, or the disk
        self.reactor.callFromThread(self.finish, 128 + number, "")

    def _suspended(self, number: int, frame: FrameType | None) -> None:
        self.echo.suspend()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        # It goes on, or nobody is there who could let it, and it was not suspended at all.
        signal.signal(signal.SIGTSTP, self._suspended)
        self.echo.apply()
