"""A slow reader is nobody else's problem: what waits for it is bounded, and it is told why it goes."""

from __future__ import annotations

from chatd.chat.answers import Closing, Replayed
from chatd.chat.events import Entry, Event, Left, Said
from chatd.outlet import GRACE, PATIENCE
from chatd.testing import FULL, Client
from chatd.wire.objects import value
from tests.behaviour.scene import Stage

QUEUE = 65536
LINE = "x" * 1000


class SlowReaderTests(Stage):
    def setUp(self) -> None:
        self.start({"limits": {"flood": False, "queue_bytes": QUEUE}})
        self.speaker, self.quick = self._member("speaker"), self._member("quick")

    def _member(self, name: str) -> Client:
        client = self.server.connect()
        # Programs are told what can be compared.
        client.send("format json", f"guest {name}", "public")
        client.received()
        return client

    def _slow(self, name: str) -> Client:
        client = self._member(name)
        client.transport.reading = False
        return client

    def _speak(self, times: int) -> list[str]:
        lines = [f"{number} {LINE}" for number in range(times)]
        for line in lines:
            self.speaker.send(line)
        self._wait()
        return lines

    def _wait(self) -> None:
        """A room waits for a reader that was quick so far, but not for long."""
        for _ in range(5):
            self.server.advance(PATIENCE)

    @staticmethod
    def _told(client: Client) -> list[Event]:
        told = [value(line.partition(" ")[2]) for line in client.lines()]
        entries = [one.entry if isinstance(one, Replayed) else one for one in told]
        return [entry.event for entry in entries if isinstance(entry, Entry)]

    def _said(self, client: Client) -> list[str]:
        return [event.text for event in self._told(client) if isinstance(event, Said)]

    def test_it_is_dropped_with_the_reason_and_the_others_get_everything_in_order(self) -> None:
        slow = self._slow("slow")
        lines = self._speak(300)
        self.assertTrue(slow.closed)
        self.assertEqual(self._said(self.quick), lines)
        slow.transport.read()
        self.assertEqual(value(slow.lines()[-1].partition(" ")[2]), Closing("too-slow"))

    def test_what_waits_for_it_is_bounded(self) -> None:
        slow = self._slow("slow")
        self._speak(300)
        self.assertLess(slow.transport.waiting, FULL + QUEUE)

    def test_the_others_are_told_once_that_it_left(self) -> None:
        crowd = [self._slow(f"slow{number}") for number in range(20)]
        self.quick.received()
        self._speak(300)
        left = [event.user for event in self._told(self.quick) if isinstance(event, Left)]
        self.assertEqual(sorted(left), sorted(f"slow{number}" for number in range(len(crowd))))

    def test_all_who_overflow_in_one_turn_go(self) -> None:
        crowd = [self._slow(f"slow{number}") for number in range(20)]
        self.quick.received()
        self.speaker.send_bytes(b"".join(f"{number} {LINE}\n".encode() for number in range(300)))
        self._wait()
        self.assertEqual({client.closed for client in crowd}, {True})
        self.assertEqual(len(self._said(self.quick)), 300)

    def test_one_that_never_reads_is_cut_after_a_while(self) -> None:
        slow = self._slow("slow")
        while not slow.closed:
            self.speaker.send(LINE)
            self.server.advance(0.1)
        self.assertFalse(slow.transport.aborted)
        self.server.advance(GRACE)
        self.assertTrue(slow.transport.aborted)

    def test_one_that_reads_in_time_gets_everything_in_order(self) -> None:
        slow = self._slow("slow")
        lines = self._speak(100)
        self.assertEqual(slow.lines(), [])
        slow.transport.read()
        more = self._speak(5)
        self.assertEqual(self._said(slow), lines + more)
        self.assertFalse(slow.closed)

    def test_its_own_lines_wait_while_it_does_not_read(self) -> None:
        slow = self._slow("slow")
        self._speak(80)
        slow.send("hello")
        self.assertNotIn("hello", self._said(self.quick))
        slow.transport.read()
        self.server.turn()
        self.assertIn("hello", self._said(self.quick))

    def test_history_goes_out_as_it_reads(self) -> None:
        lines = self._speak(200)
        slow = self._slow("slow")
        slow.send("/history 200")
        self.assertFalse(slow.closed)
        while b'"type":"history"' not in slow.transport.written:
            slow.transport.read()
            slow.transport.reading = False
            self.server.turn()
        self.assertEqual(self._said(slow)[-len(lines) :], lines)

    def test_the_last_words_come_behind_all_that_was_told_before(self) -> None:
        self.speaker.received()
        self.speaker.send("hello", "/quit")
        first, *_, last = self.speaker.lines()
        self.assertIn('"text":"hello"', first)
        self.assertEqual(value(last.partition(" ")[2]), Closing("quit"))

    def test_nothing_comes_behind_them(self) -> None:
        self.quick.send("/quit")
        self.quick.received()
        self.speaker.send("hello")
        self.assertEqual(self.quick.received(), b"")
