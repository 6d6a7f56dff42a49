"""Pools of threads: what waits for the disk, or takes long, is done beside the reactor."""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool


class Pools:
    """All of them; what is asked for before they are started is done then."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._pools: list[ThreadPool] = []

    def add(self, name: str, threads: int) -> Any:
        """One more; a function that has it do something, and gives a Deferred."""
        pool = ThreadPool(0, threads, f"chatd-{name}")
        self._pools.append(pool)
        return partial(deferToThreadPool, self._reactor, pool)

    def start(self) -> None:
        """Begin."""
        for pool in self._pools:
            pool.start()

    def stop(self) -> None:
        """Finish what was asked for, and end the threads."""
        for pool in self._pools:
            if pool.started:
                pool.stop()
