"""Transports that send at once what an idle socket takes.

Twisted's ``write`` waits for the next turn, and asks epoll to be told when the socket can be written to, twice for each
write. A socket with nothing queued can nearly always be written to at once, and a chat server does little else.
"""

from __future__ import annotations

import os
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


DIRECT = (DirectServer, DirectUNIXServer)


def send_directly(port: Any) -> None:
    """Have the connections of a listening ``port`` of Twisted's send directly; other kinds stay as they are.

    On a TLS port, what was encrypted is sent at once too: joining small writes is done before, by the delivery.
    """
    if isinstance(port, unix.Port):
        port.transport = DirectUNIXServer
    elif isinstance(port, tcp.Port):
        port.transport = DirectServer
        if isinstance(port.factory, TLSMemoryBIOFactory):
            port.factory.protocol = TLSMemoryBIOProtocol
