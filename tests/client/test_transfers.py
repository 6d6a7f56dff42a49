"""Raw transfers."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.interfaces import IProtocol
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Ticket
from chatd.chat.moments import Moment
from chatd.client import transfers
from chatd.client.files import Gift, Part
from chatd.client.transfers import PAUSES, SILENCE, Failed
from tests.client.helpers import SUM, Wire

OTHER_SUM = "0" * 64


def ticket(purpose: str, size: int = 5) -> Ticket:
    return Ticket(ticket="T", purpose=purpose, name="notes.txt", size=size, expires=Moment(0), command="")


class Transferring(SynchronousTestCase):
    def setUp(self) -> None:
        self.moved: list[int] = []
        self.clock = Clock()
        self.wires: list[Wire] = []
        self.refuses = False
        self.folder = Path(self.mktemp())

    def dial(self, protocol: IProtocol) -> Deferred[Any]:
        if self.refuses:
            return fail(ConnectError())
        self.wires.append(Wire(protocol))
        return succeed(protocol)

    @property
    def producer(self) -> Any:
        """What writes to the connection."""
        return self.wire.transport.producer

    @property
    def wire(self) -> Wire:
        return self.wires[-1]

    def greet(self) -> None:
        self.wire.says("00 chatd 1.0", "00  1 login", "11 choose:")

    def cut(self) -> None:
        self.wire.ends(ConnectionLost())

    def wait(self) -> None:
        self.clock.advance(PAUSES[len(self.wires) - 1])

    def pump(self) -> bytes:
        """All that a producer has to write."""
        while self.producer is not None:
            self.producer.resumeProducing()
        sent: bytes = self.wire.transport.value()
        self.wire.transport.clear()
        return sent

    def assert_failed(self, running: Deferred[Any], told: str) -> None:
        self.assertIn(told, str(self.failureResultOf(running, Failed).value))
        self.assert_at_rest()

    def assert_at_rest(self) -> None:
        self.assertEqual(self.clock.getDelayedCalls(), [])


class PutTests(Transferring):
    def put(self, data: bytes = b"hello", size: int = 5) -> Deferred[None]:
        path = self.mktemp()
        Path(path).write_bytes(data)
        self.gift = Gift(self.enterContext(Path(path).open("rb")), path)
        self.gift.size = size
        putting = transfers.put(self.dial, self.clock, ticket("put", size), self.gift, SUM, self.moved.append)
        return Deferred.fromCoroutine(putting)

    def test_a_file_goes_and_its_sum_is_checked(self) -> None:
        running = self.put()
        self.assertEqual(self.wire.heard(), [])
        self.greet()
        self.assertEqual(self.wire.heard(), ["put T"])
        self.wire.says("11 ready 5 0")
        self.assertEqual(self.pump(), b"hello")
        self.assertNoResult(running)
        self.wire.says(f"00 stored {SUM}")
        self.successResultOf(running)
        self.assertTrue(self.wire.transport.disconnecting)
        self.assert_at_rest()

    def test_it_goes_no_faster_than_the_connection_takes_it(self) -> None:
        self.put(bytes(1_000_000), 1_000_000)
        self.greet()
        self.wire.says("11 ready 1000000 0")
        self.producer.resumeProducing()
        self.assertLess(len(self.wire.transport.value()), 100_000)
        self.assertEqual(len(self.pump()), 1_000_000 + len("put T\n"))

    def test_what_the_server_has_is_not_sent_again(self) -> None:
        self.put()
        self.greet()
        self.wire.heard()
        self.wire.says("11 ready 5 3")
        self.assertEqual(self.pump(), b"lo")

    def test_an_empty_file_goes(self) -> None:
        running = self.put(b"", 0)
        self.greet()
        self.wire.says("11 ready 0 0")
        self.pump()
        self.wire.says(f"00 stored {SUM}")
        self.successResultOf(running)

    def test_no_more_than_was_told_goes_of_a_file_that_has_grown(self) -> None:
        self.put(b"hello and more")
        self.greet()
        self.wire.heard()
        self.wire.says("11 ready 5 0")
        self.assertEqual(self.pump(), b"hello")

    def test_a_file_that_has_shrunk_is_given_up(self) -> None:
        running = self.put(b"hel")
        self.greet()
        self.wire.says("11 ready 5 0")
        self.pump()
        self.assert_failed(running, "shorter")
        self.assertTrue(self.wire.transport.aborted)

    def test_another_sum_is_a_failure(self) -> None:
        running = self.put()
        self.greet()
        self.wire.says("11 ready 5 0")
        self.pump()
        self.wire.says(f"00 stored {OTHER_SUM}")
        self.assert_failed(running, "not what was sent")

    def test_a_refusal_is_final(self) -> None:
        running = self.put()
        self.greet()
        self.wire.says("00 that ticket is unknown\x1b[2J", "00 done")
        self.assert_failed(running, "that ticket is unknown")

    def test_another_size_is_a_failure(self) -> None:
        for answer in ("11 ready 6 0", "11 ready 5 6", "11 ready 5", "11 ready -5 0", "11 choose:"):
            running = self.put()
            self.greet()
            self.wire.says(answer)
            self.assert_failed(running, answer.removeprefix("11 "))

    def test_a_refusal_of_the_whole_file_is_final(self) -> None:
        running = self.put()
        self.greet()
        self.wire.says("11 ready 5 0")
        self.pump()
        self.wire.says("00 what came has another SHA-256 sum", "00 done")
        self.assert_failed(running, "another SHA-256 sum")

    def test_a_cut_transfer_goes_on_where_it_was(self) -> None:
        running = self.put()
        self.greet()
        self.wire.says("11 ready 5 0")
        self.producer.resumeProducing()
        self.producer.stopProducing()
        self.cut()
        self.wait()
        self.greet()
        self.assertEqual(self.wire.heard(), ["put T"])
        self.wire.says("11 ready 5 2")
        self.assertEqual(self.pump(), b"llo")
        self.wire.says(f"00 stored {SUM}")
        self.successResultOf(running)
        self.assert_at_rest()

    def test_after_some_tries_it_is_given_up(self) -> None:
        running = self.put()
        for _ in PAUSES:
            self.cut()
            self.assertNoResult(running)
            self.wait()
        self.cut()
        self.assert_failed(running, "the connection was cut")

    def test_a_server_that_is_gone_is_tried_again(self) -> None:
        self.refuses = True
        running = self.put()
        for pause in PAUSES:
            self.clock.advance(pause)
        self.assert_failed(running, "An error occurred while connecting")

    def test_silence_is_cut_off(self) -> None:
        self.put()
        self.greet()
        self.clock.advance(SILENCE - 1)
        self.wire.says("11 ready 5 0")
        self.clock.advance(SILENCE - 1)
        self.assertFalse(self.wire.transport.aborted)
        self.clock.advance(1)
        self.assertTrue(self.wire.transport.aborted)

    def test_it_can_be_called_off(self) -> None:
        running = self.put()
        self.greet()
        running.cancel()
        self.failureResultOf(running)
        self.cut()
        self.assert_at_rest()


class GetTests(Transferring):
    def get(self, size: int = 5) -> Deferred[Path]:
        getting = transfers.get(self.dial, self.clock, ticket("get", size), self.moved.append, folder=self.folder)
        return Deferred.fromCoroutine(getting)

    def assert_nothing_left(self) -> None:
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_file_comes(self) -> None:
        running = self.get()
        self.greet()
        self.assertEqual(self.wire.heard(), ["get T"])
        self.wire.says(f"00 sending 5 {SUM}")
        self.wire.protocol.dataReceived(b"hel")
        self.assertNotIn("notes.txt", os.listdir(self.folder))
        self.wire.protocol.dataReceived(b"lo")
        path = self.successResultOf(running)
        self.assertEqual((path, path.read_bytes()), (self.folder / "notes.txt", b"hello"))
        self.assertEqual(os.listdir(self.folder), ["notes.txt"])
        self.assert_at_rest()

    def test_it_comes_however_it_is_cut_up(self) -> None:
        running = self.get()
        for byte in f"00 a\r\n11 choose:\r\n00 sending 5 {SUM}\r\nhello".encode():
            self.wire.protocol.dataReceived(bytes([byte]))
        self.assertEqual(self.successResultOf(running).read_bytes(), b"hello")

    def test_bytes_that_look_like_lines_are_bytes(self) -> None:
        data = b"11 choose:\r\n00 sending 3 x\r\n\xff\x00"
        running = self.get(len(data))
        self.greet()
        self.wire.heard()
        self.wire.says(f"00 sending {len(data)} {OTHER_SUM}")
        self.wire.protocol.dataReceived(data)
        self.assertEqual(self.wire.heard(), [])
        self.assert_failed(running, "not what was given")
        self.assert_nothing_left()

    def test_an_empty_file_comes(self) -> None:
        running = self.get(0)
        self.greet()
        self.wire.says("00 sending 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        self.assertEqual(self.successResultOf(running).read_bytes(), b"")

    def test_nothing_behind_the_end_is_kept(self) -> None:
        running = self.get()
        self.greet()
        self.wire.says(f"00 sending 5 {SUM}")
        self.wire.protocol.dataReceived(b"hello and more")
        self.wire.protocol.dataReceived(b"and more")
        self.assertEqual(self.successResultOf(running).read_bytes(), b"hello")

    def test_a_refusal_is_final(self) -> None:
        running = self.get()
        self.greet()
        self.wire.says("00 file 17 has expired and is gone", "11 choose:")
        self.assert_failed(running, "expired")
        self.assert_nothing_left()

    def test_another_size_is_a_failure(self) -> None:
        for size in ("6", "-5", "5.0"):
            running = self.get()
            self.greet()
            self.wire.says(f"00 sending {size} {SUM}")
            self.assert_failed(running, f"sending {size}")

    def test_a_cut_transfer_goes_on_where_it_was(self) -> None:
        running = self.get()
        self.greet()
        self.wire.says(f"00 sending 5 {SUM}")
        self.wire.protocol.dataReceived(b"hel")
        self.cut()
        self.wait()
        self.greet()
        self.assertEqual(self.wire.heard(), ["get T 3"])
        self.wire.says(f"00 sending 5 {SUM}")
        self.wire.protocol.dataReceived(b"lo")
        self.assertEqual(self.successResultOf(running).read_bytes(), b"hello")
        self.assertEqual(os.listdir(self.folder), ["notes.txt"])

    def test_after_some_tries_it_is_given_up(self) -> None:
        running = self.get()
        for _ in PAUSES:
            self.cut()
            self.wait()
        self.cut()
        self.assert_failed(running, "the connection was cut")
        self.assert_nothing_left()

    def test_what_cannot_be_kept_is_given_up(self) -> None:
        class FullDisk(io.BytesIO):
            def write(self, data: object) -> int:
                raise OSError(28, "No space left on device")

        self.patch(Part, "write", FullDisk.write)
        running = self.get()
        self.greet()
        self.wire.says(f"00 sending 5 {SUM}")
        self.assert_failed(running, "No space left on device")
        self.assert_nothing_left()

    def test_a_folder_that_cannot_be_made_is_told(self) -> None:
        self.folder.write_text("in the way")
        self.assert_failed(self.get(), str(self.folder))
        self.assertEqual(self.wires, [])

    def test_it_can_be_called_off(self) -> None:
        running = self.get()
        self.greet()
        running.cancel()
        self.failureResultOf(running)
        self.assert_nothing_left()
