"""Going on with a session on another connection: who one is, the rooms one was in, and what came there meanwhile."""

from __future__ import annotations

import re
from typing import NamedTuple

from chatd.auth import Accounts, Identity
from chatd.chat import events as e
from chatd.chat.access import knows
from chatd.chat.answers import Closing, Refusal, Setting
from chatd.chat.hub import Hub
from chatd.chat.names import key
from chatd.chat.room import PASSWORD, Room
from chatd.chat.user import USER, User
from chatd.dialogue.beginning import Beginning
from chatd.dialogue.sign_in import Attempts
from chatd.passes import Passes
from chatd.session import Session
from chatd.sessions import Sessions
from chatd.verbs.catching_up import CatchingUp
from chatd.verbs.people import free_name
from chatd.verbs.post import Post
from chatd.verbs.rooms import Rooms, entered

ME = "@me"
"""One's own log, whatever one is called."""

_PLACE = re.compile(r"(@?[^=]+)(?:=(\d{1,18}))?")


class Place(NamedTuple):
    """A log, and the number of the last entry of it that has been received; None where that is not known."""

    log: str
    after: int | None


def places(words: list[str]) -> list[Place]:
    """The places that are meant by ``ROOM=NUMBER``, ``ROOM`` and ``@NAME=NUMBER``.

    :raises Refusal: ``bad-place``
    """
    found = []
    for word in words:
        match = _PLACE.fullmatch(word)
        if match is None:
            raise Refusal("bad-place", word)
        found.append(Place(match[1], int(match[2]) if match[2] else None))
    return found


class Resume:
    """The word of the menu.

    :param most: sessions that a user may have at once
    """

    def __init__(
        self,
        hub: Hub,
        sessions: Sessions,
        accounts: Accounts,
        passes: Passes,
        beginning: Beginning,
        rooms: Rooms,
        catching_up: CatchingUp,
        post: Post,
        most: int,
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._accounts = accounts
        self._passes = passes
        self._beginning = beginning
        self._rooms = rooms
        self._catching_up = catching_up
        self._post = post
        self.most = most

    async def resume(self, session: Session, attempts: Attempts, rest: str) -> None:
        """Be who one was, where one was; the old connection ends.

        :raises Refusal: what stands against it
        """
        words = rest.split()
        if not words:
            raise Refusal("usage", "resume CODE [ROOM=NUMBER ...]")
        await self.go_on(session, attempts, words[0], places(words[1:]))

    async def go_on(self, session: Session, attempts: Attempts, code: str, wanted: list[Place]) -> None:
        """As :meth:`resume`, with the ``code`` and from the places that are ``wanted``.

        :raises Refusal: what stands against it
        """
        old = self._be(session, attempts, code)
        user = session.user
        assert user is not None
        try:
            self._tell_own(session, user, wanted)
            await self._post.hand_over(session)
            await self._go_in(session, user, old, [place for place in wanted if place.log[:1] != "@"])
        finally:
            # Not before: who is in a room all the time neither leaves nor enters it.
            if old is not None:
                old.end(Closing("other-session", user.name))

    def _be(self, session: Session, attempts: Attempts, code: str) -> Session | None:
        """Be who ``code`` says; the session that is gone on with, if it is still there."""
        if session.user is not None:
            raise Refusal("logged-in-already", session.user.name)
        told = self._passes.read(code)
        others = self._sessions.of(told.name)
        old = next((other for other in others if other.mark == told.mark), None)
        if told.guest:
            name = told.name if old is not None else free_name(self._hub, self._accounts, None, told.name)
            self._beginning.of_guest(session, name, old)
            return old
        account = self._accounts.get(told.name) if told.account else None
        identity = Identity(told.name, account.role if account is not None else USER, told.account)
        if old is None and len(others) >= self.most:
            attempts.waiting = identity
            raise Refusal("too-many-sessions", told.name, limit=self.most)
        self._beginning.of_account(session, identity, told.mark)
        return old

    def _tell_own(self, session: Session, user: User, wanted: list[Place]) -> None:
        after = next((place.after for place in wanted if key(place.log) in (ME, f"@{user.key}")), None)
        if after is not None:
            entries, known = self._hub.exchanged.of(user.name), self._hub.exchanged.remembers_all(user.name)
            self._catching_up.remembered(session, user.log, entries, known, after)
            self._post.forget(user.name, {entry.seq for entry in entries if entry.seq > after})

    async def _go_in(self, session: Session, user: User, old: Session | None, wanted: list[Place]) -> None:
        for place in wanted:
            try:
                await self._enter(session, user, old, place)
            except Refusal as refusal:
                session.tell(refusal.answer)
        first = next((room for room in session.rooms if wanted and room.key == key(wanted[0].log)), None)
        if first is not None and session.focus is not first:
            session.focus = first
            session.tell(Setting("focus", first.name))

    async def _enter(self, session: Session, user: User, old: Session | None, place: Place) -> None:
        room = self._hub.rooms.get(key(place.log))
        if room is None:
            # No names that are alike: there may be hundreds of places, and who was there knows what it was called.
            raise Refusal("no-such-room", place.log)
        if room in session.rooms:
            return
        is_known = knows(user, room)
        fits = room.record.access != PASSWORD or _was_let_in(user, room, old)
        try:
            await self._come_in(session, user, room, fits, place.after)
        except Refusal:
            if is_known:
                raise
            raise Refusal("no-such-room", place.log) from None

    async def _come_in(self, session: Session, user: User, room: Room, fits: bool, after: int | None) -> None:
        if after is None:
            await self._rooms.enter_known(session, user, room, fits)
            return

        async def catch_up() -> None:
            nonlocal after
            assert after is not None
            after = await self._catching_up.in_history(session, room, after)

        def tell() -> None:
            assert after is not None
            self._catching_up.remembered(session, room.name, list(room.recent), room.remembers_all, after)

        await self._rooms.come_in(session, user, room, fits, catch_up, tell)
        session.tell(entered(room))


def _was_let_in(user: User, room: Room, old: Session | None) -> bool:
    """Whether the user has given the password of ``room``, and it has not been changed since, as far as is known."""
    if old is not None and room.is_attended(user, old):
        return True
    left = room.left.get(user.key)
    if user.guest or left is None or not (room.remembers_all or room.recent[0].seq <= left):
        return False
    since = [entry for entry in room.recent if entry.seq >= left]
    return not any(isinstance(entry.event, e.AccessSet | e.Kicked | e.Banned) for entry in since)
