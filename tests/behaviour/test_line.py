"""What is typed in a room, and the codes, prompts and order of all that is answered on the line protocol."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN
from tests.behaviour.drivers import CHOOSE, LineDriver, paste, said
from tests.behaviour.readers import Heard
from tests.behaviour.scene import PASSWORD, Scene, on_lines
from tests.transfers.memory import Threads

GREETING = "00 chatd "


@on_lines
class Codes(Scene[LineDriver]):
    def test_the_first_line_says_what_codes_are_and_the_last_gives_the_turn(self) -> None:
        lines = self.server.connect().lines()
        self.assertTrue(lines[0].startswith(GREETING), lines[0])
        self.assertEqual([line.partition(" ")[0] for line in lines], ["00"] * (len(lines) - 1) + ["11"])

    def test_a_secret_is_asked_by_a_code_of_its_own(self) -> None:
        visitor = self.visitor()
        visitor.type("login alice")
        visitor.expect_prompt("password", CREDENTIALS)
        visitor.type("wrong")
        self.assertEqual(visitor.codes(), ["00", "11"])

    def test_from_entering_the_first_room_to_leaving_the_last_every_line_bears_111(self) -> None:
        alice = self.account("alice")
        alice.type("create lab")
        alice.forget()
        alice.type("enter lab", "hello", "/who", "/nope", "/enter public", "/history", "/leave", "/topic x", "/topic")
        self.assertEqual(set(alice.codes()), {"111"})
        alice.type("/leave")
        codes = alice.codes()
        self.assertEqual((set(codes[:-1]), codes[-1]), ({"00"}, "11"))

    def test_what_others_send_to_the_menu_bears_00(self) -> None:
        alice, bob = self.account("alice"), self.account("bob")
        alice.type("msg bob hi")
        bob.expect(Heard("@bob", e.Private("alice", "bob", "hi")), code=LISTEN)

    def test_in_a_room_a_secret_is_asked_by_01_and_then_it_is_111_again(self) -> None:
        alice = self.account("alice")
        alice.type("create lab", "enter lab")
        alice.forget()
        alice.type("/access password")
        self.assertEqual(alice.codes(), ["01"])
        alice.type("sesame", "hello")
        alice.expect(Heard("lab", e.AccessSet("alice", "password")), *said("lab", "alice", "hello"), code=DUPLEX)

    def test_whoever_is_thrown_out_gets_the_turn_to_speak(self) -> None:
        alice, bob = self.account("alice"), self.guest("bob")
        alice.type("create lab", "enter lab")
        bob.type("enter lab")
        bob.forget()
        alice.type("/kick bob")
        codes = bob.codes()
        self.assertEqual((codes[:2], set(codes[2:-1]), codes[-1]), (["111", "111"], {"00"}, "11"))

    def test_whoever_is_thrown_out_while_something_is_asked_in_the_room_gets_the_turn_too(self) -> None:
        first = self.account("alice")
        first.type("create lab", "enter lab")
        second = self.login("alice", "lab")
        first.type("/delete lab")
        second.type("/delete lab", "lab")
        self.assertEqual(first.codes()[-1], "11")
        self.server.advance(2)
        first.type("lab")
        first.expect(CHOOSE)
        first.type("create den")
        first.expect(a.Done("room-created", "den"), CHOOSE)

    def test_a_password_that_is_asked_when_one_is_thrown_out_of_another_room_is_still_taken(self) -> None:
        alice, bob = self.account("alice"), self.guest("bob")
        for room in ("vault", "lab"):
            alice.type(f"create {room}", f"enter {room}", "/access password", "sesame", "/leave")
        alice.type("enter lab sesame", "/access open")
        bob.type("enter lab", "/enter vault")
        bob.expect_prompt("password of vault", CREDENTIALS)
        alice.type("/kick bob")
        bob.expect_only()
        bob.type("sesame")
        bob.expect(a.ThrownOut("lab", "kicked"), a.YouEntered("vault", "", 1))


@on_lines
class Typing(Scene[LineDriver]):
    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.account("alice", "public"), self.guest("bob", "public")
        self.alice.forget()

    def test_a_line_that_is_no_verb_is_said(self) -> None:
        for line in (
            "/usr/bin/ld: error",
            "/",
            "/ who",
            "/Who",
            "/2",
            "/.",
            "quit now",
            "Exit",
            "exit chat now",
            "00 x",
        ):
            self.alice.type(line)
            self.bob.expect_only(*said("public", "alice", line))

    def test_two_slashes_say_one(self) -> None:
        for line in ("//who", "//", "///x"):
            self.alice.type(line)
            self.bob.expect_only(*said("public", "alice", line[1:]))

    def test_an_unknown_verb_is_told_with_the_closest_and_said_to_nobody(self) -> None:
        self.alice.type("/whoo is there")
        self.alice.expect_refused("unknown-verb", "whoo", near=("/who", "/whois"))
        self.bob.expect_only()

    def test_exit_chat_leaves_in_any_case(self) -> None:
        for line in ("Exit Chat", "exit chat", "EXIT CHAT", " Exit Chat "):
            self.alice.type(line)
            self.alice.expect(a.YouLeft("public"), CHOOSE)
            self.alice.type("public")
            self.alice.forget()

    def test_empty_lines_are_not_said(self) -> None:
        self.alice.type("", " ", "\t", "\r", "\x07", "\x1b[2J")
        self.alice.expect_only()
        self.bob.expect_only()

    def test_a_lone_word_that_was_meant_as_a_verb_is_said_and_its_speaker_alone_told_the_verb(self) -> None:
        for line, verb in (("help", "help"), ("Quit", "quit"), ("exit", "leave"), ("who ", "who")):
            self.alice.type(line)
            self.alice.expect_only(*said("public", "alice", line), a.Done("said-verb", verb))
            self.bob.expect_only(*said("public", "alice", line))
        for line in ("help me", "quite", "who is there"):
            self.alice.type(line)
            self.alice.expect_only(*said("public", "alice", line))
            self.bob.forget()

    def test_crlf_ends_a_line_as_lf_does(self) -> None:
        self.alice.client.send_bytes(b"one\r\ntwo\nthree\r\n")
        self.bob.expect_only(*paste("public", "alice", 3, "one", "two", "three"))

    def test_a_line_may_come_in_pieces(self) -> None:
        for byte in "grüße\n".encode():
            self.alice.client.send_bytes(bytes((byte,)))
        self.bob.expect_only(*said("public", "alice", "grüße"))

    def test_a_line_of_4096_bytes_is_taken_and_a_longer_one_thrown_away_up_to_its_end(self) -> None:
        self.alice.type("x" * 4096)
        self.bob.expect_only(*said("public", "alice", "x" * 4096))
        self.alice.forget()
        self.alice.type("x" * 4097, "next")
        self.alice.expect_only(a.Refused("line-too-long", limit=4096), *said("public", "alice", "next"))
        self.bob.expect_only(*said("public", "alice", "next"))

    def test_a_line_that_is_not_utf_8_is_told_and_not_said(self) -> None:
        self.alice.client.send_bytes(b"caf\xe9\nnext\n")
        self.alice.expect_only(a.Refused("not-utf-8"), *said("public", "alice", "next"))
        self.bob.expect_only(*said("public", "alice", "next"))

    def test_at_a_question_it_is_asked_again(self) -> None:
        visitor = self.visitor()
        for bad, error in ((b"\xe9\n", "not-utf-8"), (b"x" * 5000 + b"\n", "line-too-long")):
            visitor.client.send_bytes(bad)
            visitor.expect_only(a.Refused(error, limit=4096 * (error == "line-too-long")), CHOOSE)
        visitor.type("login alice")
        visitor.forget()
        visitor.client.send_bytes(b"\xe9\n")
        visitor.expect(a.Refused("not-utf-8"))
        visitor.expect_prompt("password", CREDENTIALS)
        visitor.type(PASSWORD)
        visitor.expect(a.Welcome("alice", False, "user"))


@on_lines
class Pipelining(Scene[LineDriver]):
    """Lines sent ahead are answered in order, one prompt each, also while a password is being checked."""

    def setUp(self) -> None:
        self.threads = Threads()
        self.start(in_thread=self.threads)
        self.addCleanup(self._work)

    def _work(self) -> None:
        while self.threads.busy:
            self.threads.turn()
            self.server.turn()

    def test_a_whole_conversation_in_one_piece(self) -> None:
        visitor = self.visitor()
        visitor.type("register alice", "pw", "pw", "create lab", "enter lab", "hello", "/who", "/leave", "quit")
        self._work()
        visitor.expect(
            a.Welcome("alice", False, "user"),
            a.Done("room-created", "lab"),
            a.YouEntered("lab", "", 1),
            *said("lab", "alice", "hello"),
            a.Members("lab", (a.Person("alice", False, "user", "active"),)),
            a.YouLeft("lab"),
            a.Closing("quit"),
        )

    def test_each_line_gets_one_prompt(self) -> None:
        visitor = self.visitor()
        visitor.type("guest gus", "who", "nonsense", "msg gus hi", "rooms", "login gus", "x", "whois gus")
        self._work()
        codes = visitor.codes()
        self.assertEqual(sum(code in ("11", "01") for code in codes), 8)

    def test_while_a_password_is_being_checked_nothing_else_is_done(self) -> None:
        visitor, alice = self.visitor(), self.visitor()
        alice.type("register alice", "pw", "pw")
        self._work()
        visitor.type("login alice", "pw")
        visitor.forget()
        visitor.type("public", "hello")
        visitor.expect_only()
        self._work()
        visitor.expect(
            a.Welcome("alice", False, "user"), a.YouEntered("public", "", 1), *said("public", "alice", "hello")
        )

    def test_answers_come_behind_what_the_lines_before_have_brought_about(self) -> None:
        bob = self.guest("bob", "public")
        bob.type("one", "/who", "two", "/nope", "/me waves", "/history 2", "//three")
        bob.expect_only(
            *said("public", "bob", "one"),
            a.Members("public", (a.Person("bob", True, "user", "active"),)),
            *said("public", "bob", "two"),
            a.Refused("unknown-verb", "nope"),
            Heard("public", e.Emoted("bob", "waves")),
            Heard("public", e.Said("bob", "two"), again=True),
            Heard("public", e.Emoted("bob", "waves"), again=True),
            a.Past("public", 2, 3),
            *said("public", "bob", "/three"),
        )

    def test_it_is_the_same_however_the_bytes_are_cut(self) -> None:
        script = b"guest gus\npublic\nhello\r\n/who\n/msg gus hi\n/leave\nwho\nquit\n"
        whole = self.server.connect()
        whole.send_bytes(script)
        expected = whole.received()
        self.start()
        cut = self.server.connect()
        for at in range(len(script)):
            cut.send_bytes(script[at : at + 1])
        self.assertEqual(cut.received(), expected)

    def test_a_new_format_holds_from_its_answer_on(self) -> None:
        client = self.server.connect()
        client.send("guest gus", "public", "one", "/format json", "two", "/format text", "three")
        lines = [line.partition('"seq"')[0] for line in client.lines() if line.startswith("111")][-5:]
        time = lines[0][13:18]
        self.assertEqual(
            lines,
            [
                f"111 [public] {time} gus: one",
                '111 {"type":"setting","name":"format","value":"json"}',
                '111 {"type":"said","room":"public",',
                "111 -- lines come as text from now on",
                f"111 [public] {time} gus: three",
            ],
        )

    def test_nothing_of_a_room_is_heard_before_one_is_told_that_one_is_in(self) -> None:
        bob, gus = self.guest("bob", "public"), self.guest("gus")
        for count in range(1, 100, 7):
            bob.client.protocol.dataReceived(b"x\n" * count)
            gus.client.protocol.dataReceived(b"public\n")
            bob.client.protocol.dataReceived(b"y\n")
            self.server.advance(10)
            lines = [line for line in gus.client.lines() if "[public#" not in line and '"replayed"' not in line]
            self.assertRegex(lines[0], "you are in|you-entered")
            gus.type("/menu")
            gus.forget()
