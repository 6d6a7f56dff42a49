"""Who gets a ticket for what, how much space there is, and when all that is over."""

from __future__ import annotations

from errno import EIO

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal, Refused
from chatd.chat.files import Quotas
from chatd.transfers.tickets import Offer
from tests.transfers.memory import NOW, Scene, refusal, sum_of

HOUR = 3_600_000
WEEK = 7 * 24 * HOUR


class OfferTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene(Quotas(max_bytes=100, room_quota=250, user_quota=150, keep=WEEK))
        self.transfers = self.scene.transfers

    def _refused(self, user: str, room: str, size: int, sha256: str = "") -> Refused:
        answer: Refused = self.assertRaises(Refusal, self.transfers.offer, user, room, "a", size, sha256).answer
        return answer

    def test_an_offer_says_what_it_allows(self) -> None:
        offer = self.transfers.offer("bob", "lab", "/tmp/\x1b[31mnotes.txt", 5, sum_of(b"x").upper())
        self.assertEqual(offer, Offer("t1", "put", "notes.txt", 5, sum_of(b"x"), NOW + HOUR))
        self.assertEqual(self.transfers.offer("bob", "lab", "..", -1), Offer("t2", "put", "file", -1, "", NOW + HOUR))

    def test_a_size_is_a_number_of_bytes(self) -> None:
        self.assertEqual(self._refused("bob", "lab", -2), Refused("bad-size"))
        self.assertEqual(self._refused("bob", "lab", 10**30), Refused("too-large", limit=100))

    def test_a_sum_is_a_sum(self) -> None:
        for sha256 in ("x", "0" * 63, "0" * 65, "g" * 64, "0" * 64 + "\n", "٠" * 64):
            self.assertEqual(self._refused("bob", "lab", 5, sha256), Refused("bad-sha256"))

    def test_files_on_their_way_count_so_that_they_cannot_exceed_the_quota_together(self) -> None:
        self.transfers.offer("bob", "lab", "a", 100)
        self.assertEqual(self._refused("bob", "other", 51), Refused("user-quota", limit=150))
        self.transfers.offer("anna", "lab", "a", 100)
        self.assertEqual(self._refused("carl", "lab", 51), Refused("room-quota", "lab", limit=250))
        self.transfers.offer("carl", "lab", "a", 50)
        self.transfers.offer("bob", "other", "a", 50)

    def test_so_do_those_that_are_there(self) -> None:
        self.scene.give(b"x" * 100)
        self.assertEqual(self._refused("bob", "lab", 51), Refused("user-quota", limit=150))
        self.transfers.offer("bob", "lab", "a", 50)

    def test_a_size_told_later_is_checked_against_the_same(self) -> None:
        tickets = [self.transfers.offer("bob", "lab", "a", -1).ticket for _ in range(2)]
        first = self.scene.put(tickets[0], self.scene.peer(), 100)
        second = self.scene.put(tickets[1], self.scene.peer(), 100)
        self.assertEqual(refusal(self, second), Refused("user-quota", limit=150))
        self.assertNoResult(first)

    def test_a_user_has_only_so_many(self) -> None:
        for _ in range(16):
            self.transfers.offer("bob", "lab", "a", 0)
        self.assertEqual(self._refused("bob", "lab", 0), Refused("too-many-tickets", limit=16))
        self.transfers.offer("anna", "lab", "a", 0)
        self.successResultOf(self.scene.put("t1", self.scene.peer()))
        self.transfers.offer("bob", "lab", "a", 0)

    def test_a_ticket_lapses_and_its_space_is_free_again(self) -> None:
        ticket = self.transfers.offer("bob", "lab", "a", 100).ticket
        self.scene.put(ticket, self.scene.peer(b"x" * 10)).addErrback(lambda _: None)
        self.scene.clock.advance(30)
        self.scene.clock.advance(3569)
        self.assertEqual(self._refused("bob", "lab", 51), Refused("user-quota", limit=150))
        self.assertEqual(len(self.scene.spool.parts), 1)
        self.scene.clock.advance(1)
        self.scene.settle()
        self.transfers.offer("bob", "lab", "a", 51)
        self.assertEqual(self.scene.spool.parts, {})
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer())), Refused("no-such-ticket"))

    def test_a_ticket_in_use_lapses_only_afterwards(self) -> None:
        self.scene = Scene()
        ticket = self.scene.offer(1000)
        peer = self.scene.peer()
        done = self.scene.put(ticket, peer)
        for _ in range(200):
            self.scene.clock.advance(20)
            peer.send(b"x")
            self.scene.settle()
        self.assertNoResult(done)
        peer.cut()
        self.assertEqual(refusal(self, done), Refused("cut-off", limit=200))
        self.scene.clock.advance(30)
        self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer())), Refused("no-such-ticket"))


class FetchTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.scene = Scene()
        self.transfers = self.scene.transfers
        self.drop = self.scene.give(b"hello")

    def _refused(self, number: int, room: str = "lab") -> Refused:
        answer: Refused = self.assertRaises(Refusal, self.transfers.fetch, "anna", number, room).answer
        return answer

    def test_an_offer_says_what_comes(self) -> None:
        offer = self.transfers.fetch("anna", self.drop.id, "lab")
        self.assertEqual(offer, Offer("t2", "get", "a.bin", 5, sum_of(b"hello"), NOW + HOUR))

    def test_files_of_other_rooms_are_none(self) -> None:
        self.assertEqual(self._refused(self.drop.id, "other"), Refused("no-such-file", "1"))
        self.assertEqual(self._refused(99), Refused("no-such-file", "99"))
        self.assertEqual(self._refused(-1), Refused("no-such-file", "-1"))

    def test_a_user_has_only_so_many_open(self) -> None:
        tickets = [self.transfers.fetch("anna", self.drop.id, "lab").ticket for _ in range(64)]
        self.assertEqual(self._refused(self.drop.id), Refused("too-many-tickets", limit=64))
        self.successResultOf(self.scene.get(tickets[0], 0, self.scene.peer()))
        self.transfers.fetch("anna", self.drop.id, "lab")

    def test_a_room_lists_its_files_oldest_first(self) -> None:
        second = self.scene.give(b"")
        self.scene.give(b"", room="other")
        self.assertEqual(self.transfers.listing("lab"), [self.drop, second])
        self.assertEqual(self.transfers.listing("nowhere"), [])
        self.assertEqual(self.transfers.rooms(), {"lab", "other"})

    def test_after_seven_days_it_has_expired(self) -> None:
        self.scene.later += WEEK - 1
        self.assertEqual(self.transfers.listing("lab"), [self.drop])
        self.scene.later += 1
        self.assertEqual((self.transfers.listing("lab"), self.transfers.rooms()), ([], set()))
        self.assertEqual(self._refused(self.drop.id), Refused("expired", "a.bin"))
        self.assertEqual(self._refused(self.drop.id, "other"), Refused("no-such-file", "1"))

    def test_its_bytes_go_then_and_what_is_known_of_it_later(self) -> None:
        self.scene.later = HOUR
        self.scene.give(b"younger")
        for later, files, table in ((WEEK - 1, {1, 2}, {1, 2}), (WEEK, {2}, {1, 2}), (2 * WEEK, set(), {2})):
            self.scene.later = later
            self.successResultOf(self.transfers.expire())
            self.assertEqual((set(self.scene.spool.files), set(self.scene.spool.table)), (files, table))

    def test_an_expired_file_takes_no_space(self) -> None:
        self.scene = Scene(Quotas(max_bytes=100, room_quota=100, user_quota=100, keep=WEEK))
        self.scene.give(b"x" * 100)
        self.scene.later += WEEK
        self.scene.give(b"x" * 100)

    def test_what_cannot_be_removed_is_logged_and_stops_nothing(self) -> None:
        self.scene.spool.errors["remove"] = OSError(EIO, "Input/output error")
        self.scene.later += 2 * WEEK
        self.successResultOf(self.transfers.expire())
        self.successResultOf(self.transfers.forget_room("lab"))
        self.assertEqual(len(self.flushLoggedErrors(OSError)), 2)


