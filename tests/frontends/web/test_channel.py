"""Connections: how many, for how long, and how large the heads are that they take."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.door import LEAVING, SPARE, SPARE_SECONDS
from chatd.frontends.web.channel import HEAD_SECONDS
from chatd.transfers.peer import STALLED_SECONDS
from tests.frontends.web.visits import Web, request


class RequestTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self)
        self.browser = self.web.visit()

    def test_it_may_come_in_any_pieces(self) -> None:
        for byte in request("GET", "/health"):
            self.browser.send(bytes([byte]))
        self.assertEqual([answer.code for answer in self.browser.answers()], [200])

    def test_several_may_be_sent_ahead(self) -> None:
        self.browser.send(
            request("GET", "/health") + request("HEAD", "/") + request("PUT", "/", body=b"abc") + request("GET", "/x")
        )
        # What follows a body that was refused is not looked at.
        self.assertEqual([answer.code for answer in self.browser.answers("GET", "HEAD")], [200, 200, 405])
        self.assertTrue(self.browser.transport.closing)

    def test_http_1_0_ends_with_its_answer(self) -> None:
        self.browser.send(b"GET /health HTTP/1.0\r\n\r\n")
        (answer,) = self.browser.answers()
        self.assertEqual((answer.code, answer.body, self.browser.transport.closing), (200, b'{"status":"ok"}\n', True))

    def test_who_wishes_it_to_end_has_it_so(self) -> None:
        answer = self.browser.ask("GET", "/health", {"Connection": "close"})
        self.assertEqual((answer.headers["connection"], self.browser.transport.closing), ("close", True))

    def test_the_end_of_input_is_not_the_end_of_what_was_asked(self) -> None:
        drop = self.web.scene.give(bytes(200_000))
        self.browser.transport.reading = False
        path = f"/files/{self.web.scene.transfers.fetch('anna', drop.id, 'lab').ticket}/x"
        self.browser.send(request("GET", path))
        self.browser.channel.readConnectionLost()
        self.assertFalse(self.browser.transport.closing)
        while self.browser.transport.waiting:
            self.browser.transport.read()
            self.web.scene.settle()
        self.assertEqual((len(self.browser.answers()[0].body), self.browser.transport.closing), (200_000, True))

    def test_but_of_a_part_of_a_request_it_is(self) -> None:
        for data in (b"", b"GET / HT", request("GET", "/", {"Content-Length": "5"}), request("GET", "/health")):
            browser = self.web.visit()
            browser.send(data)
            browser.channel.readConnectionLost()
            self.assertTrue(browser.transport.closing)

    def test_a_line_as_a_person_types_it_is_refused_at_once(self) -> None:
        for data in (b"guest eve\n", b"\n", b"login\npublic\r\n"):
            browser = self.web.visit()
            browser.send(data)
            self.assertEqual(bytes(browser.transport.written), b"HTTP/1.1 400 Bad Request\r\n\r\n")
            self.assertTrue(browser.transport.closing)

    def test_hostile_heads_are_refused(self) -> None:
        host = b"Host: a\r\n"
        for head in (
            b"\r\n\r\n\r\n",
            b"GET\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/2.0\r\n\r\n",
            b"G\xc3T / HTTP/1.1\r\n\r\n",
            b"GET /\x01 HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host * 2 + b"\r\n",
            b"GET http://a/ HTTP/1.1\r\n" + host + b"\r\n",
            b"OPTIONS * HTTP/1.1\r\n" + host + b"\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"no colon\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"a b: c\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"x: a\0b\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + host + b"content-length : 5\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"x: y\r\n" * 101 + b"\r\n",
            b"GET / HTTP/1.1\r\n" + host + b"x: " + b"y" * 20_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + host + (b"x: " + b"y" * 1000 + b"\r\n") * 20 + b"\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
            b"GET " + b"a" * 100_000,
            b"put 00000000000000000000000000000000\r\n",
        ):
            browser = self.web.visit()
            browser.send(head)
            self.assertEqual([answer.code for answer in browser.answers()][:1], [400], head[:200])
        self.assertEqual(self.flushLoggedErrors(), [])


class PatienceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self)
        self.browser = self.web.visit()
        self.clock = self.web.scene.clock

    def test_a_head_has_its_time_however_it_comes(self) -> None:
        for byte in b"GET / HTTP/1.1\r\nX-Slow: loris"[: int(HEAD_SECONDS) - 1]:
            self.browser.send(bytes([byte]))
            self.clock.advance(1)
        self.assertFalse(self.browser.transport.closing)
        self.clock.advance(1)
        self.assertTrue(self.browser.transport.closing)

    def test_so_has_the_next_one(self) -> None:
        self.clock.advance(HEAD_SECONDS - 1)
        self.browser.ask("GET", "/health")
        self.clock.advance(HEAD_SECONDS - 1)
        self.browser.ask("GET", "/health")
        self.clock.advance(HEAD_SECONDS)
        self.assertTrue(self.browser.transport.closing)

    def test_and_a_body_that_nobody_asked_for(self) -> None:
        self.browser.send(request("GET", "/", {"Content-Length": "50"}))
        for _ in range(int(HEAD_SECONDS)):
            self.clock.advance(1)
            self.browser.send(b"x")
        self.assertTrue(self.browser.transport.closing)

    def test_who_does_not_take_the_answer_is_cut(self) -> None:
        self.browser.transport.reading = False
        self.browser.send(request("GET", "/health", {"Connection": "close"}))
        self.clock.advance(STALLED_SECONDS - 1)
        self.assertFalse(self.browser.transport.aborted)
        self.clock.advance(1)
        self.assertTrue(self.browser.transport.aborted)

    def test_nothing_is_left_to_happen_after_a_connection(self) -> None:
        self.browser.ask("GET", "/health", {"Connection": "close"})
        self.browser.lose()
        self.web.visit().lose()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.web.site.open, set())

    def test_at_the_end_each_goes_with_its_answer(self) -> None:
        idle, asking = self.web.visit(), self.web.visit()
        asking.send(b"GET /health HTTP/1.1\r\nHost: a\r\n")
        self.web.site.leave()
        self.assertEqual((idle.transport.closing, asking.transport.closing), (True, False))
        asking.send(b"\r\n")
        self.assertEqual((asking.answers()[0].code, asking.transport.closing), (200, True))
        self.web.site.cut()
        self.assertTrue(asking.transport.aborted)


class CrowdTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self, connections=2, trusted=["192.0.2.9"])
        self.here = [self.web.visit() for _ in range(2)]

    def test_above_the_number_an_address_is_told_to_come_again(self) -> None:
        above = self.web.visit()
        answer = above.ask("GET", "/health")
        self.assertEqual((answer.code, "retry-after" in answer.headers, above.transport.closing), (503, True, True))
        self.assertEqual(self.web.visit("198.51.100.8").ask("GET", "/health").code, 200)
        self.assertEqual(self.here[0].ask("GET", "/health").code, 200)
        self.here[0].lose()
        self.assertEqual(self.web.visit().ask("GET", "/health").code, 200)

    def test_but_not_for_files_by_ticket(self) -> None:
        above = self.web.visit()
        self.assertEqual(above.ask("GET", "/files/t/n").code, 404)
        self.assertFalse(above.transport.closing)

    def test_of_which_there_are_only_so_many_too(self) -> None:
        spare = [self.web.visit() for _ in range(SPARE)]
        far = self.web.visit()
        self.assertEqual(far.ask("GET", "/files/t/n").code, 503)
        spare[0].lose()
        self.assertEqual(self.web.visit().ask("GET", "/files/t/n").code, 404)

    def test_they_stand_about_for_less_long(self) -> None:
        spare = [self.web.visit() for _ in range(SPARE)]
        far = self.web.visit()
        self.web.scene.clock.advance(LEAVING)
        self.assertEqual((far.transport.closing, spare[0].transport.closing), (True, False))
        self.web.scene.clock.advance(SPARE_SECONDS - LEAVING)
        self.assertEqual((spare[0].transport.closing, self.here[0].transport.closing), (True, False))

    def test_a_network_of_ipv6_counts_as_one(self) -> None:
        for number in range(2):
            self.web.visit(f"2001:db8::{number}")
        self.assertEqual(self.web.visit("2001:db8::ff").ask("GET", "/health").code, 503)

    def test_whoever_is_trusted_is_not_counted(self) -> None:
        for _ in range(5):
            self.assertEqual(self.web.visit("192.0.2.9").ask("GET", "/health").code, 200)

    def test_another_number_holds_at_once(self) -> None:
        self.web.site.crowd.limit(3)
        self.assertEqual(self.web.visit().ask("GET", "/health").code, 200)
        self.web.site.crowd.limit(0)
        self.assertEqual(self.web.visit().ask("GET", "/health").code, 200)
