"""Transports that send at once what an idle socket takes.

Twisted's ``write`` waits for the next turn, and asks epoll to be told when the socket can be written to, twice for each
write. A socket with nothing queued can nearly always be written to at once, and a chat server does little else.
"""

from __future__ import annotations

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


class DirectServer(tcp.Server):
    """A TCP connection that sends at once where it can."""

    queue = tcp.Server.write
    write = _write


class DirectUNIXServer(unix.Server):
    """A connection of a Unix socket that sends at once where it can."""

    queue = unix.Server.write
    write = _write


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
