"""Transports that send at once what an idle socket takes.

Twisted's ``write`` waits for the next turn, and asks epoll to be told when the socket can be written to, twice for each
write. A socket with nothing queued can nearly always be written to at once, and a chat server does little else.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from twisted.internet import tcp, unix
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol


def _write(self: Any, data: bytes) -> None:
    """Send ``data``, behind what was written before.

    Whatever the socket does not take at once, and every error, is left to Twisted's own ``write``.
    """
    if (
        self.dataBuffer
        or self._tempDataBuffer
        or not self.connected
        or self.disconnecting
        or self._writeDisconnecting
        or self._writeDisconnected
        or self._aborting
        or self.TLS
        or (self.producer is not None and not self.streamingProducer)
    ):
        self.queue(data)
        return
    try:
        sent = self.socket.send(data)
    except OSError:
        sent = 0
    if sent < len(data):
        self.queue(data[sent:])


class _Straight:
    """A connection to whose socket a thread may write the bytes of a file."""

    producer: Any

    def duplicate(self: Any) -> int | None:
        """Another descriptor of the socket, to be closed by the caller; None while bytes have to go by ``write``."""
        if self.dataBuffer or self._tempDataBuffer or not self.connected or self.TLS:
            return None
        try:
            return os.dup(self.fileno())
        except OSError:  # there are no descriptors left
            return None

    def fill(self: Any) -> None:
        """The socket takes no more: pause the producer until it does."""
        if self.connected and self.producer is not None:
            self.producerPaused = True
            self.startWriting()
            self.producer.pauseProducing()


class DirectServer(_Straight, tcp.Server):
    """A TCP connection that sends at once where it can."""

    queue = tcp.Server.write
    write = _write


class DirectUNIXServer(_Straight, unix.Server):
    """A connection of a Unix socket that sends at once where it can."""

    queue = unix.Server.write
    write = _write


AGAIN_SECONDS = 1.0
"""After which it is looked again for a file descriptor, where there are none."""


def _has_spare() -> bool:
    """Whether Twisted has the descriptor that it gives up for a moment, to turn callers away where there are no others.

    It takes another one then; but where a thread is faster it has none ever after, and is told of the same callers in
    every turn.
    """
    reserve = tcp._reservedFD  # noqa: SLF001 - there is no other way to it
    if not reserve.available():
        try:
            os.close(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            return False
        reserve.reserve()
    return bool(reserve.available())


def _accept(port: Any) -> None:
    """Accept those who wait, or where they can be neither accepted nor turned away, look again in a while."""
    if _has_spare():
        type(port).doRead(port)
    else:
        port.stopReading()
        port.reactor.callLater(AGAIN_SECONDS, _go_on, port)


def _go_on(port: Any) -> None:
    if port.connected:
        port.startReading()


DIRECT = (DirectServer, DirectUNIXServer)


def send_directly(port: Any) -> None:
    """Have the connections of a listening ``port`` of Twisted's send directly; other kinds stay as they are.

    Nor does one that listens while there are no file descriptors take the processor.

    On a TLS port, what was encrypted is sent at once too: joining small writes is done before, by the delivery.
    """
    if isinstance(port, unix.Port):
        port.transport = DirectUNIXServer
        port.doRead = partial(_accept, port)  # type: ignore[method-assign]
    elif isinstance(port, tcp.Port):
        port.transport = DirectServer
        port.doRead = partial(_accept, port)  # type: ignore[method-assign]
        if isinstance(port.factory, TLSMemoryBIOFactory):
            port.factory.protocol = TLSMemoryBIOProtocol
