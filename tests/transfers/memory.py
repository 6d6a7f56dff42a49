"""A spool, a thread and connections in memory, and transfers between them that go on when the test says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Answer, Ready, Refusal, Refused
from chatd.chat.files import Drop, Quotas
from chatd.transfers.service import Transfers

T = TypeVar("T")

NOW = 1_700_000_000_000
PIECE = 65536


class Gone(Exception):
    """The connection has ended."""


class Threads:
    """A worker thread that does nothing before :meth:`turn`."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Callable[[], Any], Deferred[Any]]] = deque()
        self.stuck = False

    def __call__(self, work: Callable[[], T]) -> Deferred[T]:
        done: Deferred[T] = Deferred()
        self._waiting.append((work, done))
        return done

    @property
    def busy(self) -> int:
        """How many things it has to do."""
        return len(self._waiting)

    def turn(self) -> None:
        """Do one thing."""
        work, done = self._waiting.popleft()
        try:
            result = work()
        except Exception as error:
            done.errback(error)
        else:
            done.callback(result)


class MemorySpool:
    """Implements :class:`chatd.transfers.spool.Spool`; ``errors`` are raised by the methods of that name."""

    def __init__(self) -> None:
        self.parts: dict[int, bytes] = {}
        self.files: dict[int, bytes] = {}
        self.table: dict[int, Drop] = {}
        self.errors: dict[str, OSError] = {}
        self.appended = 0
        self.keeping: Deferred[None] = succeed(None)
        self._ids = count(1)

    def _check(self, name: str) -> None:
        if name in self.errors:
            raise self.errors[name]

    def get(self, number: int) -> Drop | None:
        return self.table.get(number)

    def drops(self) -> Sequence[Drop]:
        return list(self.table.values())

    def next_id(self) -> int:
        return next(self._ids)

    def begin(self, part: int) -> None:
        self._check("begin")
        self.parts[part] = b""

    def append(self, part: int, offset: int, data: bytes) -> None:
        self._check("append")
        if offset != len(self.parts[part]):
            raise AssertionError(f"bytes for {offset}, but there are {len(self.parts[part])}")
        self.parts[part] += data
        self.appended += len(data)

    def discard(self, part: int) -> None:
        self._check("discard")
        self.parts.pop(part, None)

    def read(self, number: int, offset: int, size: int) -> bytes:
        self._check("read")
        return self.files[number][offset : offset + size]

    def send(self, number: int, offset: int, size: int, socket: int) -> int:
        raise AssertionError("there is no socket")

    def keep(self, part: int, drop: Drop) -> Deferred[None]:
        if "keep" in self.errors:
            return fail(self.errors["keep"])
        kept, self.keeping = self.keeping, succeed(None)
        return kept.addCallback(lambda _: self._keep(part, drop))

    def _keep(self, part: int, drop: Drop) -> None:
        self.files[drop.id] = self.parts.pop(part)
        self.table[drop.id] = drop

    def unlink(self, drops: Iterable[Drop]) -> Deferred[None]:
        for drop in drops:
            self.files.pop(drop.id, None)
        return succeed(None)

    def remove(self, drops: Sequence[Drop]) -> Deferred[None]:
        if "remove" in self.errors:
            return fail(self.errors["remove"])
        for drop in drops:
            self.files.pop(drop.id, None)
            self.table.pop(drop.id, None)
        return succeed(None)


