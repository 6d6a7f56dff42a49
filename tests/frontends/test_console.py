"""The console's socket: who may come in, and what is in its place."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.console import OwnersOnly, address, listen


class Socket:
    """One whose peer is the user ``uid``."""

    def __init__(self, uid: int) -> None:
        self._uid = uid

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        assert (level, option, size) == (socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return struct.pack("3i", 1, self._uid, 1)


class OwnersTests(SynchronousTestCase):
    def may_enter(self, uid: int) -> bool:
        caller: Any = SimpleNamespace(transport=SimpleNamespace(socket=Socket(uid)))
        return OwnersOnly().enter(caller, "unix")

    def test_its_owner_and_root_come_in_and_nobody_else(self) -> None:
        self.patch(os, "geteuid", lambda: 1000)
        self.assertEqual([self.may_enter(uid) for uid in (1000, 0, 1001, -1)], [True, True, False, False])


class ListenTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.path = self.directory / "console"
        self.reactor = MemoryReactor()

    def listen(self) -> Any:
        listen(self.reactor, self.directory, None)  # type: ignore[arg-type]
        ((path, *_, mode, _),) = self.reactor.unixServers
        self.assertEqual(mode, 0o600)
        return path

    def test_the_socket_of_a_dead_server_is_replaced(self) -> None:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(address(self.path))
        self.listen()
        self.assertFalse(self.path.exists(), "there is no socket but in memory")

    def test_what_is_no_socket_stays(self) -> None:
        self.path.write_text("mine")
        error = self.assertRaises(FileExistsError, listen, self.reactor, self.directory, None)
        self.assertIn("no socket; move it away", str(error))
        self.assertEqual(self.path.read_text(), "mine")

    def test_a_path_may_be_longer_than_an_address(self) -> None:
        long = self.directory / ("x" * 200)
        long.mkdir()
        shown = address(long / "console")
        self.assertLess(len(shown), 60)
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(shown)
        self.assertTrue((long / "console").is_socket())
