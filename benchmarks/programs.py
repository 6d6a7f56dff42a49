"""The benchmark's C programs, compiled when their sources have changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.processes import Failed

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "benchmarks"
SOURCES = {
    "load": ("load.c", "talk.c", "net.c"),
    "crowd": ("crowd.c", "talk.c", "net.c"),
    "lag": ("lag.c", "talk.c", "net.c"),
    "floor": ("floor.c",),
    "relay": ("relay.c",),
    "readers": ("readers.c", "net.c"),
}
OPTIONS = ("-O2", "-std=gnu11", "-Wall", "-Wextra", "-D_GNU_SOURCE")


def compiler() -> str | None:
    """The C compiler, if there is one."""
    return shutil.which("cc") or shutil.which("gcc")


def program(name: str, build: Path = BUILD) -> Path:
    """The path of the program, compiled if need be.

    :param name: a key of :data:`SOURCES`
    :param build: directory in which it is, or will be
    :raises Failed: there is no compiler, or it fails
    """
    target = build / name
    sources = [HERE / source for source in SOURCES[name]]
    newest = max(file.stat().st_mtime for file in (*sources, *HERE.glob("*.h")))
    if not target.exists() or target.stat().st_mtime < newest:
        _compile(target, sources)
    return target


def _compile(target: Path, sources: list[Path]) -> None:
    cc = compiler()
    if cc is None:
        raise Failed("the load is made by C programs: install a compiler (Debian: gcc libc6-dev libssl-dev)")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Under its name there is never half a program.
    new = target.with_name(f"{target.name}-{os.getpid()}")
    command = [cc, *OPTIONS, "-o", str(new), *map(str, sources), "-lssl", "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{target.name} cannot be compiled:\n{done.stderr}")
    new.replace(target)
