"""Going on with a session: somebody whose program does, and everybody else around."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from wsproto.frame_protocol import FrameProtocol

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.client.lines import read
from chatd.client.resumption import Resumption
from chatd.testing import Client, Server, at_once
from chatd.wire.objects import Value
from chatd.wire.objects import value as parsed
from tests.behaviour.drivers import ALICE, DRIVERS, Driver
from tests.behaviour.scene import on

PASSWORD = "correct horse"


PROGRAMS: dict[str, Callable[..., Driver]] = {name: DRIVERS[name] for name in ("OverJson", "OverWeb")}
"""The drivers of frontends for programs."""

on_programs: Callable[[type[Any]], None] = on(PROGRAMS)


class Reader:
    """Somebody with a program that resumes: it knows what has come up to the moment when the connection is cut.

    :param come: makes a new connection
    """

    def __init__(self, come: Callable[[], Driver]) -> None:
        self.resumption = Resumption()
        self.values: list[Value | None] = []
        self.texts: list[str] = []
        self._come = come
        self.connect()

    def connect(self) -> None:
        """Be somebody new, or go on with what there was."""
        self.driver = self._come()
        self._read = self._told = 0
        if self.resumption.line:
            self.driver.go_on(*self.place())

    def place(self) -> tuple[str, dict[str, int | None]]:
        """The code with which it goes on, and from where."""
        _, code, *places = self.resumption.line.split()
        return code, {log: int(seq) for log, _, seq in (place.partition("=") for place in places)}

    def unread(self) -> bytes:
        """What has come, and was not received yet."""
        self.driver.forget()
        return bytes(self.driver.everything[self._read :])

    def read(self, most: int | None = None) -> None:
        """Receive what has come, or so many bytes of it, and no more ever."""
        self._read += len(self.unread()[:most])
        values = values_of(bytes(self.driver.everything[: self._read]))
        for value in values[self._told :]:
            self._tell(value)
        self._told = len(values)

    def _tell(self, value: Value | None) -> None:
        self.resumption.told(value)
        self.values.append(value)
        entry = value.entry if isinstance(value, a.Replayed) else value
        if isinstance(entry, e.Entry) and isinstance(entry.event, e.Said | e.Private):
            self.texts.append(entry.event.text)

    def of(self, kind: type) -> list[Any]:
        """What has come of that kind."""
        return [value for value in self.values if isinstance(value, kind)]


def values_of(data: bytes) -> list[Value | None]:
    """What is said by the whole lines, or the whole messages of a WebSocket, with which ``data`` begins."""
    if not data.startswith(b"HTTP/"):
        return [read(line).value for line in data.split(b"\n")[:-1]]
    wire = FrameProtocol(client=True, extensions=[])
    wire.receive_bytes(data.partition(b"\r\n\r\n")[2])
    pieces = [""]
    for frame in wire.received_frames():
        if isinstance(frame.payload, str):
            pieces[-1] += frame.payload
            pieces += [""] * frame.message_finished
    return [parsed(message) for message in pieces[:-1]]


class Resuming(SynchronousTestCase):
    connect: Callable[..., Driver]
    history = 200

    def setUp(self) -> None:
        self.start()
        self.addCleanup(self.stop)

    def stop(self) -> None:
        """The server that there is at the end."""
        self.server.stop()

    def in_thread(self, work: Callable[[], Any]) -> Deferred[Any]:
        """Note what is hashed."""
        self.hashing.append(work)
        return at_once(work)

    def start(self) -> None:
        """A server where nothing was said."""
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        self.hashing: list[object] = []
        config: dict[str, dict[str, Any]] = {"limits": {"flood": False}, "rooms": {"history": self.history}}
        self.server = Server(directory, config, in_thread=self.in_thread)
        self.bob = self.account("bob")
        self.bob.send("create lab", "create ops", "enter lab", "/enter ops")
        self.said = 0

    def account(self, name: str) -> Client:
        client = self.server.connect()
        client.send(f"register {name}", PASSWORD, PASSWORD)
        return client

    def reader(self) -> Reader:
        """Somebody who has only just come."""
        return Reader(lambda: self.connect(self.server, ALICE))

    def alice(self) -> Reader:
        """In two rooms, ops last."""
        reader = self.reader()
        reader.driver.register("alice", PASSWORD)
        reader.driver.do(r.Enter("lab"), r.Enter("ops"))
        reader.read()
        return reader

    def bob_says(self, count: int = 1) -> None:
        """In the one room, the other, and to alice alone."""
        for _ in range(count):
            self.said += 1
            self.bob.send(f"/focus {('lab', 'ops')[self.said % 2]}", f"room {self.said}", f"/msg alice {self.said}")

    def assert_all_once(self, reader: Reader) -> None:
        for kind in ("room ", ""):
            mine = [text for text in reader.texts if text.startswith("room ") == bool(kind)]
            self.assertEqual(sorted(mine, key=lambda text: int(text.split()[-1])), sorted(mine, key=self.number))
            self.assertEqual(
                sorted(map(self.number, mine)), list(range(1, self.said + 1)), f"{kind}{len(mine)} of {self.said}"
            )
        private = [self.number(text) for text in reader.texts if not text.startswith("room ")]
        self.assertEqual(private, sorted(private), "in order")
        for odd in (0, 1):
            order = [self.number(t) for t in reader.texts if t.startswith("room ") and self.number(t) % 2 == odd]
            self.assertEqual(order, sorted(order), "in order")

    @staticmethod
    def number(text: str) -> int:
        return int(text.rsplit(maxsplit=1)[-1])
