"""Leading a session from its greeting to its goodbye, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat.answers import Closing
from chatd.chat.moderation import BAN, SERVER, Bans, limits
from chatd.dialogue.sign_in import SignIn
from chatd.outlet import Gone
from chatd.session import Session

Converse = Callable[[Session], Coroutine[Deferred[Any], Any, None]]
"""Is with a session until it is over."""


class Leading:
    """Begins and ends what others lead between."""

    log = Logger()

    def __init__(self, sign_in: SignIn, bans: Bans) -> None:
        self._sign_in = sign_in
        self._bans = bans
        self.stopping: Closing | None = None
        """Why nobody is let in any more."""

    def by(self, converse: Converse) -> Callable[[Session], None]:
        """What leads a session, with ``converse`` between."""
        return lambda session: self._lead(session, converse)

    def _lead(self, session: Session, converse: Converse) -> None:
        if self.stopping is not None:
            session.end(self.stopping)
        ban = self._bans.find(BAN, SERVER, "", False, session.address)
        if ban is not None:
            session.end(Closing("banned", **limits(ban)))
        talk = Deferred.fromCoroutine(converse(session)).addErrback(self._broke_off, session)
        talk.addCallback(lambda _: Deferred.fromCoroutine(self._sign_in.finish(session)))
        talk.addErrback(lambda failure: self.log.failure("a session could not be ended in order", failure))

    def _broke_off(self, failure: Failure, session: Session) -> None:
        if not failure.check(Gone):
            self.log.failure("the conversation with {address} broke off", failure, address=session.address)
            session.end(Closing("internal"))
