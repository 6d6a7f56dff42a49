"""Attention: the bell, what is kept from a session, and the zone of the times it is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from chatd.chat import requests as r
from chatd.chat.answers import Answer, Refusal, Setting
from chatd.chat.names import closest
from chatd.hearing import Hearing
from chatd.outlet import Renderer
from chatd.session import Handling, Session


class Wording(Protocol):
    """Makes a renderer for people."""

    def __call__(self, zone: tzinfo | None, *, times: bool) -> Renderer:
        """With times in ``zone``, None for the server's, or without any."""


class Attention:
    """Handlers for what a session is made aware of.

    There is one renderer for each zone, so that its sessions share what is worded; there are only so many zones.

    :param wording: makes them
    """

    def __init__(self, hearing: Hearing, wording: Wording) -> None:
        self._hearing = hearing
        self._wording = wording
        self._made: dict[str, Renderer] = {}

    def bell(self, session: Session, request: r.Bell) -> Setting:
        """Whether it rings where one's name is said."""
        session.bell = _is_on(request.on, "/bell on|off")
        self._hearing.begin(session)
        return Setting("bell", request.on)

    def quiet(self, session: Session, request: r.Quiet) -> Setting:
        """Whether who comes and goes, or changes status, is kept from this session."""
        if _is_on(request.on, "/quiet on|off"):
            self._hearing.quiet.add(session)
        else:
            self._hearing.quiet.discard(session)
        return Setting("quiet", request.on)

    def time(self, session: Session, request: r.Time) -> Setting:
        """From the answer on, in text."""
        shown, renderer = self._renderer(request.zone)
        session.prose = renderer
        if session.voice.renderer.name == renderer.name:
            session.voice.renderer = renderer
        return Setting("time", shown)

    def _renderer(self, name: str) -> tuple[str, Renderer]:
        shown = _zones().get(name.casefold())
        if shown is None:
            raise Refusal("bad-zone", name, _like(name))
        if shown not in self._made:
            self._made[shown] = self._make(shown)
        return shown, self._made[shown]

    def _make(self, shown: str) -> Renderer:
        if shown in ("on", "off"):
            return self._wording(None, times=shown == "on")
        return self._wording(UTC if shown == "UTC" else ZoneInfo(shown), times=True)


def _is_on(word: str, usage: str) -> bool:
    if word not in ("on", "off"):
        raise Refusal("usage", usage)
    return word == "on"


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """What may be asked for, in lower case, and how it is written."""
    names = {"on", "off", "UTC", *available_timezones()}
    return {name.casefold(): name for name in sorted(names) if name != "localtime"}


def _like(name: str) -> tuple[str, ...]:
    # People know the city, and not always the continent before it.
    zones = _zones()
    cities = {zone.rpartition("/")[2]: zone for zone in zones.values()}
    word = name.rpartition("/")[2].replace(" ", "_")
    near = {cities[city]: None for city in closest(word, cities)} if word else {}
    return tuple(near)


def handlers(attention: Attention) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Bell: attention.bell, r.Quiet: attention.quiet, r.Time: attention.time}
