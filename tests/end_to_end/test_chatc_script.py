"""Scripts on ``chatc`` against a real chatd."""

from __future__ import annotations

import signal
import socket
import subprocess

from chatd.client.outcome import Status
from tests.end_to_end import server
from tests.end_to_end.chatc import ChatcTests, command
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import PASSWORD, guest, make_room, nc


class ScriptTests(ChatcTests):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.address = f"127.0.0.1:{self.daemon.port}"

    def say(self, lines: str | bytes, *options: str, **environment: str) -> tuple[int, str]:
        return self.script(lines, self.address, *options, **environment)

    def test_every_line_is_said_as_it_is(self) -> None:
        ear = guest(nc(self, self.daemon.port), "ear")
        ear.answer("/format json", "setting")
        status = self.say("one\n/quit\n\nExit Chat\n//two\nlast", "--guest", "maker", "--room", "public")
        self.assertEqual(status, (Status.DONE, ""))
        for line in ("one", "/quit", "Exit Chat", "//two", "last"):
            self.assertIn(f'"text":"{line}"', ear.line('"said"'))

    def test_an_account_speaks_by_a_password_from_elsewhere(self) -> None:
        make_room(self, self.daemon.port, "ops")
        options = ("--user", "ops-bot", "--room", "ops")
        self.assertEqual(self.say("hello\n", *options, CHATC_PASSWORD=PASSWORD), (Status.DONE, ""))
        file = self.folder() / "password"
        file.write_text(f"{PASSWORD}\n")
        self.assertEqual(self.say("hello\n", *options, "--password-file", str(file)), (Status.DONE, ""))

    def test_more_lines_than_may_be_said_at_once_are_all_said(self) -> None:
        lines = "".join(f"{number}\n" for number in range(140))
        self.assertEqual(self.say(lines, "--guest", "talker", "--room", "public"), (Status.DONE, ""))

    def test_nothing_to_say_is_said(self) -> None:
        self.assertEqual(self.say("", "--guest", "mute", "--room", "public"), (Status.DONE, ""))

    def test_each_failure_has_its_status_and_its_sentence(self) -> None:
        for status, told, arguments in (
            (Status.USAGE, "--room", [self.address]),
            (Status.USAGE, "is no port", ["host:x", "--guest", "x", "--room", "public"]),
            (Status.UNREACHABLE, "cannot reach", [f"127.0.0.1:{_unused_port()}", "--guest", "x", "--room", "public"]),
            (Status.UNREACHABLE, "cannot reach", ["unix:/nowhere", "--guest", "x", "--room", "public"]),
            (Status.UNREACHABLE, "no TLS", [self.address, "--tls", "--guest", "x", "--room", "public"]),
            (Status.LOGIN, "a name begins with a letter", [self.address, "--guest", "1", "--room", "public"]),
            (Status.REFUSED, "no room", [self.address, "--guest", "x", "--room", "nowhere"]),
        ):
            found, sentence = self.script("hello\n", *arguments)
            self.assertEqual(found, status, sentence)
            self.assertIn(told, sentence)
            self.assertTrue(sentence.startswith("chatc: "))

    def test_a_wrong_password_is_told(self) -> None:
        status, sentence = self.say("x\n", "--user", "nobody", "--room", "public", CHATC_PASSWORD="wrong")
        self.assertEqual(status, Status.LOGIN)
        self.assertIn("wrong name or password", sentence)

    def test_a_line_that_cannot_be_said_is_told(self) -> None:
        for number, line in enumerate((b"\xff", b"x" * 4097)):
            status, sentence = self.say(b"a\n" + line + b"\nb\n", "--guest", f"clumsy{number}", "--room", "public")
            self.assertEqual(status, Status.REFUSED)
            self.assertIn("1 of 3 lines were refused", sentence)

    def test_what_is_to_be_ignored_is_ignored(self) -> None:
        ear = guest(nc(self, self.daemon.port), "sentry")
        chatc = command(self.address, "--guest", "nohup", "--room", "public")
        with subprocess.Popen(["env", "--ignore-signal=HUP", *chatc], stdin=subprocess.PIPE) as speaker:
            assert speaker.stdin is not None
            ear.line("nohup entered")
            speaker.send_signal(signal.SIGHUP)
            speaker.stdin.write(b"hello\n")
        ear.line("nohup: hello")
        self.assertEqual(speaker.returncode, Status.DONE)

    def test_a_server_that_dies_is_told(self) -> None:
        with server.running() as daemon:
            speaker = subprocess.Popen(
                command(f"127.0.0.1:{daemon.port}", "--guest", "x", "--room", "public"),
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert speaker.stdin is not None and speaker.stderr is not None
            ear = guest(nc(self, daemon.port), "ear")
            speaker.stdin.write(b"hello\n")
            speaker.stdin.flush()
            ear.line("x: hello")
            daemon.kill()
            self.assertIn(b"of 1 lines sent were said: ", speaker.stderr.read())
            self.assertEqual(speaker.wait(DEADLINE), Status.CUT)
            speaker.stdin.close()
            speaker.stderr.close()


def _unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
