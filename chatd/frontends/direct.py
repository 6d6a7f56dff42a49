"""Transports that send at once what an idle socket takes.

Twisted's ``write`` waits for the next turn, and asks epoll to be told when the socket can be written to, twice for each
write. A socket with nothing queued can nearly always be written to at once, and a chat server does little else.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.internet import tcp, unix
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol


class Direct:
    """What is mixed into Twisted's transports for sockets."""

    producer: Any
    socket: Any

    @property
    def is_idle(self: Any) -> bool:
        """Whether nothing waits to be sent, and nothing keeps it from being sent at once by the socket itself.

        Whoever sends by the socket must write nothing else meanwhile, unless the socket did not take all.
        """
        return not (
            self.dataBuffer
            or self._tempDataBuffer
            or not self.connected
            or self.disconnecting
            or self._writeDisconnecting
            or self._writeDisconnected
            or self._aborting
            or self.TLS
            or (self.producer is not None and not self.streamingProducer)
        )

    def write(self, data: bytes) -> None:
        """Send ``data``, behind what was written before.

        Whatever the socket does not take at once, and every error, is left to Twisted's own ``write``.
        """
        sent = 0
        if self.is_idle:
            with suppress(OSError):
                sent = self.socket.send(data)
        if sent < len(data):
            super().write(data[sent:])  # type: ignore[misc]

    def duplicate(self: Any) -> int | None:
        """Another descriptor of the socket, to be closed by the caller; None while bytes have to go by ``write``."""
        if not self.is_idle:
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


class DirectServer(Direct, tcp.Server):
    """A TCP connection that sends at once where it can."""


class DirectUNIXServer(Direct, unix.Server):
    """A connection of a Unix socket that sends at once where it can."""


def straight(transport: Any) -> Callable[[bytes], int] | None:
    """What takes bytes for ``transport`` without asking it, until others are written; None where nothing does."""
    # By its type: a wrapper such as TLS forwards what it has not, and plaintext would go out.
    if isinstance(transport, Direct) and transport.is_idle:
        send: Callable[[bytes], int] = transport.socket.send
        return send
    return None


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
