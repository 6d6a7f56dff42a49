"""The shell commands that give and fetch files with netcat, openssl or curl, printed complete."""

from __future__ import annotations

import shlex
from string import ascii_letters, digits
from typing import NamedTuple, Protocol


class Way(Protocol):
    """How a shell reaches a listener."""

    def put(self, ticket: str, name: str, size_known: bool = True) -> str:
        """The command that gives the file ``name``; the shell counts its size, where that is not known."""

    def get(self, ticket: str, name: str) -> str:
        """The command that fetches a file into ``name``."""


class Lines(NamedTuple):
    """The way to one that speaks the line protocol.

    :param connect: the command that joins its standard input and output to it, and goes on reading at the end of input
    """

    connect: str

    def put(self, ticket: str, name: str, size_known: bool = True) -> str:
        """As :class:`Way`."""
        file = _quoted(name)
        size = "" if size_known else f" $(wc -c < {file})"
        return f"(echo put {ticket}{size}; cat {file}) | {self.connect}"

    def get(self, ticket: str, name: str) -> str:
        """As :class:`Way`: all up to the line that announces the file is cut off."""
        return f"echo get {ticket} | {self.connect} | LC_ALL=C sed '1,/^00 sending/d' > {_quoted(name)}"


class Web(NamedTuple):
    """The way to a web site.

    :param base: its address, without a slash at the end
    """

    base: str

    def put(self, ticket: str, name: str, size_known: bool = True) -> str:
        """As :class:`Way`."""
        return f"curl -fT {_quoted(name)} {self._address(ticket, name)}"

    def get(self, ticket: str, name: str) -> str:
        """As :class:`Way`."""
        return f"curl -fo {_quoted(name)} {self._address(ticket, name)}"

    def _address(self, ticket: str, name: str) -> str:
        shown = "".join(chr(b) if chr(b) in _UNRESERVED else f"%{b:02X}" for b in name.rpartition("/")[2].encode())
        return shlex.quote(f"{self.base}/files/{ticket}/{shown}")


_UNRESERVED = frozenset(f"{ascii_letters}{digits}-._~")  # RFC 3986, 2.3


def tcp(host: str, port: int) -> Lines:
    """By netcat, in the form that OpenBSD, Debian and macOS ship."""
    return Lines(f"nc -N {shlex.quote(host)} {port}")


def tls(host: str, port: int) -> Lines:
    """By openssl; ``-quiet`` keeps it from taking payload for commands of its own, and from ending with its input."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Lines(f"openssl s_client -quiet -connect {shlex.quote(address)} 2>/dev/null")


def unix(path: str) -> Lines:
    """By netcat, to a Unix socket."""
    return Lines(f"nc -N -U {shlex.quote(path)}")


def _quoted(path: str) -> str:
    """``path`` as one word of the shell that is no option; a home directory is left to the shell to find."""
    if path.startswith("~/"):
        return f"~/{shlex.quote(path[2:])}"
    return shlex.quote(f"./{path}" if path.startswith("-") else path)
