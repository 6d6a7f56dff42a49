"""The data directory is its owner's alone, and one daemon's at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.stores import datadir
from chatd.stores.datadir import Lock, Locked, Unusable, check_private, open_private, prepare
from tests.stores.faults import new_directory


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


class DirectoryTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.directory = new_directory(self) / "above" / "data"

    def use_umask(self, umask: int) -> None:
        self.addCleanup(os.umask, os.umask(umask))


class PrepareTests(DirectoryTestCase):
    def test_a_new_directory_is_its_owners_alone_whatever_the_umask(self) -> None:
        for umask in (0, 0o777):
            self.use_umask(umask)
            directory = new_directory(self) / "data"
            prepare(directory)
            self.assertEqual(mode(directory), 0o700)

    def test_directories_above_it_are_made_too(self) -> None:
        prepare(self.directory)
        self.assertTrue(self.directory.is_dir())

    def test_a_directory_that_is_there_is_left_as_it_is(self) -> None:
        self.directory.mkdir(parents=True)
        self.directory.chmod(0o750)
        prepare(self.directory)
        self.assertEqual(mode(self.directory), 0o750)

    def assertUnusable(self, directory: Path, sentence: str) -> None:
        self.assertEqual(str(self.assertRaises(Unusable, prepare, directory)), sentence)

    def test_a_file_in_its_place_is_refused(self) -> None:
        self.directory.parent.mkdir()
        self.directory.touch()
        self.assertUnusable(self.directory, f"{self.directory} is not a directory; name another one, or move it away")
        self.assertUnusable(
            self.directory / "below", f"{self.directory} is not a directory; name another one, or move it away"
        )

    def test_a_directory_that_cannot_be_made_is_told(self) -> None:
        directory = self.directory / ("x" * 300)
        self.assertUnusable(directory, f"the data directory {directory} cannot be made: File name too long")

    def test_a_directory_that_cannot_be_written_to_is_refused(self) -> None:
        # root may write anywhere, so the answer of the system is made up.
        class Strict:
            def access(self, path: Path, mode: int) -> bool:
                return not mode & os.W_OK

            def __getattr__(self, name: str) -> Any:
                return getattr(os, name)

        self.patch(datadir, "os", Strict())
        self.assertUnusable(
            self.directory,
            f"the data directory {self.directory} must be readable and writable for the user who starts chatd",
        )


class PrivateTests(DirectoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        prepare(self.directory)
        self.file = self.directory / "users.csv"

    def test_a_file_is_made_for_its_owner_alone_whatever_the_umask(self) -> None:
        for umask in (0, 0o777):
            self.use_umask(umask)
            self.file.unlink(missing_ok=True)
            os.close(open_private(self.file, os.O_WRONLY))
            self.assertEqual(mode(self.file), 0o600)

    def test_a_file_that_was_open_to_others_is_closed_to_them(self) -> None:
        self.file.touch()
        self.file.chmod(0o644)
        os.close(open_private(self.file, os.O_WRONLY))
        self.assertEqual(mode(self.file), 0o600)

    def test_a_file_open_to_others_is_refused_with_the_command_that_mends_it(self) -> None:
        self.file.touch()
        for bits in (0o604, 0o602, 0o640, 0o660, 0o644):
            self.file.chmod(bits)
            error = self.assertRaises(Unusable, check_private, self.file)
            self.assertEqual(
                str(error),
                f"users.csv is open to others than its owner (mode {bits:04o}), and holds secrets: "
                f"chmod 600 {self.file}",
            )

    def test_a_private_or_missing_file_is_fine(self) -> None:
        check_private(self.file)
        for bits in (0o600, 0o400):
            self.file.touch()
            self.file.chmod(bits)
            check_private(self.file)


HOLDER = """
import sys
from pathlib import Path
from chatd.stores.datadir import Lock
Lock().acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


class LockTests(DirectoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        prepare(self.directory)
        self.lock = Lock()
        self.addCleanup(self.lock.release)

    def test_the_second_of_two_is_told_the_process_of_the_first_in_one_line(self) -> None:
        self.lock.acquire(self.directory)
        error = self.assertRaises(Locked, Lock().acquire, self.directory)
        self.assertEqual(str(error), f"chatd is already running on {self.directory} (process {os.getpid()})")

    def test_the_second_leaves_the_number_of_the_first_in_place(self) -> None:
        self.lock.acquire(self.directory)
        for _ in range(2):
            error = self.assertRaises(Locked, Lock().acquire, self.directory)
            self.assertIn(str(os.getpid()), str(error))

    def test_a_holder_that_has_not_yet_written_its_number_is_unknown(self) -> None:
        self.lock.acquire(self.directory)
        os.truncate(self.directory / "lock", 0)
        error = self.assertRaises(Locked, Lock().acquire, self.directory)
        self.assertEqual(str(error), f"chatd is already running on {self.directory} (process unknown)")

    def test_a_released_lock_can_be_taken_again(self) -> None:
        self.lock.acquire(self.directory)
        self.lock.release()
        second = Lock()
        second.acquire(self.directory)
        second.release()
        self.lock.acquire(self.directory)

    def test_releasing_twice_or_what_was_never_taken_is_harmless(self) -> None:
        self.lock.release()
        self.lock.acquire(self.directory)
        self.lock.release()
        self.lock.release()
        self.lock.acquire(self.directory)

    def test_a_longer_number_of_an_earlier_holder_leaves_nothing_behind(self) -> None:
        (self.directory / "lock").write_text("99999999999\n")
        self.lock.acquire(self.directory)
        self.assertEqual((self.directory / "lock").read_text(), f"{os.getpid()}\n")

    def test_the_file_is_private_whatever_the_umask(self) -> None:
        self.use_umask(0)
        self.lock.acquire(self.directory)
        self.assertEqual(mode(self.directory / "lock"), 0o600)

    def test_a_process_that_is_killed_lets_go(self) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self.directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(datadir.__file__).parents[2],
        )
        self.addCleanup(holder.communicate)
        self.addCleanup(holder.kill)
        assert holder.stdout is not None
        self.assertEqual(holder.stdout.readline(), b"held\n")
        error = self.assertRaises(Locked, self.lock.acquire, self.directory)
        self.assertIn(f"(process {holder.pid})", str(error))
        holder.kill()
        holder.wait()
        self.lock.acquire(self.directory)
