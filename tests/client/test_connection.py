"""The chat connection."""

from __future__ import annotations

from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Setting
from chatd.client.connection import ChatConnection
from chatd.client.lines import Line, read
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN, SPEAK
from tests.client.helpers import SecureTransport, Transport, Wire


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.ended = False
        self.connection: ChatConnection

    def connected(self, connection: ChatConnection) -> None:
        self.connection = connection

    def told(self, line: Line) -> None:
        self.lines.append(line)

    def lost(self, reason: Failure) -> None:
        self.ended = True


class ReadTests(SynchronousTestCase):
    def test_each_code_is_known(self) -> None:
        for data, code in ((b"00 x", LISTEN), (b"11 x", SPEAK), (b"01 x", CREDENTIALS), (b"111 x", DUPLEX)):
            self.assertEqual(read(data), Line(code, "x"))

    def test_a_code_alone_has_an_empty_text(self) -> None:
        self.assertEqual(read(b"00\r"), Line(LISTEN, ""))

    def test_other_lines_have_no_code(self) -> None:
        for text in ("220 smtp", "", "111x", "1111 x", "SSH-2.0"):
            self.assertEqual(read(text.encode()), Line(None, text))

    def test_an_object_comes_as_its_value(self) -> None:
        line = read(b'00 {"type":"setting","name":"echo","value":"on"}\r')
        self.assertEqual(line.value, Setting("echo", "on"))

    def test_a_brace_alone_is_text(self) -> None:
        self.assertEqual(read(b"00 {x"), Line(LISTEN, "{x"))

    def test_bytes_that_are_no_text_do_no_harm(self) -> None:
        self.assertEqual(read(b"00 \xff"), Line(LISTEN, "\ufffd"))


class ChatConnectionTests(SynchronousTestCase):
    def connect(self, transport: Transport) -> tuple[Wire, Listener]:
        listener = Listener()
        return Wire(ChatConnection(listener), transport), listener

    def test_lines_come_however_they_are_cut(self) -> None:
        wire, listener = self.connect(Transport())
        for byte in b"00 a\r\n11 b\n":
            wire.protocol.dataReceived(bytes([byte]))
        self.assertEqual(listener.lines, [Line(LISTEN, "a"), Line(SPEAK, "b")])

    def test_lines_go(self) -> None:
        wire, listener = self.connect(Transport())
        listener.connection.say(b"hello")
        self.assertEqual(wire.heard(), ["hello"])

    def test_hanging_up_leaves_the_answers_time_to_come(self) -> None:
        wire, listener = self.connect(Transport())
        listener.connection.hang_up()
        self.assertEqual((wire.transport.half_closed, wire.transport.disconnecting), (True, False))

    def test_hanging_up_ends_tls_altogether(self) -> None:
        wire, listener = self.connect(SecureTransport())
        listener.connection.hang_up()
        self.assertEqual((wire.transport.half_closed, wire.transport.disconnecting), (False, True))

    def test_the_end_is_told(self) -> None:
        wire, listener = self.connect(Transport())
        wire.ends()
        self.assertTrue(listener.ended)
