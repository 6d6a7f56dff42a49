"""What every kind of frontend is to those who look after all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from chatd.frontends.door import Caller


class Factory(Protocol):
    """Makes the connections of one kind."""

    frontend: str
    """What it is called."""
    received: int
    """Bytes that came."""
    too_slow: int
    """Connections that were dropped since they did not read."""

    @property
    def open(self) -> Collection[Caller]:
        """Those that there are."""

    def limit(self, flood: bool, line_bytes: int, queue_bytes: int) -> None:
        """Let these hold for new ones; see :class:`chatd.config.Limits`."""

    def sweep(self) -> None:
        """Look after them; every few seconds."""
