"""Programs that the benchmark starts and ends, and what the kernel tells of them."""

from __future__ import annotations

import os
import random
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
_given: set[int] = set()


class Failed(Exception):
    """A program did not do what it was started for; the message says which, and what it printed."""


def parse_cpu(stat: str) -> float:
    """Seconds of processor time of all threads, out of ``/proc/PID/stat`` (proc(5), fields 14 and 15)."""
    # The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def parse_resident(statm: str) -> int:
    """Bytes of memory that are resident, out of ``/proc/PID/statm`` (proc(5))."""
    return int(statm.split()[1]) * PAGE


def parse_busy(stat: str) -> float:
    """Seconds in which processors were not idle, all of them together, out of ``/proc/stat`` (proc(5))."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, stat.split("\n", 1)[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def busy_seconds() -> float:
    """Seconds in which the machine's processors were not idle."""
    return parse_busy(Path("/proc/stat").read_text())


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time that the process has used."""
    return parse_cpu(Path(f"/proc/{pid}/stat").read_text())


def resident_bytes(pid: int) -> int:
    """Bytes of memory that the process has resident."""
    return parse_resident(Path(f"/proc/{pid}/statm").read_text())


def parse_peak(status: str) -> int:
    """Bytes of memory that were resident at most, out of ``/proc/PID/status`` (proc(5))."""
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def peak_bytes(pid: int) -> int:
    """Bytes of memory that the process had resident at most since :func:`forget_peak`, or since its start."""
    return parse_peak(Path(f"/proc/{pid}/status").read_text())


def forget_peak(pid: int) -> None:
    """From here on the most that is resident is counted anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def raise_open_files() -> None:
    """Let this process, and those that it starts, have as many files open as may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def free_port() -> int:
    """A port of the loopback interface that nobody listens on, a different one each time.

    It is none of those that the kernel gives out by itself (32768 and up, ip(7)): between this and the listening, one
    of them could become somebody's.
    """
    while True:
        port = random.randrange(10_240, 32_768)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    source: IO[Any] | int = subprocess.DEVNULL,
    output: IO[Any] | int | None = None,
    errors: IO[Any] | int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """The program, in a process group of its own; however the block is left, none of the group lives on."""
    process = subprocess.Popen(
        list(map(str, command)),
        stdin=source,
        stdout=output,
        stderr=errors,
        cwd=directory,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
        text=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str], patience: float = 10.0) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()


def wait_for_listener(process: subprocess.Popen[str], port: int, log: Path, patience: float = 30.0) -> None:
    """Wait until somebody listens on ``port``.

    :raises Failed: the process ended, or nobody did in ``patience`` seconds
    """
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise Failed(f"{Path(str(process.args[0])).name} does not listen:\n{tail(log)}")  # type: ignore[index]


def expect(process: subprocess.Popen[str], start: str) -> str:
    """The next line that the process prints, which begins so.

    :raises Failed: it prints another, or has ended
    """
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line.startswith(start):
        name = Path(str(process.args[0])).name  # type: ignore[index]
        raise Failed(f"{name}: {(line or process.stderr.read()).strip() or 'ended without a word'}")
    return line


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a file."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
