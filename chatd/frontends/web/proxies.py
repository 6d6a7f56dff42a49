"""Whose address a request bears: its peer's, or what proxies that are trusted say in X-Forwarded-For."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from twisted.web.http_headers import Headers

from chatd.frontends.door import LOCAL

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

_HOPS = 32
"""Addresses in X-Forwarded-For that are looked at, from the right."""


class Visitor(NamedTuple):
    """Whoever sent a request.

    :param address: of IP, or :data:`~chatd.frontends.door.LOCAL`
    :param secure: whether TLS was spoken with the outermost server
    :param host: what that is called there, with the port where it is not the usual one; empty where it is not told
    """

    address: str
    secure: bool
    host: str

    @property
    def origin(self) -> str:
        """What a browser says in Origin when the page came from this very server (RFC 6454)."""
        return f"{'https' if self.secure else 'http'}://{self.host}".lower()


class Proxies:
    """Those that are trusted.

    :param trusted: addresses, networks, and ``unix`` for whoever comes by a Unix socket
    :raises ValueError: one of them is nothing of the kind
    """

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        names = set(trusted)
        self._local = LOCAL in names
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(name) for name in sorted(names - {LOCAL})]

    def trusts(self, address: str) -> bool:
        """Whether what comes from ``address`` is believed about whom it comes from."""
        if address == LOCAL:
            return self._local
        parsed = ip_address(address.partition("%")[0])
        return any(parsed in network for network in self._networks)

    def visitor(self, peer: str, headers: Headers, secure: bool) -> Visitor:
        """Who has sent a request that came from ``peer`` with ``headers``.

        :param secure: whether TLS is spoken with ``peer``
        """
        host = _last(headers, "Host")
        if not self.trusts(peer):
            return Visitor(peer, secure, host)
        proto = _last(headers, "X-Forwarded-Proto").lower()
        named = _last(headers, "X-Forwarded-Host")
        return Visitor(
            self._outermost(peer, headers),
            proto == "https" if proto in ("http", "https") else secure,
            named if _HOST.fullmatch(named) else host,
        )

    def _outermost(self, peer: str, headers: Headers) -> str:
        # Each proxy adds at the right from whom it has it; what stands left of the first that is not trusted may have
        # been made up by that one.
        hops = ",".join(headers.getRawHeaders("X-Forwarded-For", [])).split(",")
        address = peer
        for hop in hops[: -_HOPS - 1 : -1]:
            told = _address(hop.strip())
            if not told:
                break
            address = told
            if not self.trusts(address):
                break
        return address


def _last(headers: Headers, name: str) -> str:
    return headers.getRawHeaders(name, [""])[-1].rpartition(",")[2].strip()


def _address(text: str) -> str:
    """An address in the one form that all who compare it know; empty where it is none."""
    try:
        parsed = ip_address(text)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
