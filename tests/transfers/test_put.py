"""Files that come in, over one connection or several."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Answer, Ready, Refused, Stored
from chatd.chat.files import Drop
from chatd.transfers.peer import AHEAD
from tests.transfers.memory import NOW, PIECE, Scene, refusal, sum_of

ALL_BYTES = bytes(range(256))
LIKE_COMMANDS = b"quit\r\n/quit\nput t1\nlogin alice\n111 [lab] -- bob\r\n\xff\xf4\x1b]0;x\x07" + ALL_BYTES


class PutTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.transfers, self.spool = self.scene.transfers, self.scene.spool

    def test_a_file_comes_and_its_giver_is_told_before_the_room(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.scene.offer(5), peer)
        self.assertEqual((peer.told, peer.turns), ([Ready(5, 0)], [Ready(5, 0)]))
        told_before: list[Answer] = []
        self.scene.when_stored = lambda: told_before.extend(peer.told)
        peer.send(b"hello")
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(told_before, [Ready(5, 0), Stored(sum_of(b"hello"))])
        self.assertEqual((peer.told, peer.turns), (told_before, [Ready(5, 0)]))

    def test_the_room_gets_to_know_all_about_it(self) -> None:
        self.scene.give(b"hello", name="../notes\u202e.txt")
        drop = Drop(1, "lab", "notes.txt", 5, sum_of(b"hello"), "bob", NOW, NOW + 7 * 86_400_000)
        self.assertEqual(self.scene.stored, [drop])
        self.assertEqual((self.spool.table, self.spool.files, self.spool.parts), ({1: drop}, {1: b"hello"}, {}))
        self.assertEqual(self.scene.give(b"").id, 2)

    def test_bytes_that_were_sent_ahead_are_taken(self) -> None:
        peer = self.scene.peer(b"hel")
        done = self.scene.put(self.scene.offer(5), peer)
        peer.send(b"lo")
        peer.end_input()
        self.scene.settle()
        self.assertEqual(refusal(self, done), Refused("cut-off", limit=3))
        peer = self.scene.peer(b"hello")
        peer.send(b" and more")
        self.successResultOf(self.scene.put(self.scene.offer(5), peer))
        self.assertEqual(self.spool.files, {1: b"hello"})

    def test_the_end_of_input_behind_the_last_byte_is_no_cut(self) -> None:
        peer = self.scene.peer(b"hello")
        done = Deferred.fromCoroutine(self.transfers.put(self.scene.offer(5), peer))
        peer.end_input()
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(peer.told[-1], Stored(sum_of(b"hello")))

    def test_an_empty_file_is_a_file(self) -> None:
        peer = self.scene.peer()
        self.successResultOf(self.scene.put(self.scene.offer(0), peer))
        self.assertEqual(peer.told, [Ready(0, 0), Stored(sum_of(b""))])
        self.assertEqual(self.spool.files, {1: b""})

    def test_a_payload_that_looks_like_commands_is_nothing_but_payload(self) -> None:
        data = (LIKE_COMMANDS * (1 + (1 << 20) // len(LIKE_COMMANDS)))[: 1 << 20]
        peer = self.scene.peer(data[:1000])
        done = self.scene.put(self.scene.offer(len(data), sum_of(data)), peer)
        peer.send(data[1000:])
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(self.spool.files, {1: data})
        self.assertEqual(peer.told, [Ready(len(data), 0), Stored(sum_of(data))])

    def test_it_may_be_split_anywhere(self) -> None:
        for ahead in range(len(LIKE_COMMANDS) + 1):
            peer = self.scene.peer(LIKE_COMMANDS[:ahead])
            done = self.scene.put(self.scene.offer(len(LIKE_COMMANDS)), peer)
            peer.send(LIKE_COMMANDS[ahead:] + b"quit\n")
            self.scene.settle()
            self.successResultOf(done)
            self.assertEqual(self.spool.files.popitem()[1], LIKE_COMMANDS)
            self.spool.table.clear()

    def test_it_may_come_byte_by_byte(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.scene.offer(len(LIKE_COMMANDS)), peer)
        peer.send(*(bytes([byte]) for byte in LIKE_COMMANDS), b"quit\n")
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(self.spool.files, {1: LIKE_COMMANDS})

    def test_what_follows_the_file_is_thrown_away_and_read_all_the_same(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.scene.offer(5), peer)
        peer.send(b"hello\nquit\n", b"x" * PIECE, b"quit\n")
        self.scene.settle()
        self.successResultOf(done)
        self.assertEqual(self.spool.files, {1: b"hello"})
        self.assertEqual(peer.delivered, 11 + PIECE + 5)
        self.assertFalse(peer.paused)

    def test_also_while_the_file_is_being_kept(self) -> None:
        keeping: Deferred[None] = Deferred()
        self.spool.keeping = keeping
        peer = self.scene.peer(b"hello")
        done = self.scene.put(self.scene.offer(5), peer)
        peer.send(b"quit\n", b"quit\n")
        self.scene.settle()
        self.assertEqual((peer.delivered, peer.paused), (15, False))
        keeping.callback(None)
        self.successResultOf(done)

    def test_so_is_whatever_comes_after_a_refusal(self) -> None:
        peer = self.scene.peer(b"login alice\n")
        self.assertEqual(refusal(self, self.scene.put("unknown", peer)), Refused("no-such-ticket"))
        peer.send(b"quit\n")
        self.scene.settle()
        self.assertEqual((peer.told, peer.delivered, peer.paused), ([], 17, False))

    def test_only_so_much_is_read_ahead_of_the_disk(self) -> None:
        size = 40 * PIECE
        peer = self.scene.peer()
        done = self.scene.put(self.scene.offer(size), peer)
        peer.send(b"x" * size)
        self.scene.threads.stuck = True
        pieces = 0
        while self.spool.appended < size:
            for _ in range(10):
                self.scene.settle()
            self.assertLessEqual(peer.delivered - self.spool.appended, 2 * AHEAD)
            self.assertTrue(peer.paused or peer.delivered == size)
            self.scene.threads.turn()
            pieces += 1
        self.assertLessEqual(pieces, 2 + size // AHEAD)
        self.scene.settle()
        self.successResultOf(done)

    def test_with_the_right_sum_it_is_kept(self) -> None:
        peer = self.scene.peer(b"hello")
        self.successResultOf(self.scene.put(self.scene.offer(5, sum_of(b"hello").upper()), peer))
        self.assertEqual(peer.told[-1], Stored(sum_of(b"hello")))

    def test_with_another_sum_it_is_thrown_away_and_may_come_again(self) -> None:
        ticket = self.scene.offer(5, sum_of(b"hello"))
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer(b"hullo"))), Refused("sha256-differs"))
        self.assertEqual((self.spool.parts, self.spool.files, self.scene.stored), ({}, {}, []))
        peer = self.scene.peer(b"hello")
        self.successResultOf(self.scene.put(ticket, peer))
        self.assertEqual(peer.told, [Ready(5, 0), Stored(sum_of(b"hello"))])

    def test_a_ticket_is_spent_when_the_file_is_there(self) -> None:
        ticket = self.scene.offer(5)
        self.successResultOf(self.scene.put(ticket, self.scene.peer(b"hello")))
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer(b"hello"))), Refused("no-such-ticket"))

    def test_a_ticket_to_get_is_none_to_put(self) -> None:
        ticket = self.transfers.fetch("bob", self.scene.give(b"hello").id, "lab").ticket
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer())), Refused("no-such-ticket"))


class SizeTests(SynchronousTestCase):
    """``put TICKET SIZE``."""

    def setUp(self) -> None:
        self.scene = Scene()

    def test_it_may_be_told_with_the_bytes(self) -> None:
        peer = self.scene.peer(b"hello")
        self.successResultOf(self.scene.put(self.scene.offer(-1), peer, 5))
        self.assertEqual(peer.told, [Ready(5, 0), Stored(sum_of(b"hello"))])

    def test_then_it_must_be_told(self) -> None:
        self.assertEqual(refusal(self, self.scene.put(self.scene.offer(-1), self.scene.peer())), Refused("size-needed"))

    def test_it_is_checked_like_any_other(self) -> None:
        ticket = self.scene.offer(-1)
        for size, refused in ((10_000_001, Refused("too-large", limit=10_000_000)), (-2, Refused("bad-size"))):
            self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer(), size)), refused)
        self.successResultOf(self.scene.put(ticket, self.scene.peer(b"x"), 1))

    def test_the_same_once_more_is_fine_and_another_is_not(self) -> None:
        ticket = self.scene.offer(5)
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer(), 6)), Refused("size-differs", limit=5))
        self.successResultOf(self.scene.put(ticket, self.scene.peer(b"hello"), 5))
