"""Search: how fast the index is made, what one search takes, and what both do to those who talk meanwhile."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate, count
from pathlib import Path

from benchmarks.fanout import FanOut
from benchmarks.person import PATIENCE, Person
from benchmarks.processes import Failed
from benchmarks.servers import CHATD, Running, Setup
from benchmarks.work import Result, Run, Table, figure

ROOMS, SPEAKERS = 100, 1000
VOCABULARY, WORDS = 30_000, 9
"""Words there are, and words of a message; the n-th of them is said 1/n times as often as the first (Zipf's law)."""

QUERIES = (
    ("a word of every second message", lambda n: "w1"),
    ("a word of 5,000 messages", lambda n: f"w{150 + n}"),
    ("a word of a few", lambda n: f"w{20_000 + n}"),
    ("two words", lambda n: f"w{2 + n % 10} w{40 + n}"),
    ("a beginning", lambda n: f"w{200 + n}*"),
    ("two words in quotes", lambda n: f'"w{2 + n % 10} w{3 + n}"'),
    ("two words by one user in one room", lambda n: f"w1 w{2 + n % 10} @u{n:05} #r{n % ROOMS:04}"),
)
"""What is searched for, by its kind; the n-th time something else."""

_HEADER = "time,event,log,seq,user,address,text\n"


class Searcher(Person):
    """A program that is logged in and searches."""

    def __init__(self, server: Running) -> None:
        super().__init__(server.port, "guest searcher")

    def search(self, words: str) -> bool:
        """Search; whether the index had everything.

        :raises Failed: the server has something else to say
        """
        self.say(f"search {words}")
        return bool(self.hear("search")["complete"])


@dataclass(frozen=True)
class Search:
    """So many messages that are found by their words.

    :param searches: of each kind
    :param paced: who talks meanwhile
    """

    name: str
    title: str
    paced: FanOut
    messages: int = 1_000_000
    searches: int = 100

    def measure(self, run: Run) -> Iterator[Result]:
        """With nobody there, while somebody searches all the time, and while the index is made.

        :raises Failed: a server or the load ended, or something was not delivered as it should be
        """
        if "chatd" not in run.names:
            return
        with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
            for name in ("quiet", "filling"):
                with replace(CHATD, command=self._command).run(Path(temporary, name), rooms=ROOMS) as server:
                    each = self._quiet(server, run) if name == "quiet" else self._filling(server, run)
                    yield from ({"workload": self.name, "server": "chatd", "round": 0, **result} for result in each)

    def _command(self, setup: Setup) -> Sequence[str | Path]:
        command = CHATD.command(setup)
        write_messages(setup.directory / "data" / "log.csv", self.messages)
        return command

    def _quiet(self, server: Running, run: Run) -> Iterator[Result]:
        begun = time.monotonic()
        searcher = Searcher(server)
        while not searcher.search("w1"):
            if time.monotonic() - begun > PATIENCE:
                raise Failed("the index does not become complete")
            time.sleep(0.2)
        yield {"what": "index", "per_second": self.messages / (time.monotonic() - begun)}
        for kind, words in QUERIES:
            took = sorted(_seconds(searcher, words(number)) for number in range(self.searches))
            yield {"what": kind, "p50": took[len(took) // 2], "p99": took[-1 - len(took) // 100], "max": took[-1]}
        searcher.close()
        yield from self._talk(server, run, "nobody searches")
        with _searching(server):
            yield from self._talk(server, run, "one searches all the time")

    def _filling(self, server: Running, run: Run) -> Iterator[Result]:
        yield from self._talk(server, run, "the index is made")
        searcher = Searcher(server)
        if searcher.search("w1"):
            raise Failed("the index was complete before the end: it takes more messages to measure this")
        searcher.close()

    def _talk(self, server: Running, run: Run, what: str) -> Iterator[Result]:
        for result in self.paced.load(server, run.seconds):
            yield {"what": what, **{field: result["latency_us"][field] / 1e6 for field in ("p50", "p99", "max")}}

    def table(self, results: Sequence[Result]) -> Table:
        """The rate of the index, and milliseconds."""
        index, *others = results
        rows = [["", "p50, ms", "p99, ms", "max, ms"]]
        rows.append([f"index: {index['per_second']:,.0f} messages a second", "", "", ""])
        for result in others:
            searched = result["what"] in dict(QUERIES)
            what = f"search: {result['what']}" if searched else f"{self.paced.title}; {result['what']}"
            rows.append([what, *(figure(result[field] * 1e3) for field in ("p50", "p99", "max"))])
        return rows


def _seconds(searcher: Searcher, words: str) -> float:
    begun = time.monotonic()
    searcher.search(words)
    return time.monotonic() - begun


@contextmanager
def _searching(server: Running) -> Iterator[None]:
    done = threading.Event()

    def search() -> None:
        searcher = Searcher(server)
        for number in count():
            if done.wait(0.05):
                break
            searcher.search(QUERIES[number % len(QUERIES)][1](number % 100))
        searcher.close()

    thread = threading.Thread(target=search)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def write_messages(file: Path, messages: int) -> None:
    """A journal in which a thousand people have said so many things in a hundred rooms, always the same."""
    chance = random.Random(1)
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    words = [f"w{rank}" for rank in range(1, VOCABULARY + 1)]
    with file.open("w") as out:
        out.write(_HEADER)
        for row in range(messages):
            text = " ".join(chance.choices(words, cum_weights=weights, k=WORDS))
            at = f"2026-01-01T{row // 3600000 % 24:02}:{row // 60000 % 60:02}:{row // 1000 % 60:02}.{row % 1000:03}Z"
            place = f"r{row % ROOMS:04},{row // ROOMS + 1},u{row * 7 % SPEAKERS:05}"
            out.write(f"{at},said,{place},192.0.2.7,{text}\n")
        out.write("2026-01-02T00:00:00.000Z,stopped,,,,,\n")
    file.chmod(0o600)
