"""Files that people on ``chatc`` give each other."""

from __future__ import annotations

import contextlib  # trial takes a `suppress` in a module of tests for its own
import os
import select
import socket
import threading

from tests.end_to_end import server
from tests.end_to_end.chatc import ChatcTests
from tests.end_to_end.tools import PASSWORD, make_room


class FileTests(ChatcTests):
    def setUp(self) -> None:
        self.daemon = server.shared(self)
        self.port = self.daemon.port

    def test_a_file_goes_from_one_to_the_other(self) -> None:
        giver = self.register(self.port, "giver")
        taker, downloads = self.visit(self.port, "taker")
        file = self.folder() / "my notes.bin"
        data = os.urandom(300_000) + b"\r\n11 choose:\r\n/quit\n"
        file.write_bytes(data)
        for name in ("my_notes.bin", "my_notes (2).bin"):
            giver.sendline(f"Send {file}")
            giver.expect("my_notes.bin is given, 300020 bytes")
            taker.expect_exact(f"my_notes.bin is here: {downloads / name}")
            self.assertEqual((downloads / name).read_bytes(), data)
        self.assertEqual(sorted(os.listdir(downloads)), ["my_notes (2).bin", "my_notes.bin"])

    def test_a_file_that_is_cut_off_comes_whole_all_the_same(self) -> None:
        port = self.cutting(1_000_000)
        downloads = self.folder()
        taker = self.chatc(port, "--guest", "patient", "--room", "public", "--downloads", str(downloads))
        taker.expect("you are in")
        make_room(self, self.port, "far")
        giver = self.chatc(port, "--user", "far-bot", "--room", "public")
        giver.expect("password.*: ")
        giver.waitnoecho()
        giver.sendline(PASSWORD)
        giver.expect("you are in")
        data = os.urandom(1_500_000)
        file = self.folder() / "long.bin"
        file.write_bytes(data)
        giver.sendline(f"Send {file}")
        giver.expect("long.bin is given, 1500000 bytes")
        taker.expect("long.bin is here: ")
        self.assertEqual((downloads / "long.bin").read_bytes(), data)

    def cutting(self, limit: int) -> int:
        """The port of a way to the server on which each connection is cut after ``limit`` bytes."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def accept() -> None:
            while True:
                try:
                    near = listener.accept()[0]
                except OSError:
                    return
                threading.Thread(target=_carry, args=(near, self.port, limit), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    def test_several_files_go_at_once(self) -> None:
        giver = self.register(self.port, "quick")
        taker, downloads = self.visit(self.port, "keen")
        folder = self.folder()
        for number in range(6):
            (folder / f"f{number}").write_bytes(bytes([number]) * 100_000)
            giver.sendline(f"Send: {folder / f'f{number}'}")
        for _ in range(6):
            taker.expect(r"f\d is here: ")
        for number in range(6):
            self.assertEqual((downloads / f"f{number}").read_bytes(), bytes([number]) * 100_000)

    def test_a_guest_hears_why_a_file_does_not_go(self) -> None:
        guest, downloads = self.visit(self.port, "visitor")
        (downloads / "f").write_bytes(b"hello")
        guest.sendline(f"Send {downloads / 'f'}")
        guest.expect("f is not given:")
        guest.expect("guests")
        guest.sendline(f"Send {downloads}")
        guest.expect("is a directory")
        guest.sendline("Send me your notes")
        guest.expect("visitor: Send me your notes")


def _carry(near: socket.socket, port: int, limit: int) -> None:
    """Carry bytes both ways, until ``limit`` of them have gone one way."""
    with near, socket.create_connection(("127.0.0.1", port)) as far, contextlib.suppress(OSError):
        left = {near: limit, far: limit}
        while all(left.values()):
            for source in select.select([near, far], [], [])[0]:
                data = source.recv(min(65536, left[source]))
                (far if source is near else near).sendall(data)
                left[source] -= len(data)
                if not data:
                    return
