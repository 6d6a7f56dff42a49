"""Files over HTTP: fetched whole and in parts, given as their bytes come, and refused."""

from __future__ import annotations

import errno
import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.frontends.door import LEAVING, SPARE
from chatd.frontends.web.files import disposition
from chatd.testing import FULL
from chatd.transfers.peer import AHEAD, STALLED_SECONDS
from tests.frontends.web.visits import Answer, Visit, Web, request
from tests.transfers.memory import PIECE, sum_of

DATA = bytes(range(256)) * 1000


def told(answer: Answer) -> dict[str, Any]:
    """The object in an answer."""
    found: dict[str, Any] = json.loads(answer.body)
    return found


class FetchTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self)
        self.drop = self.web.scene.give(DATA, name="naïve \N{SNOWMAN}.txt")
        self.path = self.fetch()

    def fetch(self) -> str:
        return f"/files/{self.web.scene.transfers.fetch('anna', self.drop.id, 'lab').ticket}/whatever.bin"

    def get(self, **headers: str) -> Answer:
        return self.web.visit().ask("GET", self.path, {name.replace("_", "-"): text for name, text in headers.items()})

    def test_all_of_it(self) -> None:
        visit = self.web.visit()
        answer = visit.ask("GET", self.path)
        self.assertEqual((answer.code, answer.body), (200, DATA))
        expected = {
            "content-type": "application/octet-stream",
            "content-length": str(len(DATA)),
            "etag": f'"{sum_of(DATA)}"',
            "accept-ranges": "bytes",
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "connection": "close",
            "content-disposition": disposition(self.drop.name),
        }
        self.assertEqual({name: answer.headers.get(name) for name in expected}, expected)
        self.assertTrue(visit.transport.closing)

    def test_head_tells_what_it_is_and_does_not_use_the_ticket(self) -> None:
        visit = self.web.visit()
        head = visit.ask("HEAD", self.path, {"Range": "bytes=5-"})
        self.assertEqual((head.code, head.headers["content-length"]), (200, str(len(DATA))))
        self.assertFalse(visit.transport.closing)
        got = visit.ask("GET", self.path)
        for name in ("etag", "content-disposition", "content-type", "accept-ranges"):
            self.assertEqual(head.headers[name], got.headers[name])

    def test_a_part_of_it(self) -> None:
        for text, (start, end) in {
            "bytes=0-99": (0, 100),
            "bytes=100000-": (100_000, len(DATA)),
            "bytes=-7": (len(DATA) - 7, len(DATA)),
            f"bytes={PIECE - 1}-{PIECE * 2}": (PIECE - 1, PIECE * 2 + 1),
            "bytes=255999-999999": (255_999, len(DATA)),
        }.items():
            answer = self.get(Range=text)
            self.assertEqual((answer.code, answer.body), (206, DATA[start:end]))
            self.assertEqual(answer.headers["content-range"], f"bytes {start}-{end - 1}/{len(DATA)}")
            self.assertEqual(answer.headers["content-length"], str(end - start))

    def test_what_is_not_there(self) -> None:
        answer = self.get(Range=f"bytes={len(DATA)}-")
        self.assertEqual((answer.code, answer.headers["content-range"]), (416, f"bytes */{len(DATA)}"))
        self.assertEqual(told(answer), {"type": "error", "error": "bad-offset", "limit": len(DATA)})

    def test_the_rest_only_where_it_is_the_rest_of_that_file(self) -> None:
        self.assertEqual(self.get(Range="bytes=9-", If_Range=f'"{sum_of(DATA)}"').code, 206)
        self.assertEqual(self.get(Range="bytes=9-", If_Range='"another"').body, DATA)

    def test_an_empty_file(self) -> None:
        self.drop = self.web.scene.give(b"")
        self.path = self.fetch()
        answer = self.get()
        self.assertEqual((answer.code, answer.headers["content-length"], answer.body), (200, "0", b""))
        self.assertEqual(self.get(Range="bytes=0-").code, 416)

    def test_the_name_in_the_path_is_for_the_client_alone(self) -> None:
        for name in ("", "/", "/..%2f..%2fetc%2fpasswd", "/%00", "/<b>", "/%ff?x=y"):
            self.path = self.path.rpartition("/")[0] if self.path.count("/") == 3 else self.path
            self.assertEqual(
                self.web.visit().ask("GET", self.path + name).headers["content-disposition"][:10], "attachment"
            )

    def test_a_slow_reader_has_a_piece_or_two_and_no_more(self) -> None:
        visit = self.web.visit(reading=False)
        visit.send(request("GET", self.path))
        self.assertLessEqual(visit.transport.waiting, FULL + PIECE + 1000)
        while visit.transport.waiting:
            visit.transport.read()
            visit.transport.reading = False
            self.web.scene.settle()
        visit.transport.read()
        self.assertEqual(visit.answers()[0].body, DATA)

    def test_one_that_does_not_read_is_cut(self) -> None:
        visit = self.web.visit(reading=False)
        visit.send(request("GET", self.path))
        self.web.scene.clock.advance(STALLED_SECONDS - 1)
        self.assertFalse(visit.transport.aborted)
        self.web.scene.clock.advance(1)
        self.assertTrue(visit.transport.aborted)
        visit.lose()
        self.assertEqual(self.get(Range="bytes=200000-").body, DATA[200_000:])

    def test_one_that_is_gone_lets_the_ticket_go(self) -> None:
        visit = self.web.visit(reading=False)
        visit.send(request("GET", self.path))
        visit.lose()
        self.assertEqual(self.get().body, DATA)

    def test_the_newest_connection_holds_and_the_one_before_is_cut(self) -> None:
        visit = self.web.visit(reading=False)
        visit.send(request("GET", self.path))
        self.assertEqual(self.get().body, DATA)
        self.assertTrue(visit.transport.aborted)

    def test_a_disk_that_cannot_be_read(self) -> None:
        self.web.scene.spool.errors["read"] = OSError(errno.EIO, "no")
        answer = self.get()
        self.assertEqual((answer.code, told(answer)["error"]), (500, "spool-failed"))
        self.assertNotIn("content-disposition", answer.headers)

    def test_what_has_expired_is_gone(self) -> None:
        self.web.scene.later = 8 * 86_400_000
        for method in ("GET", "HEAD"):
            self.assertEqual(self.web.visit().ask(method, self.path).code, 410)

    def test_it_cannot_be_given(self) -> None:
        self.assertEqual(self.web.visit().ask("PUT", self.path, body=b"hello").code, 404)

    def test_a_name_is_told_whatever_is_in_it(self) -> None:
        for name, expected in {
            "notes.txt": "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt",
            'a"b\\c%41.txt': "attachment; filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%5Cc%2541.txt",
            "ä\r\nX: y": "attachment; filename=\"___X: y\"; filename*=UTF-8''%C3%A4%0D%0AX%3A%20y",
        }.items():
            self.assertEqual(disposition(name), expected)


class GiveTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.web = Web(self, connections=1)
        self.spool, self.clock = self.web.scene.spool, self.web.scene.clock
        self.path = self.offer()

    def offer(self, size: int = len(DATA), sha256: str = "") -> str:
        self.ticket = self.web.scene.offer(size, sha256)
        return f"/files/{self.ticket}/notes.txt"

    def begin(self, headers: dict[str, str] | None = None, size: int = len(DATA), method: str = "PUT") -> Visit:
        visit = self.web.visit()
        visit.send(request(method, self.path, {"Content-Length": str(size), **(headers or {})}))
        return visit

    def test_it_is_stored(self) -> None:
        for method in ("PUT", "POST"):
            self.path = self.offer()
            visit = self.web.visit()
            answer = visit.ask(method, self.path, body=DATA)
            self.assertEqual((answer.code, told(answer)), (201, {"type": "stored", "sha256": sum_of(DATA)}))
            self.assertTrue(visit.transport.closing)
            visit.lose()
        self.assertEqual(self.spool.files, {1: DATA, 2: DATA})
        self.assertEqual([drop.name for drop in self.web.scene.stored], ["notes.txt"] * 2)

    def test_it_is_written_while_it_comes(self) -> None:
        visit = self.begin()
        for at in range(0, len(DATA), 1000):
            visit.send(DATA[at : at + 1000])
            self.assertEqual(self.spool.appended, at + 1000)
        self.assertEqual([answer.code for answer in visit.answers()], [201])

    def test_only_so_much_is_read_ahead_of_the_disk(self) -> None:
        piece, size = b"x" * PIECE, 2 * AHEAD
        self.path = self.offer(size)
        visit = self.begin(size=size)
        self.web.scene.threads.stuck = True
        sent = 0
        while not visit.transport.paused:
            visit.send(piece)
            sent += len(piece)
        self.assertLessEqual(sent, AHEAD + 2 * PIECE)
        self.web.scene.threads.stuck = False
        self.web.scene.settle()
        self.assertFalse(visit.transport.paused)
        visit.send(b"x" * (size - sent))
        self.assertEqual(self.spool.files, {1: b"x" * size})

    def test_an_empty_file(self) -> None:
        self.path = self.offer(0)
        answer = self.web.visit().ask("PUT", self.path, {"Content-Length": "0"})
        self.assertEqual((answer.code, self.spool.files), (201, {1: b""}))

    def test_who_asks_first_is_told_to_go_on_where_the_ticket_is_good(self) -> None:
        expects = {"Expect": "100-continue"}
        visit = self.begin(expects)
        self.assertEqual([answer.code for answer in visit.answers()], [100])
        visit.send(DATA)
        self.assertEqual([answer.code for answer in visit.answers()], [201])
        self.path = "/files/x/y"
        self.assertEqual([answer.code for answer in self.begin(expects).answers()], [404])

    def test_it_goes_on_where_it_was_cut(self) -> None:
        visit = self.begin()
        visit.send(DATA[:100_000])
        visit.lose()
        ready = self.web.visit().ask("GET", self.path)
        self.assertEqual(told(ready), {"type": "ready", "size": len(DATA), "offset": 100_000})
        visit = self.begin({"Content-Range": f"bytes 100000-255999/{len(DATA)}"}, len(DATA) - 100_000)
        visit.send(DATA[100_000:])
        self.assertEqual([answer.code for answer in visit.answers()], [201])
        self.assertEqual(self.spool.files, {1: DATA})

    def test_or_begins_anew(self) -> None:
        visit = self.begin()
        visit.send(b"x" * 100_000)
        visit.lose()
        self.assertEqual(self.web.visit().ask("PUT", self.path, body=DATA).code, 201)
        self.assertEqual(self.spool.files, {1: DATA})

    def test_but_nowhere_else(self) -> None:
        visit = self.begin()
        visit.send(DATA[:100_000])
        visit.lose()
        for start in (1, 99_999, 100_001):
            body = DATA[start:]
            answer = self.web.visit().ask("PUT", self.path, {"Content-Range": f"bytes {start}-255999/256000"}, body)
            self.assertEqual((answer.code, told(answer)["error"], told(answer)["limit"]), (409, "bad-offset", 100_000))
        answer = self.web.visit().ask("PUT", self.path, {"Content-Range": "bytes */256000"}, body)
        self.assertEqual(answer.code, 409)

    def test_refusals(self) -> None:
        for code, error, headers, body in (
            (409, "size-differs", {}, DATA[:-1]),
            (409, "size-differs", {}, DATA + b"x"),
            (411, "size-needed", {"Transfer-Encoding": "chunked"}, b"5\r\nhello\r\n0\r\n\r\n"),
            (411, "size-needed", {}, b""),
        ):
            answer = self.web.visit().ask("POST", self.path, headers, body)
            self.assertEqual((answer.code, told(answer)["error"]), (code, error))
        self.path = self.offer(sha256="0" * 64)
        answer = self.web.visit().ask("PUT", self.path, body=DATA)
        self.assertEqual((answer.code, told(answer)["error"]), (422, "sha256-differs"))
        self.spool.errors["append"] = OSError(errno.ENOSPC, "full")
        answer = self.web.visit().ask("PUT", self.path, body=DATA)
        self.assertEqual((answer.code, told(answer)["error"]), (507, "disk-full"))
        for ticket in ("x", "%00", "%ff", "..", ""):
            self.assertEqual(self.web.visit().ask("PUT", f"/files/{ticket}/n", body=DATA).code, 404)
        self.assertEqual(self.web.scene.stored, [])

    def test_who_is_refused_early_may_send_a_little_more_for_a_moment(self) -> None:
        self.path = "/files/x/y"
        visit = self.begin(size=10**12)
        self.assertEqual([answer.code for answer in visit.answers()], [404])
        self.assertFalse(visit.transport.closing)
        self.clock.advance(LEAVING)
        self.assertTrue(visit.transport.closing)

    def test_a_disk_that_fills_up_ends_it(self) -> None:
        visit = self.begin()
        visit.send(DATA[:1000])
        self.spool.errors["append"] = OSError(errno.ENOSPC, "full")
        visit.send(DATA[1000:2000])
        self.assertEqual([answer.code for answer in visit.answers()], [507])
        visit.send(DATA[2000:])
        self.assertTrue(visit.transport.closing)

    def test_half_a_minute_without_a_byte_ends_it(self) -> None:
        visit = self.begin()
        for at in range(5):
            self.clock.advance(STALLED_SECONDS - 1)
            visit.send(DATA[at : at + 1])
        self.assertEqual(visit.answers(), [])
        self.clock.advance(STALLED_SECONDS)
        self.assertEqual([answer.code for answer in visit.answers()], [408])
        self.clock.advance(LEAVING)
        self.assertTrue(visit.transport.closing)

    def test_the_newest_connection_holds(self) -> None:
        first = self.begin()
        first.send(DATA[:1000])
        self.assertEqual(self.web.visit().ask("PUT", self.path, body=DATA).code, 201)
        self.assertEqual([answer.code for answer in first.answers()], [409])

    def test_what_follows_is_not_of_the_file_and_not_looked_at(self) -> None:
        visit = self.begin()
        visit.send(DATA + request("GET", "/health"))
        self.assertEqual([answer.code for answer in visit.answers()], [201])
        self.assertEqual(self.spool.files, {1: DATA})

    def test_a_transfer_takes_nobodys_place(self) -> None:
        self.begin()
        self.assertEqual(self.web.visit().ask("GET", "/health").code, 200)
        drop = self.web.scene.give(DATA)
        for _ in range(3 * SPARE):
            self.path = f"/files/{self.web.scene.transfers.fetch('anna', drop.id, 'lab').ticket}/x"
            visit = self.web.visit(reading=False)
            visit.send(request("GET", self.path))
            self.assertFalse(visit.transport.closing)

    def test_nothing_is_left_to_happen_afterwards(self) -> None:
        visit = self.begin()
        visit.send(DATA)
        visit.lose()
        other = self.web.scene.offer(10)
        self.path = f"/files/{other}/x"
        self.begin(size=10).lose()
        self.clock.advance(3600)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.flushLoggedErrors(), [])
