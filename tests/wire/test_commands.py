"""The shell commands that are printed can be pasted as they are, whatever a file is called."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import unquote

from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import commands
from chatd.wire.commands import Lines, Web

HERE = Lines("nc -N h 1")
NAMES = ("a.txt", "a b", "$(rm -r x)", "`id`", "it's", '"', "-rf", "--", "*", ";", "|", "~", "\\", "&", ">", "#", "ü")


class WayTests(SynchronousTestCase):
    def test_over_tcp(self) -> None:
        self.assertEqual(commands.tcp("192.0.2.7", 9000).connect, "nc -N 192.0.2.7 9000")
        self.assertEqual(commands.tcp("2001:db8::7", 9000).connect, "nc -N 2001:db8::7 9000")

    def test_over_tls(self) -> None:
        wanted = "openssl s_client -quiet -connect {} 2>/dev/null"
        self.assertEqual(commands.tls("192.0.2.7", 9443).connect, wanted.format("192.0.2.7:9443"))
        self.assertEqual(commands.tls("2001:db8::7", 9443).connect, wanted.format("'[2001:db8::7]:9443'"))

    def test_over_a_unix_socket(self) -> None:
        self.assertEqual(commands.unix("/run/chatd.sock").connect, "nc -N -U /run/chatd.sock")
        self.assertEqual(commands.unix("my chat.sock").connect, "nc -N -U 'my chat.sock'")


class CommandTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir()

    def test_giving_a_file(self) -> None:
        self.assertEqual(HERE.put("t0", "a.txt"), "(echo put t0; cat a.txt) | nc -N h 1")

    def test_a_home_directory_is_left_to_the_shell(self) -> None:
        self.assertEqual(HERE.put("t0", "~/a b.txt"), "(echo put t0; cat ~/'a b.txt') | nc -N h 1")

    def test_giving_a_file_of_unknown_size(self) -> None:
        wanted = "(echo put t0 $(wc -c < a.txt); cat a.txt) | nc -N h 1"
        self.assertEqual(HERE.put("t0", "a.txt", size_known=False), wanted)

    def test_fetching_a_file(self) -> None:
        wanted = "echo get t0 | nc -N h 1 | LC_ALL=C sed '1,/^00 sending/d' > a.txt"
        self.assertEqual(HERE.get("t0", "a.txt"), wanted)

    def test_a_shell_gives_the_file_whatever_it_is_called(self) -> None:
        for name in NAMES:
            (self.directory / name).write_bytes(b"payload\n")
            for size_known, line in ((True, "put t0"), (False, "put t0 8")):
                sent = self.run_shell("nc() { cat; }", HERE.put("t0", name, size_known))
                self.assertEqual(sent.replace(b"  ", b" "), f"{line}\npayload\n".encode(), name)

    def test_a_shell_fetches_the_file_whatever_it_is_to_be_called(self) -> None:
        for name in NAMES:
            served = "nc() { printf '00 chatd\\r\\n00 sending 9 x\\r\\na\\n00 b\\n\\377\\n'; }"
            self.assertEqual(self.run_shell(served, HERE.get("t0", name)), b"")
            self.assertEqual((self.directory / name).read_bytes(), b"a\n00 b\n\xff\n", name)

    def run_shell(self, function: str, command: str) -> bytes:
        """What ``command`` prints in a directory of its own, ``nc`` being what ``function`` makes of it."""
        shell = ["sh", "-eu", "-c", f"{function}\n{command}"]
        return subprocess.run(shell, cwd=self.directory, check=True, capture_output=True).stdout


class WebCommandTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = Path(self.mktemp())
        self.directory.mkdir()

    def test_they_are_curls(self) -> None:
        here = Web("https://chat.example")
        self.assertEqual(
            here.put("t0", "~/my notes.txt", size_known=False).split()[-1],
            "https://chat.example/files/t0/my%20notes.txt",
        )
        self.assertEqual(here.put("t0", "a.txt"), "curl -fT a.txt https://chat.example/files/t0/a.txt")
        self.assertEqual(here.get("t0", "a.txt"), "curl -fo a.txt https://chat.example/files/t0/a.txt")

    def test_a_shell_takes_them_whatever_a_file_is_called(self) -> None:
        function = "curl() { for word; do printf '%s\\0' \"$word\"; done; }"
        for name in NAMES:
            for command, option in ((Web("http://h").put("t0", name), "-fT"), (Web("http://h").get("t0", name), "-fo")):
                output = subprocess.run(
                    ["sh", "-eu", "-c", f"{function}\n{command}"], cwd=self.directory, check=True, capture_output=True
                ).stdout
                said_option, path, address, rest = output.decode().split("\0")
                self.assertEqual((said_option, rest), (option, ""))
                self.assertEqual(path.removeprefix("./"), name)
                self.assertFalse(path.startswith("-"))
                self.assertEqual(unquote(address), f"http://h/files/t0/{name}")
                self.assertRegex(address, r"\Ahttp://h/files/t0/[A-Za-z0-9._~%-]+\Z")
