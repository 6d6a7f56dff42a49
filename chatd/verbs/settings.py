"""Settings of a session, and what the server tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Closing, Helped, Lines, Refusal, Setting, VersionIs
from chatd.outlet import Renderer
from chatd.session import Handling, Session
from chatd.sessions import Sessions
from chatd.verbs.table import helped

PROGRAM = "chatd"


class Settings:
    """Handlers for settings.

    :param renderers: the ways of wording values, by name
    :param motd: gives the lines of the message of the day
    """

    def __init__(
        self,
        sessions: Sessions,
        renderers: Mapping[str, Renderer],
        server: str,
        version: str,
        motd: Callable[[], tuple[str, ...]],
    ) -> None:
        self._sessions = sessions
        self._renderers = renderers
        self.server = server
        self._version = version
        self._motd = motd

    def help(self, session: Session, request: r.Help) -> Helped:
        """From the table of verbs."""
        return helped(request.verb)

    def echo(self, session: Session, request: r.Echo) -> Setting:
        """Whether this session hears its own user."""
        if request.on not in ("on", "off"):
            raise Refusal("usage", "/echo on|off")
        if request.on == "on":
            self._sessions.hearing.unechoed.discard(session)
        else:
            self._sessions.hearing.unechoed.add(session)
        return Setting("echo", request.on)

    def verbatim(self, session: Session, request: r.Verbatim) -> Setting:
        """No line is a verb any more."""
        session.verbatim = True
        return Setting("verbatim", "on")

    def format(self, session: Session, request: r.Format) -> Setting:
        """From the answer on."""
        renderer = self._renderers.get(request.format.casefold())
        if renderer is None:
            raise Refusal("usage", "format text|json")
        if session.prose is not None and renderer.name == session.prose.name:
            renderer = session.prose
        session.voice.renderer = renderer
        self._sessions.hearing.begin(session)
        return Setting("format", renderer.name)

    def motd(self, session: Session, request: r.Motd) -> Lines:
        """As it is now."""
        return Lines(self._motd())

    def version(self, session: Session, request: r.Version) -> VersionIs:
        """Of the server."""
        return VersionIs(self.server, PROGRAM, self._version)

    def quit(self, session: Session, request: r.Quit) -> None:
        """The session ends."""
        session.end(Closing("quit"))


def handlers(settings: Settings) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {
        r.Help: settings.help,
        r.Echo: settings.echo,
        r.Verbatim: settings.verbatim,
        r.Format: settings.format,
        r.Motd: settings.motd,
        r.Version: settings.version,
        r.Quit: settings.quit,
    }
