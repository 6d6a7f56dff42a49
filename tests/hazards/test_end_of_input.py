"""A script's end of input is no disconnect; and a password sent ahead is a password, whatever comes of it."""

from __future__ import annotations

from chatd.chat.events import Entry, Said
from chatd.testing import Client
from chatd.wire.objects import value
from tests.behaviour.scene import Stage
from tests.transfers.memory import Threads

SECRET = "hunter2-hunter2"


def _script(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


class EndTests(Stage):
    def setUp(self) -> None:
        self.threads = Threads()
        self.start({"limits": {"flood": True}}, in_thread=self.threads)
        self._send(self.server.connect(), _script("register bot", "secret", "secret", "create ops", "quit"))
        self.watcher = self.server.connect()
        self.watcher.send("format json", "guest watcher", "enter ops")
        self.watcher.received()

    def _send(self, client: Client, script: bytes) -> None:
        client.send_bytes(script)
        self._work()

    def _work(self) -> None:
        while self.threads.busy:
            self.threads.turn()
            self.server.turn()

    def _said(self) -> list[str]:
        told = [value(line.partition(" ")[2]) for line in self.watcher.lines()]
        return [entry.event.text for entry in told if isinstance(entry, Entry) and isinstance(entry.event, Said)]

    def assertGoodbye(self, client: Client) -> None:
        self.assertEqual(client.lines()[-1], "00 goodbye")
        self.assertTrue(client.closed)

    def test_what_came_before_it_is_worked_off_and_answered(self) -> None:
        script = _script("login bot", "secret", "enter ops", "hello", "world")
        client = self.server.connect()
        client.send_bytes(script)
        client.end_input()
        self.assertFalse(client.closed, "the password is still being checked")
        self._work()
        self.assertEqual(self._said(), ["hello", "world"])
        self.assertGoodbye(client)

    def test_however_the_bytes_are_cut(self) -> None:
        script = _script("login bot", "secret", "enter ops", "hello")
        for at in range(1, len(script)):
            client = self.server.connect()
            self._send(client, script[:at])
            client.send_bytes(script[at:])
            client.end_input()
            self._work()
            self.assertEqual(self._said(), ["hello"], at)
            self.assertGoodbye(client)

    def test_a_last_line_without_an_end_is_taken(self) -> None:
        client = self.server.connect()
        client.send_bytes(b"login bot\nsecret\nenter ops\nhello")
        client.end_input()
        self._work()
        self.assertEqual(self._said(), ["hello"])

    def test_flood_delays_are_waited_for_and_all_is_said_in_order(self) -> None:
        lines = [f"line {number}" for number in range(700)]
        client = self.server.connect()
        client.send_bytes(_script("login bot", "secret", "enter ops", *lines))
        client.end_input()
        self._work()
        said = self._said()
        self.assertLess(len(said), 700)
        while not client.closed:
            self.server.advance(0.5)
            said += self._said()
        self.assertEqual(said, lines)
        self.assertGoodbye(client)

    def test_a_connection_that_is_gone_altogether_keeps_its_lines_from_nobody(self) -> None:
        client = self.server.connect()
        client.send_bytes(_script("login bot", "secret", "enter ops", "hello"))
        client.lose(clean=False)
        self._work()
        self.assertEqual(self._said(), ["hello"])
        self.assertEqual(self.server.house.sessions.of("bot"), [])

    def test_at_a_question_it_is_the_end(self) -> None:
        for script in (b"", b"login\n", b"login bot\n", b"register x\ny\n", b"guest gus\npublic\n/enter nowhere\n"):
            client = self.server.connect()
            self._send(client, script)
            client.end_input()
            self.assertGoodbye(client)

    def test_quit_before_the_end_is_the_end_too(self) -> None:
        client = self.server.connect()
        client.send_bytes(_script("guest gus", "quit", "public", "hello"))
        client.end_input()
        self.assertGoodbye(client)
        self.assertEqual(self.watcher.lines(), [])


class SecretsSentAheadTests(Stage):
    """Every word that asks for a password, refused for every reason, with the password sent ahead."""

    def setUp(self) -> None:
        self.start({"accounts": {"sessions_per_account": 1}})
        self.alice = self.server.connect()
        self.alice.send("register alice", "pw", "pw")
        for room in ("vault", "full", "lab"):
            self.alice.send(f"create {room}", f"enter {room}", "/access password", "sesame", "/leave")
        self.alice.send("enter lab sesame", "/access open")
        self.carol = self.server.connect()
        self.carol.send("guest carol", "enter lab")

    def _nobody_sees_it(self, *lines: str, before: tuple[str, ...] = ()) -> None:
        for pieces in ([lines], [(line,) for line in lines]):
            self.assertEqual(self._seen(before, *pieces), [], lines)

    def _seen(self, *pieces: tuple[str, ...]) -> list[bytes]:
        """Wherever the secret is seen when somebody sends ``pieces``."""
        client = self.server.connect()
        for piece in (*pieces, ("Exit Chat", "quit")):
            client.send(*piece)
        places = [each.received() for each in (client, self.alice, self.carol)]
        places += [file.read_bytes() for file in self.server.directory.iterdir() if file.suffix == ".csv"]
        client.lose()
        return [text for text in places if SECRET.encode() in text]

    def test_what_is_said_in_a_room_would_be_seen_by_three_and_stand_in_the_journal(self) -> None:
        self.assertEqual(len(self._seen(("guest gus", "enter lab", SECRET))), 4)

    def test_login(self) -> None:
        self._nobody_sees_it("login alice", SECRET)
        self._nobody_sees_it("login nobody", SECRET)
        self._nobody_sees_it("login", "alice", SECRET)
        self._nobody_sees_it("login alice", "pw", "login alice", SECRET)
        self._nobody_sees_it("guest gus", "login alice", SECRET)

    def test_register(self) -> None:
        self._nobody_sees_it("register alice", SECRET, SECRET)
        self._nobody_sees_it("register", "alice", SECRET, SECRET)
        self._nobody_sees_it("register anna maria", SECRET, SECRET)
        self._nobody_sees_it("register login", SECRET, SECRET)
        self._nobody_sees_it("register dora", SECRET, "another")
        self._nobody_sees_it("register dora", SECRET + "x" * 1024, SECRET + "x" * 1024)
        self._nobody_sees_it("register x", "pw", "pw", "register dora", SECRET, SECRET)

    def test_register_where_accounts_are_not_made(self) -> None:
        self.start({"accounts": {"register": False}})
        self.alice = self.carol = self.server.connect()
        self._nobody_sees_it("register dora", SECRET, SECRET)

    def test_password(self) -> None:
        self._nobody_sees_it("password", "pw", SECRET, SECRET)
        self._nobody_sees_it("password", SECRET, SECRET, SECRET, before=("guest gus",))
        self._nobody_sees_it("password", "wrong", SECRET, SECRET, before=("register eve", "pw", "pw"))
        self._nobody_sees_it("password", "pw", SECRET, "another", before=("login eve", "pw"))
        self._nobody_sees_it("password", "pw", SECRET, SECRET, before=("login eve", "pw"))

    def test_unregister(self) -> None:
        self._nobody_sees_it("unregister", SECRET)
        self._nobody_sees_it("unregister", SECRET, before=("guest gus",))
        self._nobody_sees_it("unregister", SECRET, before=("register eve", "pw", "pw"))

    def test_a_room_with_a_password(self) -> None:
        self._nobody_sees_it("enter vault", SECRET)
        self._nobody_sees_it("enter vault", SECRET, before=("guest gus",))
        self._nobody_sees_it("/enter vault", SECRET, before=("guest gus", "enter lab"))
        self._nobody_sees_it(f"/enter vault {SECRET}", before=("guest gus", "enter lab"))
        self._nobody_sees_it(f"enter vault {SECRET} x", f"enter nowhere {SECRET}", before=("guest gus",))

    def test_a_new_password_for_a_room(self) -> None:
        self._nobody_sees_it("/access password", SECRET, before=("guest gus", "enter lab"))

    def test_three_failures_end_the_connection_and_nothing_sent_behind_is_taken(self) -> None:
        lines = ["login alice", SECRET] * 4
        self._nobody_sees_it(*lines, "guest gus", "enter lab", SECRET)

    def test_an_unknown_word_may_have_been_a_password(self) -> None:
        self._nobody_sees_it(SECRET, f"logon alice {SECRET}", before=("guest gus",))