class EndTests(SynchronousTestCase):
    """Rooms that are deleted, and users who are thrown out."""

    def setUp(self) -> None:
        self.scene = Scene()
        self.transfers = self.scene.transfers

    def test_the_files_of_a_deleted_room_go_and_no_others(self) -> None:
        self.scene.give(b"hello")
        other = self.scene.give(b"hello", room="other")
        self.successResultOf(self.transfers.forget_room("lab"))
        self.assertEqual((self.scene.spool.table, self.scene.spool.files), ({other.id: other}, {other.id: b"hello"}))

    def test_what_was_under_way_to_it_ends(self) -> None:
        tickets = [self.scene.offer(10) for _ in range(2)]
        done = self.scene.put(tickets[0], self.scene.peer(b"01234"))
        self.transfers.forget_room("lab")
        self.scene.settle()
        self.assertEqual(refusal(self, done), Refused("no-such-room", "lab"))
        for ticket in tickets:
            self.assertEqual(refusal(self, self.scene.put(ticket, self.scene.peer())), Refused("no-such-ticket"))
        self.assertEqual(self.scene.spool.parts, {})

    def test_its_part_is_removed_only_when_the_thread_is_done_with_it(self) -> None:
        peer = self.scene.peer()
        done = self.scene.put(self.scene.offer(10), peer)
        self.scene.threads.stuck = True
        peer.send(b"01234")
        self.scene.settle()
        self.transfers.forget_room("lab")
        self.assertEqual(self.scene.threads.busy, 1)
        self.scene.threads.turn()
        self.assertEqual((self.scene.threads.busy, self.scene.spool.appended), (1, 5))
        self.scene.threads.turn()
        self.assertEqual(self.scene.spool.parts, {})
        self.assertEqual(refusal(self, done), Refused("no-such-room", "lab"))

    def test_a_file_that_is_just_being_kept_is_not(self) -> None:
        keeping: Deferred[None] = Deferred()
        self.scene.spool.keeping = keeping
        peer = self.scene.peer(b"hello")
        done = self.scene.put(self.scene.offer(5), peer)
        self.transfers.forget_room("lab")
        keeping.callback(None)
        self.scene.settle()
        self.assertEqual(refusal(self, done), Refused("no-such-room", "lab"))
        self.assertEqual((self.scene.spool.table, self.scene.spool.files, self.scene.stored), ({}, {}, []))

    def test_what_is_fetched_from_it_ends_too(self) -> None:
        drop = self.scene.give(b"x" * 200_000)
        tickets = [self.transfers.fetch("anna", drop.id, "lab").ticket for _ in range(2)]
        peer = self.scene.peer()
        peer.takes = False
        done = self.scene.get(tickets[0], 0, peer)
        self.transfers.forget_room("lab")
        self.scene.settle()
        self.successResultOf(done)
        self.assertLess(len(peer.sent), 200_000)
        for ticket in tickets:
            self.assertEqual(refusal(self, self.scene.get(ticket, 0, peer)), Refused("no-such-ticket"))

    def test_who_is_thrown_out_of_a_room_keeps_the_tickets_of_others(self) -> None:
        lab = self.scene.offer(5)
        other = self.transfers.offer("bob", "other", "a", 5).ticket
        anna = self.transfers.offer("anna", "lab", "a", 5).ticket
        done = self.scene.put(lab, self.scene.peer())
        self.transfers.revoke("bob", "lab")
        self.assertEqual(refusal(self, done), Refused("no-such-ticket"))
        for ticket in (other, anna):
            self.successResultOf(self.scene.put(ticket, self.scene.peer(b"hello")))

    def test_who_has_no_account_any_more_has_no_ticket(self) -> None:
        tickets = [self.scene.offer(5), self.transfers.offer("bob", "other", "a", 5).ticket]
        self.transfers.revoke("bob")
        for ticket in tickets:
            self.assertEqual(
                refusal(self, self.scene.put(ticket, self.scene.peer(b"hello"))), Refused("no-such-ticket")
            )
