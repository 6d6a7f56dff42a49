"""Start: how long it takes until chatd listens, with much to read and with nothing."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from benchmarks.processes import Failed, free_port, running, tail
from benchmarks.servers import ROOT, SERVERS, Setup
from benchmarks.work import Result, Run, Table, figure, middle, several

FILE_BYTES = 64 << 20
"""What a file of the journal has when a new one is begun."""

PATIENCE = 60.0
_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43
_HEADER = "time,event,log,seq,user,address,text\n"
_ROOMS, _SPEAKERS, _BLOCK = 100, 1000, 10_000


@dataclass(frozen=True)
class Start:
    """A data directory with so many accounts, and so many bytes of journal."""

    name: str
    title: str
    accounts: int = 100_000
    journal: int = 1 << 30
    most_rounds: int = 3

    def measure(self, run: Run) -> Iterator[Result]:
        """The same directories in each round.

        :raises Failed: chatd does not start
        """
        if "chatd" not in run.names:
            return
        with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
            empty, full = Path(temporary, "empty"), Path(temporary, "full")
            for directory in (empty, full):
                (directory / "data").mkdir(mode=0o700, parents=True)
            write_accounts(full / "data" / "users.csv", self.accounts)
            write_journal(full / "data", self.journal, self.accounts)
            for number in range(min(run.rounds, self.most_rounds)):
                for directory in (empty, full):
                    seconds = _seconds_to_listen(directory)
                    yield {
                        "workload": self.name,
                        "server": "chatd",
                        "round": number,
                        "data": directory.name,
                        "seconds": seconds,
                    }

    def table(self, results: Sequence[Result]) -> Table:
        """Seconds by directory."""
        names = {"empty": "empty", "full": f"{self.accounts:,} accounts, {self.journal / (1 << 30):.3g} GiB of journal"}
        header = ["data directory", "seconds until it listens"]
        times = {data: middle(results, "seconds", data=data) or 0 for data in several(results, "data")}
        return [header, *([names[data], figure(seconds)] for data, seconds in times.items())]


def _seconds_to_listen(directory: Path) -> float:
    command = SERVERS["chatd"].command(Setup(directory, free_port(), tls=False, rooms=0))
    log, begun = directory / "output", time.monotonic()
    with (
        log.open("w") as output,
        running(
            command, environment={"PYTHONPATH": str(ROOT)}, directory=directory, output=output, errors=subprocess.STDOUT
        ) as chatd,
    ):
        while "listening: " not in log.read_text():
            if chatd.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise Failed(f"chatd does not listen:\n{tail(log)}")
            time.sleep(0.005)
        return time.monotonic() - begun


def write_accounts(file: Path, accounts: int) -> None:
    """As many rows of users.csv; nobody knows the passwords."""
    with file.open("w") as out:
        out.write("name,password,role,created,last_seen\n")
        for number in range(accounts):
            out.write(f'u{number:05},"{_HASH}",user,2026-01-01T00:00:00.000Z,never\n')
    file.chmod(0o600)


def write_journal(directory: Path, size: int, accounts: int) -> None:
    """Files of a journal, ``size`` bytes in all, as chatd leaves them when it is stopped.

    Each begins with where every log and every account was; then a thousand people talk in a hundred rooms. The last,
    which still grows, has what is left.
    """
    files = max(1, -(-size // FILE_BYTES))
    row = 0
    for number in range(1, files + 1):
        newest = number == files
        file = directory / ("log.csv" if newest else f"log-20260101T{number:06}Z-{number}.csv")
        with file.open("w") as out:
            out.write(_HEADER)
            _write_state(out, row, accounts)
            full = min(FILE_BYTES, size - (files - 1) * FILE_BYTES) if newest else FILE_BYTES
            while out.tell() < full:
                out.writelines(map(_said, range(row, row + _BLOCK)))
                row += _BLOCK
            if newest:
                out.write("2026-01-02T00:00:00.000Z,stopped,,,,,\n")
        file.chmod(0o600)


def _write_state(out: TextIO, row: int, accounts: int) -> None:
    at = "2026-01-01T00:00:00.000Z"
    if row:
        out.writelines(f"{at},checkpoint,room{room},{row // _ROOMS},,,\n" for room in range(_ROOMS))
    out.writelines(f"{at},rooms,,,u{number:05},,public room{number % _ROOMS}\n" for number in range(accounts))


def _said(row: int) -> str:
    return (
        f"2026-01-01T{row // 3600000 % 24:02}:{row // 60000 % 60:02}:{row // 1000 % 60:02}.{row % 1000:03}Z,said,"
        f"room{row % _ROOMS},{row // _ROOMS + 1},u{row * 7 % _SPEAKERS:05},192.0.2.7,"
        "somebody says something of a common length here\n"
    )
