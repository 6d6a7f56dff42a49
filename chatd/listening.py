"""What is told of listeners at the start: where they are, who can reach them, and why one cannot be opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Any

from twisted.internet.address import UNIXAddress
from twisted.internet.interfaces import IListeningPort


def _is_loopback(port: IListeningPort) -> bool:
    host: Any = port.getHost()
    return isinstance(host, UNIXAddress) or ip_address(host.host or "0.0.0.0").is_loopback


def describe(spec: str, port: IListeningPort) -> str:
    """Where ``port``, made from the endpoint string ``spec``, listens."""
    host: Any = port.getHost()
    if isinstance(host, UNIXAddress):
        return f"unix {os.path.abspath((host.name or b'').decode(errors='replace'))}"
    shown = f"[{host.host}]" if ":" in host.host else host.host
    return f"{spec.partition(':')[0]} {shown}:{host.port}"


def opening_hint(specs: Sequence[str], ports: Iterable[IListeningPort]) -> Iterator[str]:
    """Who can reach the server: a line where nobody else can, and one for each open port that is not encrypted."""
    where = list(zip(specs, ports, strict=False))
    if all(_is_loopback(port) for _, port in where):
        yield "only this machine can connect; --line tcp:9000 lets others in, --line ssl:9443:privateKey=... encrypted"
    for spec, port in where:
        if not _is_loopback(port) and not spec.startswith(("ssl:", "tls:")):
            yield f"{describe(spec, port)} is open to others and not encrypted: passwords can be read on the way"


def reason(error: BaseException | None) -> str:
    """Why something could not be opened, in the words of whoever failed."""
    cause: Any = getattr(error, "socketError", None) or error
    if isinstance(cause, OSError) and cause.strerror:
        file = cause.filename2 or cause.filename
        return f"{os.fsdecode(file)}: {cause.strerror}" if file else cause.strerror
    if cause.args and isinstance(cause.args[0], list):
        # pyOpenSSL gives triples: library, function, reason.
        return f"not a key or certificate in PEM ({', '.join(dict.fromkeys(why for *_, why in cause.args[0]))})"
    return f"{str(cause) or type(cause).__name__}{'; write it like tcp:9000' if isinstance(cause, ValueError) else ''}"
