"""Passwords: the form in which they are hashed, and the bounded pool of threads that hashes them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from precis_i18n import get_profile
from twisted.internet.defer import Deferred

from chatd.chat.answers import Refusal

LONGEST_PASSWORD = 1024
"""Bytes."""

MOST_HASHES = 256
"""Passwords that may wait to be hashed; whoever comes then is told to try again."""

_T = TypeVar("_T")


def always() -> bool:
    """Whether a hash is wanted that is, whoever is there to hear of it."""
    return True


def prepare_password(password: str) -> bytes:
    """The form of ``password`` that is hashed (RFC 8265, OpaqueString).

    :raises Refusal: ``bad-password``
    """
    # What is too long as it was typed is not even normalized, which may take long.
    if len(password) <= LONGEST_PASSWORD:
        with suppress(UnicodeEncodeError):
            prepared: bytes = get_profile("OpaqueString").enforce(password).encode()
            if len(prepared) <= LONGEST_PASSWORD:
                return prepared
    raise Refusal("bad-password", limit=LONGEST_PASSWORD)


class HashPool:
    """Hashes and checks passwords with Argon2id (RFC 9106), off the reactor's thread.

    :param in_thread: runs a function in the pool's threads
    :param hasher: with the parameters that new hashes get
    """

    def __init__(self, in_thread: Callable[[Callable[[], Any]], Deferred[Any]], hasher: PasswordHasher) -> None:
        self._in_thread = in_thread
        self._hasher = hasher
        self._closed = False
        self._dummy: str | None = None
        self.waiting = 0
        """Passwords that wait to be hashed, or are being hashed."""
        self.done = 0
        """Passwords that were."""

    async def hash(self, password: str) -> str:
        """The hash of ``password`` in PHC string format.

        :raises Refusal: ``bad-password``, ``busy``
        """
        prepared = prepare_password(password)
        return await self._run(lambda: self._hasher.hash(prepared))

    async def verify(self, hashed: str | None, password: str, wanted: Callable[[], bool] = always) -> bool:
        """Whether ``password`` is the one that was ``hashed``; for None, no, after as long a time.

        :param wanted: asked, in the thread, when its turn has come: where it is not, nothing is hashed
        :raises Refusal: ``busy``, ``gone``
        """
        try:
            prepared = prepare_password(password)
        except Refusal:
            return False
        return await self._run(lambda: self._verify(hashed, prepared, wanted))

    def outdated(self, hashed: str) -> bool:
        """Whether ``hashed`` was made with other parameters than new hashes get."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str | None, prepared: bytes, wanted: Callable[[], bool]) -> bool:
        if not wanted():
            raise Refusal("gone")
        # Made at the first login of any kind, or the first of nobody's would take twice as long.
        if self._dummy is None:
            self._dummy = self._hasher.hash(secrets.token_bytes(16))
        if hashed is None:
            hashed, prepared = self._dummy, b""
        try:
            return self._hasher.verify(hashed, prepared)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        """Begin with no password any more; those that wait are refused, so that none holds up the end."""
        self._closed = True

    def _unless_closed(self, work: Callable[[], _T]) -> _T:
        if self._closed:
            raise Refusal("busy")
        return work()

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self.waiting >= MOST_HASHES or self._closed:
            raise Refusal("busy")
        self.waiting += 1
        try:
            result: _T = await self._in_thread(lambda: self._unless_closed(work))
        finally:
            self.waiting -= 1
        self.done += 1
        return result
