"""The line frontend: bytes of a connection to a session, and back, until the last words are read."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.defer import Deferred

from chatd.chat.answers import Closing, Done, Ready
from chatd.frontends.line import FLOOD_LINES, FLOOD_RATE
from chatd.intake import WAITING
from chatd.outlet import GRACE, LOAD, Gone
from chatd.testing import FULL
from chatd.wire import commands
from tests.frontends.lines import LINE, QUEUE, AnyAddress, Client, LineTestCase, Listener, TcpTransport, Transport

GOODBYE = b"00 goodbye\r\n"


class ConnectionTests(LineTestCase):
    def test_the_conversation_begins_at_once(self) -> None:
        self.assertEqual(self.listener.factory.open, {self.client.protocol})

    def test_keepalive_is_on_and_nothing_is_delayed_where_there_are_such_options(self) -> None:
        transport = TcpTransport()
        self.connect(transport)
        self.assertEqual(transport.options, {"keepalive": True, "nodelay": True})

    def test_a_peer_is_known_by_its_address(self) -> None:
        hosts: dict[AnyAddress, str] = {
            IPv4Address("TCP", "198.51.100.7", 9): "198.51.100.7",
            IPv6Address("TCP", "2001:db8::7", 9): "2001:db8::7",
            IPv6Address("TCP", "::ffff:198.51.100.7", 9): "198.51.100.7",
            UNIXAddress(b"/run/chat"): "unix",
            UNIXAddress(None): "unix",
        }
        for host, address in hosts.items():
            self.assertEqual(self.connect(Transport(host)).session.address, address)

    def test_a_shell_reaches_the_listener_as_the_peer_did(self) -> None:
        ways = {
            Transport(IPv4Address("TCP", "192.0.2.1", 9)): commands.tcp("192.0.2.1", 9),
            Transport(IPv6Address("TCP", "::ffff:192.0.2.1", 9)): commands.tcp("192.0.2.1", 9),
            Transport(IPv6Address("TCP", "2001:db8::1", 9)): commands.tcp("2001:db8::1", 9),
            Transport(IPv4Address("TCP", "192.0.2.1", 9), tls=True): commands.tls("192.0.2.1", 9),
            Transport(UNIXAddress(b"/run/chat")): commands.unix("/run/chat"),
        }
        for transport, way in ways.items():
            self.assertEqual(self.connect(transport).session.way, way)

    def test_who_comes_through_a_proxy_is_known_with_the_first_bytes(self) -> None:
        transport = Transport(IPv4Address("TCP", "127.0.0.1", 9))
        client = self.connect(transport)
        transport.host = IPv4Address("TCP", "198.51.100.9", 10)
        client.send(b"hello\n")
        self.assertEqual(client.session.address, "198.51.100.9")
        self.assertEqual(client.session.way, commands.tcp("198.51.100.9", 10))


class InputTests(LineTestCase):
    def test_lines_wait_while_somebody_is_at_work_and_are_taken_then(self) -> None:
        self.client.send(b"wait\ntwo\n")
        self.assertEqual(self.listener.said, ["wait"])
        self.listener.work.callback(None)
        self.listener.turn()
        self.assertEqual(self.listener.said, ["wait", "two"])

    def test_lines_sent_ahead_are_answered_in_order_one_prompt_each(self) -> None:
        self.client.send(b"one\r\ntwo\nthr")
        self.client.send(b"ee\n")
        self.assertEqual(self.listener.said, ["one", "two", "three"])
        self.assertEqual(self.client.received(), b"11 say:\r\n" * 3)

    def test_a_line_that_is_too_long_is_told_and_thrown_away(self) -> None:
        self.client.send(b"x" * LINE + b"\n" + b"y" * (LINE + 1) + b"\nthree\n")
        self.assertEqual(self.listener.said, ["x" * LINE, "three"])
        self.assertIn(f"longer than {LINE} bytes".encode(), self.client.received())

    def test_a_line_without_end_ends_the_connection_with_its_reason(self) -> None:
        for _ in range(20):
            self.client.send(b"x" * FULL)
        self.assertEqual(self.client.received(), b"00 you are disconnected: a line without end\r\n")
        self.assertTrue(self.client.transport.write_closed)

    def test_commands_of_telnet_are_taken_out_and_answered(self) -> None:
        self.client.send(b"never\xff\xf4\xff\xfd\x06said\xff\xf1 this\n")
        self.assertEqual(self.listener.said, ["said this"])
        self.assertEqual(self.client.received(), b"\xff\xfc\x06" + b"11 say:\r\n")

    def test_lines_that_come_too_fast_wait(self) -> None:
        for flood, taken in ((True, FLOOD_LINES), (False, 3 * FLOOD_LINES)):
            listener = Listener(flood)
            Client(listener).send(b"x\n" * 3 * FLOOD_LINES)
            self.assertEqual(len(listener.said), taken)
            for _ in range(round(2 * FLOOD_LINES / FLOOD_RATE) + 1):
                listener.clock.advance(1)
                listener.turn()
            self.assertEqual(len(listener.said), 3 * FLOOD_LINES)


class HttpTests(LineTestCase):
    def test_a_first_line_of_http_closes_the_connection_however_it_is_cut(self) -> None:
        request = b"POST /x HTTP/1.1\r\nHost: h\r\n\r\nlogin\n"
        for cut in range(len(request)):
            client = self.connect()
            client.send(request[:cut])
            client.send(request[cut:])
            self.assertTrue(client.received().endswith(b"not a web server\r\n"), cut)
            self.assertTrue(client.transport.write_closed)
        self.assertEqual(self.listener.said, [])

    def test_other_lines_do_not(self) -> None:
        lines = [b"GET me a tea", b"get / HTTP/1.1", b"I said GET / HTTP/1.1", b"GET /"]
        for line in lines:
            self.connect().send(line + b"\n")
        endless = self.connect()
        endless.send(b"GET /" + b"x" * 5000)
        endless.send(b" HTTP/1.1\n")
        self.assertIn(f"longer than {LINE} bytes".encode(), endless.received())
        self.client.send(b"hello\nGET / HTTP/1.1\n")
        self.assertEqual(self.listener.said, [*(line.decode() for line in lines), "hello", "GET / HTTP/1.1"])


class EndOfInputTests(LineTestCase):
    def test_what_came_before_is_answered_and_then_the_connection_ends(self) -> None:
        self.client.protocol.dataReceived(b"one\ntwo")
        self.client.end_input()
        self.assertEqual(self.listener.said, ["one", "two"])
        self.assertEqual(self.client.received(), b"11 say:\r\n" * 2 + GOODBYE)
        self.assertTrue(self.client.transport.closing)

    def test_what_came_before_the_connection_was_lost_is_done_unheard(self) -> None:
        self.client.protocol.dataReceived(b"one\ntwo\n")
        self.client.lose()
        self.assertEqual(self.listener.said, ["one", "two"])
        self.assertEqual(self.client.received(), b"")
        self.assertEqual(self.client.session.ending, Closing("end-of-input"))
        self.assertEqual((self.listener.factory.open, self.listener.clock.getDelayedCalls()), (set(), []))

    def test_a_connection_that_takes_no_more_goes_on_being_read(self) -> None:
        self.client.protocol.writeConnectionLost()
        self.client.send(b"one\n")
        self.assertEqual((self.listener.said, self.client.received()), (["one"], b""))


class EndTests(LineTestCase):
    def end(self, client: Client) -> None:
        client.session.end(Closing("quit"))
        self.listener.turn()

    def test_a_plain_connection_is_closed_in_its_own_direction_and_read_on(self) -> None:
        self.client.session.poke()
        self.end(self.client)
        transport = self.client.transport
        self.assertEqual(self.client.received(), GOODBYE)
        self.assertEqual((transport.write_closed, transport.closing, transport.paused), (True, False, False))
        self.client.send(b"more\n")
        self.client.end_input()
        self.assertTrue(transport.closing)
        self.assertEqual(self.listener.said, [])

    def test_one_that_was_not_read_for_a_while_is_read_again_to_see_its_end(self) -> None:
        self.client.send(b"wait\n" + b"more\n" * WAITING)
        self.assertTrue(self.client.transport.paused)
        self.end(self.client)
        self.listener.work.callback(None)
        self.listener.turn()
        self.assertEqual((self.client.transport.write_closed, self.client.transport.paused), (True, False))

    def test_one_whose_peer_has_ended_already_is_closed(self) -> None:
        self.client.end_input()
        self.assertEqual((self.client.transport.write_closed, self.client.transport.closing), (False, True))

    def test_an_encrypted_one_is_closed(self) -> None:
        client = self.connect(Transport(tls=True))
        self.end(client)
        self.assertEqual((client.transport.write_closed, client.transport.closing), (False, True))

    def test_a_peer_that_does_not_close_is_cut_off(self) -> None:
        self.end(self.client)
        self.listener.clock.advance(GRACE)
        self.assertTrue(self.client.transport.aborted)

    def test_one_that_does_is_not(self) -> None:
        self.end(self.client)
        self.client.lose()
        self.assertEqual(self.listener.clock.getDelayedCalls(), [])
        self.assertFalse(self.client.transport.aborted)


class SlowReaderTests(LineTestCase):
    def test_one_that_is_too_slow_is_sent_away_with_the_reason(self) -> None:
        self.client.transport.reading = False
        self.client.send(b"long %d\n" % FULL)
        self.client.send(b"never taken\n")
        self.client.session.tell(Done("said-verb", "x" * QUEUE))
        self.listener.turn()
        self.assertEqual(self.client.session.ending, Closing("too-slow"))
        self.assertTrue(self.client.transport.write_closed)
        self.client.transport.read()
        received = self.client.received()
        self.assertTrue(received.endswith(b"too slow to read what is sent to you\r\n"))
        self.assertNotIn(b"for the command", received, "what waited is dropped")
        self.assertEqual(self.listener.said, [f"long {FULL}"])

    def test_answers_do_not_pile_up_within_a_turn(self) -> None:
        self.client.transport.reading = False
        self.client.send(b"long %d\n" % (LOAD + 1) * 10)
        self.assertEqual(len(self.listener.said), 1)
        self.client.transport.read()
        self.listener.turn()
        self.assertEqual(len(self.listener.said), 10)

    def test_nothing_more_is_taken_from_one_that_does_not_read_its_answers(self) -> None:
        self.client.transport.reading = False
        self.client.send(b"long %d\n" % FULL)
        self.client.send(b"two\n")
        self.assertEqual(self.listener.said, [f"long {FULL}"])
        self.client.transport.read()
        self.listener.turn()
        self.assertEqual(self.listener.said, [f"long {FULL}", "two"])


class RawTests(LineTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.raw = bytearray()
        self.ends: list[bool] = []
        self.peer = self.client.session.peer

    def take(self) -> None:
        self.peer.receive_raw(self.raw.extend, lambda: self.ends.append(True))

    def test_bytes_come_as_they_are(self) -> None:
        self.take()
        self.client.send(b"\xff\xf4quit\n")
        self.client.end_input()
        self.assertEqual((bytes(self.raw), self.ends, self.listener.said), (b"\xff\xf4quit\n", [True], []))

    def test_they_go_as_they_are_and_lines_between_them(self) -> None:
        self.peer.tell(Ready(5, 0), turn=True)
        self.peer.write(b"\xff\x00")
        self.peer.write(b"\n")
        self.assertIn(b"11 ready 5 0\r\n", self.client.received().partition(b"\xff")[0])

    def test_its_reading_is_paused_and_resumed(self) -> None:
        self.take()
        self.peer.pause()
        self.assertTrue(self.client.transport.paused)
        self.peer.resume()
        self.assertFalse(self.client.transport.paused)

    def test_whoever_writes_waits_until_it_is_taken(self) -> None:
        self.client.transport.reading = False
        self.peer.write(b"x" * (FULL + 1))
        drained = self.drained()
        self.assertNoResult(drained)
        self.client.transport.read()
        self.successResultOf(drained)
        self.client.lose()
        self.failureResultOf(self.drained(), Gone)

    def drained(self) -> Deferred[None]:
        coroutine: Coroutine[Deferred[Any], Any, None] = self.peer.drained()
        return Deferred.fromCoroutine(coroutine)
