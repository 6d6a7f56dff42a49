"""Where the server is: addresses as people write them, and the endpoints that connect to them."""

from __future__ import annotations

from typing import Any

import msgspec
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator, IStreamClientEndpoint

HOST, PORT, TLS_PORT = "127.0.0.1", 9000, 9443

_FORMS = "HOST, HOST:PORT, [IPV6]:PORT, any of these behind tls:// or tcp://, or unix:PATH"


class Address(msgspec.Struct, frozen=True):
    """A host and its port, or the path of a Unix socket.

    :param host: a name or an IP address, without brackets; empty for a Unix socket
    :param tls: whether TLS is spoken there
    """

    host: str = HOST
    port: int = PORT
    path: str = ""
    tls: bool = False

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str, tls: bool = False) -> Address:
    """The address that ``HOST``, ``HOST:PORT``, ``[IPV6]:PORT``, a bare IPv6 address or ``unix:PATH`` means.

    ``tls://`` before it asks for TLS, whose usual port is 9443, and ``tcp://`` for none; without either, port 9443 has
    TLS and every other has not.

    :param tls: whether TLS is wanted where the address says nothing of it
    :raises ValueError: with a sentence, where it means none
    """
    if text.startswith("unix:") and text != "unix:":
        return Address("", 0, text.removeprefix("unix:"))
    scheme, mark, rest = text.rpartition("://")
    if mark and scheme not in ("tls", "tcp"):
        raise ValueError(f"{scheme}:// is not spoken here; write {_FORMS}")
    host, given = _split(rest.removesuffix("/") if mark else rest)
    if not host or any(c.isspace() or c in "[]/" for c in host):
        raise ValueError(f"{text!r} is no address; write {_FORMS}")
    tls = scheme == "tls" or (not mark and (tls or given == str(TLS_PORT)))
    port = str(TLS_PORT if tls else PORT) if given is None else given
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{port!r} is no port; a port is a number from 1 to 65535")
    return Address(host, int(port), tls=tls)


def _split(text: str) -> tuple[str, str | None]:
    """Host and port, None where no port is given."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        return (host, rest[1:] if rest.startswith(":") else "" if rest else None) if bracket else ("", "")
    if text.count(":") > 1:
        return text, None
    host, colon, port = text.partition(":")
    return host or (HOST if colon else ""), port if colon else None


def endpoint(
    reactor: Any, address: Address, tls: IOpenSSLClientConnectionCreator | None = None
) -> IStreamClientEndpoint:
    """What connects to ``address``.

    :param tls: makes the TLS connections, where the address wants TLS; see :func:`chatd.client.tls.creator`
    """
    if address.path:
        return UNIXClientEndpoint(reactor, address.path)
    plain = HostnameEndpoint(reactor, address.host, address.port)
    return plain if tls is None else wrapClientTLS(tls, plain)
