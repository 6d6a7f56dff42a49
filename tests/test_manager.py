"""What the service manager is told."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chatd.manager import ALIVE, READY, Manager, reloading
from tests.logs import Told


class ManagerTests(SynchronousTestCase):
    def listen(self, name: str) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(listening.close)
        listening.bind(name)
        listening.settimeout(30)
        return listening

    def test_it_is_told_where_it_listens(self) -> None:
        path = str(Path(self.mktemp()).absolute())[-100:]
        os.chdir("/")
        name = f"\0{path}"
        for address, bound in ((f"@{path}", name),):
            listening = self.listen(bound)
            Manager({"NOTIFY_SOCKET": address}).tell(READY, ALIVE)
            self.assertEqual(listening.recv(1000), b"READY=1\nWATCHDOG=1")

    def test_a_reload_says_when_it_began(self) -> None:
        self.assertEqual(reloading(12.5), ("RELOADING=1", "MONOTONIC_USEC=12500000"))

    def test_without_one_nothing_happens(self) -> None:
        manager = Manager({"WATCHDOG_USEC": "1000000"})
        manager.tell(READY)
        self.assertEqual(manager.heartbeat, 0)

    def test_one_that_is_gone_harms_nobody(self) -> None:
        log = Told(self, "chatd.manager.Manager")
        Manager({"NOTIFY_SOCKET": "/nowhere/at/all"}).tell(READY)
        self.assertIn("cannot be told", log.lines[0])

    def test_it_hears_twice_in_the_time_it_waits(self) -> None:
        environment = {"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "20000000"}
        self.assertEqual(Manager(environment).heartbeat, 10)
        self.assertEqual(Manager(environment | {"WATCHDOG_PID": str(os.getpid())}).heartbeat, 10)
        self.assertEqual(Manager(environment | {"WATCHDOG_PID": "1"}).heartbeat, 0)
        self.assertEqual(Manager(environment | {"WATCHDOG_USEC": "soon"}).heartbeat, 0)
