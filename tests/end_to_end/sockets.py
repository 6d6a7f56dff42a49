"""A program that nobody here wrote, the library ``websockets``, on the WebSocket of a real chatd."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from itertools import count
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.server import Daemon
from tests.schemas import faults

WEB = ("--web", "tcp:0:interface=127.0.0.1")

Object = dict[str, Any]


def address(daemon: Daemon, path: str = "/ws") -> str:
    """Of its first web listener."""
    found = re.search(r"web: tcp \S+:(\d+)", daemon.log.so_far())
    assert found is not None, daemon.log.so_far()
    return f"ws://127.0.0.1:{found[1]}{path}"


class Peer:
    """One connection. Everything that comes is checked against the schema, but for what is in the dialect.

    :param how: as ``connect`` of ``websockets``
    """

    def __init__(self, test: SynchronousTestCase, daemon: Daemon, dialect: bool = False, **how: Any) -> None:
        connection = ExitStack()
        test.addCleanup(connection.close)
        connecting = connect(address(daemon), open_timeout=DEADLINE, proxy=None, **how)
        self.socket: ClientConnection = connection.enter_context(connecting)
        self._dialect = dialect
        self._ids = count(1)
        self.take("greeting")

    def next(self) -> Object:
        """The next object."""
        told: Object = json.loads(self.socket.recv(timeout=DEADLINE))
        if not self._dialect:
            assert faults(told) == [], told
        return told

    def take(self, kind: str, **fields: Any) -> Object:
        """The next object of that type in which ``fields`` are so; those before it are passed over."""
        while True:
            told = self.next()
            if told["type"] == kind and all(told.get(name) == value for name, value in fields.items()):
                return told

    def tell(self, kind: str, **fields: Any) -> None:
        """Ask for something, and for no confirmation."""
        self.socket.send(json.dumps({"type": kind, **fields}))

    def ask(self, kind: str, **fields: Any) -> Object:
        """Ask for something; what comes before its answer is passed over."""
        number = f"a{next(self._ids)}"
        self.tell(kind, **fields, id=number)
        while True:
            told = self.next()
            if told.get("id") == number:
                return told

    def enter(self, name: str, room: str = "public") -> Peer:
        """Be a guest, in a room."""
        self.done("guest", name=name)
        self.done("enter", room=room)
        return self

    def done(self, kind: str, **fields: Any) -> None:
        """Ask for something that is to be done, and say nothing more than that."""
        told = self.ask(kind, **fields)
        assert told["type"] == "done", told

    def closed(self) -> int:
        """What the server closes with, whatever it says before."""
        try:
            while True:
                self.next()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, closed
            return closed.rcvd.code
