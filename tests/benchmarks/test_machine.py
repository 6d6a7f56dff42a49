"""What the kernel tells of processes and of the machine, and the end of what was started."""

from __future__ import annotations

import os
import select
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.machine import processor
from benchmarks.processes import (
    PAGE,
    TICKS,
    Failed,
    cpu_seconds,
    expect,
    parse_busy,
    parse_cpu,
    parse_peak,
    parse_resident,
    resident_bytes,
    running,
)

STAT = "4711 (a (b) c) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 150 7 8 20 0 1 0 100 1000 200"


class KernelTests(SynchronousTestCase):
    def test_processor_time_is_that_of_the_process_and_not_of_its_children(self) -> None:
        self.assertEqual(parse_cpu(STAT), (250 + 150) / TICKS)

    def test_resident_memory_is_counted_in_pages(self) -> None:
        self.assertEqual(parse_resident("1000 200 50 1 0 80 0"), 200 * PAGE)

    def test_the_most_that_was_resident_is_told_in_kibibytes(self) -> None:
        self.assertEqual(parse_peak("Name:\tx\nVmHWM:\t   81920 kB\nVmRSS:\t   70000 kB\n"), 81920 * 1024)

    def test_a_processor_is_busy_when_it_is_neither_idle_nor_waiting(self) -> None:
        stat = "cpu  100 20 300 9999 8888 4 50 6 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"
        self.assertEqual(parse_busy(stat), (100 + 20 + 300 + 4 + 50 + 6) / TICKS)

    def test_this_process_has_used_both(self) -> None:
        self.assertGreater(resident_bytes(os.getpid()), 1 << 20)
        self.assertGreater(cpu_seconds(os.getpid()), 0)

    def test_the_processor_is_called_by_its_name(self) -> None:
        self.assertEqual(processor("processor\t: 0\nmodel name\t: A Processor 9000\nflags\t: x\n"), "A Processor 9000")


class RunningTests(SynchronousTestCase):
    def test_the_group_of_a_program_is_gone_with_the_block(self) -> None:
        script = (
            "import subprocess; child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True); child.wait()"
        )
        with running([sys.executable, "-c", script], output=subprocess.PIPE) as process:
            assert process.stdout is not None
            child = os.pidfd_open(int(process.stdout.readline()))
        self.addCleanup(os.close, child)
        self.assertIsNotNone(process.poll())
        # It can be read when the process has ended, whoever takes note of that.
        self.assertEqual(select.select([child], [], [], 20)[0], [child])

    def test_what_a_program_says_instead_is_told(self) -> None:
        script = "import sys; sys.exit('no such thing')"
        with running([sys.executable, "-c", script], output=subprocess.PIPE, errors=subprocess.PIPE) as process:
            error = self.assertRaises(Failed, expect, process, "{")
        self.assertIn("no such thing", str(error))
