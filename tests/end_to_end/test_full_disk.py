"""A disk without room: chat goes on, what cannot be kept is refused, and all is well again when there is room."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import time
from pathlib import Path
from unittest import SkipTest

from argon2 import PasswordHasher
from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import PASSWORD, Connection, enter, make_room, register, requires
from tests.end_to_end.web import Giver, curl, sites

ON_A_SMALL_DISK = """
set -e
mkdir -p "$0"
mount -t tmpfs -o size=1m,mode=0700 none "$0"
install -m 600 "$USERS" "$0/users.csv"
exec "$@"
"""


def small_disk() -> list[str]:
    """What gives a program a data directory of a mebibyte, which ends with it.

    :raises SkipTest: where nothing may be mounted
    """
    unshare = [requires("unshare"), *(["--user", "--map-root-user"] if os.getuid() else []), "--mount"]
    tried = subprocess.run(
        [*unshare, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        raise SkipTest(f"no file system can be mounted here: {tried.stderr.strip()}")
    return [*unshare, "sh", "-c", ON_A_SMALL_DISK, "DATA"]


class FullDiskTests(SynchronousTestCase):
    def setUp(self) -> None:
        users = Path(self.mktemp()).absolute()
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        users.write_text(f'name,password,role,created,last_seen\nroot,"{hashed}",operator,,never\n')
        environment = {"USERS": str(users)}
        self.daemon = self.enterContext(
            server.running("--web", server.LOOPBACK, within=small_disk(), environment=environment)
        )
        self.daemon.tolerate("history.sqlite cannot be kept up with the journal")
        self.port = self.daemon.port
        # As the daemon sees it.
        self.data = Path(f"/proc/{self.daemon.pid}/root{self.daemon.data}")
        self.filling = self.data / "filling"

    def fill(self) -> None:
        """Leave not a byte."""
        with self.filling.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                pass

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.data / name).open(newline="") as lines:
            return list(csv.DictReader(lines))

    def test_it_is_told_refused_and_over_by_itself(self) -> None:
        make_room(self, self.port, "lab")
        register(Connection(self, self.port), "ben")
        ann = enter(register(Connection(self, self.port), "ann"), "lab")
        ann.answer("before", "ann: before")
        root = Connection(self, self.port)
        root.send("login root", PASSWORD)
        root.line("welcome, root (operator)")
        self.fill()
        for number in range(200):
            ann.answer(f"meanwhile {number} " + "x" * 100, f"ann: meanwhile {number} ")
        self.assertIn("[lab] -- what is said is not recorded: the server cannot write its journal", ann.so_far())
        self.daemon.expect("log.csv cannot be written: [Errno 28] No space left on device")
        root.line("00 ALARM: what is said is not recorded, since log.csv cannot be written: No space left on device")
        # The index of the history, which cannot grow either, may have let go of some.
        self.fill()
        # There may be room for a row behind those of a file that is there, and for a new file there is none.
        ann.answer("/ignore ben", "111 -- that could not be written to disk, so it was not done")
        self.daemon.expect("accounts, rooms and files cannot be kept: No space left on device")
        root.line("00 ALARM: accounts, rooms and files cannot be kept: No space left on device")
        self.filling.unlink()
        # Nobody says anything, and yet:
        root.line("00 the alarm is over: accounts, rooms and files can be kept again")
        self.daemon.log.line("accounts, rooms and files can be kept again")
        ann.answer("/ignore ben", "you hear no more of ben")
        for text in ("at last", "after"):
            ann.answer(text, f"ann: {text}")
        # More than once, where the history's index has made room for a while.
        told = [ann.so_far().count(f"[lab] -- what is said is {how}") for how in ("not recorded", "recorded again")]
        self.assertEqual(told[0], told[1])
        said_by_ann = [
            row["text"].split()[0] for row in self.rows("log.csv") if row["user"] == "ann" and row["event"] == "said"
        ]
        self.assertEqual((said_by_ann[0], said_by_ann[-1]), ("before", "after"))
        self.assertEqual([row["ignored"] for row in self.rows("ignores.csv")], ["ben"])
        self.assertIn("gap", {row["event"] for row in self.rows("log.csv")})
        complaints = [line for line in self.daemon.log.so_far().split("\n") if "#error]" in line]
        self.assertLess(len(complaints), 10, "the log is not flooded")

    def test_a_file_is_refused_over_http_and_the_server_says_that_it_is_not_well(self) -> None:
        (site,) = sites(self.daemon)
        giver = Giver(self, self.daemon, "giver")
        file = Path(self.mktemp()).absolute()
        file.write_bytes(bytes(300_000))
        address = f"{site}/files/{giver.ticket(300_000)}/x"
        self.assertEqual(json.loads(curl(f"{site}/health")), {"status": "ok"})
        self.fill()
        self.daemon.tolerate("No space left on device")
        self.assertIn(b'"error":"disk-full"}\n507', curl("-w", "%{http_code}", "-T", str(file), address))
        self.assertIn(b'"why":"disk"}\n503', curl("-w", "%{http_code}", f"{site}/health"))
        self.filling.unlink()
        until = time.monotonic() + DEADLINE
        while curl("-w", "%{http_code}", f"{site}/health") != b'{"status":"ok"}\n200':
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)
        self.assertEqual(json.loads(curl("-T", str(file), address))["type"], "stored")
