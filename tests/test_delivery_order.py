"""Whatever happens in whatever order, each peer gets the bytes that it would get if each piece were written at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.events import Entry
from chatd.delivery import Channel
from tests.outlets import Letters, Peer, Turns, letters, said

OUTLETS, CHANNELS = 4, 3
_outlets, _channels = st.integers(0, OUTLETS - 1), st.integers(0, CHANNELS - 1)
_names = st.sampled_from(["t", "j"])

_STEPS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "publish": st.tuples(_channels, st.sets(_outlets, max_size=2)),
    "tell": st.tuples(_outlets),
    "join": st.tuples(_channels, _outlets),
    "leave": st.tuples(_channels, _outlets),
    "use_renderer": st.tuples(_outlets, _names),
    "hold": st.tuples(_outlets),
    "release": st.tuples(_outlets),
    "stop_reading": st.tuples(_outlets),
    "read": st.tuples(_outlets),
    "close": st.tuples(_outlets),
    "lose": st.tuples(_outlets),
    "turn": st.just(()),
}
# Most of a life is speaking.
_WEIGHTED = [*_STEPS, *["publish"] * 6, *["tell"] * 2, *["join"] * 3, *["turn"] * 2]
_members = st.lists(st.sets(_channels), min_size=OUTLETS, max_size=OUTLETS)
_steps = st.sampled_from(_WEIGHTED).flatmap(lambda name: st.tuples(st.just(name), _STEPS[name]))


class Naive:
    """What a peer should have received: each piece is appended where it is told."""

    def __init__(self) -> None:
        self.renderer = "t"
        self.rooms: set[int] = set()
        self.heard = b""
        self.kept = b""
        self.held = False
        self.over = False

    def hear(self, data: bytes) -> None:
        if self.over:
            return
        if self.held:
            self.kept += data
        else:
            self.heard += data

    def let_go(self) -> None:
        self.held = False
        self.heard, self.kept = self.heard + self.kept, b""


class Both:
    """The delivery and the naive one, of which the same is asked."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.renderers = {name: Letters(name) for name in ("t", "j")}
        self.channels = [Channel() for _ in range(CHANNELS)]
        self.last = [0] * CHANNELS
        self.number = 0
        clock = Clock()
        self.peers = [Peer(self.turns.delivery, self.renderers["t"], clock, limit=1 << 20) for _ in range(OUTLETS)]
        self.naive = [Naive() for _ in range(OUTLETS)]

    def _entry(self, channel: int) -> Entry:
        self.number += 1
        return said("abc"[channel], self.number, "." * (self.number % 7) * 5)

    def publish(self, channel: int, deaf: set[int]) -> None:
        entry, before = self._entry(channel), self.last[channel]
        self.last[channel] = entry.at
        self.turns.delivery.publish(self.channels[channel], entry, [self.peers[peer].outlet for peer in deaf])
        for number, naive in enumerate(self.naive):
            if channel in naive.rooms and number not in deaf:
                naive.hear(letters(naive.renderer, entry, before))

    def tell(self, peer: int) -> None:
        self.number += 1
        self.peers[peer].outlet.tell(b"psst%d|" % self.number)
        self.naive[peer].hear(b"psst%d|" % self.number)

    def join(self, channel: int, peer: int) -> None:
        self.turns.delivery.join(self.channels[channel], self.peers[peer].outlet)
        self.naive[peer].rooms.add(channel)

    def leave(self, channel: int, peer: int) -> None:
        self.turns.delivery.leave(self.channels[channel], self.peers[peer].outlet)
        self.naive[peer].rooms.discard(channel)

    def use_renderer(self, peer: int, name: str) -> None:
        self.turns.delivery.single_out(self.peers[peer].outlet)
        self.peers[peer].outlet.renderer = self.renderers[name]
        self.naive[peer].renderer = name

    def hold(self, peer: int) -> None:
        self.peers[peer].outlet.hold()
        self.naive[peer].held = True

    def release(self, peer: int) -> None:
        self.peers[peer].outlet.release()
        self.naive[peer].let_go()

    def stop_reading(self, peer: int) -> None:
        self.peers[peer].wire.stop_reading()

    def read(self, peer: int) -> None:
        self.peers[peer].wire.read()

    def close(self, peer: int) -> None:
        self.peers[peer].outlet.close(b"goodbye|")
        naive = self.naive[peer]
        naive.let_go()
        naive.hear(b"goodbye|")
        naive.over = True

    def lose(self, peer: int) -> None:
        lost, naive = self.peers[peer], self.naive[peer]
        lost.outlet.lost()
        if not naive.heard.startswith(lost.received):
            raise AssertionError(f"{lost.received!r} is no beginning of {naive.heard!r}")
        # Nothing is written any more: what is under way still comes.
        lost.wire.read()
        naive.heard, naive.kept, naive.over = lost.received, b"", True

    def turn(self) -> None:
        self.turns.end()


class EveryOrderTests(SynchronousTestCase):
    def run_steps(self, members: list[set[int]], steps: list[tuple[str, tuple[Any, ...]]]) -> None:
        both = Both()
        for peer, channels in enumerate(members):
            for channel in sorted(channels):
                both.join(channel, peer)
        both.turn()
        for name, arguments in steps:
            getattr(both, name)(*arguments)
            if name == "turn":
                self.check(both)
        both.turn()
        for peer in range(OUTLETS):
            both.release(peer)
            both.read(peer)
        both.turn()
        self.check(both)

    def check(self, both: Both) -> None:
        for peer, naive in zip(both.peers, both.naive, strict=True):
            if peer.wire.reading:
                self.assertEqual(peer.received, naive.heard)
            else:
                self.assertTrue(naive.heard.startswith(peer.received), (peer.received, naive.heard))

    @settings(max_examples=800, deadline=None)
    @given(_members, st.lists(_steps, max_size=60))
    def test_bytes_are_those_of_writing_each_piece_at_once(
        self, members: list[set[int]], steps: list[tuple[str, tuple[Any, ...]]]
    ) -> None:
        self.run_steps(members, steps)
