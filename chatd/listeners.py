"""Every listening socket: opened from endpoint strings, kept over a restart, with certificates that can be renewed."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from chatd.frontends.direct import send_directly
from chatd.frontends.encrypted import expect_handshakes
from chatd.frontends.proxied import wait_for_header
from chatd.frontends.spare import accept_with_a_spare
from chatd.listening import describe
from chatd.sockets import Certificate, Sockets

ENVIRONMENT = "CHATD_LISTENERS"
"""Where a process that becomes another leaves word of the sockets which it hands over."""

BACKLOG = 1024
"""Connections that wait to be accepted, at most: those of the seconds that a restart takes."""

KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 140_000}
"""Seconds until a silent peer is asked whether it is there, seconds between two questions, and how many it may miss.

So is one known to be gone after 140 s, also (the last one, in milliseconds) where it was sent something that it does
not acknowledge; by the system's own numbers it would be two hours, and a quarter of one (tcp(7)).
"""


class CannotListen(Exception):
    """An endpoint cannot be listened on; the message is one line that says which, and why."""


class Listener(NamedTuple):
    """A listening socket.

    :param option: of the command line, that asks for this kind
    :param spec: the endpoint string
    :param certificate: None where it does not encrypt
    """

    option: str
    spec: str
    port: IListeningPort
    certificate: Certificate | None

    @property
    def where(self) -> str:
        """Where it listens, for people."""
        return describe(self.spec, self.port)


def inherited(environment: MutableMapping[str, str]) -> dict[str, list[int]]:
    """The descriptors that this process was left by what it was before, by option and endpoint string."""
    left = json.loads(environment.pop(ENVIRONMENT, "{}"))
    # Meant for whoever was started as this process alone.
    return left["sockets"] if left.get("pid") == os.getpid() else {}


class Listeners:
    """All of them.

    :param left: see :func:`inherited`
    """

    def __init__(self, reactor: Any, left: Mapping[str, list[int]]) -> None:
        self._reactor = reactor
        self._left = {name: list(descriptors) for name, descriptors in left.items()}
        self.all: list[Listener] = []

    def expect(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Only these options and endpoint strings will be asked for: close what was left for others.

        A listener whose endpoint string has changed may want the same port.
        """
        for name in set(self._left) - {f"{option} {spec}" for option, spec in wanted}:
            for descriptor in self._left.pop(name):
                os.close(descriptor)

    def sockets(self, option: str, spec: str = "") -> Sockets:
        """What to listen with for ``option`` and ``spec``: as the reactor, but a socket that was left goes on."""
        left = self._left.get(f"{option} {spec}")
        return Sockets(self._reactor, left.pop(0) if left else None)

    def open(self, option: str, spec: str, factory: IProtocolFactory) -> Listener:
        """Listen on ``spec``, or go on listening.

        :raises CannotListen: with the reason
        """
        with self.sockets(option, spec) as sockets:
            try:
                port = _listen(sockets, spec, factory)
            except Exception as error:
                # Endpoints raise whatever their parser or certificate library does.
                raise CannotListen(f"--{option} {spec}: {_reason(error)}") from None
            return self.add(option, spec, port, sockets.certificate)

    def add(self, option: str, spec: str, port: IListeningPort, certificate: Certificate | None = None) -> Listener:
        """One more, made by :meth:`sockets`."""
        listener = Listener(option, spec, port, certificate)
        self.all.append(listener)
        return listener

    def renewals(self) -> list[Callable[[], str]]:
        """Read every certificate and key anew; what has each new one used from the next connection on, and tells so.

        :raises CannotListen: one of them cannot be used; all stay as they are
        """
        found = (_renewal(listener, listener.certificate) for listener in self.all if listener.certificate)
        return [renewal for renewal in found if renewal is not None]

    def check(self, option: str, spec: str) -> None:
        """See whether ``spec`` is an endpoint string whose files can be used, unless it is listened on already.

        :raises CannotListen: it is not
        """
        if not any((listener.option, listener.spec) == (option, spec) for listener in self.all):
            _rehearsed(option, spec)

    def pause(self) -> None:
        """Accept nothing; whoever connects waits in the socket's queue, as long as the socket is open."""
        for listener in self.all:
            getattr(listener.port, "stopReading", lambda: None)()

    def close(self) -> Deferred[Any]:
        """Listen no more; fires when all are closed."""
        return DeferredList([maybeDeferred(listener.port.stopListening) for listener in self.all])

    def hand_over(self) -> dict[str, str]:
        """Leave all sockets to the program that this process becomes; what its environment must say of them."""
        left: dict[str, list[int]] = {}
        for listener in self.all:
            descriptor = listener.port.socket.fileno()  # type: ignore[attr-defined]
            os.set_inheritable(descriptor, True)
            left.setdefault(f"{listener.option} {listener.spec}", []).append(descriptor)
        return {ENVIRONMENT: json.dumps({"pid": os.getpid(), "sockets": left})}


