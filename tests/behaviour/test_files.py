"""Files: given to a room and fetched from it, by tickets for a second connection."""

from __future__ import annotations

from hashlib import sha256

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.moments import Moment
from chatd.testing import Client
from tests.behaviour.drivers import Driver, LineDriver
from tests.behaviour.readers import Heard
from tests.behaviour.scene import D, Scene, on_every_frontend, on_lines

DATA = bytes(range(256)) + b"quit\r\n/quit\nlogin alice\n111 [lab] 12:00 bob: hi\r\n"
SUM = sha256(DATA).hexdigest()
WEEK = 7 * 24 * 3600


class _Lab(Scene[D]):
    def setUp(self) -> None:
        super().setUp()
        self.alice = self.account("alice")
        self.room("lab", self.alice)
        self.bob = self.guest("bob", "lab")
        self.alice.forget()

    def _give(self, name: str = "notes.txt", data: bytes = DATA) -> None:
        self.alice.do(r.Send(name, len(data)))
        self.assertTrue(self.alice.give(self.alice.ticket(), data))

    def _file(self, number: int = 1, name: str = "notes.txt", room: str = "lab") -> Heard:
        return Heard(room, e.Dropped("alice", number, name, len(DATA), SUM))


@on_every_frontend
class Files(_Lab[Driver]):
    def test_the_room_is_told_of_a_file(self) -> None:
        self._give()
        for driver in (self.alice, self.bob):
            driver.expect_only(self._file())

    def test_members_fetch_it_as_it_was(self) -> None:
        self._give()
        self.bob.do(r.Get("1"))
        self.assertEqual(self.bob.fetch(self.bob.ticket()), DATA)

    def test_from_an_offset_on(self) -> None:
        self._give()
        self.bob.do(r.Get("lab#1"))
        self.assertEqual(self.bob.fetch(self.bob.ticket(), 200), DATA[200:])

    def test_they_are_listed(self) -> None:
        self._give()
        self._give("more.txt")
        at = self.server.now()
        self.bob.forget()
        self.bob.do(r.Files())
        lines = tuple(
            a.FileLine(number, name, len(DATA), SUM, "alice", Moment(at), Moment(at + WEEK * 1000))
            for number, name in ((1, "notes.txt"), (2, "more.txt"))
        )
        self.bob.expect_only(a.FileList("lab", lines))

    def test_after_seven_days_they_are_gone(self) -> None:
        self._give()
        self.server.advance(WEEK)
        self.bob.forget()
        self.bob.do(r.Get("1"), r.Files())
        self.bob.expect_only(a.Refused("expired", "notes.txt"), a.FileList("lab", ()))

    def test_they_outlive_a_restart(self) -> None:
        self._give()
        self.restart()
        bob = self.guest("bob", "lab")
        bob.do(r.Get("1"))
        self.assertEqual(bob.fetch(bob.ticket()), DATA)

    def test_a_file_is_its_rooms_alone(self) -> None:
        self._give()
        carol = self.guest("carol", "public")
        carol.do(r.Get("1"), r.Get("lab#1"), r.Files("lab"))
        carol.expect_only(a.Refused("no-such-file", "1"), *[a.Refused("not-in-room", "lab")] * 2)
        carol.do(r.Get("x"), r.Get("99"))
        carol.expect_only(a.Refused("no-such-file", "x"), a.Refused("no-such-file", "99"))

    def test_whoever_is_thrown_out_fetches_nothing_with_an_old_ticket(self) -> None:
        self._give()
        self.bob.do(r.Get("1"))
        ticket = self.bob.ticket()
        self.alice.do(r.Kick("bob"))
        self.assertEqual(self.bob.fetch(ticket), b"")

    def test_a_deleted_room_has_no_files_nor_has_a_new_one_of_that_name(self) -> None:
        self._give()
        self.alice.do(r.Delete("lab"))
        self.alice.answer("lab")
        self.room("lab", self.alice)
        self.alice.do(r.Files(), r.Get("1"))
        self.alice.expect_only(a.FileList("lab", ()), a.Refused("no-such-file", "1"))

    def test_what_cannot_be_is_refused_at_once(self) -> None:
        self.alice.do(r.Send("x", (100 << 20) + 1), r.Send("x", -1), r.Send("x", 1, "abc"))
        refused = a.Refused("too-large", limit=100 << 20), a.Refused("bad-size"), a.Refused("bad-sha256")
        self.alice.expect_only(*refused)

    def test_an_empty_file_is_a_file(self) -> None:
        self._give("empty", b"")
        empty = Heard("lab", e.Dropped("alice", 1, "empty", 0, sha256().hexdigest()))
        self.bob.expect_only(empty)

    def test_another_sum_than_was_told_keeps_the_file_from_the_room(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA), "0" * 64))
        self.assertFalse(self.alice.give(self.alice.ticket(), DATA))
        self.bob.expect_only()

    def test_a_ticket_is_good_once_for_giving_and_nobody_guesses_one(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA)))
        ticket = self.alice.ticket()
        self.assertTrue(self.alice.give(ticket, DATA))
        for again in (ticket, "0" * 32):
            self.assertFalse(self.alice.give(again, DATA))
        self.assertEqual(self.alice.fetch("0" * 32), b"")


