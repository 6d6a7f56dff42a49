"""The site: what is where, what every answer bears, and who is answered nothing else than that."""

from __future__ import annotations

import gzip
import json

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from chatd.frontends.web.request import CONTENT_POLICY, PAUSED_SECONDS, SMALL, WebRequest
from tests.frontends.web.visits import PAGE, Web, request

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}


class PageTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self)
        self.browser = self.web.visit()

    def test_its_files_are_there_and_no_others(self) -> None:
        for path, name in {"/": "index.html", "/index.html": "index.html", "/page.js?v=1": "page.js"}.items():
            answer = self.browser.ask("GET", path)
            self.assertEqual((answer.code, answer.body.decode()), (200, PAGE[name]))
        self.assertEqual(self.browser.ask("GET", "/icon.svg").headers["content-type"], "image/svg+xml")
        for path in (
            "/notes.txt",
            "//",
            "/page.js/",
            "/../index.html",
            "/%2e%2e/index.html",
            "/%2e%2e%2findex.html",
            "/..%5cindex.html",
            "/index.html%00",
            "/%69ndex.htm",
            "/page",
            "/files",
            "/files/a/b/c",
            "/<script>alert(1)</script>",
            "/%",
            "/%zz",
            "/%ff",
        ):
            answer = self.browser.ask("GET", path)
            self.assertEqual((answer.code, answer.body), (404, b"404 Not Found\n"), path)
            self.assertEqual(answer.headers["content-type"], "text/plain; charset=utf-8")
        self.assertEqual(self.browser.ask("GET", "/%69ndex.html").code, 200)

    def test_every_answer_is_as_safe(self) -> None:
        for method, path in (
            ("GET", "/"),
            ("GET", "/nothing"),
            ("HEAD", "/health"),
            ("PUT", "/"),
            ("GET", "/files/t/n"),
        ):
            headers = self.browser.ask(method, path).headers
            self.assertEqual(headers["content-security-policy"], CONTENT_POLICY.decode())
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertEqual(headers["cross-origin-opener-policy"], "same-origin")
            self.assertEqual(headers["cross-origin-resource-policy"], "same-origin")
            self.assertIn("microphone=()", headers["permissions-policy"])
            self.assertNotIn("server", headers)

    def test_who_has_a_file_is_not_sent_it_again(self) -> None:
        first = self.browser.ask("GET", "/page.js")
        self.assertEqual(first.headers["cache-control"], "no-cache")
        tag = first.headers["etag"]
        for told in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = self.browser.ask("GET", "/page.js", {"If-None-Match": told})
            self.assertEqual((answer.code, answer.body, answer.headers["etag"]), (304, b"", tag))
            self.assertNotIn("content-length", answer.headers)
        self.assertEqual(self.browser.ask("GET", "/page.js", {"If-None-Match": '"other"'}).code, 200)
        self.assertEqual(self.browser.ask("GET", "/icon.svg", {"If-None-Match": tag}).code, 200)
        self.assertEqual(self.browser.ask("GET", "/health").headers["cache-control"], "no-store")

    def test_it_is_packed_for_those_who_can_unpack_it(self) -> None:
        plain = self.browser.ask("GET", "/page.js")
        for wish in ("gzip", "br, GZIP;q=0.5, *"):
            packed = self.browser.ask("GET", "/page.js", {"Accept-Encoding": wish})
            self.assertEqual((packed.headers["content-encoding"], packed.headers["vary"]), ("gzip", "Accept-Encoding"))
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertNotEqual(packed.headers["etag"], plain.headers["etag"])
        for wish in ("", "br", "gzip;q=0", "gzip; q=0.0", "identity"):
            self.assertEqual(self.browser.ask("GET", "/page.js", {"Accept-Encoding": wish}).body, plain.body)
        self.assertNotIn("content-encoding", self.browser.ask("GET", "/icon.svg", {"Accept-Encoding": "gzip"}).headers)

    def test_head_is_get_without_a_body(self) -> None:
        for path in ("/", "/page.js", "/health", "/schema.json", "/nothing", "/files/t/n"):
            self.assertEqual(self.browser.ask("HEAD", path), self.browser.ask("GET", path)._replace(body=b""))

    def test_other_methods_are_told_which_there_are(self) -> None:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "G!"):
            answer = self.browser.ask(method, "/health")
            self.assertEqual((answer.code, answer.headers["allow"]), (405, "GET, HEAD"))
        self.assertEqual(self.browser.ask("DELETE", "/files/t/n").headers["allow"], "GET, HEAD, POST, PUT")


class HealthTests(SynchronousTestCase):
    def test_it_is_well_or_says_why_not(self) -> None:
        web = Web(self)
        browser = web.visit()
        answer = browser.ask("GET", "/health")
        self.assertEqual((answer.code, json.loads(answer.body)), (200, {"status": "ok"}))
        web.ailing = "disk-full"
        answer = browser.ask("GET", "/health")
        self.assertEqual((answer.code, json.loads(answer.body)), (503, {"status": "unavailable", "why": "disk-full"}))

    def test_the_schema_is_served(self) -> None:
        answer = Web(self).visit().ask("GET", "/schema.json")
        self.assertEqual(
            (answer.headers["content-type"], answer.body), ("application/schema+json", b'{"$schema":"..."}')
        )


