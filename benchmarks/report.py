"""Figures for people: on a terminal, and in docs/performance.rst between the comments that name their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chart import GROUPS, draw
from benchmarks.work import Result, Table
from benchmarks.workloads import WORKLOADS

DOCS = Path(__file__).parent.parent / "docs"


def as_text(table: Table) -> str:
    """The table in columns."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
    return "\n".join(f"  {line.rstrip()}" for line in lines)


def as_rst(table: Table) -> str:
    """The table in reStructuredText."""
    lines = [".. list-table::", "   :header-rows: 1", "   :stub-columns: 1", ""]
    for row in table:
        lines += [f"   {'*' if first else ' '} -{' ' * bool(cell)}{cell}" for first, cell in _marked(row)]
    return "\n".join(lines)


def _marked(row: Sequence[str]) -> list[tuple[bool, str]]:
    return [(not index, cell) for index, cell in enumerate(row)]


def put(text: str, place: str, block: str) -> str:
    """``text`` with ``block`` between the comments ``.. figures PLACE`` and ``.. end PLACE``.

    :raises ValueError: it has no such place
    """
    pattern = re.compile(rf"(?<=^\.\. figures {place}\n).*?(?=^\.\. end {place}$)", re.DOTALL | re.MULTILINE)
    if not pattern.search(text):
        raise ValueError(f"there is no place for {place}")
    return pattern.sub(lambda _: f"\n{block}\n\n", text)


def write_docs(machine: dict[str, str], results: Sequence[Result], docs: Path = DOCS) -> None:
    """Put what was measured into the documentation; what was not stays as it was."""
    page = docs / "performance.rst"
    text = page.read_text(encoding="utf-8")
    text = put(text, "machine", "\n".join(f"* {what}: {value}" for what, value in machine.items()))
    for name, work in WORKLOADS.items():
        mine = [result for result in results if result["workload"] == name]
        if mine:
            text = put(text, name, as_rst(work.table(mine)))
    page.write_text(text, encoding="utf-8")
    if {result["workload"] for result in results} >= set(GROUPS):
        (docs / "performance.svg").write_text(draw(results), encoding="utf-8")
