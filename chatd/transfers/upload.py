"""A file on its way in, from its first byte until it is kept or thrown away, over as many connections as it takes."""

from __future__ import annotations

from errno import EDQUOT, EFBIG, ENOSPC
from functools import partial
from hashlib import sha256

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger

from chatd.chat.answers import Ready, Refusal
from chatd.chat.files import Drop
from chatd.transfers.peer import Inbox, Peer, Wait
from chatd.transfers.spool import InThread, Spool

SENT_AHEAD_SECONDS = 0.5
"""Bytes that come within this time, although an offset is still to be told, were sent without waiting for it."""

_NO_SPACE = (ENOSPC, EDQUOT, EFBIG)


class Upload:
    """The part that has come, and its sum. One connection at a time.

    :param part: its number in the spool
    """

    log = Logger()

    def __init__(self, spool: Spool, in_thread: InThread, clock: IReactorTime, part: int) -> None:
        self._spool, self._in_thread, self._clock, self._part = spool, in_thread, clock, part
        self._have = 0  # bytes written
        self._sum = sha256()  # of these

    @property
    def have(self) -> int:
        """How many bytes have come."""
        return self._have

    @property
    def sha256(self) -> str:
        """The sum of what has come, in hexadecimal."""
        return self._sum.hexdigest()

    async def take(self, size: int, wait: Wait, inbox: Inbox, peer: Peer, offset: int | None = None) -> None:
        """Take what is still missing of ``size`` bytes.

        :param offset: of the first byte that comes; None where the peer is yet to be told it
        :raises Refusal: ``cut-off`` and ``bad-offset`` (bytes that there are), ``disk-full``, ``spool-failed``, or what
            ends ``wait``
        """
        if offset == 0 or (offset is None and self._have and await self._sent_ahead(wait, inbox)):
            self._have = 0
        elif offset not in (None, self._have):
            raise Refusal("bad-offset", limit=self._have)
        if not self._have:
            await self._begin()
        wait.check()
        peer.tell(Ready(size, self._have), turn=True)
        while self._have < size:
            data = await wait.until(inbox.more)
            if not data:
                raise Refusal("cut-off", limit=self._have)
            await self._on_disk(self._in_thread(partial(self._absorb, data[: size - self._have])))

    async def _sent_ahead(self, wait: Wait, inbox: Inbox) -> bool:
        # "(echo put T; cat F) | nc" does not wait for the offset: it would send the file from its first byte, to be
        # taken for the rest of it.
        if not inbox.held:
            await wait.until(lambda: deferLater(self._clock, SENT_AHEAD_SECONDS))
        return inbox.held > 0

    async def _begin(self) -> None:
        self._sum = sha256()
        await self._on_disk(self._in_thread(partial(self._spool.begin, self._part)))

    def _absorb(self, data: bytes) -> None:
        self._spool.append(self._part, self._have, data)
        self._sum.update(data)
        self._have += len(data)

    async def keep(self, drop: Drop) -> None:
        """Make what has come the file of ``drop``.

        :raises Refusal: ``disk-full``, ``spool-failed``
        """
        await self._on_disk(self._spool.keep(self._part, drop))

    async def throw_away(self) -> None:
        """Begin again, with nothing. Raises nothing: a part that stays is removed at the next start."""
        self._have = 0
        try:
            await self._in_thread(partial(self._spool.discard, self._part))
        except OSError as error:
            self.log.error("a part of a file cannot be removed: {error}", error=error)

    async def _on_disk(self, work: Deferred[None]) -> None:
        try:
            await work
        except OSError as error:
            self.log.error("a file that comes in cannot be kept: {error}", error=error)
            await self.throw_away()
            raise Refusal("disk-full" if error.errno in _NO_SPACE else "spool-failed") from None
