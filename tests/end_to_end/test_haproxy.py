"""Behind HAProxy: bans, the journal and everything else see the address of the person, and not that of the proxy."""

from __future__ import annotations

import csv
import socket
import subprocess
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE, Reading
from tests.end_to_end.tools import PASSWORD, Connection, guest, register, requires, said

CONFIGURATION = """
defaults
    mode tcp
    timeout connect 10s
    timeout client 1h
    timeout server 1h
listen one
    bind 127.0.0.1:{0}
    server chatd 127.0.0.1:{2} send-proxy
listen two
    bind 127.0.0.1:{1}
    server chatd 127.0.0.1:{2} send-proxy-v2
"""


class Elsewhere(Connection):
    """A connection from an address of this machine's that is not its first."""

    def __init__(self, test: SynchronousTestCase, port: int, address: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), DEADLINE, source_address=(address, 0))
        reading = Reading(self._socket.fileno(), f"the connection from {address}")
        self.line, self.rest, self.so_far = reading.line, reading.rest, reading.so_far
        self.send_bytes = self._socket.sendall
        self.close = self._socket.close
        test.addCleanup(self.close)


class ProxyTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = self.enterContext(server.running(line=[server.LOOPBACK, "haproxy:tcp:0:interface=127.0.0.1"]))
        self.start_proxy()

    def start_proxy(self) -> None:
        self.ports = []
        for _ in range(2):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.ports.append(free.getsockname()[1])
        configuration = Path(self.mktemp()).absolute()
        configuration.write_text(CONFIGURATION.format(*self.ports, self.daemon.port_of(1)))
        self.proxy = subprocess.Popen([requires("haproxy"), "-db", "-q", "-f", str(configuration)])
        self.addCleanup(self.proxy.wait)
        self.addCleanup(self.proxy.kill)
        until = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.ports[1]), DEADLINE).close()
                break
            except ConnectionRefusedError:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.02)

    def test_the_journal_has_the_address_of_the_person(self) -> None:
        for number, port in enumerate(self.ports, 2):
            # Who says nothing is greeted too.
            person = Elsewhere(self, port, f"127.0.0.{number}")
            person.line("11 choose:")
            guest(person, f"person{number}").answer("hello", f"person{number}: hello")
        with (self.daemon.data / "log.csv").open(newline="") as lines:
            said_by = {row["user"]: row["address"] for row in csv.DictReader(lines) if row["event"] == "said"}
        self.assertEqual(said_by, {"person2": "127.0.0.2", "person3": "127.0.0.3"})

    def test_a_ban_is_that_of_the_person_and_not_of_all_who_come_that_way(self) -> None:
        register(Connection(self, self.daemon.port), "root")
        self.daemon.stop()
        users = self.daemon.data / "users.csv"
        users.write_text(users.read_text().replace(",user,", ",operator,"))
        self.daemon.start()
        self.start_proxy()
        root = Connection(self, self.daemon.port)
        root.send("login root", PASSWORD, "public", "/serverban 127.0.0.2 1h noise")
        root.line("127.0.0.2")
        barred = Elsewhere(self, self.ports[0], "127.0.0.2")
        self.assertIn("you are banned from this server", barred.rest())
        guest(Elsewhere(self, self.ports[0], "127.0.0.3"), "other")

    def test_the_end_of_input_is_not_the_end_of_the_connection(self) -> None:
        for number, port in enumerate(self.ports):
            answer = said("nc", "-N", "127.0.0.1", str(port), lines=f"guest bot{number}\npublic\nhello\n")
            self.assertIn(f"bot{number}: hello\n", answer)
            self.assertTrue(answer.endswith("00 goodbye\n"), answer)

    def test_who_is_no_proxy_is_sent_away(self) -> None:
        for garbage in (
            b"guest eve\npublic\nhello\n",
            b"PROXY TCP4 a b c d\r\n",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x01x",
        ):
            stranger = Connection(self, self.daemon.port_of(1))
            stranger.send_bytes(garbage)
            self.assertEqual(stranger.rest(), "")
