"""No file descriptors left: those inside notice nothing, and whoever comes is let in as soon as there is one."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.reading import DEADLINE
from tests.end_to_end.tools import Connection, guest

FEW = ("sh", "-c", 'ulimit -n 64; exec "$@"', "sh")


class DescriptorTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = self.enterContext(server.running(within=FEW))
        # It is read from the journal again; what cannot be opened is a file of Python's or of SQLite's.
        self.daemon.tolerate("history.sqlite cannot be kept up with the journal: OSError(24")
        self.daemon.tolerate("history.sqlite cannot be kept up with the journal: OperationalError('unable to open")
        # A thread was faster; it is had back later. Behind it stands where that was.
        for line in ("Could not reserve EMFILE recovery file descriptor", "\tTraceback (most recent call last)"):
            self.daemon.tolerate(line)

    def busy(self) -> float:
        """Seconds of the processor that it has had."""
        fields = Path(f"/proc/{self.daemon.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_two_hundred_callers_where_there_is_room_for_fifty(self) -> None:
        inside = guest(Connection(self, self.daemon.port), "inside")
        callers = [socket.create_connection(("127.0.0.1", self.daemon.port), DEADLINE) for _ in range(200)]
        for caller in callers:
            self.addCleanup(caller.close)
        inside.answer("still here", "inside: still here")
        began, busy = time.monotonic(), self.busy()
        for number in range(20):
            inside.answer(f"/whois nobody{number}", f"nobody called nobody{number}")
            time.sleep(0.1)
        share = (self.busy() - busy) / (time.monotonic() - began)
        print(f"without descriptors: {share:.1%} of a processor")
        self.assertLess(share, 0.2)
        for caller in callers:
            caller.close()
        guest(Connection(self, self.daemon.port), "late")
        inside.line("late entered")
        self.assertNotIn("Unhandled", self.daemon.log.so_far())
