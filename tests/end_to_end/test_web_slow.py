"""A browser that does not read, against a real chatd."""

from __future__ import annotations

import socket
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server, soak
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.sockets import WEB, Peer, address

HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CLOSED = b"\x88\x02" + (1008).to_bytes(2, "big")
SIZE, MOST = 4000, 4000


def frame(text: str) -> bytes:
    """A short message, masked with zeros."""
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text.encode()


class SlowBrowserTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp() + ".toml").absolute()
        config.write_text(soak.NO_RULES)
        self.daemon = self.enterContext(server.running("--config", str(config), *WEB))

    def slow(self) -> socket.socket:
        """A member who reads nothing from here on."""
        connection = socket.socket()
        self.addCleanup(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(DEADLINE)
        connection.connect(("127.0.0.1", int(address(self.daemon).rpartition(":")[2].partition("/")[0])))
        connection.sendall(HANDSHAKE.encode())
        received = b""
        while b"greeting" not in received:
            received += connection.recv(4096)
        connection.sendall(frame('{"type":"guest","name":"slow"}') + frame('{"type":"enter","room":"public"}'))
        while b"you-entered" not in received:
            received += connection.recv(4096)
        return connection

    def test_it_is_told_why_it_goes_and_the_others_miss_nothing(self) -> None:
        speaker, listener = Peer(self, self.daemon).enter("speaker"), Peer(self, self.daemon).enter("listener")
        speaker.ask("echo", on="off")
        slow = self.slow()
        speaker.take("entered", user="slow")
        said = 0
        while said < MOST:
            for _ in range(50):
                speaker.tell("say", text=f"{said:04}{'x' * SIZE}")
                said += 1
            speaker.tell("who", id=said)
            told = speaker.next()
            if told["type"] == "left":
                break
        self.assertEqual((told["user"], told["text"]), ("slow", "too-slow"))
        received = b""
        while not received.endswith(CLOSED):
            received = (received + slow.recv(1 << 18))[-4096:]
        self.assertIn(b'"type":"closing","reason":"too-slow"', received)
        for number in range(said):
            self.assertEqual(int(listener.take("said")["text"][:4]), number)
