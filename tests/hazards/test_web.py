"""The web: pages of others, messages without end, frames and objects that nobody would send, slow browsers, floods."""

from __future__ import annotations

import re
import struct
from html.parser import HTMLParser
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chatd.frontends.line import FLOOD_LINES, FLOOD_RATE
from chatd.frontends.web.bounds import LONGEST_MESSAGE
from chatd.frontends.web.site import PAGE
from chatd.outlet import PATIENCE
from chatd.website import Website
from chatd.wire.webjson import KINDS
from tests.behaviour.scene import Stage
from tests.frontends.web.sockets import Object, Peer
from tests.frontends.web.visits import HttpTransport
from tests.schemas import faults

ANYTHING = settings(deadline=None, max_examples=200)


class WebStage(Stage):
    def setUp(self) -> None:
        self.open({"limits": {"flood": False}})

    def open(self, config: dict[str, dict[str, Any]]) -> None:
        self.start(config)
        self.website = Website(self.server.house)
        self.addCleanup(self.stop)

    def peer(self, **how: Any) -> Peer:
        return Peer(self.server, self.website, **how)

    def member(self, name: str, **how: Any) -> Peer:
        peer = self.peer(**how)
        peer.send({"type": "guest", "name": name}, {"type": "enter", "room": "public"})
        peer.objects()
        return peer


class OriginTests(WebStage):
    def test_a_page_of_another_site_gets_no_socket(self) -> None:
        for origin in ("http://evil.example", "null", "http://chat.example.evil.example", "https://chat.example", ""):
            peer = self.peer(origin=origin)
            peer.objects()
            self.assertEqual(peer.refused, 403, origin)

    def test_the_own_page_and_programs_do(self) -> None:
        for headers in ({}, {"origin": "http://chat.example"}):
            self.assertEqual([told["type"] for told in self.peer(**headers).objects()], ["greeting"])

    def test_and_a_page_that_the_configuration_names(self) -> None:
        self.open({"web": {"origins": ["https://club.example"]}})
        self.assertEqual(len(self.peer(origin="https://club.example").objects()), 1)


class LengthTests(WebStage):
    def test_what_is_too_long_closes_with_1009_however_it_comes(self) -> None:
        whole = struct.pack("!BBH", 0x81, 0xFE, LONGEST_MESSAGE + 1) + bytes(4) + b"x" * (LONGEST_MESSAGE + 1)
        announced = struct.pack("!BBQ", 0x82, 0xFF, 1 << 40) + bytes(4) + b"x" * (LONGEST_MESSAGE + 1)
        pieces = b"\x01\xfe\x10\x00" + bytes(4) + b"x" * 4096 + (b"\x00\xfe\x10\x00" + bytes(4) + b"x" * 4096) * 2
        letters = "ü".encode() * 4096
        wide = struct.pack("!BBH", 0x81, 0xFE, len(letters) + 1) + bytes(4) + letters + b"x"
        for data in (whole, announced, pieces, wide):
            peer = self.member("talker")
            peer.send_bytes(data)
            told = peer.objects()
            self.assertEqual((told[-1]["type"], told[-1]["reason"], peer.code), ("closing", "message-too-long", 1009))
            peer.lose()

    def test_8192_bytes_are_taken(self) -> None:
        peer = self.peer()
        peer.objects()
        peer.send(f'{{"type":"version","id":1{" " * (LONGEST_MESSAGE - 25)}}}')
        self.assertEqual([told["type"] for told in peer.objects()], ["version"])


