"""Bytes that nobody would send: no connection is harmed by them but the one they came on, and nothing is logged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource

from chatd.frontends.web.request import WebRequest
from tests.frontends.web.visits import Web, request

# The first ticket that a scene gives is t1, to put a file; the third is t3, to get one.
_WORDS = st.sampled_from(
    [
        *(b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ", b"BREW "),
        *(b"/", b"/index.html", b"/ws", b"/health", b"/files/t1/x", b"/files/t3/x", b"*", b"http://a/", b"/%ff%00"),
        *(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", b" HTTP/0.9\r\n", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b" ", b"\t", b"\0"),
        *(b"Host: a\r\n", b"Connection: close\r\n", b"Upgrade: websocket\r\n", b"Expect: 100-continue\r\n"),
        *(b"Content-Length: 5\r\n", b"Content-Length: 5000\r\n", b"Content-Length: -5\r\n", b"Content-Length: \r\n"),
        *(b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"hello"),
        *(b"Range: bytes=1-\r\n", b"Range: bytes=-\r\n", b"Content-Range: bytes 2-4/5\r\n", b"Content-Range: x\r\n"),
        *(b"If-None-Match: *\r\n", b"If-Range: \xff\r\n", b"Accept-Encoding: gzip\r\n", b"X-Forwarded-For: ,,\r\n"),
    ]
)
_WHOLE = st.sampled_from(
    [
        request("GET", "/"),
        request("GET", "/ws", {"Connection": "Upgrade", "Upgrade": "websocket"}),
        request("PUT", "/files/t1/x", body=b"hello"),
        request("PUT", "/files/t1/x", {"Content-Length": "5", "Expect": "100-continue"}),
        request("GET", "/files/t1/x"),
        request("GET", "/files/t3/x", {"Range": "bytes=1-2"}),
        request("POST", "/health", body=b"x" * 5000),
    ]
)
_PIECES = st.lists(
    st.one_of(_WHOLE, _WORDS, st.lists(_WORDS, max_size=8).map(b"".join), st.binary(max_size=20)), max_size=12
)


class Refusing(Resource):
    """Takes no WebSocket."""

    def render(self, request: WebRequest) -> bytes:
        request.setResponseCode(403)
        return b""


class GarbageTests(SynchronousTestCase):
    @given(_PIECES, st.booleans(), st.booleans())
    def test_it_is_answered_or_cut_and_leaves_nothing(self, pieces: list[bytes], reading: bool, ends: bool) -> None:
        web = Web(self, Refusing(), connections=2, trusted=["198.51.100.9"])
        web.scene.offer(5)
        web.scene.transfers.fetch("anna", web.scene.give(b"hello").id, "lab")
        for address in ("198.51.100.7", "198.51.100.9"):
            visit = web.visit(address, reading)
            for piece in pieces:
                if visit.transport.closing or visit.transport.aborted:
                    break
                visit.send(piece)
            if ends and not visit.transport.aborted:
                visit.channel.readConnectionLost()
            visit.lose()
        self.assertEqual(web.site.open, set())
        self.assertEqual(web.visit().ask("GET", "/health").code, 200)
        self.assertEqual(self.flushLoggedErrors(), [])
