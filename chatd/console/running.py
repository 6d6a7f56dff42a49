"""The server itself, from the console: how it is, what it logs, and when it stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat import operating as o
from chatd.chat.answers import Answer, Done, Refusal
from chatd.chat.durations import parse_duration
from chatd.chat.reports import LogLine, LogMissed, Reloaded
from chatd.console.ring import Ring
from chatd.console.status import Survey
from chatd.console.steering import Steering
from chatd.session import Session


class Running:
    """Handlers about the server itself."""

    def __init__(self, survey: Survey, ring: Ring, steering: Steering) -> None:
        self._survey = survey
        self._ring = ring
        self._steering = steering

    def status(self, session: Session, command: o.Status) -> Answer:
        """All there is to know."""
        return self._survey.health()

    def uptime(self, session: Session, command: o.Uptime) -> Answer:
        """Since when."""
        return self._survey.up()

    async def log(self, session: Session, command: o.Log) -> None:
        """The last lines, and then whatever comes, until the peer says something."""
        for line in self._ring.last(command.count):
            session.tell(line)
        await session.outlet.ready()
        if command.follow:
            await self._follow(session)

    async def _follow(self, session: Session) -> None:
        follower = _Follower(session)
        self._ring.followers[follower.tell] = None
        session.voice.set_in_rooms(True)
        try:
            await session.ask("following", "an empty line ends this")
        finally:
            self._ring.followers.pop(follower.tell, None)
            session.voice.set_in_rooms(False)

    async def reload(self, session: Session, command: o.Reload) -> Answer:
        """Told what has changed, or why nothing has."""
        return Reloaded(tuple(await self._steering.reload()))

    def stop(self, session: Session, command: o.Stop) -> Answer:
        """At once, or later."""
        try:
            delay = parse_duration(command.delay) if command.delay else 0.0
        except ValueError:
            raise Refusal("bad-time", command.delay) from None
        self._steering.stop(delay, command.text)
        return Done("stopping", f"in {command.delay}" if command.delay else "now")

    def restart(self, session: Session, command: o.Restart) -> Answer:
        """At once."""
        self._steering.restart(command.text)
        return Done("restarting")


class _Follower:
    """Tells one session the lines of the log as they come; where it does not read, it counts them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._missed = 0

    def tell(self, line: LogLine) -> None:
        if self._session.outlet.is_loaded:
            self._missed += 1
            return
        if self._missed:
            self._session.tell(LogMissed(self._missed))
            self._missed = 0
        self._session.tell(line)


def handlers(running: Running) -> dict[type[o.Command], Callable[..., Any]]:
    """Which handler serves which command."""
    return {
        o.Status: running.status,
        o.Uptime: running.uptime,
        o.Log: running.log,
        o.Reload: running.reload,
        o.Stop: running.stop,
        o.Restart: running.restart,
    }
