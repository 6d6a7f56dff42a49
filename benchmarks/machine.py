"""The machine and the versions that figures are from."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from benchmarks.servers import executable


def describe(servers: Iterable[str]) -> dict[str, str]:
    """The processor, the system, Python and Twisted, and the daemons among ``servers``."""
    described = {
        "processors": f"{os.cpu_count()} × {processor(Path('/proc/cpuinfo').read_text())}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "twisted": version("twisted"),
    }
    for name in servers:
        path = executable(name)
        if path is not None:
            described[name] = _version(path)
    return described


def processor(cpuinfo: str) -> str:
    """The name of the processor, out of ``/proc/cpuinfo``."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _version(path: str) -> str:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"
