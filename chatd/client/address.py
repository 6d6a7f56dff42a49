"""Where the server is: addresses as people write them, and the endpoints that connect to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL.crypto import X509
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import Certificate, TLSVersion, optionsForClientTLS, platformTrust, trustRootFromCertificates

HOST, PORT = "127.0.0.1", 9000


class Address(msgspec.Struct, frozen=True):
    """A host and its port, or the path of a Unix socket.

    :param host: a name or an IP address, without brackets; empty for a Unix socket
    """

    host: str = HOST
    port: int = PORT
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Address:
    """The address that ``HOST``, ``HOST:PORT``, ``[IPV6]:PORT``, a bare IPv6 address or ``unix:PATH`` means.

    :raises ValueError: with a sentence, where it means none
    """
    if text.startswith("unix:") and text != "unix:":
        return Address("", 0, text.removeprefix("unix:"))
    host, port = _split(text)
    if not host or any(c.isspace() or c in "[]/" for c in host):
        raise ValueError(f"{text!r} is no address; write HOST, HOST:PORT, [IPV6]:PORT or unix:PATH")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{port!r} is no port; a port is a number from 1 to 65535")
    return Address(host, int(port))


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        return (host, rest[1:] if rest.startswith(":") else "" if rest else str(PORT)) if bracket else ("", "")
    if text.count(":") > 1:
        return text, str(PORT)
    host, colon, port = text.partition(":")
    return host or (HOST if colon else ""), port if colon else str(PORT)


def trust(file: Path | None) -> Any:
    """Whom to believe that a certificate is right: the authorities of the system, or those in ``file`` (PEM) alone.

    :raises OSError: it cannot be read
    :raises ValueError: it holds no certificate
    """
    if file is None:
        return platformTrust()
    certificates = load_pem_x509_certificates(file.read_bytes())
    return trustRootFromCertificates([Certificate(X509.from_cryptography(each)) for each in certificates])


def endpoint(reactor: Any, address: Address, trust_root: Any = None) -> IStreamClientEndpoint:
    """What connects to ``address``.

    :param trust_root: what :func:`trust` gave, for TLS; the certificate must be for the host (RFC 9525), by name or by
        IP address. None: without TLS.
    """
    if address.path:
        return UNIXClientEndpoint(reactor, address.path)
    plain = HostnameEndpoint(reactor, address.host, address.port)
    if trust_root is None:
        return plain
    least = {"raiseMinimumTo": TLSVersion.TLSv1_2}
    return wrapClientTLS(optionsForClientTLS(address.host, trust_root, extraCertificateOptions=least), plain)
