"""One WebSocket, frame by frame: what is taken, what ends it, and how."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chatd.frontends.web.bounds import LONGEST_MESSAGE, Bounded, TooBig
from chatd.frontends.web.socket import PING_SECONDS
from chatd.intake import WAITING
from chatd.outlet import GRACE
from tests.frontends.web.programs import BINARY, CLOSE, PING, PONG, TEXT, Peer, WebStage, frame, kinds

VERSION = b'{"type":"version"}'

MORE = 0
"""The kind of a frame that goes on with a message."""


def padded(size: int) -> bytes:
    """A message of that size."""
    return VERSION.ljust(size)


class SocketTestCase(WebStage):
    def setUp(self) -> None:
        super().setUp()
        self.peer = self.program()

    def answers(self, *frames: bytes) -> list[str]:
        """The types of what is told because of them."""
        self.peer.send_bytes(b"".join(frames))
        return kinds(self.peer.read())

    def ends(self, code: int, *frames: bytes, told: tuple[str, ...] = ()) -> None:
        """See that they end the connection, after what is ``told``."""
        self.assertEqual(self.answers(*frames), list(told))
        self.assertEqual(self.peer.codes, [code])
        self.assertEqual(self.flushLoggedErrors(), [])


class MessageTests(SocketTestCase):
    def test_text_and_binary_messages_are_the_same(self) -> None:
        self.assertEqual(self.answers(frame(VERSION, TEXT), frame(VERSION, BINARY)), ["version"] * 2)

    def test_a_binary_one_that_is_no_text_is_an_error_and_the_connection_stays(self) -> None:
        self.assertEqual(self.answers(frame(b"\xff\xfe", BINARY), frame(VERSION)), ["error", "version"])

    def test_it_may_come_in_pieces_with_others_between(self) -> None:
        pieces = [frame(VERSION[:3], TEXT, last=False), frame(b"there?", PING), frame(VERSION[3:9], MORE, last=False)]
        self.assertEqual(self.answers(*pieces, frame(b"", PONG), frame(VERSION[9:], MORE)), ["version"])
        self.assertEqual(self.peer.pongs, [b"there?"])

    def test_every_byte_may_come_alone(self) -> None:
        for byte in frame('{"type":"version","id":"é"}'.encode()):
            self.peer.send_bytes(bytes((byte,)))
        self.assertEqual(self.peer.read()[-1]["id"], "é")

    def test_the_longest_is_taken_and_one_byte_more_is_not(self) -> None:
        for kind in (TEXT, BINARY):
            self.peer = self.program()
            self.assertEqual(self.answers(frame(padded(LONGEST_MESSAGE), kind)), ["version"])
            self.ends(1009, frame(padded(LONGEST_MESSAGE + 1), kind), told=("closing",))
            self.assertEqual(self.peer.objects[-1]["reason"], "message-too-long")
            self.assertIn("8192", self.peer.objects[-1]["text"])

    def test_however_it_comes(self) -> None:
        for kind in (TEXT, BINARY):
            for size in (LONGEST_MESSAGE, LONGEST_MESSAGE + 1):
                self.peer = self.program()
                whole = padded(size)
                pieces = [whole[start : start + 1000] for start in range(0, size, 1000)]
                frames = [frame(piece, MORE, last=False) for piece in pieces[1:-1]]
                frames = [frame(pieces[0], kind, last=False), *frames, frame(pieces[-1], MORE)]
                if size == LONGEST_MESSAGE:
                    self.assertEqual(self.answers(*frames), ["version"])
                else:
                    self.ends(1009, *frames, told=("closing",))

    def test_bytes_count_and_not_characters(self) -> None:
        said = '{"type":"say","text":"%s"}'
        fits = said % ("é" * ((LONGEST_MESSAGE - len(said) + 2) // 2))
        self.assertEqual(self.answers(frame(fits.encode())), ["error"])
        self.ends(1009, frame((said % ("é" * 4096)).encode()), told=("closing",))

    def test_one_that_never_ends_is_ended_as_soon_as_it_is_too_long(self) -> None:
        self.peer.send_bytes(frame(b"x" * 16_000_000)[:10_000])
        self.assertEqual(kinds(self.peer.read()), ["closing"])
        self.assertEqual(self.peer.codes, [1009])
        self.ends(1009, frame(b"x" * 8192), frame(b"x", CLOSE), frame(VERSION))

    def test_pieces_of_nothing_take_no_room(self) -> None:
        pieces = Bounded("")
        for _ in range(1000):
            pieces.add("")
        self.assertEqual(len(pieces._pieces), 0)  # noqa: SLF001 - what is kept is the matter
        pieces.add("x" * LONGEST_MESSAGE)
        self.assertRaises(TooBig, pieces.add, "x")


class NoMessageTests(SocketTestCase):
    def test_text_that_is_not_utf_8(self) -> None:
        for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ab\xc3"):
            self.peer = self.program()
            self.ends(1007, frame(bad), frame(VERSION))

    def test_what_is_no_frame(self) -> None:
        for bad in (
            frame(VERSION, masked=False),
            frame(VERSION, 3),
            frame(VERSION, 11),
            b"\xc1" + frame(VERSION)[1:],
            b"\x81\xfe\x00\x05" + bytes(9),
            b"\x81\xff" + b"\xff" * 8,
            frame(b"x", PING, last=False),
            frame(b"x" * 126, PING),
            frame(VERSION, MORE),
            frame(b"{", TEXT, last=False) + frame(VERSION),
            frame(b"\x03", CLOSE),
            frame(b"\x00\x00", CLOSE),
            frame(b"\x03\xed", CLOSE),
            b"GET / HTTP/1.1\r\n\r\n",
        ):
            self.peer = self.program()
            self.ends(1002, bad, frame(VERSION) * 3, frame(b"", CLOSE))
            self.assertTrue(self.peer.transport.closing, bad)
            self.server.advance(GRACE)
            self.assertTrue(self.peer.is_cut, "it would be here as long as nobody reads")

    def test_what_came_before_is_still_done(self) -> None:
        other = self.guest("gus", "public")
        self.peer = self.guest("eve", "public")
        other.read()
        self.ends(1002, frame(b'{"type":"say","text":"last words"}'), frame(b"", 3))
        self.assertEqual([told.get("text") for told in other.read()], ["last words", ""])

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.binary(max_size=40) | st.builds(
        frame, st.binary(max_size=130), st.integers(0, 15), st.booleans(), st.booleans()
    ), max_size=6))  # fmt: skip
    def test_anything_at_all(self, sent: list[bytes]) -> None:
        peer = Peer(self.server, self.website.site)
        peer.begin()
        for data in sent:
            peer.send_bytes(data)
        peer.read()
        self.server.advance(1)
        self.assertEqual(self.flushLoggedErrors(), [])
        # What the peer itself says is answered with the same.
        self.assertTrue(all(1000 <= code < 5000 for code in peer.codes), peer.codes)
        peer.lose()
        self.peer = self.program()
        self.assertEqual(self.answers(frame(VERSION)), ["version"])
        self.peer.lose()


class PingTests(SocketTestCase):
    def pass_(self, seconds: float) -> None:
        """Let time go by as the daemon does, which looks every few seconds."""
        for _ in range(round(seconds / 5)):
            self.server.advance(5)

    def test_the_peer_is_asked_now_and_then(self) -> None:
        peer = self.guest("gus")
        for asked in range(1, 5):
            self.pass_(PING_SECONDS)
            peer.read()
            self.assertEqual(peer.pings, asked)
            peer.send_bytes(frame(b"", PONG))
        self.assertFalse(peer.is_cut)

    def test_who_says_anything_else_is_there_too(self) -> None:
        peer = self.guest("gus")
        for _ in range(4):
            self.pass_(PING_SECONDS)
            peer.ask("version")
        self.assertFalse(peer.is_cut)

    def test_who_says_nothing_is_not(self) -> None:
        other, peer = self.guest("eve", "public"), self.guest("gus", "public")
        self.pass_(PING_SECONDS)
        other.ask("version")
        self.assertFalse(peer.is_cut)
        self.pass_(PING_SECONDS)
        self.assertTrue(peer.is_cut)
        peer.lose(clean=False)
        self.assertEqual(other.read()[-1]["type"], "left")

    def test_who_is_not_listened_to_cannot_be_heard(self) -> None:
        peer = self.guest("gus", "public")
        # They wait for the flood rules, and so many that nothing is read.
        peer.send_bytes(frame(padded(2000)) * (WAITING // 1000))
        peer.send_bytes(frame(b'{"type":"enter","room":"public"}') * 4000)
        self.assertTrue(peer.transport.paused)
        self.pass_(3 * PING_SECONDS)
        self.assertTrue(peer.transport.paused)
        self.assertFalse(peer.is_cut)

    def test_nobody_is_asked_behind_a_close_frame(self) -> None:
        for begun_by_the_peer in (True, False):
            peer = self.guest("gus", "public")
            peer.send_bytes(frame(b"", CLOSE) if begun_by_the_peer else frame(b"", 3))
            self.assertTrue(peer.transport.closing)
            self.pass_(3 * PING_SECONDS)
            peer.read()
            self.assertEqual(peer.pings, 0)
            peer.lose()

    def test_pings_of_a_peer_that_does_not_read_are_bounded(self) -> None:
        peer = self.visitor(reading=False)
        peer.send_bytes(b"")
        peer.transport.reading = True
        peer.begin()
        peer.transport.reading = False
        for _ in range(60):
            peer.send_bytes(frame(b"x" * 125, PING) * 100)
        self.assertLess(peer.transport.waiting, 512 * 1024)
        self.server.advance(GRACE)
        self.assertTrue(peer.is_cut)
        self.assertEqual(self.website.factory.too_slow, 1)


class ClosingTests(SocketTestCase):
    def test_the_peer_closes(self) -> None:
        for code in (1000, 1001, 3000, 4999):
            self.peer = self.program()
            self.ends(code, frame(code.to_bytes(2, "big") + b"bye", CLOSE))
            self.assertTrue(self.peer.transport.closing)
        self.peer = self.program()
        self.answers(frame(b"", CLOSE))
        self.assertEqual(len(self.peer.codes), 1)

    def test_what_it_said_before_is_still_done(self) -> None:
        other, peer = self.guest("gus", "public"), self.guest("eve", "public")
        other.read()
        said = [frame(msgspec.json.encode({"type": "say", "text": f"line {number}"})) for number in range(90)]
        peer.send_bytes(b"".join(said) + frame(b"", CLOSE))
        self.server.advance(60)
        told = other.read()
        self.assertEqual([event["text"] for event in told[:-1]], [f"line {number}" for number in range(90)])
        self.assertEqual((told[-1]["type"], told[-1]["text"]), ("left", ""))
        self.assertNotIn("eve", self.server.house.hub.users)

    def test_one_that_closes_and_does_not_read_is_cut(self) -> None:
        self.peer.transport.reading = False
        self.peer.send_bytes(frame(VERSION) + frame(b"", CLOSE))
        self.assertFalse(self.peer.is_cut)
        self.server.advance(GRACE)
        self.assertTrue(self.peer.is_cut)

    def test_the_server_closes_and_waits_for_the_peer_to_do_so_too(self) -> None:
        self.assertEqual(kinds(self.peer.ask("quit", id=1))[-1], "closing")
        self.assertEqual(self.peer.codes, [1000])
        self.assertFalse(self.peer.transport.closing)
        self.peer.send_bytes(frame(VERSION) + frame(b"", PING) * 3 + frame(b"\x03\xe8", CLOSE))
        self.assertTrue(self.peer.transport.closing)
        self.assertEqual((self.peer.read(), self.peer.pongs, self.peer.is_cut), ([], [], False))
        self.peer.lose()
        self.server.advance(GRACE + 1)
        self.assertFalse(self.peer.is_cut)

    def test_but_not_for_ever(self) -> None:
        self.peer.ask("quit")
        self.server.advance(GRACE - 1)
        self.assertFalse(self.peer.is_cut)
        self.server.advance(1)
        self.assertTrue(self.peer.is_cut)

    def test_nothing_is_taken_behind_a_quit(self) -> None:
        told = self.answers(frame(b'{"type":"quit"}'), frame(VERSION), frame(b"[" * 100))
        self.assertEqual(told, ["closing"])
        self.assertEqual(self.answers(frame(VERSION), frame(b"\xff"), frame(b"", 3)), [])
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_a_server_that_stops_or_starts_again_goes_away(self) -> None:
        for restarts, reason in ((False, "stopping"), (True, "restarting")):
            self.furnish()
            peer = self.guest("gus", "public")
            self.server.house.stop("new disks", restarts)
            self.server.turn()
            (told,) = (event for event in peer.read() if event["type"] == "closing")
            self.assertEqual((told["reason"], told["why"], peer.codes), (reason, "new disks", [1001]))
            late = self.visitor()
            late.begin()
            self.assertEqual((kinds(late.read())[-1], late.codes), ("closing", [1001]))
            for each in (peer, late):
                each.send_bytes(frame(b"", CLOSE))
                each.lose()
            self.assertTrue(self.server.house.is_empty)
