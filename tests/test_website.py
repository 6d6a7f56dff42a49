"""The site of a house: whether it is well, and what is configured anew."""

from __future__ import annotations

from typing import Any

import msgspec

from chatd.config import Config
from tests.frontends.web.programs import Peer, WebStage, frame, kinds


class HealthTests(WebStage):
    def health(self) -> tuple[int, dict[str, Any]]:
        """The code and the object that a load balancer gets."""
        peer = self.visitor()
        peer.send_bytes(b"GET /health HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n")
        head, _, body = bytes(peer.transport.written).partition(b"\r\n\r\n")
        return int(head.split()[1]), msgspec.json.decode(body)

    def test_all_is_well(self) -> None:
        self.assertEqual(self.health(), (200, {"status": "ok"}))

    def test_a_full_disk(self) -> None:
        alarms = self.server.house.alarms
        alarms.set("disk", "accounts cannot be kept", "")
        self.assertEqual(self.health(), (503, {"status": "unavailable", "why": "disk"}))
        alarms.set("disk", "", "they can be kept again")
        self.assertEqual(self.health()[0], 200)

    def test_a_server_that_stops(self) -> None:
        self.server.house.stop()
        self.assertEqual(self.health(), (503, {"status": "unavailable", "why": "stopping"}))


class ConfigurationTests(WebStage):
    def configure(self, **sections: Any) -> None:
        """Let another configuration hold."""
        self.server.house.configure(msgspec.convert(sections, Config), ())

    def test_limits_hold_for_new_connections(self) -> None:
        self.configure(limits={"line_bytes": 64, "connections_per_address": 3})
        peers = [self.program() for _ in range(3)]
        peers[0].ask("guest", name="gus")
        self.assertEqual(peers[0].ask("status", status="away", text="x" * 65)[0]["error"], "line-too-long")
        late = self.visitor()
        late.begin()
        self.assertEqual(kinds(late.read()), ["closing"])

    def test_places_of_http_are_those_of_its_own(self) -> None:
        self.configure(limits={"connections_per_address": 1})
        self.program()
        page = self.visitor()
        page.send_bytes(b"GET /health HTTP/1.1\r\nHost: chat.example\r\n\r\n")
        self.assertTrue(bytes(page.transport.written).startswith(b"HTTP/1.1 200"))

    def test_what_is_kept_of_connections_goes_with_them(self) -> None:
        house = self.server.house
        for _ in range(3):
            peers: list[Peer] = [self.guest("gus", "public"), self.program(), self.visitor()]
            peers[1].send_bytes(frame(b"", 3))
            for peer in peers:
                peer.lose(clean=False)
            self.server.advance(10)
        left = len(house.open), len(house.sessions.all()), house.door.known, len(self.website.site.open)
        self.assertEqual(left, (0, 0, 0, 0))
