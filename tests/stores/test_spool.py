"""The directory of the files that people give to rooms."""

from __future__ import annotations

import os
import socket
import stat
from errno import EIO, ELOOP, ENOSPC
from itertools import count

from msgspec.structs import replace
from twisted.internet.defer import Deferred, execute
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refusal, Refused, Sending, Stored
from chatd.chat.files import Drop, Quotas
from chatd.stores import datadir, rowfile, spool
from chatd.stores.spool import FileSpool
from chatd.transfers.service import Transfers
from tests.stores.faults import FaultyDisk, at_once, new_directory
from tests.transfers.memory import NOW, MemoryPeer, sum_of

DROP = Drop(7, "lab", "notes.txt", 5, "0" * 64, "bob", NOW, NOW + 1000)


class SpoolCase(SynchronousTestCase):
    """A spool in a directory of its own."""

    def setUp(self) -> None:
        self.data = new_directory(self)
        self.files = self.data / "files"
        self.outside = self.data / "outside"
        self.outside.write_bytes(b"secret")
        self.spool = self.load()

    def load(self) -> FileSpool:
        """A spool as a daemon that starts has it."""
        made = FileSpool(self.files, self.data / "drops.csv", at_once)
        made.load()
        return made

    def part(self, data: bytes, number: int = 1) -> int:
        """A part that has come."""
        self.spool.begin(number)
        self.spool.append(number, 0, data)
        return number

    def kept(self, number: int = 7) -> Drop:
        """A file that is whole."""
        drop = replace(DROP, id=number)
        self.successResultOf(self.spool.keep(self.part(b"hello"), drop))
        return drop

    def names(self) -> list[str]:
        """What is in the directory."""
        return sorted(os.listdir(self.files))

    def fault(self) -> FaultyDisk:
        """A disk that goes wrong."""
        disk = FaultyDisk()
        for module in (spool, rowfile, datadir):
            self.patch(module, "os", disk)
        return disk


