"""A file on its way out: read in pieces, or where that can be, handed by the system from the disk to the socket."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from chatd.chat.answers import Refusal
from chatd.chat.files import Drop
from chatd.transfers.peer import Peer, Wait
from chatd.transfers.spool import InThread, Spool

PIECE = 65536
"""Bytes read from a file at a time."""

STRAIGHT = 1 << 22
"""Bytes of a file that a socket is offered at a time."""

T = TypeVar("T")


class Sender:
    """Has the bytes of files.

    :param in_thread: runs what waits for the disk
    """

    log = Logger()

    def __init__(self, spool: Spool, in_thread: InThread) -> None:
        self._spool, self._in_thread = spool, in_thread

    async def straight(self, drop: Drop, offset: int, end: int, wait: Wait, peer: Peer) -> int:
        """Have the system take what it can of a file, past this program's memory; the offset of what is left.

        :raises Refusal: ``spool-failed``, or what ends ``wait``
        """
        while True:
            await wait.until(lambda: Deferred.fromCoroutine(peer.drained()))
            socket = peer.duplicate() if offset < end else None
            if socket is None:
                return offset
            size = min(STRAIGHT, end - offset)
            sent = await self._on_disk(drop, partial(self._send_to, socket, drop.id, offset, size))
            peer.took(sent, sent < size)
            offset += sent

    def _send_to(self, socket: int, number: int, offset: int, size: int) -> int:
        # Closed here, and not by who waits: the number of a descriptor that is in use must become nobody else's.
        try:
            return self._spool.send(number, offset, size, socket)
        finally:
            os.close(socket)

    async def read(self, drop: Drop, offset: int, end: int) -> bytes:
        """The next piece of a file, empty behind its end.

        :raises Refusal: ``spool-failed``
        """
        size = min(PIECE, end - offset)
        return await self._on_disk(drop, partial(self._spool.read, drop.id, offset, size)) if size else b""

    async def _on_disk(self, drop: Drop, work: Callable[[], T]) -> T:
        try:
            return await self._in_thread(work)
        except OSError as error:
            self.log.error("the file {name} cannot be read: {error}", name=drop.id, error=error)
            raise Refusal("spool-failed") from None
