"""Telnet commands taken out of a stream of bytes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire.telnet import Filtered, TelnetFilter


def outcome(pieces: list[bytes]) -> tuple[list[bytes], bytes]:
    """The lines, the last one unfinished, and the replies that come of ``pieces`` in order."""
    telnet = TelnetFilter()
    lines, replies = [b""], b""
    for piece in pieces:
        end = 0
        while end < len(piece):
            data, reply, interrupt, end = telnet.feed(piece, end)
            replies += reply
            lines[-1] = data if interrupt else lines[-1] + data
            if data.endswith(b"\n"):
                lines.append(b"")
    return lines, replies


# What a client may send, the text that it amounts to (None for an interrupt), and the reply.
tokens: list[tuple[bytes, bytes | None, bytes]] = [
    (b"x", b"x", b""),
    (b"hello\r\n", b"hello\r\n", b""),
    (b"\n", b"\n", b""),
    (b"\xff\xff", b"\xff", b""),
    (b"\xff\xfd\x06", b"", b"\xff\xfc\x06"),
    (b"\xff\xfd\n", b"", b"\xff\xfc\n"),
    (b"\xff\xfd\xff", b"", b"\xff\xfc\xff"),
    (b"\xff\xfb\x1f", b"", b"\xff\xfe\x1f"),
    (b"\xff\xfc\x03", b"", b""),
    (b"\xff\xfe\x03", b"", b""),
    (b"\xff\xf1", b"", b""),
    (b"\xff\xf6", b"", b""),
    (b"\xff\xf9", b"", b""),
    (b"\xff\xec", b"", b""),
    (b"\xff\xfa\x1f\x00\x50\n\xff\xff\xff\xf4x\xff\xf0", b"", b""),
    (b"\xff\xfa\xff\xf0", b"", b""),
    (b"\xff\xf4", None, b""),
    (b"\xff\xf8", None, b""),
]


def expected(sent: list[tuple[bytes, bytes | None, bytes]]) -> tuple[list[bytes], bytes]:
    """The outcome that the tokens state."""
    lines, replies = [b""], b""
    for _, text, reply in sent:
        replies += reply
        lines[-1] = b"" if text is None else lines[-1] + text
        if text and text.endswith(b"\n"):
            lines.append(b"")
    return lines, replies


class FilterTests(SynchronousTestCase):
    def test_plain_bytes_pass(self) -> None:
        self.assertEqual(TelnetFilter().feed(b"hello\r\n"), Filtered(b"hello\r\n", b"", False, 7))

    def test_requests_are_refused_and_refusals_are_not_answered(self) -> None:
        telnet = TelnetFilter()
        self.assertEqual(telnet.feed(b"\xff\xfd\x01\xff\xfb\x18").reply, b"\xff\xfc\x01\xff\xfe\x18")
        self.assertEqual(telnet.feed(b"\xff\xfe\x01\xff\xfc\x18").reply, b"")

    def test_a_repeated_request_is_refused_again(self) -> None:
        telnet = TelnetFilter()
        self.assertEqual(telnet.feed(b"\xff\xfd\x06").reply, b"\xff\xfc\x06")
        self.assertEqual(telnet.feed(b"\xff\xfd\x06").reply, b"\xff\xfc\x06")

    def test_an_interrupt_drops_what_came_before_it_and_keeps_what_comes_after(self) -> None:
        filtered = TelnetFilter().feed(b"wrong\xff\xf4\xff\xfd\x06right")
        self.assertEqual(filtered, Filtered(b"right", b"\xff\xfc\x06", True, 15))

    def test_stops_behind_a_line_because_raw_bytes_may_follow(self) -> None:
        telnet = TelnetFilter()
        data = b"\xff\xf1put t\n\xff\xff\xff"
        self.assertEqual(telnet.feed(data), Filtered(b"put t\n", b"", False, 8))

    def test_a_255_before_what_is_no_command_stays_and_spoils_the_text(self) -> None:
        self.assertEqual(outcome([b"a\xffb\n\xff\nc"]), ([b"a\xffb\n", b"\xff\n", b"c"], b""))

    def test_a_subnegotiation_without_end_gives_and_holds_nothing(self) -> None:
        telnet = TelnetFilter()
        self.assertEqual(telnet.feed(b"a\xff\xfa").data, b"a")
        for _ in range(3):
            self.assertEqual(telnet.feed(b"\xff\xff\n" * 1000), Filtered(b"", b"", False, 3000))
        self.assertEqual(telnet.feed(b"\xff\xf0b").data, b"b")

    def test_a_reply_is_never_longer_than_what_it_answers(self) -> None:
        for data, _, reply in tokens:
            self.assertLessEqual(len(reply), len(data))

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(tokens)), st.integers(1, 5))
    def test_commands_go_text_stays_and_requests_are_answered_however_cut(
        self, sent: list[tuple[bytes, bytes | None, bytes]], size: int
    ) -> None:
        data = b"".join(token[0] for token in sent)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        self.assertEqual(outcome(pieces), expected(sent))

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(b"\xff\xff\xff\n\x00a\xef\xf0\xf1\xf4\xfa\xfb\xfd\xfe")).map(bytes))
    def test_any_bytes_come_to_the_same_at_every_cut(self, data: bytes) -> None:
        whole = outcome([data])
        for place in range(len(data) + 1):
            self.assertEqual(outcome([data[:place], data[place:]]), whole)
