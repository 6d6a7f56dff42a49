"""People and scripts on netcat, against a real chatd."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import PASSWORD, Program, enter, guest, make_room, nc, register, requires, said

PASTE = 500
"""Lines of a paste that count as one."""

BURST = 100
"""Lines that a session may send at once; 20 a second are taken of those beyond."""


class ConversationTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.port = self.daemon.port

    def test_two_people_register_and_talk_in_a_room_of_theirs(self) -> None:
        alice, bob = nc(self, self.port), nc(self, self.port)
        register(alice, "alice").answer("create lab", "the room lab is made")
        enter(alice, "lab")
        enter(register(bob, "bob"), "lab")
        alice.line("[lab] -- bob entered")
        alice.answer("hello bob", "alice: hello bob")
        bob.line("alice: hello bob")
        bob.answer("hello alice", "bob: hello alice")
        alice.line("bob: hello alice")
        bob.answer("Exit Chat", "you left lab")
        alice.line("[lab] -- bob left")
        self.assertEqual(bob.answer("quit", "goodbye"), "00 goodbye")
        bob.end_input()
        self.assertEqual(bob.wait(), 0)

    def test_who_comes_back_logs_in_and_rejoins(self) -> None:
        make_room(self, self.port, "den")
        carol = enter(register(nc(self, self.port), "carol"), "den")
        carol.answer("/enter public", "[public] -- you are in")
        carol.answer("/quit", "goodbye")
        carol = nc(self, self.port)
        carol.send("login carol", PASSWORD)
        carol.line("welcome, carol")
        carol.send("rejoin")
        carol.line("[den] -- you are in")
        carol.line("[public] -- you are in")
        carol.answer("back again", "[public] ")

    def test_who_is_cut_off_has_left(self) -> None:
        witness, other = guest(nc(self, self.port), "witness"), guest(nc(self, self.port), "other")
        witness.line("other entered")
        other.process.kill()
        witness.line("[public] -- other left")

    def test_a_browser_is_sent_away_before_it_says_anything(self) -> None:
        listener = guest(nc(self, self.port), "listener")
        request = "POST / HTTP/1.1\r\nHost: chat\r\n\r\nguest mallory\r\npublic\r\nforged\r\n"
        answer = said("nc", "-N", "127.0.0.1", str(self.port), lines=request)
        self.assertTrue(answer.endswith("00 you are disconnected: this is a chat server, not a web server\n"), answer)
        listener.answer("still here", "listener: still here")
        self.assertNotIn("mallory", listener.so_far())

    def test_secrets_that_are_sent_ahead_of_a_refusal_are_nowhere(self) -> None:
        make_room(self, self.port, "vault")
        owner = nc(self, self.port)
        owner.send("login vault-bot", PASSWORD, "enter vault", "/access password", "open sesame", "/access")
        owner.line("vault: password")
        lines = "login vault-bot\nhunter2\nguest snoop\nenter vault\nhunter2\nenter vault hunter2\npublic\ndone\n"
        answer = said("nc", "-N", "127.0.0.1", str(self.port), lines=lines)
        self.assertIn("snoop: done", answer)
        self.assertEqual(answer.count("that is not the password of vault"), 2)
        kept = b"".join(file.read_bytes() for file in self.daemon.data.rglob("*") if file.is_file())
        for where in (answer, kept.decode(errors="replace"), self.daemon.log.so_far(), owner.so_far()):
            self.assertNotIn("hunter2", where)
            self.assertNotIn("sesame", where)


class EndOfInputTests(SynchronousTestCase):
    """What a script sent before the end of its input is said, whatever it took."""

    def setUp(self) -> None:
        requires("nc")
        self.daemon = server.shared(self)
        self.port = self.daemon.port

    def test_scripts_have_everything_said_a_hundred_times_of_a_hundred(self) -> None:
        rooms = [f"ops{number}" for number in range(4)]
        for room in rooms:
            make_room(self, self.port, room)
        listeners = [guest(nc(self, self.port), f"ear-{room}", room) for room in rooms]
        for number in range(25):
            scripts = [self.script(room, f"hello {number}") for room in rooms]
            for room, script in zip(rooms, scripts, strict=True):
                answer = script.rest()
                self.assertIn(f"{room}-bot: hello {number}\n", answer)
                self.assertTrue(answer.endswith("00 goodbye\n"), answer)
        for listener, room in zip(listeners, rooms, strict=True):
            listener.answer("all heard", "all heard")
            heard = [line.partition("-bot: ")[2] for line in listener.so_far().split("\n") if "-bot: " in line]
            self.assertEqual(heard, [f"hello {number}" for number in range(25)], room)

    def script(self, room: str, line: str) -> Program:
        commands = rf"login {room}-bot\n{PASSWORD}\nenter {room}\n{line}\n"
        return Program(self, "sh", "-c", f"printf '{commands}' | nc -N 127.0.0.1 {self.port}")

    def test_more_lines_than_are_taken_at_once_are_said_later(self) -> None:
        make_room(self, self.port, "log")
        lines = [f"line {number}" for number in range(PASTE + BURST + 20)]
        script = "\n".join(["format json", "login log-bot", PASSWORD, "enter log", *lines, ""])
        for program in (["nc", "-N"], ["ncat"]):
            answer = said(*program, "127.0.0.1", str(self.port), lines=script)
            live = [line for line in answer.split("\n") if '"type":"said"' in line and '"replayed"' not in line]
            self.assertEqual([line.partition('"text":"')[2].partition('"')[0] for line in live], lines)
            self.assertIn('00 {"type":"closing","reason":"end-of-input"', answer)
