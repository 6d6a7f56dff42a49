"""Files given and fetched by the commands that chatd prints, run as they are printed, against a real chatd."""

from __future__ import annotations

import os
import random
import socket
import subprocess
from hashlib import sha256
from pathlib import Path
from shlex import quote

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.test_tls import listener
from tests.end_to_end.tools import Connection, Program, guest, nc, register, requires

EVERY_BYTE = bytes(range(256)) * 16
MEGABYTE = random.Random(2812).randbytes(1_000_000)
COMMANDS = b"put 00000000000000000000000000000000\r\n/quit\r\nguest mallory\r\npublic\r\nforged\r\nExit Chat\r\n"


def printed(line: str) -> str:
    """The command in a line that tells one: all from its first word on."""
    at = min(at for word in ("(echo put ", "echo get ") if (at := line.find(word)) >= 0)
    return line[at:]


ODD_NAMES = ("plain.txt", "with space.bin", "it's.bin", 'a "b" $(touch pwned) `c`;.bin', "-n.bin", "ünï.bin")


class FileTests(SynchronousTestCase):
    def setUp(self) -> None:
        for program in ("nc", "openssl", "sed"):
            requires(program)
        self.daemon = server.shared(self, line=[server.LOOPBACK, listener(self), "unix:chat.sock"])
        self.here, self.there = Path(self.mktemp()).absolute(), Path(self.mktemp()).absolute()
        self.here.mkdir()
        self.there.mkdir()

    def shell(self, command: str, directory: Path) -> str:
        """Run ``command`` as a person would who has copied it."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=directory,
            env=os.environ | {"HOME": str(self.here)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=True,
        )
        return done.stdout.decode()

    def people(self, name: str) -> tuple[Program, Program]:
        """Somebody who gives, and somebody who fetches, in a room of their own."""
        giver, taker = (register(nc(self, self.daemon.port), f"{name}-{role}") for role in ("giver", "taker"))
        giver.answer(f"create {name}", f"the room {name} is made")
        for person in (giver, taker):
            person.answer(f"enter {name}", "you are in")
        return giver, taker

    def give(self, giver: Program, line: str) -> str:
        """What the printed command prints when ``giver`` has typed ``line``."""
        giver.send(line)
        return self.shell(printed(giver.line("(echo put ")), self.here)

    def command_for(self, taker: Program, content: bytes) -> str:
        """What is printed for fetching it."""
        told = taker.line(f"sha256 {sha256(content).hexdigest()})")
        taker.send(f"/get {told.partition('/get ')[2].split()[0]}")
        return printed(taker.line("echo get "))

    def fetch(self, taker: Program, content: bytes) -> Path:
        """The file that the printed command fetches, once ``taker`` was told that there is one."""
        command = self.command_for(taker, content)
        before = set(self.there.iterdir())
        self.assertEqual(self.shell(command, self.there), "")
        (file,) = set(self.there.iterdir()) - before
        self.assertEqual(sha256(file.read_bytes()).hexdigest(), sha256(content).hexdigest())
        return file

    def test_any_bytes_go_through_netcat(self) -> None:
        giver, taker = self.people("bytes")
        for name, content in {"every.bin": EVERY_BYTE, "big.bin": MEGABYTE, "commands": COMMANDS, "empty": b""}.items():
            (self.here / name).write_bytes(content)
            answer = self.give(giver, f"/send {name} {len(content)}")
            self.assertIn(f"00 stored {sha256(content).hexdigest()}\r\n", answer)
            self.assertEqual(self.fetch(taker, content).name, name)
        taker.answer("/who", "2 in bytes")
        self.assertNotIn("mallory", taker.so_far())

    def test_whoever_says_send_and_a_path_is_told_the_command_that_gives_it(self) -> None:
        giver, taker = self.people("hints")
        (self.here / "holiday photos").mkdir()
        for name in ODD_NAMES:
            for path in (name, f"{self.here}/holiday photos/{name}", f"~/{name}"):
                content = path.encode() + EVERY_BYTE
                Path(self.here, path.replace("~", str(self.here))).write_bytes(content)
                self.assertIn("00 stored ", self.give(giver, f"Send: {path}"))
                self.fetch(taker, content).unlink()
        self.assertEqual(list(self.here.rglob("pwned")) + list(self.there.rglob("pwned")), [])

    def test_the_name_of_a_file_leads_nowhere(self) -> None:
        giver, taker = self.people("names")
        for name in ("../../../up.bin", "/etc/cron.d/up.bin", "..\\up.bin", "....//up.bin"):
            (self.here / "up.bin").write_bytes(name.encode())
            giver.send(f"/send {name} {len(name)}")
            command = printed(giver.line("(echo put ")).replace(f"cat {quote(name)}", "cat up.bin")
            self.assertIn("00 stored ", self.shell(command, self.here))
            self.assertEqual(self.fetch(taker, name.encode()).name, "up.bin")
            (self.there / "up.bin").unlink()

    def test_the_file_may_come_in_any_pieces_and_ends_where_its_size_says(self) -> None:
        giver, taker = self.people("pieces")
        for cut in (1, 4, 36, 37, 38, 39, 40, 50, len(COMMANDS) + 37, len(COMMANDS) + 40):
            giver.send(f"/send commands {len(COMMANDS)}")
            ticket = giver.line("(echo put ").partition("echo put ")[2][:32]
            raw = f"put {ticket}\n".encode() + COMMANDS + b"quit\n"
            connection = Connection(self, self.daemon.port)
            connection.send_bytes(raw[:cut])
            giver.answer("/version", "runs chatd")
            connection.send_bytes(raw[cut:])
            connection.line(f"00 stored {sha256(COMMANDS).hexdigest()}")
            self.fetch(taker, COMMANDS).unlink()
        self.assertNotIn("mallory", taker.so_far())

    def test_a_bare_send_and_a_path_is_said_and_told_too(self) -> None:
        giver, taker = self.people("bare")
        (self.here / "notes.txt").write_bytes(EVERY_BYTE)
        self.assertIn("00 stored ", self.give(giver, "Send ./notes.txt"))
        taker.line("bare-giver: Send ./notes.txt")
        self.fetch(taker, EVERY_BYTE)

    def test_what_was_cut_off_goes_on_where_it_was(self) -> None:
        giver, taker = self.people("cut")
        (self.here / "big.bin").write_bytes(MEGABYTE)
        (self.here / "half.bin").write_bytes(MEGABYTE[:400_000])
        giver.send(f"/send big.bin {len(MEGABYTE)}")
        command = printed(giver.line("(echo put "))
        self.assertIn("cut off after 400000 bytes", self.shell(command.replace("big.bin", "half.bin"), self.here))
        again = nc(self, self.daemon.port)
        again.send(command.removeprefix("(echo ").partition(";")[0])
        again.line("11 ready 1000000 400000")
        again.send_bytes(MEGABYTE[400_000:])
        again.line(f"00 stored {sha256(MEGABYTE).hexdigest()}")
        command = self.command_for(taker, MEGABYTE)
        (self.there / "big.bin").write_bytes(MEGABYTE[:123_456])
        self.shell(command.replace(" | nc", " 123456 | nc", 1).replace("> big.bin", ">> big.bin"), self.there)
        self.assertEqual((self.there / "big.bin").read_bytes(), MEGABYTE)

    def test_the_printed_command_works_again_after_a_cut(self) -> None:
        giver, taker = self.people("again")
        (self.here / "big.bin").write_bytes(MEGABYTE)
        giver.send(f"/send big.bin {len(MEGABYTE)}")
        command = printed(giver.line("(echo put "))
        self.shell(command.replace("cat big.bin", "head -c 400000 big.bin"), self.here)
        self.assertIn("00 stored ", self.shell(command, self.here))
        self.fetch(taker, MEGABYTE)

    def test_who_reads_little_or_goes_in_the_middle_has_every_byte_in_the_end(self) -> None:
        giver, taker = self.people("slowly")
        content = MEGABYTE * 9  # more than the sockets hold
        (self.here / "large.bin").write_bytes(content)
        self.give(giver, f"/send large.bin {len(content)}")
        ticket = self.command_for(taker, content).removeprefix("echo get ").partition(" ")[0]
        came = b""
        for until in (100_000, 5_000_000, len(content)):
            with socket.socket() as reader, reader.makefile("rb") as lines:
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
                reader.settimeout(DEADLINE)
                reader.connect(("127.0.0.1", self.daemon.port))
                reader.sendall(f"get {ticket} {len(came)}\n".encode())
                while not lines.readline().startswith(b"00 sending"):
                    pass
                taker.answer("/version", "runs chatd")  # and nothing is read meanwhile
                came += lines.read(until - len(came))
        self.assertEqual(sha256(came).digest(), sha256(content).digest())

    def test_who_came_by_tls_is_told_a_command_with_openssl(self) -> None:
        _, taker = self.people("tls")
        giver = Program(self, "openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.daemon.port_of(1)}")
        giver = register(giver, "tls-secret")
        giver.answer("enter tls", "you are in")
        (self.here / "q.bin").write_bytes(b"Q\nR\n" + MEGABYTE)
        giver.send(f"/send q.bin {len(MEGABYTE) + 4}")
        command = printed(giver.line("(echo put "))
        self.assertIn("openssl s_client", command)
        self.assertIn("00 stored ", self.shell(command, self.here))
        self.fetch(taker, b"Q\nR\n" + MEGABYTE)
        command = self.command_for(giver, b"Q\nR\n" + MEGABYTE)
        self.assertIn("openssl s_client", command)
        self.shell(command, self.there)
        self.assertEqual((self.there / "q.bin").read_bytes(), b"Q\nR\n" + MEGABYTE)

    def test_who_came_by_a_unix_socket_is_told_one_that_works_from_every_directory(self) -> None:
        _, taker = self.people("unix")
        giver = register(Program(self, "nc", "-N", "-U", str(self.daemon.directory / "chat.sock")), "unix-local")
        giver.answer("enter unix", "you are in")
        (self.here / "local.bin").write_bytes(EVERY_BYTE)
        self.assertIn("00 stored ", self.give(giver, f"/send local.bin {len(EVERY_BYTE)}"))
        self.fetch(taker, EVERY_BYTE)

    def test_a_guest_fetches_but_does_not_give(self) -> None:
        giver, _ = self.people("guests")
        visitor = guest(nc(self, self.daemon.port), "visitor", "guests")
        visitor.answer("/send x 1", "guests fetch files, but do not give any")
        (self.here / "for-all.bin").write_bytes(EVERY_BYTE)
        self.give(giver, f"/send for-all.bin {len(EVERY_BYTE)}")
        self.fetch(visitor, EVERY_BYTE)
