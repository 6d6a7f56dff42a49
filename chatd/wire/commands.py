"""The shell commands that give and fetch files with nothing but netcat or openssl, printed complete."""

from __future__ import annotations

import shlex
from typing import NamedTuple


class Way(NamedTuple):
    """How a shell reaches a listener.

    :param connect: the command that joins its standard input and output to it, and goes on reading at the end of input
    """

    connect: str


def tcp(host: str, port: int) -> Way:
    """By netcat, in the form that OpenBSD, Debian and macOS ship."""
    return Way(f"nc -N {shlex.quote(host)} {port}")


def tls(host: str, port: int) -> Way:
    """By openssl; ``-quiet`` keeps it from taking payload for commands of its own, and from ending with its input."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Way(f"openssl s_client -quiet -connect {shlex.quote(address)} 2>/dev/null")


def unix(path: str) -> Way:
    """By netcat, to a Unix socket."""
    return Way(f"nc -N -U {shlex.quote(path)}")


def put(way: Way, ticket: str, name: str, size_known: bool = True) -> str:
    """Gives the file ``name``; where its size is not known to the server yet, the shell counts it."""
    file = _quoted(name)
    size = "" if size_known else f" $(wc -c < {file})"
    return f"(echo put {ticket}{size}; cat {file}) | {way.connect}"


def get(way: Way, ticket: str, name: str) -> str:
    """Fetches a file into ``name``: all up to the line that announces it is cut off."""
    return f"echo get {ticket} | {way.connect} | LC_ALL=C sed '1,/^00 sending/d' > {_quoted(name)}"


def _quoted(path: str) -> str:
    """``path`` as one word of the shell that is no option; a home directory is left to the shell to find."""
    if path.startswith("~/"):
        return f"~/{shlex.quote(path[2:])}"
    return shlex.quote(f"./{path}" if path.startswith("-") else path)
