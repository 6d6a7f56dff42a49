"""The reactor as endpoints see it: sockets may have been inherited, and certificates can be renewed.

An endpoint string says how to listen, and Twisted's endpoints ask the reactor for that. Standing in for it lets every
kind of endpoint take a socket that listens already, and have its TLS context exchanged, without knowing of either.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from typing import Any, Self

from twisted.internet import tcp, unix
from twisted.internet.interfaces import IOpenSSLContextFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer


@implementer(IOpenSSLContextFactory)
class Certificate:
    """The certificate and key of a TLS listener; those of new connections can be exchanged.

    :param options: as the endpoint made them from its files (:class:`twisted.internet.ssl.CertificateOptions`)
    """

    def __init__(self, options: Any) -> None:
        self.options = options

    def getContext(self) -> Any:  # noqa: N802 - Twisted's name
        """What a new connection is encrypted with."""
        return self.options.getContext()


class Sockets:
    """Stands for ``reactor`` towards one endpoint.

    :param inherited: a descriptor of the socket that the endpoint is to have; None for a new one
    :ivar certificate: what the endpoint encrypts with; None for one that does not
    """

    def __init__(self, reactor: Any, inherited: int | None = None) -> None:
        self._reactor = reactor
        self._inherited = inherited
        self.certificate: Certificate | None = None

    def __enter__(self) -> Self:
        """Until the endpoint has what it needs."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the descriptor; a port that was made of it has another one."""
        if self._inherited is not None:
            os.close(self._inherited)

    @property
    def is_adopting(self) -> bool:
        """Whether the socket is there already."""
        return self._inherited is not None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> Any:  # noqa: N802
        """As :meth:`twisted.internet.interfaces.IReactorTCP.listenTCP`."""
        if self._inherited is None:
            return self._reactor.listenTCP(port, factory, backlog, interface)
        with socket.socket(fileno=os.dup(self._inherited)) as inherited:
            family = inherited.family
        return self.adoptStreamPort(self._inherited, family, factory)

    def listenSSL(  # noqa: N802
        self,
        port: int,
        factory: Any,
        contextFactory: Any,  # noqa: N803
        backlog: int = 50,
        interface: str = "",
    ) -> Any:
        """As :meth:`twisted.internet.interfaces.IReactorSSL.listenSSL`."""
        self.certificate = Certificate(contextFactory)
        if self._inherited is None:
            return self._reactor.listenSSL(port, factory, self.certificate, backlog, interface)
        return self.listenTCP(port, TLSMemoryBIOFactory(self.certificate, False, factory))

    def listenUNIX(  # noqa: N802
        self,
        address: Any,
        factory: Any,
        backlog: int = 50,
        mode: int = 0o666,
        wantPID: int = 0,  # noqa: N803
    ) -> Any:
        """As :meth:`twisted.internet.interfaces.IReactorUNIX.listenUNIX`."""
        if self._inherited is None:
            return self._reactor.listenUNIX(address, factory, backlog, mode, wantPID)
        lock = os.fspath(address) + (b".lock" if isinstance(address, bytes) else ".lock")
        with suppress(OSError):
            # This process left it there, before it became what it is now.
            if os.readlink(lock) in (str(os.getpid()), str(os.getpid()).encode()):
                os.unlink(lock)
        port = unix.Port(address, factory, backlog, mode, self._reactor, wantPID)
        port._preexistingSocket = socket.socket(fileno=os.dup(self._inherited))  # noqa: SLF001 - no public way has a mode
        port.startListening()
        return port

    def adoptStreamPort(self, fileDescriptor: int, addressFamily: int, factory: Any) -> Any:  # noqa: N802, N803
        """As :meth:`twisted.internet.interfaces.IReactorSocket.adoptStreamPort`.

        Twisted opens a Unix socket to everybody that it adopts, and removes it at the end; whoever made this one has
        chosen its mode, and goes on listening.
        """
        if addressFamily != socket.AF_UNIX:
            return self._reactor.adoptStreamPort(fileDescriptor, addressFamily, factory)
        with socket.socket(fileno=os.dup(fileDescriptor)) as adopted:
            path = adopted.getsockname()
        mode = stat.S_IMODE(os.stat(path).st_mode)
        port = self._reactor.adoptStreamPort(fileDescriptor, addressFamily, factory)
        os.chmod(path, mode)
        port._bindPath = b"\0" + os.fsencode(path)  # noqa: SLF001 - as if it had no name in the file system
        return port


def keep_one_spare() -> None:
    """Have the file descriptor that Twisted keeps, to turn callers away where there are no others; now and then.

    It takes one when it first listens, and another when it has given that up for a moment. Where a thread was faster in
    that moment it has none ever after, and finds the same callers waiting in every turn while there are no others.
    """
    reserve = tcp._reservedFD  # noqa: SLF001 - there is no other way to it
    if not reserve.available():
        reserve.reserve()
