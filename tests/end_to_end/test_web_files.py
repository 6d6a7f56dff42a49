"""Files by ticket over HTTP, with curl and with peers that are cut off, slow, or hostile, at a real chatd."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import ssl
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.test_tls import listener
from tests.end_to_end.tools import Connection
from tests.end_to_end.web import Giver, curl, port_of, sites

LARGE = random.Random(77).randbytes(20 << 20)
SMALL = LARGE[:1_000_000]

GROWTH = 8 << 20
"""Bytes that the server may need above what it had, whatever is sent to it."""


class CurlTests(SynchronousTestCase):
    def setUp(self) -> None:
        tls = listener(self)
        self.daemon = server.shared(self, "--web", server.LOOPBACK, "--web", tls)
        self.site, self.tls = sites(self.daemon)
        self.trusting = ssl.create_default_context()
        self.trusting.check_hostname, self.trusting.verify_mode = False, ssl.CERT_NONE
        self.here = Path(self.mktemp()).absolute()
        self.here.mkdir()
        (self.here / "small.bin").write_bytes(SMALL)
        self.giver = Giver(self, self.daemon, self.id().rpartition(".test_")[2].replace("_", "-")[:32])

    def give(self, content: bytes, name: str = "notes.bin") -> str:
        """The number of a file that was given."""
        (self.here / "given.bin").write_bytes(content)
        ticket = self.giver.ticket(len(content), name)
        curl("--fail", "-T", "given.bin", f"{self.site}/files/{ticket}/{name}", cwd=self.here)
        return self.giver.told()

    def path(self, number: str, name: str = "notes.bin") -> str:
        return f"/files/{self.giver.fetch(number)}/{name}"

    def test_put_and_o(self) -> None:
        for site in (self.site, self.tls):
            for way in (["-T", "small.bin"], ["--data-binary", "@small.bin"], ["-T", "small.bin", "-H", "Expect:"]):
                ticket = self.giver.ticket(len(SMALL))
                answer = curl("--fail", *way, f"{site}/files/{ticket}/small.bin", cwd=self.here)
                self.assertEqual(json.loads(answer)["type"], "stored")
                path = self.path(self.giver.told(), "fetched.bin")
                curl("--fail", "-O", site + path, cwd=self.here)
                self.assertEqual((self.here / "fetched.bin").read_bytes(), SMALL)
                (self.here / "fetched.bin").unlink()

    def test_o_goes_on(self) -> None:
        number = self.give(SMALL)
        for site in (self.site, self.tls):
            (self.here / "part.bin").write_bytes(SMALL[:400_001])
            path = self.path(number, "part.bin")
            curl("--fail", "-C", "-", "-O", site + path, cwd=self.here)
            self.assertEqual((self.here / "part.bin").read_bytes(), SMALL)
            curl("-C", "-", "-O", site + path, cwd=self.here)
            self.assertEqual((self.here / "part.bin").read_bytes(), SMALL)

    def test_j_takes_the_name(self) -> None:
        curl("--fail", "-OJ", self.site + self.path(self.give(b"hello", "holiday.txt"), "x"), cwd=self.here)
        self.assertEqual((self.here / "holiday.txt").read_bytes(), b"hello")

    def test_ranges_and_heads(self) -> None:
        path = self.path(self.give(SMALL))
        self.assertEqual(curl("-r", "10-19", self.site + path), SMALL[10:20])
        self.assertEqual(curl("-r", "-5", self.site + path), SMALL[-5:])
        self.assertIn(b"HTTP/1.1 416 ", curl("-i", "-r", "1000000-", self.site + path))
        head = curl("-I", self.site + path)
        self.assertIn(b"\r\nContent-Length: 1000000\r\n", head)
        self.assertEqual(curl("-0", self.site + path), SMALL)

    def test_refusals_come_before_the_file(self) -> None:
        (self.here / "large.bin").write_bytes(LARGE)
        for site in (self.site, self.tls):
            for way in (["-T", "large.bin"], ["-T", "large.bin", "-H", "Expect:"]):
                sent = ["-o", "answer.json", "-w", "%{http_code} %{size_upload}"]
                # curl, too, may end it when it is answered.
                code, size = curl(*sent, *way, f"{site}/files/{'0' * 32}/x", cwd=self.here).split()
                self.assertEqual(code, b"404")
                self.assertLess(int(size), 12 << 20)
                self.assertEqual(json.loads((self.here / "answer.json").read_bytes())["error"], "no-such-ticket")
        chunked = ["-T", "small.bin", "-H", "Transfer-Encoding: chunked", "-w", "%{http_code}", "-o", "answer.json"]
        address = f"{self.site}/files/{self.giver.ticket(len(SMALL))}/x"
        self.assertEqual(curl(*chunked, address, cwd=self.here), b"411")

    def test_large_files_need_no_memory(self) -> None:
        (self.here / "large.bin").write_bytes(LARGE)
        for site in (self.site, self.tls):
            before = self.daemon.memory()
            self.daemon.forget_peak()
            ticket = self.giver.ticket(len(LARGE))
            curl("--fail", "-T", "large.bin", f"{site}/files/{ticket}/x", cwd=self.here)
            path = self.path(self.giver.told())
            curl("--fail", "-o", "back.bin", site + path, cwd=self.here)
            self.assertEqual((self.here / "back.bin").read_bytes(), LARGE)
            self.assertLess(self.daemon.memory("VmHWM") - before, GROWTH)

    def test_what_was_cut_off_goes_on(self) -> None:
        ticket = self.giver.ticket(len(SMALL))
        path = f"/files/{ticket}/small.bin"
        first = Connection(self, port_of(self.site))
        first.send_bytes(
            f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(SMALL)}\r\n\r\n".encode() + SMALL[:500_000]
        )
        first.close()
        until = time.monotonic() + DEADLINE
        while json.loads(curl(self.site + path))["offset"] < 500_000:
            self.assertLess(time.monotonic(), until)
        self.assertEqual(json.loads(curl(self.site + path)), {"type": "ready", "size": len(SMALL), "offset": 500_000})
        answer = curl("--fail", "-C", "500000", "-T", "small.bin", self.site + path, cwd=self.here)
        self.assertEqual(json.loads(answer)["type"], "stored")
        self.assertEqual(curl(self.site + self.path(self.giver.told())), SMALL)

    def test_who_does_not_read_costs_nothing_and_holds_up_nobody(self) -> None:
        number = self.give(LARGE)
        path = self.path(number)
        before = self.daemon.memory()
        self.daemon.forget_peak()
        for site in (self.site, self.tls):
            slow = socket.create_connection(("127.0.0.1", port_of(site)), DEADLINE)
            if site is self.tls:
                slow = self.trusting.wrap_socket(slow)
            self.addCleanup(slow.close)
            slow.sendall(f"GET {self.path(number)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            self.assertTrue(slow.recv(10))
        self.giver.is_answered()
        self.assertEqual(curl(self.site + path), LARGE)
        self.assertLess(self.daemon.memory("VmHWM") - before, GROWTH)

    def test_the_newest_holds_and_the_one_before_sees_that_it_was_cut(self) -> None:
        path = self.path(self.give(LARGE))
        slow = socket.create_connection(("127.0.0.1", port_of(self.site)), DEADLINE)
        self.addCleanup(slow.close)
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        self.assertTrue(slow.recv(10))
        self.assertEqual(curl(self.site + path), LARGE)
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while data := slow.recv(1 << 20):
                received += len(data)
        self.assertLess(received, len(LARGE))
