"""The post: private messages to accounts that are not here are kept, and handed over at the next login."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from twisted.internet.defer import Deferred, DeferredLock
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.auth import Accounts
from chatd.chat import events as e
from chatd.chat.answers import Refusal, Replayed
from chatd.chat.hub import Hub
from chatd.chat.letters import MOST_WAITING, WAITS, Letter, Waiting
from chatd.chat.names import key
from chatd.chat.user import User
from chatd.session import Session


class LetterStore(Protocol):
    """Where letters are kept."""

    def all(self) -> list[Letter]:
        """Every letter that is kept."""

    def save(self, letter: Letter) -> Deferred[None]:
        """Keep one; fires when it is on disk."""

    def remove(self, letter: Letter) -> Deferred[None]:
        """Forget one; fires when that is on disk."""


class Post:
    """Keeps letters for those who are not here.

    :param reaches: whether anybody of that name would be told something now
    :param now: milliseconds since 1970-01-01 UTC
    """

    log = Logger()

    def __init__(
        self,
        hub: Hub,
        accounts: Accounts,
        store: LetterStore,
        reaches: Callable[[str], bool],
        now: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._accounts = accounts
        self._store = store
        self._reaches = reaches
        self._now = now
        self._waiting = Waiting(store.all())
        self._last = max((letter.id for letter in self._waiting.all()), default=0)
        self._coming: list[str] = []
        self._in_hand: set[int] = set()  # those that a session is being told
        self._saving = DeferredLock()

    @contextmanager
    def room_for_one(self, name: str) -> Iterator[None]:
        """Meanwhile one more letter to ``name`` is under way.

        :raises Refusal: ``mailbox-full``
        """
        if len(self._waiting.of(name)) + self._coming.count(key(name)) >= MOST_WAITING:
            raise Refusal("mailbox-full", name, limit=MOST_WAITING)
        self._coming.append(key(name))
        try:
            yield
        finally:
            self._coming.remove(key(name))

    def note(self, entry: e.Entry) -> None:
        """``entry`` of a user's log has come back: a message that nobody is here to be told is kept."""
        event, to = entry.event, key(entry.log[1:])
        if isinstance(event, e.Registered | e.Unregistered):
            self._remove(self._waiting.of(event.user))
        elif isinstance(event, e.Private) and to == key(event.to) and self._is_absent(to):
            self._last += 1
            Deferred.fromCoroutine(self._keep(Letter(self._last, entry)))

    def _is_absent(self, name: str) -> bool:
        return not self._reaches(name) and self._accounts.get(name) is not None

    async def _keep(self, letter: Letter) -> None:
        async with self._saving:
            try:
                await self._store.save(letter)
            except Exception as error:  # whatever it was, those that come behind are kept
                self.log.error("a message to {user} cannot be kept: {error}", user=letter.to, error=error)
            else:
                self._waiting.add(letter)

    async def is_kept(self, event: e.Private) -> bool:
        """Whether ``event``, which has come back, is kept on disk."""
        async with self._saving:
            return any(letter.entry.event is event for letter in self._waiting.of(event.to))

    async def hand_over(self, session: Session) -> None:
        """Tell ``session`` what is kept for its user, in order; what it has been told is forgotten then.

        Of several that log in at once, each is told what no other one is being told.

        :raises Gone: where the connection has ended; what was not told is kept
        """
        user = session.user
        if user is None or user.guest:
            return
        async with self._saving:
            letters = self._waiting.of(user.name)
        for letter in letters:
            if letter.id not in self._in_hand and self._waiting.holds(letter):
                self._in_hand.add(letter.id)
                try:
                    await self._hand_over(session, user, letter)
                finally:
                    self._in_hand.discard(letter.id)

    async def _hand_over(self, session: Session, user: User, letter: Letter) -> None:
        writer = letter.entry.event.user
        if not self._hub.ignores.covers(user.name, writer):
            session.tell(Replayed(letter.entry))
            # Forgotten not before the connection has it: it may be told twice, but never not at all.
            session.outlet.write_own()
            await session.outlet.ready()
            user.heard_from(writer, None)
        self._remove([letter])

    def forget(self, user: str, seqs: Collection[int]) -> None:
        """``user`` has been told the entries of her log with these numbers."""
        self._remove(letter for letter in self._waiting.of(user) if letter.entry.seq in seqs)

    def clean_up(self) -> None:
        """Forget what has waited too long, or for an account that is gone."""
        oldest = self._now() - WAITS
        letters = self._waiting.all()
        self._remove(one for one in letters if one.entry.at < oldest or self._accounts.get(one.to) is None)

    def _remove(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._waiting.discard(letter)
            self._store.remove(letter).addErrback(self._not_removed)

    def _not_removed(self, failure: Failure) -> None:
        self.log.error("a message that is done with may come once more: {error}", error=failure.value)
