"""The chart of docs/performance.rst: deliveries a second of each server, beside those of the better daemon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.servers import DAEMONS
from benchmarks.work import Result, middle, several

GROUPS = {
    "room200": "room of 200",
    "room1000": "room of 1000",
    "rooms400": "400 rooms of 10",
    "tls200": "room of 200, TLS",
}
"""The workloads that are drawn."""

COLOURS = {"chatd": "#1b6ca8", "inspircd": "#8a8f98", "ngircd": "#b9bec6", "words": "#d9a441"}
NAMES = {"chatd": "chatd", "inspircd": "InspIRCd", "ngircd": "ngIRCd", "words": "twistd words"}

WIDTH, LEFT, RIGHT, TOP = 760, 190, 90, 64
BAR, BETWEEN = 13, 12


def draw(results: Sequence[Result]) -> str:
    """The chart, an SVG document (1.1) that shows on light and dark pages alike."""
    groups = list(_groups(results))
    longest = max((max(ratios.values()) for _, ratios, _ in groups), default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / max(longest, 1.0)
    height = TOP + sum(BAR * len(ratios) + BETWEEN for _, ratios, _ in groups) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
        "<title>Deliveries a second, as multiples of the better IRC daemon</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 20, "Deliveries a second; 1 is the better of ngIRCd and InspIRCd", size=13, weight="bold"),
        *_legend({server for _, ratios, _ in groups for server in ratios}),
        *_grid(scale, longest, height),
        *_bars(groups, scale),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _groups(results: Sequence[Result]) -> Iterator[tuple[str, dict[str, float], dict[str, float]]]:
    """For each workload and window: its name, ratios to the better daemon, and rates."""
    for workload, title in GROUPS.items():
        own = [result for result in results if result["workload"] == workload]
        for window in several(own, "window"):
            found = {server: middle(own, "per_second", server=server, window=window) for server in COLOURS}
            rates = {server: rate for server, rate in found.items() if rate}
            better = max((rates[server] for server in DAEMONS if server in rates), default=0)
            if better:
                label = title if len(several(own, "window")) == 1 else f"{title}, {window} under way"
                yield label, {server: rate / better for server, rate in rates.items()}, rates


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 11, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="#24292f">{escape(text)}</text>'
    )


def _legend(servers: set[str]) -> Iterator[str]:
    x = LEFT
    for server in (name for name in COLOURS if name in servers):
        yield f'<rect x="{x}" y="31" width="11" height="11" fill="{COLOURS[server]}"/>'
        yield _text(x + 16, 41, NAMES[server])
        x += 30 + 7 * len(NAMES[server])


def _grid(scale: float, longest: float, height: int) -> Iterator[str]:
    step = 0.5 if longest <= 4 else 1.0 if longest <= 10 else 5.0
    for number in range(int(longest / step) + 1):
        x, strong = LEFT + number * step * scale, number * step == 1
        colour, width = ("#24292f", 1.2) if strong else ("#d0d7de", 0.6)
        ends = f'x1="{x:.1f}" y1="{TOP - 4}" x2="{x:.1f}" y2="{height - 8}"'
        yield f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'
        yield _text(x, TOP - 8, f"{number * step:g}", anchor="middle", size=10)


def _bars(groups: Sequence[tuple[str, dict[str, float], dict[str, float]]], scale: float) -> Iterator[str]:
    y = TOP
    for label, ratios, rates in groups:
        yield _text(LEFT - 8, y + BAR * len(ratios) / 2 + 4, label, anchor="end")
        for server, ratio in ratios.items():
            width = max(1.0, ratio * scale)
            yield f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 2}" fill="{COLOURS[server]}"/>'
            yield _text(LEFT + width + 5, y + BAR - 4, f"{rates[server] / 1e3:,.0f} k/s", size=10)
            y += BAR
        y += BETWEEN