def _listen(sockets: Any, spec: str, factory: IProtocolFactory) -> IListeningPort:
    if sockets.is_adopting:
        # What it would look for is the socket that was inherited already, with nobody's name for it.
        spec = re.sub(r"\A(haproxy:)?systemd:.*", r"\1tcp:0", spec)
    ports: list[IListeningPort] = []
    failures: list[Failure] = []
    serverFromString(sockets, spec).listen(factory).addCallbacks(ports.append, failures.append)
    if failures:
        failures[0].raiseException()
    (port,) = ports
    if hasattr(port, "factory"):  # a reactor that is none has other ports
        wait_for_header(port, sockets)
    send_directly(port)
    accept_with_a_spare(port)
    expect_handshakes(port, sockets)
    _tune(port)
    return port


def _tune(port: Any) -> None:
    """What Twisted's endpoints have no words for; accepted sockets have the options of the one that listens."""
    with suppress(AttributeError, OSError):
        port.socket.listen(BACKLOG)
        for option, value in KEEPALIVE.items():
            port.socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _renewal(listener: Listener, certificate: Certificate) -> Callable[[], str] | None:
    options = _rehearsed(listener.option, listener.spec)
    if _fingerprint(options) == _fingerprint(certificate.options):
        return None

    def renew() -> str:
        certificate.options = options
        return f"new connections to {listener.where} get the certificate that is valid until {_end(options)}"

    return renew


def _rehearsed(option: str, spec: str) -> Any:
    """What an endpoint would encrypt with; None where it would not."""
    rehearsal: Any = _Rehearsal()
    try:
        serverFromString(rehearsal, spec).listen(Factory())
        if rehearsal.options is not None:
            rehearsal.options.getContext()
    except Exception as error:
        raise CannotListen(f"--{option} {spec}: {_reason(error)}") from None
    return rehearsal.options


class _Rehearsal:
    """Stands for the reactor towards an endpoint that is not to listen, but to read its files."""

    options: Any = None

    def listenTCP(self, *arguments: Any, **named: Any) -> None:  # noqa: N802 - Twisted's names
        """Nothing is to be seen of that beforehand."""

    listenUNIX = adoptStreamPort = listenTCP  # noqa: N815

    def listenSSL(self, port: int, factory: Any, contextFactory: Any, **named: Any) -> None:  # noqa: N802, N803
        self.options = contextFactory


def _fingerprint(options: Any) -> tuple[bytes, ...]:
    chain = [options.certificate, *(options.extraCertChain or ())]
    return tuple(certificate.digest("sha256") for certificate in chain)


def _end(options: Any) -> str:
    day = options.certificate.get_notAfter().decode()
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}"


def _reason(error: BaseException | None) -> str:
    cause: Any = getattr(error, "socketError", None) or error
    if isinstance(cause, OSError) and cause.strerror:
        file = cause.filename2 or cause.filename
        return f"{os.fsdecode(file)}: {cause.strerror}" if file else cause.strerror
    if isinstance(cause, LookupError):
        return "systemd has handed over no such socket"
    if cause.args and isinstance(cause.args[0], list):
        # pyOpenSSL gives triples: library, function, reason.
        return f"not a key or certificate in PEM ({', '.join(dict.fromkeys(why for *_, why in cause.args[0]))})"
    return f"{str(cause) or type(cause).__name__}{'; write it like tcp:9000' if isinstance(cause, ValueError) else ''}"
