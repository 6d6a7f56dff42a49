"""How the program ends: its exit statuses, and what the end of a connection says about them."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.python.failure import Failure

from chatd.client.tls import Distrusted


class Status(IntEnum):
    """Exit statuses; above them, 128 and the number of the signal that ended the program, as shells have it."""

    DONE = 0
    """Said, or ended as asked for."""
    USAGE = 2
    """The command line asks for something that there is not."""
    UNREACHABLE = 3
    """Nothing answers at that address."""
    CERTIFICATE = 4
    """Whoever answers is not shown to be the host that was asked for."""
    LOGIN = 5
    """The server let this user not in."""
    REFUSED = 6
    """The room, or something that should be said there, was refused."""
    CUT = 7
    """The connection ended before all was done."""
    BROKEN = 70
    """Something went wrong in this program itself (sysexits.h: EX_SOFTWARE)."""


Finish = Callable[[int, str], None]
"""Ends the program, once: its exit status, and a sentence for stderr that is empty where all is well or told."""


def connection_ended(reason: Failure, address: str, heard: bool) -> tuple[Status, str]:
    """What it means that a connection to ``address`` has ended for ``reason``.

    :param heard: whether anything has come from there before
    """
    error = reason.value
    if isinstance(error, Distrusted):
        return Status.CERTIFICATE, str(error)
    if isinstance(error, VerificationError):
        return Status.CERTIFICATE, f"the certificate of {address} is for another host; nothing was sent"
    if isinstance(error, CertificateError):
        told = f"the certificate of {address} names no host (it has no subjectAltName); nothing was sent"
        return Status.CERTIFICATE, told
    if isinstance(error, SSL.Error):
        return _tls_failed(error, address)
    why = "" if isinstance(error, ConnectionDone | ConnectionAborted) else f": {reason.getErrorMessage()}"
    hint = "" if heard else "; nothing had come from there, so should --tls be given, or not?"
    return Status.CUT, f"the connection to {address} has ended{why}{hint}"


def _tls_failed(error: SSL.Error, address: str) -> tuple[Status, str]:
    reasons = [detail[-1] for detail in error.args[0]] if error.args and isinstance(error.args[0], list) else []
    if any("certificate" in reason for reason in reasons):
        told = f"the certificate of {address} is not trusted; --ca FILE names the authority that signed it"
        return Status.CERTIFICATE, told
    told = f"there is no TLS to be had from {address} ({', '.join(reasons) or 'no reason given'})"
    return Status.UNREACHABLE, told
