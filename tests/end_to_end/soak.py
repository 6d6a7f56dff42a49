"""A crowded room for a minute, some members of which do not read: ``make soak``.

It prints what was found, and fails where one who reads misses a line, or who does not read is kept too long.
"""

from __future__ import annotations

import argparse
import json
import math
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import expect, raise_open_files, running
from benchmarks.programs import program
from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.room import Member, Room

QUEUE = 262_144
"""Bytes that may wait for one member (``queue_bytes``)."""

MEANWHILE = 3 * 65536
"""Bytes that a room takes in the turn that is too much, and until it stands in the journal that somebody left."""

REASON = (
    b"00 you are disconnected: too slow to read what is sent to you",
    b'00 {"type":"closing","reason":"too-slow"}',
)
NO_RULES = "[limits]\nflood = false\nconnections_per_address = 0\n"
_LOOK = 0.25
"""Seconds between two looks for those who were dropped: they are to read before their time is over."""


class Fate(NamedTuple):
    """What became of one who did not read.

    :param queued: bytes that were not sent any more, having waited or been said before it stood in the journal
    :param late: seconds between the line that was too much and the end
    """

    name: str
    queued: int
    late: float
    last_line: bytes


class Readers:
    """Members who read, all of them in one C program; in Python a thousand would not keep up with what is said.

    :param program: has entered with them
    """

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def hear(self, messages: int) -> None:
        """Returns when each of them has heard so many messages.

        :raises Failed: one of them missed a message, heard one twice, or was disconnected
        """
        assert self._program.stdin is not None
        with suppress(BrokenPipeError):
            self._program.stdin.write(f"{messages}\n")
            self._program.stdin.flush()
        expect(self._program, "heard")


@contextmanager
def reading(port: int, readers: int) -> Iterator[Readers]:
    """So many of them in the room of the server at ``port``.

    :raises Failed: not all of them got in
    """
    command = [str(program("readers")), str(port), str(readers)]
    with running(command, source=subprocess.PIPE, output=subprocess.PIPE, errors=subprocess.PIPE) as process:
        expect(process, "inside")
        yield Readers(process)


def connect(port: int) -> socket.socket:
    """A connection whose kernel keeps little for who does not read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    return connection


def fill(room: Room, readers: int, stalled: int) -> list[Member]:
    """Let so many enter; those who will not read any more."""
    for number in range(readers):
        room.enter(f"reader{number:04}")
    idle = [room.enter(f"stalled{number:02}") for number in range(stalled)]
    for member in idle:
        room.stall(member)
    return idle


def talk(room: Room, idle: list[Member], per_second: float, seconds: float, size: int) -> None:
    """Say so many messages, of ``size`` bytes each; who was dropped reads again, to hear why.

    :raises AssertionError: somebody who reads misses a message
    """
    begun = looked = time.monotonic()
    asleep = {member.name: member for member in idle}
    while (passed := time.monotonic() - begun) < seconds or (asleep and passed < seconds + DEADLINE):
        while room.said < passed * per_second:
            room.say(size)
        room.take(1 / per_second)
        if asleep and time.monotonic() - looked > _LOOK:
            looked = time.monotonic()
            for name in room.left() & set(asleep):
                _wake(room, asleep.pop(name))
    others = [member for member in room.members if member not in idle]
    room.until(lambda: all(member.heard == room.said for member in others))
    room.until(lambda: all(member.ended for member in idle))


def _wake(room: Room, member: Member) -> None:
    """Let ``member`` read, and as fast as can be: it has but seconds."""
    member.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    room.read(member)


def fates(room: Room, idle: list[Member]) -> list[Fate]:
    """What became of those who did not read."""
    rows = room.journal()
    said = [_at(row) for row in rows if row[1] == "said"]
    line = room.speaker.size
    found = []
    for member in idle:
        (place,) = (number for number, row in enumerate(rows) if row[1] == "left" and row[4] == member.name)
        missed = sum(row[1] == "said" for row in rows[:place]) - member.heard
        too_much = min(member.heard + math.ceil(QUEUE / line), len(said)) - 1
        found.append(Fate(member.name, missed * line, _at(rows[place]) - said[too_much], member.lines[-1]))
    return found


def _at(row: list[str]) -> float:
    return datetime.fromisoformat(row[0]).timestamp()


def told(member: Member) -> Counter[str]:
    """How often ``member`` was told that each left; sums count for nobody in particular."""
    values = [json.loads(line.partition(b" ")[2]) for line in member.lines if line.startswith(b"111 {")]
    return Counter(value["user"] for value in values if value["type"] == "left")


def check(found: list[Fate], late: float = 1) -> None:
    """Everybody was dropped in time, for too much, and told why.

    :param late: seconds between the line that was too much and the end, at most
    :raises AssertionError: with what is wrong
    """
    for fate in found:
        assert fate.last_line in REASON, fate
        assert fate.queued <= QUEUE + MEANWHILE, fate
        assert fate.late <= late, fate


def run(members: int, stalled: int, per_second: float, seconds: float, size: int) -> tuple[int, list[Fate], int]:
    """A crowded room of a server of its own: how much was said, what became of those who did not read, KiB it took.

    :raises Failed: somebody who reads does not hear all, in order
    """
    raise_open_files()
    with tempfile.TemporaryDirectory() as temporary:
        config = Path(temporary, "chatd.toml")
        config.write_text(NO_RULES)
        with server.running("--config", str(config)) as daemon:
            room = Room(lambda: connect(daemon.port), daemon.data / "log.csv", "format json\n")
            idle = fill(room, 0, stalled)
            with reading(daemon.port, members - stalled - 1) as readers:
                before = daemon.memory()
                daemon.forget_peak()
                talk(room, idle, per_second, seconds, size)
                readers.hear(room.said)
            found, more = fates(room, idle), daemon.memory("VmHWM") - before
            room.close()
            return room.said, found, more // 1024


def main() -> None:
    """As the command line asks."""
    parser = argparse.ArgumentParser("soak", description=__doc__)
    for name, default in (("members", 1000), ("stalled", 10), ("per-second", 100), ("seconds", 60), ("size", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default, help="default: %(default)s")
    asked = parser.parse_args()
    said, found, more = run(**vars(asked))
    print(f"{said} messages of {asked.size} bytes in a room of {asked.members}: all who read heard all, in order")
    print(f"memory: {more} KiB more at most")
    queued, late = max(fate.queued for fate in found), max(fate.late for fate in found)
    print(
        f"{len(found)} did not read: {queued / 1024:.0f} KiB were not sent any more to one of them, at most;", end=" "
    )
    print(f"gone {late:.3f} s after it was too much, at most; all were told why")
    check(found)


if __name__ == "__main__":
    main()
