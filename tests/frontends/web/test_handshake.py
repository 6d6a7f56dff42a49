"""Where WebSockets begin: what begins one, whose page may, and what is answered to everything else."""

from __future__ import annotations

from tests.frontends.web.programs import ADDRESS, UPGRADE, WebStage, frame, kinds

SWITCHING = "HTTP/1.1 101 Switching Protocols"


class HandshakeTests(WebStage):
    def first(self, path: str = "/ws", **headers: str | None) -> str:
        """The first line of what is answered; a header's name has _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.peer = self.visitor()
        return self.peer.begin(path=path, headers=named)

    def test_it_begins_where_the_page_is_too(self) -> None:
        for path in ("/ws", "/", "/?room=lab", "/ws?"):
            self.assertEqual(self.first(path), SWITCHING)
            self.assertEqual(kinds(self.peer.read()), ["greeting"])
        self.assertEqual(self.first("/health"), "HTTP/1.1 200 OK")
        self.assertEqual(self.first("/nowhere"), "HTTP/1.1 404 Not Found")

    def test_the_answer_is_that_of_the_rfc(self) -> None:
        peer = self.visitor()
        peer.begin(
            headers={"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Extensions": "permessage-deflate"}
        )
        self.assertIn(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", peer.head)  # RFC 6455, 1.3
        self.assertNotIn(b"extensions", peer.head.lower())

    def test_nothing_is_told_before_it(self) -> None:
        peer = self.visitor()
        self.server.turn()
        self.assertEqual(bytes(peer.transport.written), b"")

    def test_a_frame_behind_it_in_the_same_segment_is_taken(self) -> None:
        peer = self.visitor()
        peer.begin(frame(b'{"type":"version","id":1}') * 2 + frame(b"x" * 300)[:100])
        peer.send_bytes(frame(b"x" * 300)[100:])
        self.assertEqual(kinds(peer.read()), ["greeting", "version", "version", "error"])
        peer = self.visitor()
        peer.begin(frame(b'{"type":"version"}' + b" " * 4000) * 6)
        self.assertEqual(kinds(peer.read()), ["greeting"] + ["version"] * 6)
        self.assertFalse(peer.transport.paused)

    def test_every_browser_says_it_in_its_own_way(self) -> None:
        self.assertEqual(self.first(Connection="keep-alive, Upgrade", Upgrade="WebSocket"), SWITCHING)
        self.assertEqual(self.first(Upgrade="h2c, websocket"), SWITCHING)

    def test_what_is_none_is_told_what_is_spoken_here(self) -> None:
        for name, value in (
            ("Connection", None),
            ("Connection", "keep-alive"),
            ("Sec-WebSocket-Key", None),
            ("Sec-WebSocket-Key", "x"),
            ("Sec-WebSocket-Key", "\xff" * 24),
            ("Sec-WebSocket-Version", None),
            ("Sec-WebSocket-Version", "8"),
            ("Sec-WebSocket-Version", "13, 8"),
        ):
            peer = self.visitor()
            self.assertEqual(peer.begin(headers={name: value}), "HTTP/1.1 426 Upgrade Required", (name, value))
            self.assertIn(b"sec-websocket-version: 13\r\n", peer.head.lower())

    def test_what_else_is_said_can_make_nothing_stumble(self) -> None:
        for name, value in (
            ("Sec-WebSocket-Protocol", "\xff,,;"),
            ("Sec-WebSocket-Extensions", "\xff"),
            ("Host", "xn--\xff"),
            ("Host", "a" * 300),
            ("X", "\x01\x7f\x80"),
            ("Cookie", "\xc3"),
            ("Expect", "100-continue"),
            ("Transfer-Encoding", "identity"),
        ):
            peer = self.visitor()
            self.assertIn(peer.begin(headers={name: value}).split()[1], ("101", "400"), (name, value))
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_twice_the_same_header_is_none(self) -> None:
        peer = self.visitor()
        key = UPGRADE["Sec-WebSocket-Key"]
        first = peer.begin(headers={"Sec-WebSocket-Key": f"{key}\r\nSec-WebSocket-Key: {key}"})
        self.assertEqual(first, "HTTP/1.1 426 Upgrade Required")


class OriginTests(WebStage):
    def first(self, origin: str | None, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.visitor().begin(headers={"Origin": origin, **named}).split()[1]

    def test_a_program_has_none(self) -> None:
        self.assertEqual(self.first(None), "101")

    def test_the_servers_own_page_may(self) -> None:
        self.assertEqual(self.first("http://chat.example"), "101")
        self.assertEqual(self.first("HTTP://Chat.Example"), "101")
        self.assertEqual(self.first("http://localhost:8080", Host="localhost:8080"), "101")

    def test_that_of_another_site_may_not(self) -> None:
        for origin in (
            "https://chat.example",
            "http://chat.example:81",
            "http://chat.example.evil.example",
            "http://evil.example/http://chat.example",
            "null",
            "",
            "file://",
            "\xff",
        ):
            self.assertEqual(self.first(origin), "403", origin)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_it_is_told_why_and_no_session_begins(self) -> None:
        peer = self.visitor()
        peer.begin(headers={"Origin": "http://evil.example"})
        self.assertIn(b"This page is of another site", peer.head + bytes(peer.transport.written))
        self.assertEqual(self.server.house.is_empty, True)

    def test_those_that_are_configured_may(self) -> None:
        self.furnish({"web": {"origins": ["https://intranet.example"]}})
        self.assertEqual(self.first("https://intranet.example"), "101")
        self.assertEqual(self.first("http://intranet.example"), "403")
        self.assertEqual(self.first("http://chat.example"), "101")

    def test_what_a_proxy_says_counts_where_it_is_trusted(self) -> None:
        forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "chat.example.org"}
        self.assertEqual(self.first("https://chat.example.org", **forwarded), "403")
        self.furnish({"web": {"proxies": [ADDRESS]}})
        self.assertEqual(self.first("https://chat.example.org", **forwarded), "101")
        self.assertEqual(self.first("http://chat.example", **forwarded), "403")
