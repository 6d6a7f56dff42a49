"""The command line: which workloads, which servers, for how long, and what becomes of the figures."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmarks.machine import describe
from benchmarks.processes import Failed, raise_open_files
from benchmarks.programs import BUILD
from benchmarks.report import as_text, write_docs
from benchmarks.servers import SERVERS
from benchmarks.work import Result, Run, Work, middle
from benchmarks.workloads import WORKLOADS


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for; an error in it ends the program, and says why."""
    parser = argparse.ArgumentParser("benchmarks", description="chatd and its peers under the same load.")
    names = ", ".join(WORKLOADS)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of: {names}; all of them unless given")
    parser.add_argument("--peers", default=",".join(SERVERS), help="servers, with commas between; default: %(default)s")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="at most; default: %(default)s")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", default=BUILD / "results.json", help="default: %(default)s"
    )
    parser.add_argument("--write-docs", action="store_true", help="put the figures into docs/performance.*")
    asked = parser.parse_args(arguments)
    asked.peers = asked.peers.split(",")
    for given, known in ((asked.workloads, WORKLOADS), (asked.peers, SERVERS)):
        for name in given:
            if name not in known:
                parser.error(f"there is no {name!r}; there are {', '.join(known)}")
    if asked.rounds < 1 or asked.seconds <= 0:
        parser.error("there must be a round, and it must take time")
    asked.workloads = asked.workloads or list(WORKLOADS)
    return asked


def measure(works: Sequence[Work], run: Run) -> list[Result]:
    """Measure one workload after the other, and print what comes out."""
    results = []
    for work in works:
        print(f"\n{work.title} ({work.name})", flush=True)
        mine = list(work.measure(run))
        results += mine
        if mine:
            print(as_text(work.table(mine)), flush=True)
        others = middle(mine, "others")
        if others is not None:
            print(f"  others had {others:.1f} processors meanwhile", flush=True)
    return results


def main(arguments: Sequence[str]) -> None:
    """Do what the command line asks for."""
    asked = options(arguments)
    raise_open_files()
    found = [name for name in asked.peers if SERVERS[name].found()]
    machine = describe(found)
    print("\n".join(f"{what}: {value}" for what, value in machine.items()))
    for name in set(asked.peers) - set(found):
        print(f"{name} is not on this machine")
    results = measure([WORKLOADS[name] for name in asked.workloads], Run(found, asked.rounds, asked.seconds))
    others = middle(results, "others")
    if others is not None:
        machine["taken by others meanwhile"] = f"{others:.1f} processors"
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps({"machine": machine, "results": results}, indent=1))
    print(f"\nevery measurement: {asked.json}")
    if asked.write_docs:
        write_docs(machine, results)


def _stopped(*_: object) -> NoReturn:
    # An exception, so that all that was started is ended.
    sys.exit("benchmarks: stopped")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stopped)
    signal.signal(signal.SIGHUP, _stopped)
    try:
        main(sys.argv[1:])
    except Failed as error:
        sys.exit(f"benchmarks: {error}")
    except KeyboardInterrupt:
        sys.exit("benchmarks: stopped")
