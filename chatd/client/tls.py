"""TLS: whose certificates are believed, and what becomes of a server whose certificate nobody known has signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL.crypto import X509
from OpenSSL.SSL import VERIFY_FAIL_IF_NO_PEER_CERT, VERIFY_PEER, Connection
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import Certificate, TLSVersion, optionsForClientTLS, platformTrust, trustRootFromCertificates
from twisted.python.failure import Failure
from zope.interface import implementer

_UNKNOWN_SIGNER = frozenset({18, 19, 20, 21})
"""What OpenSSL says where a chain ends with nobody who is known (X509_V_ERR_*, openssl-verification-options(1))."""


class Distrusted(Exception):
    """The certificate is not believed; the argument is a sentence that says why."""


def trust(file: Path | None) -> Any:
    """Whom to believe that a certificate is right: the authorities of the system, or those in ``file`` (PEM) alone.

    :raises OSError: it cannot be read
    :raises ValueError: it holds no certificate
    """
    if file is None:
        return platformTrust()
    certificates = load_pem_x509_certificates(file.read_bytes())
    return trustRootFromCertificates([Certificate(X509.from_cryptography(each)) for each in certificates])


def creator(host: str, trust_root: Any, judge: Callable[[str], None] | None = None) -> IOpenSSLClientConnectionCreator:
    """What makes TLS connections (1.2 at least) to ``host``, whose certificate must be for it (RFC 9525).

    :param trust_root: what :func:`trust` gave
    :param judge: asked about a certificate that nobody known has signed, by its SHA-256 sum in hexadecimal; raises
        :class:`Distrusted`. None: none of them is believed.
    """
    strict = optionsForClientTLS(host, trust_root, extraCertificateOptions={"raiseMinimumTo": TLSVersion.TLSv1_2})
    return _Checking(strict, host, judge)


@implementer(IOpenSSLClientConnectionCreator)
class _Checking:
    """Makes connections that ask the judge, and check the host in place of Twisted.

    Twisted's check has no answer to a certificate that names no host at all, as ``openssl req -x509`` makes them.
    """

    def __init__(self, strict: IOpenSSLClientConnectionCreator, host: str, judge: Callable[[str], None] | None) -> None:
        self._strict = strict
        self._judge = judge
        is_address = isIPAddress(host) or isIPv6Address(host)
        self._id: ServiceID = IPAddress_ID(host) if is_address else DNS_ID(host.encode("idna").decode())

    def clientConnectionForTLS(self, protocol: Any) -> Connection:  # noqa: N802 - Twisted's name
        connection: Connection = self._strict.clientConnectionForTLS(protocol)
        check = _Check(protocol, self._id, self._judge)
        connection.set_verify(VERIFY_PEER | VERIFY_FAIL_IF_NO_PEER_CERT, check.verify)
        return connection


class _Check:
    """One handshake: OpenSSL shows the certificates one by one, the host's own last, some of them twice."""

    def __init__(self, protocol: Any, identity: ServiceID, judge: Callable[[str], None] | None) -> None:
        self._protocol = protocol
        self._identity = identity
        self._judge = judge
        self._signer_known = True

    def verify(self, connection: Connection, certificate: X509, error: int, depth: int, ok: int) -> bool:
        if not ok and error in _UNKNOWN_SIGNER and self._judge is not None:
            self._signer_known = False
        if depth or self._protocol is None:
            return bool(ok) or not self._signer_known
        try:
            if self._judge is None or self._signer_known:
                if ok:
                    verify_service_identity(extract_patterns(certificate), [self._identity], [])
                return bool(ok)
            self._judge(certificate.to_cryptography().fingerprint(SHA256()).hex())
        except (CertificateError, VerificationError, Distrusted):
            # Whatever leaves this by an exception is lost in OpenSSL.
            self._protocol.failVerification(Failure())
            self._protocol = None
            return False
        return True