@on_lines
class Raw(_Lab[LineDriver]):
    """What is said on the second connection."""

    def _second(self, head: str, data: bytes = b"") -> tuple[Client, bytes]:
        """Another connection whose first word is ``head``, with ``data`` behind it, and what comes of it."""
        client = self.server.connect()
        client.received()
        client.send_bytes(f"{head}\n".encode() + data)
        return client, client.received()

    def test_the_room_is_told_of_a_file_when_it_is_whole(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA)))
        head = f"put {self.alice.ticket()}"
        client, came = self._second(head)
        self.assertEqual(came, b"11 ready %d 0\r\n" % len(DATA))
        client.send_bytes(DATA[:-1])
        self.bob.expect_only()
        client.send_bytes(DATA[-1:])
        self.assertEqual(client.received(), f"00 stored {SUM}\r\n".encode())
        self.assertTrue(client.closed)
        for driver in (self.alice, self.bob):
            driver.expect_only(self._file())

    def test_members_fetch_it_as_it_was(self) -> None:
        self._give()
        self.bob.do(r.Get("1"))
        client, came = self._second(f"get {self.bob.ticket()}")
        self.assertEqual(came, f"00 sending {len(DATA)} {SUM}\r\n".encode() + DATA)
        self.assertTrue(client.closed)

    def test_from_an_offset_on(self) -> None:
        self._give()
        self.bob.do(r.Get("lab#1"))
        _, came = self._second(f"get {self.bob.ticket()} 200")
        self.assertEqual(came, f"00 sending {len(DATA)} {SUM}\r\n".encode() + DATA[200:])

    def test_one_that_was_cut_off_goes_on_where_it_was(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA), SUM))
        head = f"put {self.alice.ticket()}"
        self._second(head, DATA[:100])[0].lose()
        client, _ = self._second(head)
        self.server.advance(1)
        self.assertEqual(client.received(), b"11 ready %d 100\r\n" % len(DATA))
        client.send_bytes(DATA[100:])
        self.bob.expect_only(self._file())

    def test_what_follows_a_file_is_not_taken_for_words(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA)))
        _, came = self._second(f"put {self.alice.ticket()}", DATA + b"\nguest mallory\npublic\n")
        self.assertEqual(came, f"11 ready {len(DATA)} 0\r\n00 stored {SUM}\r\n".encode())
        self.bob.do(r.Whois("mallory"))
        self.bob.expect(self._file(), a.Refused("no-such-user", "mallory"))

    def test_another_sum_than_was_told_keeps_the_file_from_the_room(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA), "0" * 64))
        _, came = self._second(f"put {self.alice.ticket()}", DATA)
        self.assertIn(b"another SHA-256 sum", came)
        self.bob.expect_only()

    def test_a_ticket_is_good_once_for_giving_and_nobody_guesses_one(self) -> None:
        self.alice.do(r.Send("notes.txt", len(DATA)))
        head = f"put {self.alice.ticket()}"
        self._second(head, DATA)
        for again in (head, "put " + "0" * 32, "get " + "0" * 32):
            _, came = self._second(again, DATA)
            self.assertIn(b"that ticket is unknown or has expired", came)