class FileSpoolTests(SpoolCase):
    def test_a_part_grows_and_becomes_a_file_and_a_row(self) -> None:
        self.spool.begin(1)
        self.spool.append(1, 0, b"he")
        self.spool.append(1, 2, b"llo")
        self.assertEqual(self.names(), ["1.part"])
        self.successResultOf(self.spool.keep(1, DROP))
        self.assertEqual((self.names(), self.spool.drops(), self.spool.get(7)), (["7"], [DROP], DROP))
        self.assertEqual(
            (self.spool.read(7, 0, 5), self.spool.read(7, 3, 2), self.spool.read(7, 5, 0)), (b"hello", b"lo", b"")
        )
        self.assertIn("7,lab,notes.txt,5,", (self.data / "drops.csv").read_text())

    def test_a_part_that_begins_again_is_empty(self) -> None:
        self.part(b"old")
        self.part(b"new!")
        self.assertEqual((self.files / "1.part").read_bytes(), b"new!")

    def test_a_part_that_is_not_what_it_was_is_left_alone(self) -> None:
        self.part(b"hello")
        self.assertRaises(OSError, self.spool.append, 1, 4, b"x")
        self.assertEqual((self.files / "1.part").read_bytes(), b"hello")

    def test_a_part_is_discarded_if_there_is_one(self) -> None:
        self.part(b"hello")
        for _ in range(2):
            self.spool.discard(1)
            self.assertEqual(self.names(), [])

    def test_a_file_that_became_shorter_is_not_read(self) -> None:
        self.kept()
        self.assertRaises(OSError, self.spool.read, 7, 0, 6)
        (self.files / "7").write_bytes(b"")
        self.assertRaises(OSError, self.spool.read, 7, 0, 5)
        self.assertRaises(OSError, self.spool.send, 7, 0, 5, self.sockets()[0].fileno())

    def sockets(self) -> tuple[socket.socket, socket.socket]:
        """Two that are connected; the first does not block."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        return ours, theirs

    def test_a_file_goes_to_a_socket_as_far_as_that_takes_it(self) -> None:
        ours, theirs = self.sockets()
        data = bytes(range(256)) * 10_000
        self.successResultOf(self.spool.keep(self.part(data), replace(DROP, size=len(data))))
        offset, came = 3, b""
        while offset < len(data):
            sent = self.spool.send(7, offset, len(data) - offset, ours.fileno())
            self.assertTrue(0 < sent <= len(data) - offset)
            offset += sent
            if offset < len(data):
                self.assertEqual(self.spool.send(7, offset, 1, ours.fileno()), 0)
            while len(came) < offset - 3:
                came += theirs.recv(1 << 20)
        self.assertEqual(came, data[3:])

    def test_a_peer_that_has_gone_takes_nothing(self) -> None:
        self.kept()
        ours, theirs = self.sockets()
        theirs.close()
        self.assertEqual(self.spool.send(7, 0, 5, ours.fileno()), 0)

    def test_others_may_look_into_nothing_whatever_the_umask(self) -> None:
        self.files.rmdir()
        for umask in (0, 0o777):
            self.addCleanup(os.umask, os.umask(umask))
            self.spool = self.load()
            self.part(b"half", 2)
            self.kept()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [self.files, *self.files.iterdir()]}
            self.assertEqual(modes, {"files": 0o700, "2.part": 0o600, "7": 0o600})

    def test_a_directory_that_was_open_to_others_is_closed(self) -> None:
        self.files.chmod(0o755)
        self.load()
        self.assertEqual(stat.S_IMODE(self.files.stat().st_mode), 0o700)

    def test_files_go_with_their_rows_or_without(self) -> None:
        drops = [self.kept(number) for number in (7, 8, 9)]
        self.successResultOf(self.spool.unlink(drops[:1]))
        self.assertEqual((self.names(), self.spool.drops()), (["8", "9"], drops))
        self.successResultOf(self.spool.remove(drops[:2]))
        self.assertEqual((self.names(), self.spool.drops()), (["9"], drops[2:]))

    def test_what_is_gone_already_may_be_removed_again(self) -> None:
        drop = self.kept()
        for _ in range(2):
            self.successResultOf(self.spool.remove([drop]))


class LinkTests(SpoolCase):
    """Links and pipes that somebody has put into the directory."""

    def test_a_link_in_place_of_a_part_is_replaced_and_its_target_stays(self) -> None:
        (self.files / "1.part").symlink_to(self.outside)
        self.part(b"hello")
        self.assertFalse((self.files / "1.part").is_symlink())
        self.assertEqual(self.outside.read_bytes(), b"secret")

    def test_one_that_is_there_again_at_once_is_not_followed_either(self) -> None:
        (self.files / "1.part").symlink_to(self.outside)
        self.fault().skipped = {"unlink"}
        self.assertRaises(FileExistsError, self.spool.begin, 1)
        self.assertEqual(self.outside.read_bytes(), b"secret")

    def test_a_link_that_takes_the_place_of_a_part_is_not_written_through(self) -> None:
        self.part(b"")
        (self.files / "1.part").unlink()
        self.outside.write_bytes(b"")
        (self.files / "1.part").symlink_to(self.outside)
        self.assertEqual(self.assertRaises(OSError, self.spool.append, 1, 0, b"hello").errno, ELOOP)
        self.assertEqual(self.failureResultOf(self.spool.keep(1, DROP), OSError).value.errno, ELOOP)
        self.assertEqual((self.outside.read_bytes(), self.spool.drops()), (b"", []))

    def test_a_link_in_place_of_a_new_file_is_replaced_and_its_target_stays(self) -> None:
        (self.files / "7").symlink_to(self.outside)
        self.kept()
        self.assertEqual((self.outside.read_bytes(), self.spool.read(7, 0, 5)), (b"secret", b"hello"))

    def test_a_link_in_place_of_a_file_is_not_read_but_removed(self) -> None:
        drop = self.kept()
        (self.files / "7").unlink()
        (self.files / "7").symlink_to(self.outside)
        self.assertEqual(self.assertRaises(OSError, self.spool.read, 7, 0, 5).errno, ELOOP)
        self.successResultOf(self.spool.remove([drop]))
        self.assertEqual((self.names(), self.outside.read_bytes()), ([], b"secret"))

    def test_a_pipe_or_a_directory_in_place_of_a_file_is_not_waited_for(self) -> None:
        os.mkfifo(self.files / "7")
        (self.files / "8").mkdir()
        for number in (7, 8):
            self.assertRaises(OSError, self.spool.read, number, 0, 5)


class StartTests(SpoolCase):
    def test_files_are_found_again(self) -> None:
        drop = self.kept()
        self.successResultOf(self.spool.close())
        self.spool = self.load()
        self.assertEqual((self.spool.get(7), self.spool.read(7, 0, 5)), (drop, b"hello"))
        self.assertEqual(self.spool.next_id(), 8)

    def test_parts_and_files_of_no_row_are_removed_and_nothing_else(self) -> None:
        self.kept()
        self.part(b"half", 12)
        (self.files / "8").write_bytes(b"renamed, and then the machine stopped")
        (self.files / "13.part").symlink_to(self.outside)
        (self.files / "readme").write_bytes(b"an operator's")
        self.spool = self.load()
        self.assertEqual((self.names(), self.outside.read_bytes()), (["7", "readme"], b"secret"))

    def test_what_cannot_be_removed_does_not_stop_it(self) -> None:
        (self.files / "12.part").mkdir()
        self.load()
        self.assertEqual(self.names(), ["12.part"])


class FaultTests(SpoolCase):
    """A disk that is full, or broken."""

    def test_a_full_disk_is_told(self) -> None:
        self.spool.begin(1)
        self.fault().room = 3
        self.assertEqual(self.assertRaises(OSError, self.spool.append, 1, 0, b"hello").errno, ENOSPC)

    def test_without_its_row_a_file_is_not_kept(self) -> None:
        self.part(b"hello")
        self.fault().room = 0
        self.assertEqual(self.failureResultOf(self.spool.keep(1, DROP), OSError).value.errno, ENOSPC)
        self.assertEqual((self.names(), self.spool.drops(), self.load().drops()), ([], [], []))

    def test_bytes_name_and_row_are_on_disk_before_a_file_is_kept(self) -> None:
        self.kept(6)
        self.part(b"hello")
        disk = self.fault()
        self.successResultOf(self.spool.keep(1, DROP))
        self.assertEqual(disk.calls.count("fsync"), 3)

    def test_where_they_may_not_be_it_is_not_kept(self) -> None:
        for module in (spool, datadir, rowfile):
            self.part(b"hello")
            disk = FaultyDisk()
            disk.errors["fsync"] = OSError(EIO, "Input/output error")
            patched = self.patch(module, "os", disk)
            self.failureResultOf(self.spool.keep(1, DROP), OSError)
            patched.restore()
            self.spool.discard(1)
            self.assertEqual((self.names(), self.spool.drops()), ([], []))

    def test_rows_that_cannot_be_removed_are_told_and_the_files_gone(self) -> None:
        drops = [self.kept(number) for number in (7, 8)]
        self.fault().room = 0
        self.assertEqual(self.failureResultOf(self.spool.remove(drops), OSError).value.errno, ENOSPC)
        self.assertEqual(self.names(), [])


class WholeTests(SpoolCase):
    """A file's way through the transfers to the disk, and back."""

    def setUp(self) -> None:
        super().setUp()
        self.stored: list[Drop] = []
        self.transfers = self._transfers()

    def _transfers(self) -> Transfers:
        tokens = count(1)
        quotas = Quotas(1 << 30, 1 << 30, 1 << 30, keep=1000)
        clock = Clock()
        return Transfers(
            self.spool, quotas, execute, clock, lambda: NOW, lambda: f"t{next(tokens)}", self.stored.append
        )

    def _put(self, data: bytes, size: int) -> tuple[MemoryPeer, Deferred[None]]:
        ticket = self.transfers.offer("bob", "lab", "../../notes.txt", size).ticket
        peer = MemoryPeer(Clock(), data)
        return peer, Deferred.fromCoroutine(self.transfers.put(ticket, peer))

    def test_what_was_put_is_got_after_a_restart(self) -> None:
        data = bytes(range(256)) * 1000
        peer, done = self._put(data, len(data))
        self.successResultOf(done)
        self.assertEqual(peer.told[-1], Stored(sum_of(data)))
        self.assertEqual(self.names(), ["1"])
        self.spool = self.load()
        self.transfers = self._transfers()
        self.assertEqual(self.transfers.listing("lab"), self.stored)
        peer = MemoryPeer(Clock())
        ticket = self.transfers.fetch("anna", 1, "lab").ticket
        self.successResultOf(Deferred.fromCoroutine(self.transfers.get(ticket, 10, peer)))
        self.assertEqual((peer.told, peer.sent), ([Sending(len(data), sum_of(data))], data[10:]))

    def test_a_file_for_which_there_is_no_space_leaves_nothing(self) -> None:
        self.fault().room = 100
        _, done = self._put(bytes(200), 200)
        self.assertEqual(self.failureResultOf(done, Refusal).value.answer, Refused("disk-full"))
        self.assertEqual((self.names(), self.stored), ([], []))
