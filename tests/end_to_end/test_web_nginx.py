"""Behind nginx, under a path, as etc/nginx.conf has it: page, files and WebSockets, and the address of the person."""

from __future__ import annotations

import csv
import json
import random
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload
from twisted.trial.unittest import SynchronousTestCase
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.end_to_end import server
from tests.end_to_end.browser import Person
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import requires
from tests.end_to_end.web import Giver, curl, port_of, sites

SNIPPET = Path(__file__).resolve().parents[2] / "etc" / "nginx.conf"

AROUND = """
daemon off;
pid {0}/pid;
error_log stderr warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path {0}/body;
    proxy_temp_path {0}/proxy;
    fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi;
    scgi_temp_path {0}/scgi;
    include {0}/chatd.conf;
}}
"""

LARGE = random.Random(78).randbytes(20 << 20)


class NginxTests(SynchronousTestCase):
    def setUp(self) -> None:
        configuration = Path(self.mktemp()).absolute().with_suffix(".toml")
        configuration.write_text('[web]\nproxies = ["127.0.0.1"]\n')
        self.daemon = server.shared(self, "--config", str(configuration), "--web", server.LOOPBACK)
        (behind,) = sites(self.daemon)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.here = Path(self.mktemp()).absolute()
        self.here.mkdir()
        snippet = SNIPPET.read_text()
        for documented, real in {
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            ":8080/": f":{port_of(behind)}/",
        }.items():
            self.assertIn(documented, snippet)
            snippet = snippet.replace(documented, real)
        (self.here / "chatd.conf").write_text(snippet)
        (self.here / "nginx.conf").write_text(AROUND.format(self.here))
        self.start()
        self.site = f"http://127.0.0.1:{self.port}/chat"

    def start(self) -> None:
        nginx = subprocess.Popen([requires("nginx"), "-p", str(self.here), "-c", str(self.here / "nginx.conf")])
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        until = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), DEADLINE).close()
                return
            except ConnectionRefusedError:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.02)

    def test_the_page_is_under_the_path(self) -> None:
        page = curl("-L", "-i", self.site)
        self.assertIn(b"Location: /chat/\r\n", page)
        self.assertIn(b"Content-Security-Policy: default-src 'none'; ", page)
        self.assertIn(b"<title>", page)
        self.assertEqual(json.loads(curl(f"{self.site}/health")), {"status": "ok"})
        self.assertIn(b"HTTP/1.1 404 ", curl("-i", f"{self.site}/nothing"))

    def test_a_browser_needs_nothing_but_what_is_under_it(self) -> None:
        anna = Person(self, self.port, "chat/").register("anna").make("files")
        ben = Person(self, self.port, "chat/#files").guest("ben", "files")
        anna.say("hello")
        ben.see("#log", "hello")
        with anna.page.expect_file_chooser() as chooser:
            anna.button("Give a file to the room").click()
        chooser.value.set_files(FilePayload(name="data.bin", mimeType="", buffer=LARGE[:3_000_000]))
        with ben.page.expect_download() as download:
            ben.see(".given", "data.bin").get_by_role("button", name="Fetch data.bin").click()
        self.assertEqual(Path(download.value.path()).read_bytes(), LARGE[:3_000_000])

    def test_files_go_both_ways_and_neither_side_keeps_them(self) -> None:
        giver = Giver(self, self.daemon, "giver")
        (self.here / "large.bin").write_bytes(LARGE)
        before = self.daemon.memory()
        self.daemon.forget_peak()
        ticket = giver.ticket(len(LARGE))
        answer = curl("--fail", "-T", "large.bin", f"{self.site}/files/{ticket}/large.bin", cwd=self.here)
        self.assertEqual(json.loads(answer)["type"], "stored")
        path = f"{self.site}/files/{giver.fetch(giver.told())}/fetched.bin"
        (self.here / "fetched.bin").write_bytes(LARGE[:5_000_000])
        curl("--fail", "-C", "-", "-O", path, cwd=self.here)
        self.assertEqual((self.here / "fetched.bin").read_bytes(), LARGE)
        self.assertLess(self.daemon.memory("VmHWM") - before, 8 << 20)
        self.assertEqual([path for path in self.here.rglob("*") if path.is_file() and path.parent != self.here], [])

    def test_what_is_refused_is_told(self) -> None:
        (self.here / "small.bin").write_bytes(LARGE[:100_000])
        refused = curl("-T", "small.bin", f"{self.site}/files/{'0' * 32}/x", cwd=self.here)
        self.assertEqual(json.loads(refused)["error"], "no-such-ticket")

    def test_what_is_cut_off_goes_on(self) -> None:
        giver = Giver(self, self.daemon, "cutter")
        ticket = giver.ticket(1_000_000)
        (self.here / "small.bin").write_bytes(LARGE[:1_000_000])
        address = f"{self.site}/files/{ticket}/small.bin"
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as cut:
            cut.sendall(
                f"PUT /chat/files/{ticket}/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".encode()
                + LARGE[:300_000]
            )
        until = time.monotonic() + DEADLINE
        while not json.loads(curl(address))["offset"]:
            self.assertLess(time.monotonic(), until)
        status = b""
        while status != b"201":
            # nginx may have more on its way, which then counts, too.
            self.assertLess(time.monotonic(), until)
            offset = str(json.loads(curl(address))["offset"])
            status = curl("-w", "%{http_code}", "-o", "answer", "-C", offset, "-T", "small.bin", address, cwd=self.here)
        self.assertEqual(json.loads((self.here / "answer").read_bytes())["type"], "stored")

    def socket(self, **how: Any) -> ClientConnection:
        """A WebSocket from 127.0.0.2."""
        address = f"ws://127.0.0.1:{self.port}/chat/ws"
        source = ("127.0.0.2", 0)
        connection: ClientConnection = connect(address, source_address=source, open_timeout=DEADLINE, proxy=None, **how)
        return connection

    def test_the_journal_has_the_address_of_the_person_whatever_he_says(self) -> None:
        page = {
            "origin": Origin(f"http://127.0.0.1:{self.port}"),
            "additional_headers": {"X-Forwarded-For": "203.0.113.9"},
        }
        with self.socket(**page) as person:
            for asked in (
                {"type": "guest", "name": "ann"},
                {"type": "enter", "room": "public"},
                {"type": "say", "text": "hi"},
            ):
                person.send(json.dumps({**asked, "id": 1}))
                while json.loads(person.recv(timeout=DEADLINE)).get("id") != 1:
                    pass
        with (self.daemon.data / "log.csv").open(newline="") as lines:
            said_by = {row["user"]: row["address"] for row in csv.DictReader(lines) if row["event"] == "said"}
        self.assertEqual(said_by["ann"], "127.0.0.2")

    def test_pages_of_others_are_sent_away_there_too(self) -> None:
        error = self.assertRaises(InvalidStatus, self.socket, origin=Origin("http://127.0.0.1"))
        self.assertEqual(error.response.status_code, 403)