class MemoryPeer:
    """Implements :class:`chatd.transfers.peer.Peer`; what the other side sends comes a piece a turn, unless paused.

    :param ahead: what had come before the connection was asked for raw bytes
    """

    def __init__(self, clock: Clock, ahead: bytes = b"") -> None:
        self.told: list[Answer] = []
        self.turns: list[Answer] = []
        self.sent = b""
        self.delivered = 0
        self.paused = False
        self.takes = True  # whether what is written is taken at once
        self._clock = clock
        self._ahead = ahead
        self._network: deque[bytes] = deque()
        self._receive: Callable[[bytes], None] | None = None
        self._ended: Callable[[], None] | None = None
        self._over = False
        self._draining: list[Deferred[None]] = []

    def tell(self, answer: Answer, turn: bool = False) -> None:
        if not self._over:
            self.told.append(answer)
            self.turns += [answer] if turn else []

    def write(self, data: bytes) -> None:
        self.sent += data

    def duplicate(self) -> None:
        """There is no socket."""

    def took(self, size: int, is_full: bool) -> None:
        raise AssertionError("there is no socket")

    async def drained(self) -> None:
        if self._over:
            raise Gone
        if not self.takes:
            waiting: Deferred[None] = Deferred()
            self._draining.append(waiting)
            await waiting

    def receive_raw(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._receive, self._ended = receive, ended
        if self._ahead:
            self._deliver(self._ahead)
        self._soon()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self._soon()

    def _soon(self) -> None:
        if self._network:
            self._clock.callLater(0, self._pump)

    def _deliver(self, data: bytes) -> None:
        self.delivered += len(data)
        if self._receive is not None:
            self._receive(data)

    def _pump(self) -> None:
        if self._network and not self.paused and self._receive is not None:
            self._deliver(self._network.popleft())
            self._soon()

    # The other side

    def send(self, *pieces: bytes) -> None:
        """Let these come, one after the other; none larger than a connection is read at once."""
        for piece in pieces:
            self._network.extend(piece[at : at + PIECE] for at in range(0, len(piece), PIECE))
        self._soon()

    def end_input(self) -> None:
        """Nothing more comes, but answers are still read."""
        if self._ended is not None:
            self._ended()

    def cut(self) -> None:
        """Nothing goes either way any more."""
        self._over = True
        self.end_input()
        draining, self._draining = self._draining, []
        for waiting in draining:
            waiting.errback(Gone())

    def take(self) -> None:
        """Take what was written."""
        draining, self._draining = self._draining, []
        for waiting in draining:
            if not waiting.called:
                waiting.callback(None)

    @property
    def offset(self) -> int:
        """The offset that was told last."""
        return [answer for answer in self.told if isinstance(answer, Ready)][-1].offset


def refusal(case: SynchronousTestCase, done: Deferred[None]) -> Refused:
    """What was refused."""
    answer: Refused = case.failureResultOf(done, Refusal).value.answer
    return answer


def sum_of(data: bytes) -> str:
    """The SHA-256 sum in hexadecimal."""
    return sha256(data).hexdigest()


class Scene:
    """Transfers and all that belongs to them."""

    def __init__(self, quotas: Quotas | None = None) -> None:
        self.clock = Clock()
        self.threads = Threads()
        self.spool = MemorySpool()
        self.stored: list[Drop] = []
        self.when_stored: Callable[[], None] = lambda: None
        self.later = 0  # milliseconds by which the calendar has moved on
        tokens = (f"t{number}" for number in count(1))
        quotas = quotas or Quotas(
            max_bytes=10_000_000, room_quota=10_000_000, user_quota=10_000_000, keep=7 * 86_400_000
        )
        self.transfers = Transfers(
            self.spool, quotas, self.threads, self.clock, self.now, lambda: next(tokens), self._store
        )

    def _store(self, drop: Drop) -> None:
        self.stored.append(drop)
        self.when_stored()

    def now(self) -> int:
        """The calendar."""
        return NOW + self.later + round(self.clock.seconds() * 1000)

    def offer(self, size: int, sha256: str = "", name: str = "notes.txt") -> str:
        """A ticket of bob's to give a file to the room lab."""
        return self.transfers.offer("bob", "lab", name, size, sha256).ticket

    def peer(self, ahead: bytes = b"") -> MemoryPeer:
        """A new connection."""
        return MemoryPeer(self.clock, ahead)

    def settle(self) -> None:
        """Let happen what happens of itself, without time passing."""
        quiet = 0
        while quiet < 3:
            quiet += 1
            self.clock.advance(0)
            while self.threads.busy and not self.threads.stuck:
                self.threads.turn()
                quiet = 0

    def put(self, ticket: str, peer: MemoryPeer, size: int = -1, offset: int | None = None) -> Deferred[None]:
        """Begin to put, as far as that goes of itself."""
        done = Deferred.fromCoroutine(self.transfers.put(ticket, peer, size, offset))
        self.settle()
        return done

    def get(self, ticket: str, offset: int, peer: MemoryPeer, end: int | None = None) -> Deferred[None]:
        """Begin to get, as far as that goes of itself."""
        done = Deferred.fromCoroutine(self.transfers.get(ticket, offset, peer, end))
        self.settle()
        return done

    def give(self, content: bytes, user: str = "bob", room: str = "lab", name: str = "a.bin") -> Drop:
        """A file that has come whole."""
        peer = self.peer(content)
        self.put(self.transfers.offer(user, room, name, len(content)).ticket, peer)
        return self.stored[-1]
