"""All workloads, in the order in which they run."""

from __future__ import annotations

from benchmarks.crowd import Crowd
from benchmarks.fanout import Capacity, FanOut, Growth
from benchmarks.files import Files
from benchmarks.lag import Lag
from benchmarks.searching import Search
from benchmarks.start import Start
from benchmarks.steps import Steps
from benchmarks.web import Web
from benchmarks.work import Work

_EVERYONE = ("chatd", "ngircd", "inspircd", "words", "floor")


def _sized(members: int) -> FanOut:
    speakers = min(4, members // 2)
    return FanOut(str(members), "", members, (64,), speakers=speakers, peers=("chatd", "floor"), most_rounds=2)


_PACED = FanOut("paced", "100 messages a second in one room of 1000", 1000, (1,), rate=100, most_rounds=2)

_ALL: tuple[Work, ...] = (
    FanOut("room200", "One room of 200", 200, peers=_EVERYONE),
    FanOut("room1000", "One room of 1000", 1000),
    FanOut("rooms400", "400 rooms of 10", 10, (1,), rooms=400, speakers=1, most_rounds=2),
    Web(
        "web",
        "One room of 1000, by lines and by WebSockets",
        FanOut("web", "", 1000, peers=("chatd", "web"), most_rounds=3),
    ),
    FanOut("tls200", "One room of 200, over TLS", 200, tls=True),
    _PACED,
    Growth(
        "growth", "Growing rooms, 64 messages under way", tuple(_sized(members) for members in (10, 100, 1000, 5000))
    ),
    Crowd("crowd", "10,000 who log in and stay", 10_000),
    Start("start", "The start"),
    Steps("steps", "One message, step by step"),
    Lag("lag", "Line feeds, a million each from ten clients"),
    Search("search", "Search, in a million messages", _PACED),
    Files("files", "A file of 100 MiB, given by one and fetched by ten"),
    Capacity("capacity", "The load itself", FanOut("capacity", "", 200, (1024,), peers=("floor",), most_rounds=2)),
)

WORKLOADS = {work.name: work for work in _ALL}
"""By name."""
