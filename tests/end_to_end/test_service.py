"""chatd as a service manager has it: its unit, readiness, signs of life, and sockets that others have opened."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE, Reading
from tests.end_to_end.tools import Connection, guest, requires
from tests.source import ROOT

MOST_EXPOSED = 2.0


class UnitTests(SynchronousTestCase):
    def test_the_service_is_not_exposed(self) -> None:
        analyze = requires("systemd-analyze")
        done = subprocess.run(
            [analyze, "security", "--offline=true", "--no-pager", str(ROOT / "etc" / "chatd.service")],
            capture_output=True,
            text=True,
            check=False,
        )
        match = re.search(r"Overall exposure level for chatd\.service: ([\d.]+)", done.stdout)
        assert match is not None, done.stdout + done.stderr
        self.assertLessEqual(float(match[1]), MOST_EXPOSED)

    def test_systemd_understands_every_line(self) -> None:
        analyze = requires("systemd-analyze")
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        for name in ("chatd.service", "chatd.socket"):
            # It looks for the program too.
            text = (ROOT / "etc" / name).read_text().replace("/opt/chatd/bin/twistd", sys.executable)
            (directory / name).write_text(text)
        for name in ("chatd.service", "chatd.socket"):
            done = subprocess.run(
                [analyze, "verify", str(directory / name)], capture_output=True, text=True, check=False
            )
            self.assertEqual((done.returncode, done.stderr), (0, ""))


class NotificationTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(f"\0chatd-test-{os.getpid()}")
        self.manager.settimeout(DEADLINE)
        told = {"NOTIFY_SOCKET": f"@chatd-test-{os.getpid()}", "WATCHDOG_USEC": "400000"}
        self.daemon = self.enterContext(server.running(environment=told))

    def told(self) -> str:
        """The next that is told, but for signs of life."""
        while (message := self.manager.recv(1000).decode()) == "WATCHDOG=1":
            pass
        return message

    def test_when_it_is_ready_reloads_restarts_and_stops(self) -> None:
        self.assertEqual(self.told(), "READY=1")
        for number in (signal.SIGHUP, signal.SIGUSR2):
            os.kill(self.daemon.pid, number)
            self.assertRegex(self.told(), r"\ARELOADING=1\nMONOTONIC_USEC=\d+\Z")
            self.assertEqual(self.told(), "READY=1")
        self.daemon.process.terminate()
        self.assertEqual(self.told(), "STOPPING=1")

    def test_it_shows_regularly_that_it_is_alive(self) -> None:
        for _ in range(5):
            while self.manager.recv(1000) != b"WATCHDOG=1":
                pass
        os.kill(self.daemon.pid, signal.SIGSTOP)
        self.manager.settimeout(0.6)
        with self.assertRaises(TimeoutError):
            for _ in range(100):
                self.manager.recv(1000)
        os.kill(self.daemon.pid, signal.SIGCONT)
        self.daemon.expect("the reactor was busy")


class ActivationTests(SynchronousTestCase):
    """Listening sockets that systemd has opened."""

    def start(self, listen: str, endpoint: str) -> None:
        activate = requires("systemd-socket-activate")
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        twistd = server.twistd(
            "--nodaemon", "--pidfile=", "chatd", "--data", str(directory / "data"), "--line", endpoint
        )
        environment = [f"--setenv={name}={value}" for name, value in server.environment().items()]
        self.process = subprocess.Popen(
            [activate, f"--listen={listen}", "--fdname=line", *environment, *twistd],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=server.environment(),
        )
        assert self.process.stdout is not None
        self.log = Reading(self.process.stdout.fileno(), "chatd")
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.log.line("Listening on")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(DEADLINE)
        self.assertNotIn("Traceback", self.log.rest())

    def again(self) -> None:
        """A new start, which is over when this returns."""
        os.kill(self.process.pid, signal.SIGUSR2)
        self.log.line("listening: ")

    def test_whoever_connects_first_starts_it_and_a_restart_keeps_the_socket(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.start(f"127.0.0.1:{port}", "systemd:domain=INET:name=line")
        guest(Connection(self, port), "first").close()
        self.assertIn(f"listening: systemd 127.0.0.1:{port}", self.log.line("listening: "))
        for _ in range(2):
            self.again()
            guest(Connection(self, port), "later").close()
        self.stop()

    def test_behind_a_proxy_too(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.start(f"127.0.0.1:{port}", "haproxy:systemd:domain=INET:name=line")
        self.speak_for_another(port)
        self.log.line("listening: ")
        self.again()
        self.speak_for_another(port)
        self.stop()

    def speak_for_another(self, port: int) -> None:
        caller = Connection(self, port)
        caller.send_bytes(b"PROXY TCP4 192.0.2.7 192.0.2.1 50000 9000\r\n")
        guest(caller, "another").close()

    def test_a_path_keeps_its_mode_and_stays(self) -> None:
        # The name of a socket may have 107 bytes.
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "line"
        self.start(str(path), "systemd:domain=UNIX:index=0")
        path.chmod(0o600)
        self.greeted(path)
        self.log.line("listening: ")
        self.again()
        self.greeted(path)
        self.stop()
        self.assertTrue(path.is_socket())

    def greeted(self, path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
            Reading(caller.fileno(), "the connection").line("11 choose:")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
