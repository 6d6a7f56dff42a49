"""``chatc``: puts the parts of the client together, and takes them apart in good order however it ends."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec
import platformdirs
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import connectProtocol
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator, IProtocol
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from chatd.client import transfers
from chatd.client.address import endpoint
from chatd.client.connection import ChatConnection, Listener
from chatd.client.conversation import Conversation, Display, Echoing
from chatd.client.drops import Drops
from chatd.client.gate import Gate
from chatd.client.link import Link
from chatd.client.mishaps import watch
from chatd.client.model.desk import Desk
from chatd.client.model.rows import Clockface
from chatd.client.options import Options, read
from chatd.client.outcome import Finish, Status
from chatd.client.pins import Pins
from chatd.client.printer import Printer
from chatd.client.profiles import ConfigError, load
from chatd.client.resumption import Resumption
from chatd.client.script import Script
from chatd.client.sign_in import SignIn
from chatd.client.terminal import Echo, Keyboard, Screen
from chatd.client.tls import creator
from chatd.client.words import Words

if TYPE_CHECKING:
    from urwid import Widget

    from chatd.client.screen.stage import Stage

STDIN, STDOUT = 0, 1


class Program:
    """One run: ends once, with one status and at most one line on stderr.

    :param options: what the command line asks for
    :param person: whether somebody types, or a script speaks
    """

    def __init__(self, reactor: Any, options: Options, person: bool) -> None:
        self._is_person = person
        self._reactor = reactor
        self._options = options
        self._status: int | None = None
        self._sentence = ""
        self._echo = Echo(STDIN)
        self._keyboard = Keyboard(reactor, STDIN)
        self._screen = Screen(STDOUT, lambda: self.finish(Status.CUT, "nobody can see what is shown any more"))
        self._stage: Stage | None = None
        self._tell: Callable[[str], None] = lambda sentence: None
        self._server = endpoint(reactor, options.address, self._tls() if options.trust_root else None)

    def _tls(self) -> IOpenSSLClientConnectionCreator:
        options, address = self._options, str(self._options.address)
        known = platformdirs.user_data_path("chatc", appauthor=False) / "known_servers"
        pins = Pins(known, self._warn, may_add=self._is_person)
        judge = partial(pins.judge, address) if options.pins else None
        return creator(options.address.host, options.trust_root, judge)

    def _warn(self, sentence: str) -> None:
        self._tell(sentence)

    def finish(self, status: int, sentence: str) -> None:
        """End with ``status``."""
        if self._status is None:
            self._status, self._sentence = status, sentence
            self._keyboard.stopProducing()
            self._reactor.callWhenRunning(self._reactor.callLater, 0, self._reactor.stop)

    def run(self) -> int:
        """Run to the end; the exit status."""
        watch(lambda sentence: self.finish(Status.BROKEN, sentence))
        self._catch(signal.SIGTSTP, self._suspended)
        self._catch(signal.SIGCONT, lambda *_: self._echo.apply())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            self._catch(number, self._killed)
        begin = self._person if self._options.plain else self._full_screen
        self._reactor.callWhenRunning(begin if self._is_person else self._script)
        try:
            self._reactor.run(installSignalHandlers=False)
        finally:
            if self._stage is not None:
                self._stage.stop()
            self._echo.show()
            self._screen.close()
        if self._sentence:
            sys.stderr.write(f"chatc: {self._sentence}\n")
        return int(Status.CUT if self._status is None else self._status)

    def _person(self) -> None:
        printer = Printer(self._screen, Words())
        self._tell = printer.tell
        conversation = self._conversation(Gate(self._reactor), printer, self._echo, None)
        self._keyboard.typist = conversation
        self._keyboard.resumeProducing()
        self._connect(conversation)

    def _full_screen(self) -> None:
        # Imported here, so that lines and scripts do without it.
        from chatd.client.fullscreen import FullScreen  # noqa: PLC0415
        from chatd.client.screen.palette import chosen  # noqa: PLC0415
        from chatd.client.screen.stage import Stage  # noqa: PLC0415

        reactor, options = self._reactor, self._options
        gate = Gate(reactor)
        desk = Desk(str(options.address), Clockface(), Words())
        theme = chosen(options.theme, os.environ)

        def stage(window: Widget, press: Callable[[str], None]) -> Stage:
            self._stage = Stage(reactor, window, press, theme)
            return self._stage

        full = FullScreen(reactor, desk, gate, stage, lambda: self.finish(Status.DONE, ""))
        full.conversation = self._conversation(gate, full, full, lambda status, sentence: full.cut(sentence))
        self._tell = full.tell
        assert self._stage is not None
        self._stage.start()
        link = Link(reactor, self._server, full.conversation, random.random, full.connection, self._unreachable)
        link.start()

    def _conversation(self, gate: Gate, display: Display, echo: Echoing, cut: Finish | None) -> Conversation:
        reactor, options = self._reactor, self._options
        resumption = Resumption()
        put = partial(transfers.put, self._dial, reactor)
        get = partial(transfers.get, self._dial, reactor, folder=options.downloads)
        return Conversation(
            display,
            echo,
            SignIn(options, persistent=True, resumption=resumption),
            resumption,
            gate,
            lambda say, tell: Drops(
                reactor, gate, put, get, say, tell, deferToThread, options.fetch, display.progressed
            ),
            self.finish,
            cut,
            str(options.address),
        )

    def _script(self) -> None:
        sign_in = SignIn(self._options, persistent=False)
        address = str(self._options.address)
        script = Script(self._reactor, self._keyboard, sign_in, Words(), self.finish, address)
        self._keyboard.typist = script
        self._connect(script)

    def _dial(self, protocol: IProtocol) -> Deferred[Any]:
        connecting: Deferred[Any] = connectProtocol(self._server, protocol)
        return connecting

    def _connect(self, listener: Listener) -> None:
        self._dial(ChatConnection(listener)).addErrback(self._unreachable)

    def _unreachable(self, failure: Failure) -> None:
        self.finish(Status.UNREACHABLE, f"cannot reach {self._options.address}: {failure.getErrorMessage()}")

    @staticmethod
    def _catch(number: signal.Signals, handler: Callable[[int, FrameType | None], None]) -> None:
        # What nohup, or a shell for what runs in the background, lets be ignored stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)

    def _killed(self, number: int, frame: FrameType | None) -> None:
        self._echo.show()
        if self._status is not None:
            os._exit(128 + number)  # the end takes too long: a thread waits for a name server, or the disk
        self._reactor.callFromThread(self.finish, 128 + number, "")

    def _suspended(self, number: int, frame: FrameType | None) -> None:
        self._echo.suspend()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        # It goes on, or nobody is there who could let it, and it was not suspended at all.
        signal.signal(signal.SIGTSTP, self._suspended)
        self._echo.apply()


def main(arguments: Sequence[str] | None = None) -> int:
    """The program ``chatc``; its exit status, see :class:`chatd.client.outcome.Status`."""
    person = os.isatty(STDIN)
    try:
        config = load(platformdirs.user_config_path("chatc", appauthor=False) / "config.toml")
    except ConfigError as error:
        sys.stderr.write(f"chatc: {error}\n")
        return int(Status.USAGE)
    options = read(sys.argv[1:] if arguments is None else arguments, terminal=person, config=config)
    if not os.isatty(STDOUT) or os.environ.get("TERM") in (None, "", "dumb"):
        options = msgspec.structs.replace(options, plain=True)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    try:
        program = Program(reactor, options, person)
    except (UnicodeError, ValueError) as error:
        sys.stderr.write(f"chatc: {options.address}: {error}\n")
        return int(Status.USAGE)
    return program.run()