class _Socket(Resource):
    """Notes who comes, and refuses or takes them."""

    def __init__(self) -> None:
        super().__init__()
        self.visitors: list[str] = []
        self.takes = True

    def render(self, request: WebRequest) -> bytes | int:
        self.visitors.append(request.visitor.address)
        if not self.takes:
            request.setResponseCode(403)
            return b"no"
        request.channel.dataReceived = lambda data: None
        request.channel.connectionLost = lambda reason: None
        return NOT_DONE_YET


class SocketTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.socket = _Socket()
        self.web = Web(self, self.socket, connections=1, trusted=["192.0.2.9"])

    def test_it_is_at_its_own_path_and_at_the_first(self) -> None:
        for path in ("/ws", "/", "/ws?a=b"):
            browser = self.web.visit("192.0.2.9")
            browser.send(request("GET", path, {**UPGRADE, "X-Forwarded-For": "203.0.113.5"}))
            self.assertEqual((browser.answers(), self.web.site.open), ([], set()))
        self.assertEqual(self.socket.visitors, ["203.0.113.5"] * 3)

    def test_who_speaks_there_is_counted_elsewhere(self) -> None:
        for _ in range(3):
            self.web.visit().send(request("GET", "/ws", UPGRADE))
        self.assertEqual(self.web.visit().ask("GET", "/health").code, 200)

    def test_who_is_refused_has_an_answer_and_the_connection(self) -> None:
        self.socket.takes = False
        browser = self.web.visit()
        for _ in range(2):
            answer = browser.ask("GET", "/ws", UPGRADE)
            self.assertEqual((answer.code, answer.body, answer.headers["content-length"]), (403, b"no", "2"))
        self.assertEqual(len(self.web.site.open), 1)

    def test_who_does_not_want_one_is_told_what_it_is(self) -> None:
        answer = self.web.visit().ask("GET", "/ws")
        self.assertEqual((answer.code, answer.headers["upgrade"]), (426, "websocket"))
        self.assertEqual(self.web.visit("192.0.2.9").ask("GET", "/ws", {"Upgrade": "h2c"}).code, 426)
        self.assertEqual(self.web.visit("192.0.2.9").ask("POST", "/ws", UPGRADE).code, 405)
        self.assertEqual(self.socket.visitors, [])


class DefectTests(SynchronousTestCase):
    def test_a_defect_is_logged_and_its_traceback_told_to_nobody(self) -> None:
        class Broken(Resource):
            def render(self, request: WebRequest) -> bytes:
                raise RuntimeError("secret")

        answer = Web(self, Broken()).visit().ask("GET", "/ws", UPGRADE)
        self.assertEqual((answer.code, answer.body), (500, b"500 Internal Server Error\n"))
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)


class BodyTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self)
        self.browser = self.web.visit()

    def test_a_small_one_that_nobody_asked_for_is_thrown_away(self) -> None:
        for size in (1, SMALL):
            answer = self.browser.ask("GET", "/health", body=b"x" * size)
            self.assertEqual(answer.code, 200)
        self.assertFalse(self.browser.transport.closing)

    def test_a_larger_one_is_refused_before_it_comes(self) -> None:
        for headers in ({"Content-Length": str(SMALL + 1)}, {"Transfer-Encoding": "chunked"}):
            browser = self.web.visit()
            browser.send(request("GET", "/", headers))
            (answer,) = browser.answers()
            self.assertEqual((answer.code, answer.headers["connection"]), (413, "close"))
            self.assertFalse(browser.transport.closing)

    def test_it_is_read_so_that_the_answer_is_too_but_only_so_far(self) -> None:
        self.browser.send(request("POST", "/", {"Content-Length": "1000000"}))
        self.assertEqual([answer.code for answer in self.browser.answers()], [405])
        self.browser.send(b"x" * 1_000_000)
        self.assertTrue(self.browser.transport.closing)
        self.assertFalse(self.browser.transport.aborted)
        browser = self.web.visit()
        browser.send(request("POST", "/", {"Content-Length": "1000000000000"}))
        for _ in range(16):
            browser.send(b"x" * 65536)
        self.assertFalse(browser.transport.paused)
        browser.send(b"x")
        self.assertTrue(browser.transport.paused)
        self.assertFalse(browser.transport.aborted or browser.transport.closing)
        self.web.scene.clock.advance(PAUSED_SECONDS)
        self.assertTrue(browser.transport.closing)

    def test_who_asks_first_is_not_told_to_go_on(self) -> None:
        expects = {"Expect": "100-continue"}
        self.browser.send(request("POST", "/", {**expects, "Content-Length": "1000000"}))
        self.assertEqual([answer.code for answer in self.browser.answers()], [405])
        browser = self.web.visit()
        browser.send(request("GET", "/", {**expects, "Content-Length": "5"}))
        self.assertEqual([answer.code for answer in browser.answers()], [100])
        browser.send(b"hello")
        self.assertEqual([answer.code for answer in browser.answers()], [200])
