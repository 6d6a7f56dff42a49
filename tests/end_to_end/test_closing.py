"""The end of a connection by the server's will, over TCP and TLS: who reads learns why, who does not is gone soon."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import certificates, server, soak
from tests.end_to_end.reading import DEADLINE

TIMES = 100
ENDLESS = b"z" * ((1 << 20) + 1)
GONE = 10.0
"""Seconds after which nobody is there any more who does not read: twice what he has, for a machine that is busy."""


def listener(directory: Path) -> str:
    """A listener for TLS, with a certificate of its own."""
    directory.mkdir(parents=True)
    key, certificate = certificates.write(directory)
    return f"ssl:0:interface=127.0.0.1:privateKey={key}:certKey={certificate}"


class ClosingTests(SynchronousTestCase):
    def setUp(self) -> None:
        directory = Path(self.mktemp()).absolute()
        secure = listener(directory)
        config = directory / "chatd.toml"
        config.write_text(soak.NO_RULES)
        self.daemon = server.shared(self, "--config", str(config), line=[server.LOOPBACK, secure])

    def connect(self, tls: bool) -> socket.socket:
        connection = soak.connect(self.daemon.port_of(int(tls)))
        connection.settimeout(DEADLINE)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(connection)
        self.addCleanup(connection.close)
        return connection

    def rest(self, connection: socket.socket) -> bytes:
        """All that comes until the end."""
        received = b""
        while data := connection.recv(1 << 16):
            received += data
        connection.close()
        return received

    def sockets(self) -> int:
        """How many the server has."""
        descriptors, found = f"/proc/{self.daemon.pid}/fd", 0
        for number in os.listdir(descriptors):
            with contextlib.suppress(FileNotFoundError):
                found += os.readlink(f"{descriptors}/{number}").startswith("socket:")
        return found

    def check_reason(self, data: bytes, reason: bytes) -> None:
        for tls in (False, True):
            for number in range(TIMES):
                connection = self.connect(tls)
                connection.sendall(data)
                # The server has not read all of it when it ends the connection.
                last = self.rest(connection).rstrip(b"\r\n").rpartition(b"\n")[2]
                self.assertEqual(last, reason, (tls, number))

    def test_who_reads_sees_the_reason_each_time(self) -> None:
        self.check_reason(
            b"GET / HTTP/1.1\r\nHost: chat\r\n" + b"X: y\r\n" * 1000,
            b"00 you are disconnected: this is a chat server, not a web server",
        )

    def test_so_does_who_sends_a_line_without_end(self) -> None:
        self.check_reason(ENDLESS, b"00 you are disconnected: a line without end")

    def test_who_does_not_read_is_gone_soon(self) -> None:
        speaker = self.connect(tls=False)
        self._enter(speaker)
        before = self.sockets()
        for tls in (False, True):
            self._enter(self.connect(tls))
        speaker.setblocking(False)
        left, begun = 0, 0.0
        while left < 2 or self.sockets() > before:
            left += self._say_and_hear(speaker).count(b'"type":"left"')
            if left == 2 and not begun:
                begun = time.monotonic()
            self.assertLess(time.monotonic() - (begun or time.monotonic()), GONE)
        self.assertEqual(left, 2)

    def _enter(self, connection: socket.socket) -> None:
        # Programs are told every line; for people a flood would be folded.
        connection.sendall(b"format json\nguest\npublic\n")
        heard = b""
        while b"you-entered" not in heard:
            heard += connection.recv(1 << 16)

    def _say_and_hear(self, speaker: socket.socket) -> bytes:
        heard = b""
        try:
            heard = speaker.recv(1 << 18)
            speaker.send(b"x" * 4000 + b"\n")
        except BlockingIOError:
            pass
        return heard
