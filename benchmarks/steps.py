"""The way of a message through chatd, step by step, in microseconds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.protocols.basic import LineReceiver

from benchmarks import sending
from benchmarks.step import LINES, MEMBERS, Step, nothing, shortest
from benchmarks.work import Result, Run, Table, figure, middle, several
from chatd.chat.events import Entry, Said
from chatd.delivery import Channel, Delivery
from chatd.outlet import Outlet
from chatd.roomlog import Record
from chatd.stores import journal_rows
from chatd.stores.journal_output import Output
from chatd.testing import START, Server
from chatd.wire.codes import DUPLEX
from chatd.wire.lines import LineSplitter
from chatd.wire.prose import Prose
from chatd.wire.text import to_text

TEXT = "~" + "." * 63


@dataclass(frozen=True)
class Steps:
    """One process, one thread, and no load beside it: the shortest of many times is shown."""

    name: str
    title: str
    most_rounds: int = 3

    def measure(self, run: Run) -> Iterator[Result]:
        """All steps, once in each round."""
        if "chatd" not in run.names:
            return
        for number in range(min(run.rounds, self.most_rounds)):
            with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary, ExitStack() as stack:
                for name, per, before, step, count in _steps(Path(temporary), stack):
                    result = {"workload": self.name, "server": "chatd", "round": number, "step": name, "per": per}
                    yield {**result, "us": 1e6 * shortest(before, step) / count}

    def table(self, results: Sequence[Result]) -> Table:
        """Microseconds by step."""
        rows = [["step", "µs", "for each"]]
        for name in several(results, "step"):
            own = [result for result in results if result["step"] == name]
            rows.append([name, figure(middle(own, "us") or 0), own[0]["per"]])
        return rows


def _steps(directory: Path, stack: ExitStack) -> Iterator[Step]:
    yield from _taking(directory)
    yield from _keeping(directory, stack)
    yield from _giving()
    yield from sending.steps(_records()[0].entry, stack)
    yield from _altogether(directory)


def _records() -> list[Record]:
    return [
        Record(Entry("public", number, START + number // 8, Said("u00001", TEXT)), "127.0.0.1")
        for number in range(LINES)
    ]


def _server(directory: Path, name: str) -> Server:
    data = directory / name
    data.mkdir(mode=0o700)
    return Server(data, {"limits": {"flood": False}})


def _taking(directory: Path) -> Iterator[Step]:
    splitter, data = LineSplitter(), f"{TEXT}\n".encode() * LINES

    def split() -> None:
        splitter.feed(data)
        while splitter.next_line() is not None:
            pass

    received: list[bytes] = []
    usual: Any = LineReceiver()
    usual.delimiter, usual.transport, usual.lineReceived = b"\n", _Nowhere(), received.append
    yield "in the usual way: LineReceiver", "message", received.clear, partial(usual.dataReceived, data), LINES

    line = TEXT.encode()
    yield "split", "message", nothing, split, LINES
    yield "decode, clean", "message", nothing, lambda: [to_text(line, 4096) for _ in range(LINES)], LINES

    server = _server(directory, "taking")
    speaker = server.connect()
    speaker.send("guest u00001", "public")
    session, handle = speaker.protocol.session, server.house.line.route.handle

    def forget() -> None:
        server.turn()
        speaker.received()

    def take() -> None:
        for _ in range(LINES):
            handle(session, TEXT)

    entries = [entry for entry, _ in _records()]

    def hear() -> None:
        for entry in entries:
            server.house.sessions.arrive(entry)

    yield "see what is asked for, may they, number", "message", forget, take, LINES
    yield "heard from the log: apply, publish", "message", forget, hear, LINES


def _keeping(directory: Path, stack: ExitStack) -> Iterator[Step]:
    records = _records()
    rows = journal_rows.encode(records)
    file = os.open(directory / "rows", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    stack.callback(os.close, file)
    output = Output(file, 0)
    yield "a row of the journal", "message", nothing, lambda: journal_rows.encode(records), LINES
    yield "write the rows of a turn", "turn", nothing, lambda: output.write(rows), 1


class _Nowhere:
    """A transport that takes everything."""

    def write(self, data: bytes) -> None: ...
    def sender(self) -> Callable[[bytes], int]:
        return len

    def end(self) -> None: ...
    def abortConnection(self) -> None: ...

    disconnecting = False

    def registerProducer(self, producer: object, streaming: bool) -> None: ...
    def unregisterProducer(self) -> None: ...


def _giving() -> Iterator[Step]:
    prose, entries = Prose(), [entry for entry, _ in _records()]
    delivery, clock, channel = Delivery(nothing), Clock(), Channel(None)
    for _ in range(MEMBERS):
        outlet: Any = Outlet(_Nowhere(), delivery, prose, clock, 1 << 18, nothing, nothing)
        delivery.join(channel, outlet)
    delivery.flush()

    def publish() -> None:
        delivery.flush()
        for entry in entries:
            delivery.publish(channel, entry)

    yield "word it", "message", nothing, lambda: [prose.event(DUPLEX, entry) for entry in entries], LINES
    yield from sending.wording(entries[0])
    yield "word, join and hand to all, less the kernel", "delivery", publish, delivery.flush, LINES * MEMBERS


def _altogether(directory: Path) -> Iterator[Step]:
    for members in (1, MEMBERS):
        server = _server(directory, str(members))
        clients = [server.connect() for _ in range(members)]
        for number, client in enumerate(clients):
            client.send(f"guest u{number:05}", "public")
        data = f"{TEXT}\n".encode() * LINES

        def forget(clients: Sequence[Any] = clients) -> None:
            for client in clients:
                client.transport.written.clear()

        def say(client: Any = clients[0], data: bytes = data) -> None:
            client.send_bytes(data)

        yield f"all of it in a room of {members}, without sockets", "message", forget, say, LINES
