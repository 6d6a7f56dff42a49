"""Connections that come through a proxy: nothing begins before the proxy has said for whom it speaks.

HAProxy's PROXY protocol (versions 1 and 2) puts a header before what the peer says. Twisted's wrapper begins the
wrapped protocol at once, so that the proxy would be greeted, counted and judged in place of the peer, and it takes the
end of one direction for the end of both.
"""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IDelayedCall, IHalfCloseableProtocol, IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.protocols.haproxy._info import ProxyInfo
from twisted.protocols.haproxy._v1parser import V1Parser
from twisted.protocols.haproxy._v2parser import V2Parser
from twisted.protocols.haproxy._wrapper import HAProxyProtocolWrapper, HAProxyWrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python.failure import Failure
from zope.interface import directlyProvides, providedBy

HEADER_SECONDS = 10.0
"""How long a proxy has for its header; it sends it at once."""

_SHORTEST = 16
"""Bytes from which on a header of version 2 can be told from one of version 1, which may be shorter, but is a line."""

_NOBODY = b"PROXY UNKNOWN\r\n"


class ProxiedProtocol(HAProxyProtocolWrapper):
    """Begins the wrapped protocol when the header has come."""

    transport: Any
    wrappedProtocol: Any  # noqa: N815 - Twisted's name

    def __init__(self, clock: IReactorTime, factory: Any, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._clock = clock
        self._head = b""
        self._patience: IDelayedCall | None = None

    def makeConnection(self, transport: Any) -> None:  # noqa: N802 - Twisted's name
        """Wait for the header."""
        directlyProvides(self, providedBy(transport), IHalfCloseableProtocol)
        Protocol.makeConnection(self, transport)
        self.factory.registerProtocol(self)
        self._patience = self._clock.callLater(HEADER_SECONDS, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        self.transport.abortConnection()

    @property
    def _has_begun(self) -> bool:
        return self._proxyInfo is not None

    def dataReceived(self, data: bytes) -> None:
        """Bytes have come."""
        if self._has_begun:
            self.wrappedProtocol.dataReceived(data)
            return
        self._head += data
        if len(self._head) < _SHORTEST and (V2Parser.PREFIX.startswith(self._head[:12]) or b"\n" not in self._head):
            return
        data, self._head = self._head, b""
        if self._parser is None:
            self._parser = V2Parser() if data.startswith(V2Parser.PREFIX) else V1Parser()
            if isinstance(self._parser, V1Parser) and not data.startswith(V1Parser.PROXYSTR):
                self.transport.abortConnection()
                return
        if data.startswith(_NOBODY):
            # Twisted's parser knows only the longer form of it.
            data = data.replace(_NOBODY, b"PROXY UNKNOWN \r\n", 1)
        try:
            info, rest = self._parser.feed(data)
            peer = _canonical(info.source) if info is not None else None
        except Exception:
            # The parsers raise whatever garbage brings them to; only a proxy has any business here.
            self.transport.abortConnection()
            return
        if info is not None:
            self._begin(ProxyInfo(info.header, peer, info.destination), rest or b"")

    def _begin(self, info: ProxyInfo, rest: bytes) -> None:
        self._proxyInfo = info
        self._stop_waiting()
        self.wrappedProtocol.makeConnection(self)
        if rest:
            self.wrappedProtocol.dataReceived(rest)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def readConnectionLost(self) -> None:
        """No more bytes come."""
        if self._has_begun:
            self.wrappedProtocol.readConnectionLost()
        else:
            self.transport.loseConnection()

    def writeConnectionLost(self) -> None:
        """Nothing can be written any more."""
        if self._has_begun:
            self.wrappedProtocol.writeConnectionLost()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone."""
        self._stop_waiting()
        if self._has_begun:
            super().connectionLost(reason)
        else:
            self.factory.unregisterProtocol(self)


def _canonical(peer: Any) -> Any:
    """An address in the one form that all who compare it know; the parsers take any.

    :raises ValueError: it is none
    """
    if isinstance(peer, IPv4Address | IPv6Address):
        return type(peer)(peer.type, str(ip_address(peer.host)), peer.port)
    return peer


def wait_for_header(port: Any, clock: IReactorTime) -> None:
    """Have the connections of a listening ``port`` begin with their header, where it expects one."""
    factory = port.factory.wrappedFactory if isinstance(port.factory, TLSMemoryBIOFactory) else port.factory
    if isinstance(factory, HAProxyWrappingFactory):
        factory.protocol = partial(ProxiedProtocol, clock)  # type: ignore[assignment]
