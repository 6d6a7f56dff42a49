"""Hearing: which sessions hear something otherwise than all the others in a room, or not at all.

As long as nobody wants anything particular, every question here is answered by looking whether a set is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from chatd.chat import events as e
from chatd.chat.ignores import Ignores
from chatd.chat.mentions import mentioned
from chatd.chat.names import key
from chatd.chat.room import Room
from chatd.outlet import Outlet
from chatd.session import Session

_PASSING = (e.Entered, e.Left, e.Moved)


class Hearing:
    """What sessions want to hear of rooms, and how.

    :param of: gives the sessions of the user with that name or key
    """

    def __init__(self, ignores: Ignores, of: Callable[[str], list[Session]]) -> None:
        self.unechoed: set[Session] = set()
        """Those that do not want to hear what their own user says."""
        self.quiet: set[Session] = set()
        """Those that do not want to hear who comes and goes."""
        self.attentive: set[Session] = set()
        """Those that are made aware of it where their user's name is said."""
        self._ignores = ignores
        self._of = of

    def begin(self, session: Session) -> None:
        """``session`` is somebody's, or is worded otherwise, from now on."""
        if session.user is not None and (session.bell or session.voice.renderer.name == "json"):
            self.attentive.add(session)
        else:
            self.attentive.discard(session)

    def end(self, session: Session) -> None:
        """``session`` is nobody's any more."""
        for wishes in (self.unechoed, self.quiet, self.attentive):
            wishes.discard(session)

    def deaf(self, room: Room, event: e.Event) -> Collection[Outlet]:
        """Who does not hear ``event`` in ``room``."""
        if isinstance(event, _PASSING):
            return _outlets(room, self.quiet) if self.quiet else ()
        if not (self.unechoed or self._ignores) or not isinstance(event, e.Said | e.Emoted | e.Dropped):
            return ()
        deaf = _outlets(room, (s for s in self._of(event.user) if s in self.unechoed))
        for user in self._ignores.by(event.user):
            if user in room.members:
                deaf |= _outlets(room, self._of(user))
        return deaf

    def named(self, room: Room, event: e.Event, deaf: Collection[Outlet]) -> Collection[Outlet]:
        """Who is to be made aware that ``event`` in ``room`` names her."""
        if not self.attentive or not isinstance(event, e.Said | e.Emoted):
            return ()
        users = [user for user in mentioned(event.text, room.members) if user != key(event.user)]
        sessions = (session for user in users for session in self._of(user) if session in self.attentive)
        return _outlets(room, sessions) - frozenset(deaf)


def _outlets(room: Room, sessions: Iterable[Session]) -> set[Outlet]:
    return {session.outlet for session in sessions if room in session.rooms}
