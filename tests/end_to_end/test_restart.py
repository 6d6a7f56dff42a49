"""A new start on the same sockets: nobody who connects meanwhile is refused."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE, Reading
from tests.end_to_end.test_tls import listener
from tests.end_to_end.tools import PASSWORD, Connection, Program, enter, guest, make_room, nc, register

PERIOD = 0.01
"""Seconds from one connection to the next: 100 a second."""

GOODBYE = "00 the server restarts; come back at once"


class RestartTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.config = Path(self.mktemp()).absolute().with_suffix(".toml")
        self.config.write_text("[limits]\nflood = false\nconnections_per_address = 0\n")
        line = [server.LOOPBACK, listener(self), "unix:chat.sock:mode=600"]
        self.daemon = self.enterContext(server.running("--config", str(self.config), line=line))
        self.listening = list(self.daemon.listening)

    def restart(self) -> None:
        os.kill(self.daemon.pid, signal.SIGUSR2)

    def again(self) -> None:
        """Wait until it is there again; on the same sockets."""
        self.assertEqual(
            [self.daemon.log.line("listening: ").partition("listening: ")[2] for _ in range(3)], self.listening
        )

    def test_of_a_hundred_connections_a_second_none_is_refused(self) -> None:
        addresses = [("127.0.0.1", self.daemon.port), ("127.0.0.1", self.daemon.port_of(1))]
        callers: list[socket.socket] = []
        began = time.monotonic()
        for number in range(500):
            if number == 50:
                self.restart()
            if number % 5 == 4:
                caller = socket.socket(socket.AF_UNIX)
                caller.connect(str(self.daemon.directory / "chat.sock"))
            else:
                caller = socket.create_connection(addresses[number % 2], DEADLINE)
            self.addCleanup(caller.close)
            callers.append(caller)
            time.sleep(max(0.0, began + number * PERIOD - time.monotonic()))
        self.again()
        greeted = 0
        for number, caller in enumerate(callers):
            if number % 5 == 4 or number % 2 == 0:
                first = Reading(caller.fileno(), f"connection {number}").line("00 ")
                self.assertTrue(first.startswith(("00 chatd ", GOODBYE)), first)
                greeted += 1
        self.assertEqual(greeted, 300)
        Program(self, "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.daemon.port_of(1)}").line(
            "11 choose:"
        )

    def test_everybody_is_told_and_finds_all_as_it_was(self) -> None:
        make_room(self, self.daemon.port, "lab")
        alice = enter(register(nc(self, self.daemon.port), "alice"), "lab")
        alice.answer("hello", "alice: hello")
        pid = self.daemon.pid
        self.restart()
        alice.line(GOODBYE)
        alice = nc(self, self.daemon.port)
        alice.send("login alice", PASSWORD, "rejoin", "/history 5")
        alice.line("alice: hello")
        self.again()
        self.assertEqual((self.daemon.data / "lock").read_text(), f"{pid}\n")
        self.assertEqual((self.daemon.directory / "chat.sock").stat().st_mode & 0o777, 0o600)

    def test_as_often_as_one_likes_and_the_last_one_leaves_nothing_behind(self) -> None:
        for _ in range(2):
            guest(Connection(self, self.daemon.port), "visitor")
            self.restart()
            self.again()
        guest(Connection(self, self.daemon.port), "visitor")
        self.daemon.stop()
        self.assertEqual(sorted(path.name for path in self.daemon.directory.iterdir()), ["data"])

    def test_one_that_would_fail_is_not_begun(self) -> None:
        visitor = guest(Connection(self, self.daemon.port), "visitor")
        self.config.write_text("[limits]\nflod = true\n")
        self.restart()
        self.daemon.expect(f"chatd is not restarted: {self.config}: [limits] flod: no such key; did you mean flood?")
        visitor.answer("still here", "visitor: still here")

    def test_a_stop_that_is_asked_for_meanwhile_wins(self) -> None:
        slow = guest(Connection(self, self.daemon.port), "slow")
        self.restart()
        # As long as this one is open, there is time for second thoughts.
        slow.line(GOODBYE)
        self.daemon.process.terminate()
        self.assertEqual(self.daemon.process.wait(DEADLINE), 0)


class BackgroundTests(SynchronousTestCase):
    def test_pid_and_pid_file_stay_and_the_log_goes_on(self) -> None:
        directory = Path(self.mktemp()).absolute()
        directory.mkdir()
        subprocess.run(
            server.twistd("chatd", "--line", server.LOOPBACK), cwd=directory, env=server.environment(), check=True
        )
        pid = int((directory / "twistd.pid").read_text())
        self.addCleanup(server.end, pid)
        (port,) = re.findall(r"listening: tcp 127\.0\.0\.1:(\d+)", (directory / "twistd.log").read_text())
        guest(Connection(self, int(port)), "before")
        os.kill(pid, signal.SIGUSR2)
        until = time.monotonic() + DEADLINE
        while (directory / "twistd.log").read_text().count("listening: ") < 2 and time.monotonic() < until:
            time.sleep(0.05)
        guest(Connection(self, int(port)), "after")
        self.assertEqual(int((directory / "twistd.pid").read_text()), pid)
        self.assertNotIn("Traceback", (directory / "twistd.log").read_text())
        server.end(pid)
        self.assertFalse((directory / "twistd.pid").exists())
