"""The conversation of the console: a prompt, a command, what comes of it, and the prompt again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat import operating as o
from chatd.chat.answers import Answer, Closing, Greeting, Refusal, Refused, Setting
from chatd.chat.names import closest
from chatd.chat.user import OPERATOR, User
from chatd.outlet import Gone, Renderer
from chatd.session import Handling, Session
from chatd.wire.console import helped, parse

NAME = "operator"
"""Who it is that bans and mutes from the console; no account and no guest can be called so."""

ADDRESS = "unix"
"""Where that comes from, as the journal shows it: what every Unix socket is called."""

Handler = Callable[[Session, Any], Answer | Handling | None]


_LOOKS = (o.Status, o.Uptime, o.Users, o.Rooms, o.Sessions, o.Log, o.Bans, o.Help, o.Format, o.Quit)
"""Commands that change nothing, and are not noted in the operator's log."""


class Console:
    """Leads the conversations of the console, each by itself.

    :param handlers: by the type of command
    :param renderers: by what ``format`` calls them
    """

    log = Logger()

    def __init__(
        self, handlers: Mapping[type[o.Command], Handler], greeting: Greeting, renderers: Mapping[str, Renderer]
    ) -> None:
        self._handlers: dict[type[o.Command], Handler] = {
            **handlers,
            o.Help: self._help,
            o.Format: self._format,
            o.Quit: self._quit,
        }
        self._greeting = greeting
        self._renderers = renderers

    @property
    def commands(self) -> set[type[o.Command]]:
        """Those that there is a handler for."""
        return set(self._handlers)

    def converse(self, session: Session) -> None:
        """Lead ``session`` from the greeting to its end."""
        session.user = User(NAME, guest=False, role=OPERATOR, since=0)
        talk = Deferred.fromCoroutine(self._talk(session))
        talk.addErrback(self._broke_off, session)
        talk.addCallback(lambda _: session.outlet.close(session.last_words(session.ending or Closing("quit"))))
        talk.addErrback(lambda failure: self.log.failure("a console could not be ended in order", failure))

    def _broke_off(self, failure: Failure, session: Session) -> None:
        if not failure.check(Gone):
            self.log.failure("the console broke off", failure)
            session.end(Closing("internal"))

    async def _talk(self, session: Session) -> None:
        session.tell(self._greeting)
        while True:
            line = await session.ask("console", "console:")
            if line.strip():
                await Deferred.fromCoroutine(self._obey(session, line)).addErrback(self._failed, session)

    async def _obey(self, session: Session, line: str) -> None:
        command = parse(line)
        if not isinstance(command, _LOOKS):
            # Who it is about, but no text: what people say stands in no log of the operator's.
            about = getattr(command, "name", "")
            self.log.info("console: {verb} {about}", verb=command.__struct_config__.tag, about=about)
        outcome = self._handlers[type(command)](session, command)
        answer = outcome if outcome is None or isinstance(outcome, Answer) else await outcome
        if answer is not None:
            session.tell(answer)

    def _failed(self, failure: Failure, session: Session) -> None:
        failure.trap(Exception)
        if isinstance(failure.value, Refusal):
            session.tell(failure.value.answer)
        elif not isinstance(failure.value, Gone):
            self.log.failure("a command of the console went wrong", failure)
            session.tell(Refused("internal"))

    def _help(self, session: Session, command: o.Help) -> Answer:
        return helped(command.verb)

    def _format(self, session: Session, command: o.Format) -> Answer:
        renderer = self._renderers.get(command.format)
        if renderer is None:
            raise Refusal("usage", "format text|json", closest(command.format, self._renderers))
        session.voice.renderer = renderer
        return Setting("format", command.format)

    def _quit(self, session: Session, command: o.Quit) -> None:
        session.end(Closing("quit"))
