"""What a connection may take: of the server's room, of its rooms' time, and of its places."""

from __future__ import annotations

import tracemalloc
from typing import Any

from chatd.chat.moderation import BAN, SERVER
from chatd.frontends.door import LEAVING
from chatd.intake import WAITING
from chatd.outlet import GRACE
from tests.frontends.web.programs import ADDRESS, CLOSE, Peer, WebStage, frame, kinds, texts

LINE = "x" * 4000


class ReadingTests(WebStage):
    """Those who do not read what they are told."""

    def setUp(self) -> None:
        self.furnish({"limits": {"flood": False, "queue_bytes": 131072}})
        self.talker, self.slow = self.guest("gus", "public"), self.guest("eve", "public")

    def talk(self, lines: int) -> None:
        for number in range(lines):
            self.talker.ask("say", text=f"{number} {LINE}")
            self.server.advance(0.5)

    def test_who_reads_again_has_missed_nothing(self) -> None:
        self.slow.transport.reading = False
        self.talk(40)
        self.slow.transport.read()
        self.server.turn()
        self.assertEqual([text.partition(" ")[0] for text in texts(self.slow.read())], [str(n) for n in range(40)])
        self.assertEqual(self.website.factory.too_slow, 0)

    def test_who_does_not_is_dropped_with_the_reason(self) -> None:
        self.slow.transport.reading = False
        self.talk(90)
        self.assertLess(self.slow.transport.waiting, 2 * 131072)
        self.assertEqual(self.website.factory.too_slow, 1)
        self.assertTrue(self.slow.is_cut)
        self.slow.transport.read()
        told = self.slow.read()
        self.assertEqual((told[-1]["type"], told[-1]["reason"], self.slow.codes), ("closing", "too-slow", [1008]))
        self.slow.lose(clean=False)
        self.assertEqual([told["text"] for told in self.talker.objects if told["type"] == "left"], ["too-slow"])
        self.assertEqual(len(texts(self.talker.objects)), 90)

    def test_whoever_asks_and_does_not_read_is_asked_to_wait(self) -> None:
        self.talk(16)
        self.slow.transport.reading = False
        for _ in range(200):
            self.slow.send({"type": "history", "count": 16})
        self.assertTrue(self.slow.session.outlet.is_loaded)
        self.assertLess(self.slow.transport.waiting, 3 * 131072)
        self.assertFalse(self.slow.is_cut)
        while not self.slow.transport.reading or self.slow.transport.waiting:
            self.slow.transport.read()
            self.server.turn()
        self.assertEqual(kinds(self.slow.read()).count("history"), 200)

    def test_a_room_that_is_full_takes_no_more_before_it_is_told(self) -> None:
        self.slow.transport.reading = False
        for number in range(40):
            self.talker.send_bytes(frame(b'{"type":"say","text":"%d %s"}' % (number, LINE.encode())) * 5)
        # Nobody is waited for more than for a second, but so long he is.
        self.assertLess(self.slow.transport.waiting, 131072 + 2 * 65536)
        self.assertLess(len(texts(self.talker.read())), 200)
        for _ in range(400):
            self.server.advance(1)
            self.talker.send_bytes(b"")
        self.assertEqual(len(texts(self.talker.objects)) + len(texts(self.talker.read())), 200)


