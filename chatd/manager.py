"""The service manager, which is told how the daemon is: systemd's protocol of notifications (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from twisted.logger import Logger

READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


class Manager:
    """Whoever started this process, if it wants to be told.

    :param environment: says where it listens, and whether it wants to hear regularly that the process is alive
    """

    log = Logger()

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A leading @ stands for the abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        interval = environment.get("WATCHDOG_USEC", "") if mine else ""
        self.heartbeat = int(interval) / 2_000_000 if interval.isdecimal() and self._address else 0.0
        """Seconds from one :data:`ALIVE` to the next, half of what is asked for; 0 where none is."""

    def tell(self, *states: str) -> None:
        """Send what has changed. Nothing depends on whether it arrives."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sending:
                sending.sendto("\n".join(states).encode(), self._address)
        except OSError as error:
            self.log.warn("the service manager cannot be told {states}: {error}", states=states, error=error)


def reloading(monotonic: float) -> tuple[str, str]:
    """What says that READY follows when something is over; ``monotonic`` in seconds, of the system's clock."""
    return "RELOADING=1", f"MONOTONIC_USEC={int(monotonic * 1_000_000)}"
