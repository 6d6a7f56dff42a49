"""Transports that send at once what an idle socket takes.

Twisted's ``write`` waits for the next turn, and asks epoll to be told when the socket can be written to, twice for each
write. A socket with nothing queued can nearly always be written to at once, and a chat server does little else.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from twisted.internet import tcp, unix
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol


class Direct:
    """What is mixed into Twisted's transports for sockets."""

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


class DirectServer(Direct, tcp.Server):
    """A TCP connection that sends at once where it can."""


class DirectUNIXServer(Direct, unix.Server):
    """A connection of a Unix socket that sends at once where it can."""


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
