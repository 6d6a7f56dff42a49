"""What it costs to send: to the kernel alone, to chatd, and in the way that Twisted has by itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

from twisted.internet.epollreactor import EPollReactor
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server

from benchmarks.step import LINES, MEMBERS, Step, nothing
from chatd.chat.events import Entry, Said
from chatd.frontends.direct import DirectServer
from chatd.wire.codes import DUPLEX
from chatd.wire.prose import Prose


def steps(entry: Entry, stack: ExitStack) -> Iterator[Step]:
    """A line that ``entry`` is worded as, sent to everybody in a room, alone and with others."""
    line = Prose().event(DUPLEX, entry)
    direct, peers = _connections(stack, DirectServer)
    usual, others = _connections(stack, Server)

    def drain() -> None:
        for peer in (*peers, *others):
            with suppress(BlockingIOError):
                while peer.recv(1 << 20):
                    pass

    def kernel() -> None:
        for transport in direct:
            transport.socket.send(line)

    sends = [transport.socket.send for transport in direct]
    assert all(transport.is_idle for transport in direct)

    def send(data: bytes) -> None:
        for take in sends:
            take(data)

    def write(lines: int) -> None:
        for _ in range(lines):
            for transport in usual:
                transport.write(line)
        # As the reactor does it in a later turn.
        for transport in usual:
            transport.doWrite()

    yield "send a line to each of 200: the kernel's part", "send", drain, kernel, MEMBERS
    yield "send a line to each of 200", "send", drain, partial(send, line), MEMBERS
    yield "in the usual way: transport.write, and the reactor writes later", "send", drain, partial(write, 1), MEMBERS
    yield f"send {LINES} lines to each of 200", "delivery", drain, partial(send, line * LINES), MEMBERS * LINES
    yield "in the usual way: each by transport.write", "delivery", drain, partial(write, LINES), MEMBERS * LINES


def wording(entry: Entry) -> Iterator[Step]:
    """A line that is worded for each who is told."""
    event: Any = entry.event
    assert isinstance(event, Said)

    def word() -> None:
        for _ in range(MEMBERS):
            f"[{entry.log}] {event.user}: {event.text}\r\n".encode()

    yield "in the usual way: word it for each member", "delivery", nothing, word, MEMBERS


def _connections(stack: ExitStack, kind: Any) -> tuple[list[Any], list[socket.socket]]:
    """Transports of that kind, as many as a room has members, and their peers."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    reactor: Any = EPollReactor()
    transports, peers = [], []
    for _ in range(MEMBERS):
        peer = stack.enter_context(socket.create_connection(listener.getsockname()))
        accepted, address = listener.accept()
        stack.enter_context(accepted)
        for end in (peer, accepted):
            end.setblocking(False)
        transport = kind(accepted, Protocol(), address, None, 0, reactor)
        transport.setTcpNoDelay(True)
        transport.startReading()
        transports.append(transport)
        peers.append(peer)
    return transports, peers
