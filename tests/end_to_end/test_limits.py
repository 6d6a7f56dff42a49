"""Lines that are too long, and too many of them, against a real chatd."""

from __future__ import annotations

import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import Connection, Program, enter, guest, make_room, nc, register, said

LINE_BYTES = 4096
ENDLESS = 1 << 20
MIB = 1 << 20


class LineLengthTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp() + ".toml").absolute()
        config.write_text("[limits]\nflood = false\n")
        self.daemon = server.shared(self, "--config", str(config))
        self.port = self.daemon.port

    def test_a_line_of_just_the_limit_is_taken_wherever_it_is_cut(self) -> None:
        speaker, other = guest(Connection(self, self.port), "speaker"), guest(Connection(self, self.port), "other")
        line = b"x" * LINE_BYTES
        for end in (b"\n", b"\r\n"):
            whole = line + end
            for cut in (1, 2, 100, *range(LINE_BYTES - 3, len(whole))):
                speaker.send_bytes(whole[:cut])
                # What another one is answered comes after the first piece was read.
                other.answer(f"cut at {cut}", f"other: cut at {cut}")
                speaker.send_bytes(whole[cut:])
                self.assertTrue(speaker.line("speaker: ").endswith(": " + line.decode()), cut)

    def test_a_longer_one_is_thrown_away_and_told(self) -> None:
        speaker = guest(Connection(self, self.port), "wordy")
        for length in (LINE_BYTES + 1, 5 * LINE_BYTES, ENDLESS - 1):
            speaker.send("y" * length, f"after {length}")
            speaker.line("111 -- that line was longer than 4096 bytes and was thrown away")
            speaker.line(f"wordy: after {length}")
        self.assertNotIn("yy", speaker.so_far())

    def test_one_without_end_ends_the_connection_with_the_reason(self) -> None:
        answer = said("nc", "-N", "127.0.0.1", str(self.port), lines=b"guest ann\n" + b"z" * (ENDLESS + 1))
        self.assertTrue(answer.endswith("00 you are disconnected: a line without end\n"), answer)


class MemoryTests(SynchronousTestCase):
    def test_a_hundred_megabytes_without_a_line_feed_take_no_memory(self) -> None:
        daemon = self.enterContext(server.running())
        guest(nc(self, daemon.port), "warm-up")
        daemon.forget_peak()
        before = daemon.memory()
        command = f"head -c 100000000 /dev/zero | tr '\\0' x | nc -N 127.0.0.1 {daemon.port}"
        answer = Program(self, "sh", "-c", command).rest()
        more = daemon.memory("VmHWM") - before
        print(f"100 MB without a line feed: {more / MIB:.2f} MiB more at most")
        self.assertTrue(answer.endswith("00 you are disconnected: a line without end\n"), answer)
        self.assertLessEqual(more, 2 * MIB)


class NewlineFloodTests(SynchronousTestCase):
    """Ten people send a million line feeds each, and others do not notice."""

    def setUp(self) -> None:
        self.line_feeds = Path(self.mktemp()).absolute()
        self.line_feeds.write_bytes(b"\n" * 1_000_000)

    def test_at_the_menu_and_in_a_room(self) -> None:
        daemon = self.enterContext(server.running())
        self.flood(daemon.port, "", 5)
        self.flood(daemon.port, "guest\npublic\n", 5)
        self.others_are_answered(daemon, "line feeds that wait for the flood rule")

    def test_in_a_room_without_a_rule_about_floods(self) -> None:
        config = Path(self.mktemp() + ".json").absolute()
        config.write_text('{"limits": {"flood": false}}')
        daemon = self.enterContext(server.running("--config", str(config)))
        self.flood(daemon.port, "guest\npublic\n", 10)
        self.others_are_answered(daemon, "line feeds that are taken at once")

    def flood(self, port: int, first: str, people: int) -> None:
        for _ in range(people):
            script = f"(printf '{first}'; cat {self.line_feeds}) | nc -N 127.0.0.1 {port} >/dev/null"
            Program(self, "sh", "-c", script)

    def others_are_answered(self, daemon: server.Daemon, what: str) -> None:
        make_room(self, daemon.port, "calm")
        other = enter(register(Connection(self, daemon.port), "other"), "calm")
        lags = []
        for number in range(60):
            before = time.perf_counter()
            other.answer(f"round {number}", f"other: round {number}")
            lags.append(time.perf_counter() - before)
        lags.sort()
        print(f"{what}: round trip {lags[30] * 1000:.1f} ms at the median, {lags[-1] * 1000:.1f} ms at most")
        daemon.check()
