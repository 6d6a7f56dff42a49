"""Leading a session from its greeting to its goodbye, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger

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
        # A coroutine that waits takes less memory than a Deferred with as many callbacks.
        Deferred.fromCoroutine(self._to_the_end(session, converse))

    async def _to_the_end(self, session: Session, converse: Converse) -> None:
        try:
            await converse(session)
        except Gone:
            pass
        except Exception:
            self.log.failure("the conversation with {address} broke off", address=session.address)
            session.end(Closing("internal"))
        try:
            await self._sign_in.finish(session)
        except Exception:
            self.log.failure("a session could not be ended in order")
