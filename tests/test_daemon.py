"""The daemon: what it needs to start, what it says where it cannot, and what it leaves."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import msgspec
from twisted.cred.strcred import makeChecker
from twisted.internet.defer import Deferred, execute
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from chatd.config import Config
from chatd.daemon import Daemon
from chatd.testing import MemoryTransport
from tests.logs import Told


class GivenUp(Exception):
    """The daemon cannot start."""


class Unchanging:
    """A program whose configuration stays as it is."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def read(self) -> Config:
        return self.config

    def as_its_user(self) -> nullcontext[None]:
        return nullcontext()

    def check(self) -> None:
        pass

    def run_again(self, environment: dict[str, str]) -> None:
        pass


def give_up(why: str) -> NoReturn:
    raise GivenUp(why)


def at_once(reactor: object, pool: object, work: Callable[[], Any]) -> Deferred[Any]:
    """In place of a thread."""
    return execute(work)


class DaemonTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.reactor = MemoryReactorClock()
        self.log = Told(self, "chatd.daemon.Daemon")
        for faked in (patch("chatd.pools.deferToThreadPool", at_once), patch("chatd.daemon.Watchdog")):
            faked.start()
            self.addCleanup(faked.stop)

    def daemon(self, checkers: list[Any] | None = None, **sections: dict[str, Any]) -> Daemon:
        sections["server"] = {"data": str(self.directory)} | sections.get("server", {})
        config = msgspec.convert(sections, Config)
        return Daemon(self.reactor, config, checkers or [], give_up, Unchanging(config), {})

    def started(self, checkers: list[Any] | None = None, **sections: dict[str, Any]) -> Daemon:
        daemon = self.daemon(checkers, **sections)
        daemon.privilegedStartService()
        daemon.startService()
        self.reactor.advance(0)
        self.addCleanup(self.stop, daemon)
        return daemon

    def stop(self, daemon: Daemon) -> None:
        if daemon.running:
            stopped = daemon.stopService()
            self.reactor.pump([0.02] * 200)
            self.successResultOf(stopped)

    def refused(self, checkers: list[Any] | None = None, **sections: dict[str, Any]) -> str:
        """The one line that is said where it cannot start."""
        why = str(self.assertRaises(GivenUp, self.daemon(checkers, **sections).privilegedStartService))
        self.assertNotIn("\n", why)
        # Only the end of its process would let the other go.
        self.directory = Path(self.mktemp())
        return why


class StartTests(DaemonTestCase):
    def test_it_listens_on_loopback_and_keeps_its_files_to_itself(self) -> None:
        self.started()
        ((port, _, _, interface),) = self.reactor.tcpServers
        self.assertEqual((port, interface), (9000, "127.0.0.1"))
        self.assertEqual(self.directory.stat().st_mode & 0o777, 0o700)

    def test_it_tells_where_it_is_who_can_reach_it_and_that_nobody_is_operator(self) -> None:
        self.started(listen={"line": ["tcp:9001"]})
        listening, data, hint, operator = self.log.lines
        self.assertEqual(listening, "listening: tcp 0.0.0.0:9001")
        self.assertEqual(data, f"data: {self.directory.absolute()}")
        self.assertIn("not encrypted", hint)
        self.assertIn("no operator", operator)

    def test_it_listens_wherever_it_is_told_to(self) -> None:
        self.started(listen={"line": ["tcp:9001", "unix:chat.sock"]})
        self.assertEqual([server[0] for server in self.reactor.tcpServers], [9001])
        chat, console = (server[0] for server in self.reactor.unixServers)
        self.assertEqual((chat, console.endswith("/console")), ("chat.sock", True))

    def test_it_serves_metrics_beside_that(self) -> None:
        self.started(listen={"line": ["tcp:9001"], "metrics": ["tcp:9090"]})
        self.assertEqual([server[0] for server in self.reactor.tcpServers], [9001, 9090])
        self.assertIn("metrics: tcp 0.0.0.0:9090, at /metrics", self.log.lines)

    def test_it_closes_what_stands_about(self) -> None:
        self.started()
        factory: Any = self.reactor.tcpServers[0][1]
        protocol, transport = factory.buildProtocol(None), MemoryTransport("198.51.100.1")
        protocol.makeConnection(transport)
        self.reactor.pump([1] * 66)
        self.assertIn(b"nothing came from you for 60 s", transport.written)

    def test_it_removes_accounts_that_nobody_uses_where_it_is_told_to(self) -> None:
        self.directory.mkdir(0o700)
        path = self.directory / "users.csv"
        old = "2020-01-01T00:00:00.000Z"
        path.write_text(f"name,password,role,created,last_seen\nalice,x,user,{old},never\nbob,x,operator,{old},never\n")
        path.chmod(0o600)
        self.started(accounts={"expire_days": 365})
        self.assertEqual(
            [line.partition(",")[0] for line in path.read_text().split()], ["name", "alice", "bob", "alice"]
        )
        self.assertIn("alice,,removed", path.read_text())

    def test_it_leaves_its_directory_to_the_next_one(self) -> None:
        directory, first = self.directory, self.started()
        self.assertIn(str(os.getpid()), self.refused())
        self.stop(first)
        self.directory = directory
        self.started()


class RefusalTests(DaemonTestCase):
    def test_an_endpoint_that_is_none(self) -> None:
        for spec in ("nonsense:1", "tcp:port", "tcp:", "ssl:9443:privateKey=nowhere.pem"):
            self.assertTrue(self.refused(listen={"line": [spec]}).startswith(f"--line {spec}: "), spec)

    def test_a_port_that_is_taken(self) -> None:
        def taken(*arguments: Any, **named: Any) -> NoReturn:
            raise CannotListenError("127.0.0.1", 9000, OSError(98, "Address already in use"))

        self.patch(self.reactor, "listenTCP", taken)
        self.assertEqual(self.refused(), "--line tcp:9000:interface=127.0.0.1: Address already in use")

    def test_a_directory_that_cannot_be_made(self) -> None:
        self.directory.write_text("a file")
        self.assertIn(str(self.directory), self.refused())

    def test_a_table_that_a_person_has_to_mend(self) -> None:
        self.directory.mkdir(0o700)
        path = self.directory / "users.csv"
        path.write_text("name,password,role,created,last_seen\nalice,x,king,,never\nbob,x,user,,never\n")
        path.chmod(0o600)
        self.assertIn("king", self.refused())

    def test_accounts_that_others_may_read(self) -> None:
        self.directory.mkdir(0o700)
        path = self.directory / "users.csv"
        path.write_text("name,password,role,created,last_seen\n")
        path.chmod(0o644)
        self.assertIn("users.csv", self.refused())

    def test_two_files_of_accounts(self) -> None:
        checkers = [makeChecker("csv:a.csv"), makeChecker("csv:b.csv")]
        self.assertEqual(self.refused(checkers), "--auth csv can be given once only")

    def test_a_checker_of_the_configuration_that_there_is_not(self) -> None:
        self.assertTrue(self.refused(accounts={"auth": ["nonsense:x"]}).startswith("--auth nonsense: "))
        self.assertIn("format U:P", self.refused(accounts={"auth": ["memory:alice"]}))

    def test_a_message_of_the_day_that_cannot_be_read(self) -> None:
        path = Path(self.mktemp())
        wanted = f"{path}: No such file or directory"
        self.assertEqual(self.refused(server={"motd_file": str(path)}), wanted)
        path.write_bytes(b"\xff")
        wanted = f"{path}: the message of the day is not UTF-8"
        self.assertEqual(self.refused(server={"motd_file": str(path)}), wanted)
