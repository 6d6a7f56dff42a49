"""The processor's time: how long a process had to wait for it because others had it."""

from __future__ import annotations

import os
from pathlib import Path


def waited(pid: int) -> float:
    """Milliseconds for which threads of a process were ready to run and did not, since it began (proc(5): schedstat).

    The time that the whole machine got none (steal in stat) is in it.
    """
    delays = sum(_numbers(thread / "schedstat")[1] for thread in Path(f"/proc/{pid}/task").iterdir()) / 1e6
    stolen = _numbers(Path("/proc/stat"))[7] / os.sysconf("SC_CLK_TCK") * 1000
    return delays + stolen


def _numbers(file: Path) -> list[int]:
    """Of its first line; where the system does not tell, zeros."""
    try:
        words = file.read_text().split("\n", 1)[0].split()
    except OSError:
        return [0] * 8
    return [int(word) for word in words if word.isdecimal()]