class SendingTests(WebStage):
    """Those who send more than can be taken."""

    def test_what_waits_is_bounded(self) -> None:
        for message in (b"", b"x", b'{"type":"say","text":"%s"}' % (b"a\\n" * 2700)):
            peer = self.guest("gus", "public")
            sent = 0
            piece = frame(message) * (65536 // (len(message) + 8))
            tracemalloc.start()
            try:
                while not peer.transport.paused:
                    peer.channel.dataReceived(piece)
                    self.server.turn()
                    sent += len(piece)
                    self.assertLess(sent, 1 << 20)
                # A piece is as much as a socket gives at once.
                self.assertLess(tracemalloc.get_traced_memory()[0], 4 << 20, message)
            finally:
                tracemalloc.stop()
            peer.lose()
            self.server.advance(4000)

    def test_it_is_read_on_when_all_is_taken(self) -> None:
        self.furnish({"limits": {"flood": False}})
        peer = self.guest("gus", "public")
        many = WAITING // 20
        peer.send_bytes(frame(b'{"type":"version"}') * many)
        self.assertFalse(peer.transport.paused)
        self.assertEqual(kinds(peer.read()), ["version"] * many)


class DoorTests(WebStage):
    def told(self, peer: Peer) -> tuple[Any, list[int]]:
        """Why it was ended, and with which code."""
        told = peer.read()
        return told[-1].get("reason") if told else None, peer.codes

    def test_too_many_of_one_address(self) -> None:
        self.furnish({"limits": {"connections_per_address": 2}})
        inside = [self.program(), self.program()]
        late = self.visitor()
        late.begin(frame(b'{"type":"version"}') * 3)
        self.assertEqual(self.told(late), ("too-many-connections", [1008]))
        late.send_bytes(frame(b'{"type":"version"}') + frame(b"", 9) + frame(b"x" * 9000))
        self.assertEqual((late.read(), late.transport.closing), ([], False))
        self.assertEqual(self.flushLoggedErrors(), [])
        self.assertEqual(kinds(inside[0].ask("version")), ["version"], "nobody else has lost a turn")
        late.send_bytes(frame(b"", CLOSE))
        self.assertTrue(late.transport.closing)
        self.program("203.0.113.9")
        inside[1].lose()
        self.program()

    def test_one_that_is_refused_and_does_not_go_is_cut(self) -> None:
        self.furnish({"limits": {"connections_per_address": 1}})
        self.program()
        refused = [self.visitor() for _ in range(20)]
        for late in refused:
            late.begin()
        self.server.advance(LEAVING)
        self.assertTrue(all(late.is_cut or not late.head.startswith(b"HTTP/1.1 101") for late in refused))
        for late in refused:
            late.lose()
        self.assertEqual(self.server.house.door.known, 2, "a connection and its address")

    def test_lines_and_messages_share_the_places(self) -> None:
        self.furnish({"limits": {"connections_per_address": 1}})
        line = self.server.connect(ADDRESS)
        late = self.visitor()
        late.begin()
        self.assertEqual(self.told(late), ("too-many-connections", [1008]))
        line.lose()
        self.program()

    def test_one_that_says_nothing_and_one_that_does_not_log_in(self) -> None:
        self.furnish({"limits": {"idle_login_seconds": 10, "login_seconds": 30}})
        silent, busy, guest = self.program(), self.program(), self.guest("gus")
        for _ in range(4):
            self.server.advance(5)
            busy.ask("version")
            guest.ask("version")
        self.assertEqual(self.told(silent), ("idle", [1000]))
        for _ in range(4):
            self.server.advance(5)
            busy.send({"type": "version"})
            guest.send({"type": "version"})
        self.assertEqual(self.told(busy), ("no-login", [1000]))
        self.server.advance(GRACE)
        self.assertEqual((silent.is_cut, busy.is_cut), (True, True))
        self.assertEqual(kinds(guest.ask("version"))[-1], "version")
        self.assertEqual(self.server.house.door.timeouts, 2)

    def test_the_ping_of_a_browser_is_no_word(self) -> None:
        self.furnish({"limits": {"idle_login_seconds": 10}})
        peer = self.program()
        for _ in range(3):
            self.server.advance(5)
            peer.send_bytes(frame(b"", 9))
        self.assertEqual(self.told(peer), ("idle", [1000]))

    def test_the_banned(self) -> None:
        operator = self.account("ann")
        self.server.house.hub.users["ann"].role = "operator"
        operator.ask("serverban", name="203.0.113.9", time="1d", text="noise")
        self.assertTrue(self.server.house.hub.bans.find(BAN, SERVER, "", False, "203.0.113.9"), operator.objects[-1])
        peer = self.visitor("203.0.113.9")
        peer.begin()
        told = peer.read()[-1]
        self.assertEqual(
            (told["type"], told["reason"], told["why"], peer.codes), ("closing", "banned", "noise", [1008])
        )
        self.program()

    def test_the_limits_of_a_configuration_that_is_read_again_are_those_of_new_ones(self) -> None:
        old = self.guest("gus", "public")
        self.website.factory.limit(True, 64, 65536)
        self.assertEqual(texts(old.ask("say", text="x" * 65)), ["x" * 65])
        self.assertEqual(self.guest("eve", "public").ask("say", text="x" * 65)[0]["error"], "line-too-long")