class _Found(HTMLParser):
    """What of a page could run."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self._inside = tag
        self.wrong += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.wrong += [f"{tag} {url}" for url in (given.get("src"), given.get("href")) if url and ":" in url]
        if tag == "script" and "src" not in given:
            self.wrong.append("a script inside")

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.wrong.append(f"{self._inside}: {data[:40]}")


class PageTests(WebStage):
    def test_no_script_runs_but_those_of_the_server(self) -> None:
        for path in PAGE.glob("*.html"):
            found = _Found()
            found.feed(path.read_text())
            self.assertEqual(found.wrong, [], path.name)
        transport = HttpTransport("198.51.100.7")
        channel: Any = self.website.site.buildProtocol(transport.getPeer())
        channel.makeConnection(transport)
        channel.dataReceived(b"GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n")
        self.server.turn()
        policy = re.search(
            r"^content-security-policy: (.*)\r$", transport.written.decode(), re.IGNORECASE | re.MULTILINE
        )
        assert policy is not None
        self.assertIn("default-src 'none'", policy[1])
        self.assertRegex(policy[1], r"script-src 'self'(;|$)")
        for word in ("unsafe", "*", "http:", "https:"):
            self.assertNotIn(word, policy[1])

    def test_no_page_makes_html_of_what_users_say(self) -> None:
        for path in PAGE.glob("*.js"):
            source = path.read_text()
            for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
                self.assertNotIn(word, source, path.name)

    def test_html_is_told_as_the_text_that_it_is(self) -> None:
        speaker, listener = self.member("speaker"), self.member("listener")
        text = '<script>alert(1)</script><img src=x onerror="alert(1)">&amp;'
        speaker.send({"type": "say", "text": text})
        self.assertEqual([told["text"] for told in listener.objects() if told["type"] == "said"], [text])


def frame(payload: bytes, first: int = 0x82, mask: int = 0x80, wrong: int = 0) -> bytes:
    """One, masked with zeros; ``wrong`` is what is added to its length."""
    size = max(0, len(payload) + wrong)
    length = bytes((mask | size,)) if size < 126 else bytes((mask | 126,)) + struct.pack("!H", size)
    return bytes((first,)) + length + (bytes(4) if mask else b"") + payload


FRAMES = st.builds(
    frame,
    st.binary(max_size=200) | st.sampled_from([b'{"type":"version"}', b"", b"\x03\xe8", b"\x03\xe8bye", b"\xff\xfe"]),
    st.sampled_from([0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x88, 0x89, 0x8A, 0x83, 0xC1, 0xF1, 0x08, 0x09]),
    st.sampled_from([0x80, 0x80, 0x80, 0x80, 0]),
    st.sampled_from([0, 0, 0, 0, 1, -1, 7000]),
)
DEEP = st.sampled_from(
    [b"[" * 8000, b'{"a":' * 1600, b'{"type":"say","text":' + b"[" * 4000, b"9" * 8000, b'"\\ud800"']
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["public", "eve", "on", "1h"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
NAMES = sorted({name for kind in KINDS.values() for name in kind.__struct_fields__} | {"id", "answers", "sender"})
OBJECTS = st.builds(
    lambda kind, fields: {**fields, "type": kind},
    st.sampled_from([*sorted(KINDS), "register", "broadcast", "sya"]) | VALUES,
    st.dictionaries(st.sampled_from(NAMES), VALUES | st.sampled_from(["public", "eve", 0, 3, True]), max_size=5),
)


class FuzzTests(WebStage):
    """Whatever comes, nothing is logged as an error (trial fails a test in which something is), and others go on."""

    def setUp(self) -> None:
        limits = {"flood": False, "registrations_per_hour": 0, "logins_per_minute": 0}
        self.open({"limits": limits})
        self.witness = self.peer()
        self.witness.objects()

    def is_alive(self) -> None:
        self.witness.send({"type": "version", "id": "alive"})
        self.assertIn("alive", [told.get("id") for told in self.witness.objects()])

    @ANYTHING
    @given(st.lists(FRAMES | st.binary(max_size=30), max_size=8), st.integers(1, 60))
    def test_any_frames(self, frames: list[bytes], cut: int) -> None:
        peer = self.peer()
        data = b"".join(frames)
        for start in range(0, len(data), cut):
            peer.send_bytes(data[start : start + cut])
        self.is_alive()
        peer.lose()

    @ANYTHING
    @given(st.lists(OBJECTS, min_size=1, max_size=5))
    def test_any_objects(self, objects: list[Object]) -> None:
        peer = self.member("eve")
        for told in objects:
            peer.send(msgspec.json.encode(told).decode())
        in_dialect = False
        for told in peer.objects():
            in_dialect = in_dialect or "timestamp" in told
            self.assertEqual([] if in_dialect else faults(told), [], objects)
        self.is_alive()
        peer.lose()

    @ANYTHING
    @given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("{" + text).encode()) | DEEP)
    def test_any_text(self, message: bytes) -> None:
        peer = self.peer()
        peer.objects()
        peer.send_bytes(frame(message))
        self.assertEqual([told["type"] for told in peer.objects()], ["error"])
        self.is_alive()
        peer.lose()


class SlowBrowserTests(WebStage):
    def test_it_is_dropped_like_any_slow_reader_and_the_others_get_everything(self) -> None:
        self.open({"limits": {"flood": False, "queue_bytes": 65536}})
        speaker, quick = self.member("speaker"), self.member("quick")
        slow = self.member("slow")
        slow.transport.reading = False
        texts = [f"{number} {'x' * 1000}" for number in range(300)]
        for text in texts:
            speaker.send({"type": "say", "text": text})
        for _ in range(5):
            self.server.advance(PATIENCE)
        self.assertEqual([told["text"] for told in quick.objects() if told["type"] == "said"], texts)
        slow.transport.read()
        told = slow.objects()
        self.assertEqual((told[-1]["type"], told[-1]["reason"], slow.code), ("closing", "too-slow", 1008))
        self.assertLess(len(told), len(texts))
        self.assertEqual(self.website.factory.too_slow, 1)


class FloodTests(WebStage):
    def test_messages_are_counted_as_lines_are(self) -> None:
        self.open({})
        peer = self.member("hasty")
        line = self.server.connect()
        line.send("format json", "guest lines", "public")
        line.received()
        self.server.advance(60)
        peer.objects()
        line.received()
        said = [f"{number}" for number in range(150)]
        peer.send(*({"type": "me", "text": text} for text in said))
        line.send(*(f"/me {text}" for text in said))
        heard = {"hasty": 0, "lines": 0}
        for seconds, wanted in ((0, FLOOD_LINES), (1, FLOOD_LINES + FLOOD_RATE)):
            self.server.advance(seconds)
            told = line.lines()
            for name in heard:
                heard[name] += sum('"type":"emoted"' in one and f'"user":"{name}"' in one for one in told)
            self.assertEqual(heard, {"hasty": wanted, "lines": wanted})
        self.server.advance(10)
        self.assertEqual(
            [told["text"] for told in peer.objects() if told["type"] == "emoted" and told["user"] == "hasty"], said
        )
