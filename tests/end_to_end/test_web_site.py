"""The site at a real chatd: hostile heads, bodies where none belong, and too many connections."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import Connection, guest, said
from tests.end_to_end.web import curl, port_of, sites

HOST = b"Host: a\r\n"


class SiteTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, "--web", server.LOOPBACK)
        (self.site,) = sites(self.daemon)

    def send(self, data: bytes) -> str:
        """What is answered to ``data``, until the server ends the connection."""
        connection = Connection(self, port_of(self.site))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.send_bytes(data)
        return connection.rest()

    def test_the_page_is_there(self) -> None:
        page = curl("--compressed", f"{self.site}/")
        self.assertIn(b"<title>", page)
        self.assertEqual(curl(f"{self.site}/index.html"), page)
        self.assertIn(b"200 OK", curl("-I", f"{self.site}/"))
        self.assertEqual(json.loads(curl(f"{self.site}/health")), {"status": "ok"})
        self.assertIsInstance(json.loads(curl(f"{self.site}/schema.json")), dict)

    def test_paths_lead_nowhere_else(self) -> None:
        for path in ("/../../../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/site.py", "//etc/passwd", "/%00"):
            self.assertEqual(curl("--path-as-is", "-w", "%{http_code}", self.site + path), b"404 Not Found\n404")

    def test_hostile_heads_leave_no_trace(self) -> None:
        for data in (
            b"GET / HTTP/1.1\r\n" + HOST + b"x: " + b"y" * 1_000_000,
            b"GET /" + b"a" * 1_000_000,
            b"GET / HTTP/1.1\r\n" + HOST + b"x: y\r\n" * 10_000 + b"\r\n",
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500) + b"\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\0" * 100_000,
        ):
            # It may be reset before it is read.
            self.assertRegex(self.send(data), r"\A(HTTP/1\.1 400 [^\0]*)?\Z")

    def test_netcat_will_do(self) -> None:
        self.assertIn(
            '{"status":"ok"}',
            said("nc", "-N", "127.0.0.1", str(port_of(self.site)), lines=b"GET /health HTTP/1.0\r\n\r\n"),
        )

    def test_behind_a_proxy_that_says_so_first(self) -> None:
        daemon = self.enterContext(
            server.running("--web", "haproxy:tcp:0:interface=127.0.0.1", "--web", "unix:web.sock")
        )
        (proxied,) = re.findall(r"web: haproxy \S+:(\d+)", daemon.log.so_far())
        for where in (
            ["--haproxy-protocol", f"http://127.0.0.1:{proxied}/health"],
            ["--unix-socket", "web.sock", "http://x/health"],
        ):
            self.assertEqual(json.loads(curl(*where, cwd=daemon.directory)), {"status": "ok"})

    def test_pipelined(self) -> None:
        asked = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
        answer = self.send(asked * 100 + b"GET /health HTTP/1.0\r\n\r\n")
        self.assertEqual(answer.count("HTTP/1.1 200 OK"), 100)
        self.assertEqual(answer.count("HTTP/1.0 200 OK"), 1)

    def test_bodies_where_none_belong_go_nowhere(self) -> None:
        before = self.daemon.memory()
        self.daemon.forget_peak()
        for path in (b"/", b"/health", b"/ws", b"/nothing"):
            head = b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000000\r\n\r\n"
            answer = self.send(head + bytes(4 << 20))
            self.assertRegex(answer, r"\A(HTTP/1\.1 (405|404) [^\0]*)?\Z")
        self.assertEqual(
            curl("-w", "%{http_code}", "-X", "GET", "-d", "x" * 4097, f"{self.site}/health"),
            b"413 Request Entity Too Large\n413",
        )
        self.assertLess(self.daemon.memory("VmHWM") - before, 4 << 20)


class CrowdTests(SynchronousTestCase):
    def test_above_the_number_of_an_address_there_are_still_files(self) -> None:
        configuration = Path(self.mktemp()).absolute().with_suffix(".toml")
        configuration.write_text("[limits]\nconnections_per_address = 3\n")
        options = ("--config", str(configuration), "--web", server.LOOPBACK)
        daemon = self.enterContext(server.running(*options))
        (site,) = sites(daemon)
        for _ in range(3):
            held = Connection(self, port_of(site))
            held.send_bytes(b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n")
            held.line('{"status":"ok"}')
        answer = curl("-i", f"{site}/health")
        self.assertIn(b"HTTP/1.1 503 ", answer)
        self.assertIn(b"\r\nRetry-After: ", answer)
        self.assertIn(b"HTTP/1.1 404 ", curl("-i", f"{site}/files/x/y"))
        guest(Connection(self, daemon.port), "ann")
        held.close()
        while b"503" in curl("-i", f"{site}/health"):
            pass
