"""Programs on the WebSocket, with a library that nobody here wrote."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from hashlib import sha256
from urllib.error import HTTPError

from twisted.trial.unittest import SynchronousTestCase
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from chatd.wire import schema
from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.sockets import WEB, Peer, address
from tests.end_to_end.tools import PASSWORD, guest, nc

PASTE = 500
"""Lines of a paste that count as one."""


class SessionTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)

    def peer(self) -> Peer:
        return Peer(self, self.daemon)

    def test_an_account_is_made_and_comes_back(self) -> None:
        alice = self.peer()
        alice.done("register", name="alice", password=PASSWORD)
        self.assertEqual(alice.ask("login", name="alice", password=PASSWORD)["error"], "logged-in-already")
        alice.ask("create", room="lab")
        alice.done("enter", room="lab")
        alice.done("say", room="lab", text="hello")
        again = self.peer()
        self.assertEqual(again.ask("login", name="alice", password="wrong")["error"], "wrong-password")
        again.done("login", name="alice", password=PASSWORD)
        again.tell("enter", room="lab", id=9)
        self.assertEqual(again.take("said")["text"], "hello")
        again.take("you-entered")
        self.assertEqual(again.take("done")["id"], 9)
        self.assertEqual(again.ask("whois", name="alice")["sessions"], 2)

    def test_programs_and_people_sit_in_the_same_room(self) -> None:
        robot, person = self.peer().enter("robot"), guest(nc(self, self.daemon.port), "person")
        robot.take("entered", user="person")
        robot.tell("say", text="good day")
        person.line("robot: good day")
        person.send("good day, robot")
        self.assertEqual(robot.take("said", user="person")["text"], "good day, robot")
        robot.tell("msg", name="person", text="psst")
        person.line("<robot> psst")
        robot.tell("typed", text="/me waves", room="public")
        person.line("* robot waves")

    def test_requests_sent_ahead_are_answered_in_order(self) -> None:
        peer = self.peer().enter("hasty")
        for number in range(50):
            peer.tell(("rooms", "version", "who", "sya")[number % 4], id=number)
        answers = [peer.next() for _ in range(50)]
        self.assertEqual([told["id"] for told in answers], list(range(50)))
        self.assertEqual({told["type"] for told in answers}, {"rooms", "version", "who", "error"})

    def test_a_paste_of_32_kib_in_several_messages_stays_one_block(self) -> None:
        peer, person = self.peer().enter("poet"), guest(nc(self, self.daemon.port), "reader")
        lines = [f"{number:04} {'x' * 59}" for number in range(512)][:PASTE]
        rest = len(lines)
        for start in range(0, len(lines), 100):
            part = lines[start : start + 100]
            rest -= len(part)
            peer.tell("say", room="public", text="\n".join(part), lines=rest, goes_on=start > 0)
        said = [peer.take("said", user="poet") for _ in lines]
        self.assertEqual([told["text"] for told in said], lines)
        self.assertEqual({told["block"] for told in said}, {said[0]["seq"]})
        self.assertEqual([told["line"] for told in said], list(range(1, len(lines) + 1)))
        self.assertEqual({told["lines"] for told in said}, {len(lines)})
        person.line(f"poet: {lines[0]}")
        person.line("488 more lines")

    def test_a_file_is_given_and_fetched_by_http(self) -> None:
        giver, taker = self.peer(), self.peer().enter("taker")
        giver.done("register", name="giver", password=PASSWORD)
        giver.done("enter", room="public")
        data = bytes(range(256)) * 100
        ticket = giver.ask("send", room="public", name="all bytes.bin", size=len(data))
        base = address(self.daemon, "/files/").replace("ws:", "http:")
        request = urllib.request.Request(f"{base}{ticket['ticket']}/x", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            self.assertEqual((answer.status, json.loads(answer.read())), (201, {
                "type": "stored", "sha256": sha256(data).hexdigest()
            }))  # fmt: skip
        dropped = taker.take("dropped")
        self.assertEqual((dropped["name"], dropped["size"]), ("all bytes.bin", len(data)))
        ticket = taker.ask("get", room="public", file=str(dropped["id"]))
        with urllib.request.urlopen(f"{base}{ticket['ticket']}/x", timeout=DEADLINE) as answer:
            self.assertEqual(answer.read(), data)

    def test_a_session_is_gone_on_with(self) -> None:
        other = self.peer().enter("other")
        peer = self.peer()
        peer.tell("guest", name="nomad")
        code = peer.take("welcome")["resume"]
        peer.done("enter", room="public")
        peer.socket.close()
        other.done("say", room="public", text="while you were away")
        seq = other.ask("history", count=1)["before"]
        again = self.peer()
        again.tell("resume", code=code, seen={"@nomad": None, "public": seq - 1}, id="back")
        self.assertEqual(again.take("said", replayed=True)["text"], "while you were away")
        again.take("you-entered")
        again.take("done", id="back")

    def test_the_schema_is_served(self) -> None:
        url = address(self.daemon, "/schema.json").replace("ws:", "http:")
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
            self.assertEqual(json.loads(answer.read()), schema.document())


class ProtocolTests(SynchronousTestCase):
    """RFC 6455, as far as a program can notice."""

    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)
        self.peer = Peer(self, self.daemon)

    def test_a_binary_message_that_holds_json_is_read(self) -> None:
        self.peer.socket.send(b'{"type":"version","id":1}')
        self.assertEqual(self.peer.next()["id"], 1)
        self.peer.socket.send(b"\xff\xfe")
        self.assertEqual(self.peer.next()["error"], "bad-json")

    def test_a_message_may_come_in_pieces_with_a_ping_between(self) -> None:
        protocol = self.peer.socket.protocol
        with self.peer.socket.protocol_mutex:
            protocol.send_text(b'{"type":"ver', fin=False)
            protocol.send_frame(Frame(Opcode.PING, b"there?"))
            protocol.send_continuation('sion","id":"ü'.encode()[:-1], fin=False)
            protocol.send_continuation("ü".encode()[-1:] + b'"}', fin=True)
            self.peer.socket.send_data()
        self.assertEqual(self.peer.next()["id"], "ü")

    def test_it_answers_pings(self) -> None:
        self.assertTrue(self.peer.socket.ping().wait(DEADLINE))

    def test_quit_closes_with_1000(self) -> None:
        self.peer.tell("quit")
        self.assertEqual(self.peer.next()["reason"], "quit")
        self.assertEqual(self.peer.closed(), 1000)

    def test_who_closes_is_gone(self) -> None:
        self.peer.enter("leaver")
        other = Peer(self, self.daemon).enter("stayer")
        self.peer.socket.close(1001)
        other.take("left", user="leaver")

    def test_a_message_of_8192_bytes_is_taken_and_a_longer_one_closes_with_1009(self) -> None:
        head, tail = '{"type":"version","id":1,"padding":"', '"}'
        fits = 8192 - len(head) - len(tail)
        self.peer.socket.send(head + "x" * fits + tail)
        self.assertEqual(self.peer.next()["id"], 1)
        self.peer.socket.send(head + "x" * (fits + 1) + tail)
        self.assertEqual(self.peer.next()["reason"], "message-too-long")
        self.assertEqual(self.peer.closed(), 1009)

    def test_one_that_never_ends_closes_with_1009_too(self) -> None:
        with contextlib.suppress(ConnectionClosed, OSError), self.peer.socket.protocol_mutex:
            for number in range(20):
                opcode = Opcode.CONT if number else Opcode.BINARY
                self.peer.socket.protocol.send_frame(Frame(opcode, b"x" * 1000, fin=False))
                self.peer.socket.send_data()
        self.assertEqual(self.peer.closed(), 1009)

    def test_what_is_no_frame_closes_with_1002(self) -> None:
        self.peer.socket.socket.sendall(b"\xff" * 20)
        self.assertEqual(self.peer.closed(), 1002)

    def test_what_is_said_wrong_costs_nothing_but_an_error(self) -> None:
        for message in ("", "{", "[]", "3", '"say"', "{}", '{"type":3}', '{"type":"say","text":3}', '{"type":"say"}'):
            self.peer.socket.send(message)
            self.assertEqual(self.peer.next()["type"], "error", message)
        self.peer.enter("clumsy")

    def test_a_page_of_another_site_is_refused(self) -> None:
        own = address(self.daemon, "").replace("ws:", "http:")
        Peer(self, self.daemon, origin=own)
        for origin in ("http://evil.example", "null", own.replace("http:", "https:"), own + "0"):
            refused = self.assertRaises(InvalidStatus, Peer, self, self.daemon, origin=origin)
            self.assertEqual(refused.response.status_code, 403, origin)

    def test_what_is_no_handshake_is_told_so(self) -> None:
        url = address(self.daemon).replace("ws:", "http:")
        refused = self.assertRaises(HTTPError, urllib.request.urlopen, url, timeout=DEADLINE)
        self.assertEqual(refused.code, 426)
        refused.close()


class EndTests(SynchronousTestCase):
    def test_a_server_that_stops_closes_with_1001(self) -> None:
        with server.running(*WEB) as daemon:
            peer = Peer(self, daemon).enter("stayer")
            daemon.stop()
            self.assertEqual(peer.take("closing")["reason"], "stopping")
            self.assertEqual(peer.closed(), 1001)
