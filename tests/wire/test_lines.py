"""Lines out of a stream of bytes."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire.lines import TOO_LONG, LineSplitter, TooLong
from chatd.wire.telnet import TelnetFilter

LIMIT = 4096

# Bytes that matter here, and few enough others that they meet often.
streams = st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"x", b"xyz", b"\x0b\x85", b"\xff", b"x" * 8])).map(b"".join)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """``data`` in the pieces that lie between ``places``."""
    ends = sorted(place for place in places if place < len(data))
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


def drain(splitter: LineSplitter) -> list[bytes | TooLong]:
    """Every line that waits."""
    return list(iter(splitter.next_line, None))


def reference(data: bytes, limit: int) -> list[bytes | TooLong]:
    """The lines that are whole in ``data``."""
    lines = [line.removesuffix(b"\r") for line in data.split(b"\n")[:-1]]
    return [line if len(line) <= limit else TOO_LONG for line in lines]


class AheadTests(SynchronousTestCase):
    @given(streams, st.lists(st.integers(0, 400), max_size=6), st.integers(0, 10), st.booleans())
    def test_those_of_the_same_piece_are_counted_and_can_be_looked_at(
        self, data: bytes, places: list[int], taken: int, finished: bool
    ) -> None:
        splitter, pieces = LineSplitter(), [b""]
        for part in cut(data, places):
            splitter.feed(part)
            pieces[-1] += part
            if part.endswith(b"\n"):
                pieces.append(b"")
        lines = [re.findall(rb"[^\n]*\n|[^\n]+", piece) for piece in pieces]
        mine: list[bytes] = lines.pop(0)
        for _ in range(taken):
            while not mine and lines:
                mine = lines.pop(0)
            if splitter.next_line() is not None:
                mine.pop(0)
        if finished:
            splitter.finish()
        elif mine and not mine[-1].endswith(b"\n"):
            mine.pop()
        ahead = [line.removesuffix(b"\r") for line in splitter.ahead()]
        wanted = [line.removesuffix(b"\n").removesuffix(b"\r") for line in mine]
        self.assertEqual((splitter.lines, ahead), (len(wanted), wanted))

    def test_what_came_when_a_line_had_ended_is_another_piece(self) -> None:
        splitter = LineSplitter()
        for part in (b"one\ntw", b"o\nthree\n", b"four\n", b"five\nsix\n"):
            splitter.feed(part)
        counts = [(line, splitter.lines) for line in iter(splitter.next_line, None)]
        self.assertEqual(counts, [(b"one", 2), (b"two", 1), (b"three", 0), (b"four", 0), (b"five", 1), (b"six", 0)])

    def test_so_it_is_behind_telnet_commands(self) -> None:
        splitter = LineSplitter(unwrap=Telnet().unwrap)
        for part in (b"\xff\xf1one\ntw", b"o\n", b"three\n", b"fo\xff\xf1ur\nfive\n"):
            splitter.feed(part)
        counts = [(line, splitter.lines) for line in iter(splitter.next_line, None)]
        self.assertEqual(counts, [(b"one", 1), (b"two", 0), (b"three", 0), (b"four", 1), (b"five", 0)])

    def test_they_are_counted_before_telnet_commands_are_taken_out_too(self) -> None:
        telnet = TelnetFilter()

        def unwrap(data: bytearray, at: int) -> tuple[bytes, bool, int]:
            filtered = telnet.feed(data, at)
            return filtered.data, filtered.interrupt, filtered.end

        splitter = LineSplitter(unwrap=unwrap)
        splitter.feed(b"one\xff\xf1\ntwo\n")
        self.assertEqual(splitter.lines, 2)
        splitter.next_line()
        self.assertEqual(splitter.lines, 1)


class SplittingTests(SynchronousTestCase):
    def test_no_line_comes_before_its_end(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"hel")
        self.assertIsNone(splitter.next_line())
        splitter.feed(b"lo\nand")
        self.assertEqual(splitter.next_line(), b"hello")
        self.assertIsNone(splitter.next_line())

    def test_only_a_line_feed_ends_a_line(self) -> None:
        splitter = LineSplitter()
        splitter.feed("a\x0bb\x0cc\x85d\u2028e\rf\n".encode())
        self.assertEqual(drain(splitter), ["a\x0bb\x0cc\x85d\u2028e\rf".encode()])

    def test_one_carriage_return_goes_with_the_line_feed(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"a\r\r\n\r\n\n")
        self.assertEqual(drain(splitter), [b"a\r", b"", b""])

    def test_lines_are_taken_one_at_a_time_and_the_others_wait(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"one\ntwo\nthree\n")
        self.assertEqual(splitter.next_line(), b"one")
        self.assertEqual(splitter.waiting, len(b"two\nthree\n"))

    @settings(deadline=None)
    @given(streams, st.lists(st.integers(0, 60)), st.lists(st.booleans()))
    def test_lines_are_the_same_however_the_bytes_are_cut_and_whenever_they_are_asked_for(
        self, data: bytes, places: list[int], asked: list[bool]
    ) -> None:
        splitter = LineSplitter(limit=8)
        lines = []
        for number, piece in enumerate(cut(data, places)):
            splitter.feed(piece)
            if asked[number : number + 1] != [False]:
                lines += drain(splitter)
        self.assertEqual(lines + drain(splitter), reference(data, 8))

    @settings(deadline=None)
    @given(streams, st.lists(st.integers(0, 60)))
    def test_the_rest_at_the_end_of_input_is_the_last_line(self, data: bytes, places: list[int]) -> None:
        splitter = LineSplitter(limit=8)
        lines = []
        for piece in cut(data, places):
            splitter.feed(piece)
            lines += drain(splitter)
        splitter.finish()
        whole = data if not data or data.endswith(b"\n") else data + b"\n"
        self.assertEqual(lines + drain(splitter), reference(whole, 8))

    def test_nothing_more_comes_after_the_last_line(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"hello")
        splitter.finish()
        self.assertEqual(splitter.next_line(), b"hello")
        self.assertIsNone(splitter.next_line())
        self.assertEqual(splitter.waiting, 0)


class LongLineTests(SynchronousTestCase):
    def test_a_line_of_exactly_the_limit_is_taken_at_every_cut(self) -> None:
        for end in (b"\n", b"\r\n"):
            data = b"x" * LIMIT + end
            for place in range(len(data) + 1):
                splitter = LineSplitter()
                lines = []
                for piece in (data[:place], data[place:]):
                    splitter.feed(piece)
                    lines += drain(splitter)
                self.assertEqual(lines, [b"x" * LIMIT])

    def test_one_byte_more_is_too_long_at_every_cut_and_the_next_line_is_unharmed(self) -> None:
        for end in (b"\n", b"\r\n"):
            data = b"x" * (LIMIT + 1) + end + b"next\n"
            for place in range(len(data) + 1):
                splitter = LineSplitter()
                lines = []
                for piece in (data[:place], data[place:]):
                    splitter.feed(piece)
                    lines += drain(splitter)
                self.assertEqual(lines, [TOO_LONG, b"next"])

    def test_carriage_returns_count_unless_they_are_the_end(self) -> None:
        splitter = LineSplitter(limit=2)
        splitter.feed(b"a\r\r\n\r\r\r")
        self.assertEqual(drain(splitter), [b"a\r"])
        splitter.feed(b"\r\n")
        self.assertEqual(drain(splitter), [TOO_LONG])

    def test_a_carriage_return_at_the_limit_does_not_make_an_overlong_line_fit(self) -> None:
        splitter = LineSplitter(limit=2)
        splitter.feed(b"ab\rcd")
        self.assertIsNone(splitter.next_line())
        splitter.feed(b"\n")
        self.assertIs(splitter.next_line(), TOO_LONG)

    def test_a_hundred_megabytes_without_an_end_are_not_held(self) -> None:
        splitter = LineSplitter()
        block = bytes(65536)
        for _ in range(1600):
            splitter.feed(block)
            self.assertIsNone(splitter.next_line())
            self.assertLessEqual(splitter.waiting, LIMIT + 2)
        self.assertTrue(splitter.endless_line)

    def test_a_line_is_endless_one_byte_above_the_bound(self) -> None:
        splitter = LineSplitter(limit=10, endless=100)
        splitter.feed(b"line\n" * 100)
        drain(splitter)
        for _ in range(100):
            splitter.feed(b"x")
            splitter.next_line()
        self.assertFalse(splitter.endless_line)
        splitter.feed(b"x")
        splitter.next_line()
        self.assertTrue(splitter.endless_line)

    def test_an_end_makes_the_count_begin_again(self) -> None:
        splitter = LineSplitter(limit=10, endless=100)
        for _ in range(3):
            splitter.feed(b"x" * 60)
            self.assertIsNone(splitter.next_line())
            splitter.feed(b"x" * 40 + b"\n")
            self.assertIs(splitter.next_line(), TOO_LONG)
        self.assertFalse(splitter.endless_line)

    def test_an_endless_line_that_ends_after_all_is_one_still(self) -> None:
        splitter = LineSplitter(limit=10, endless=100)
        splitter.feed(b"x" * 101 + b"\nnext\n")
        self.assertEqual(drain(splitter), [TOO_LONG, b"next"])
        self.assertTrue(splitter.endless_line)

    def test_the_unfinished_rest_of_an_overlong_line_is_too_long(self) -> None:
        splitter = LineSplitter(limit=10)
        splitter.feed(b"x" * 30)
        self.assertIsNone(splitter.next_line())
        splitter.finish()
        self.assertEqual(drain(splitter), [TOO_LONG])


class RawTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(st.binary(), st.lists(st.integers(0, 60)))
    def test_what_follows_a_line_comes_out_exactly_as_it_went_in(self, payload: bytes, places: list[int]) -> None:
        splitter = LineSplitter(limit=8, unwrap=Telnet().unwrap)
        line, rest = None, b""
        for piece in cut(b"put t\n" + payload, places):
            splitter.feed(piece)
            line = line or splitter.next_line()
        rest += splitter.take_rest()
        self.assertEqual((line, rest), (b"put t", payload))
        self.assertEqual(splitter.waiting, 0)

    def test_lines_can_follow_again(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"put\nraw")
        splitter.next_line()
        splitter.take_rest()
        splitter.feed(b"line\n")
        self.assertEqual(drain(splitter), [b"line"])

    def test_long_raw_data_that_nobody_asked_to_split_is_all_there(self) -> None:
        splitter = LineSplitter(limit=8, endless=64)
        splitter.feed(b"put\n" + b"x" * 50)
        splitter.next_line()
        splitter.feed(b"y" * 50)
        self.assertEqual(splitter.waiting, 100)
        self.assertEqual(splitter.take_rest(), b"x" * 50 + b"y" * 50)
        self.assertFalse(splitter.endless_line)


class Telnet:
    """A filter, and what it had to reply."""

    def __init__(self) -> None:
        self._filter = TelnetFilter()
        self.reply = b""

    def unwrap(self, data: bytearray, at: int) -> tuple[bytes, bool, int]:
        filtered = self._filter.feed(data, at)
        self.reply += filtered.reply
        return filtered.data, filtered.interrupt, filtered.end


class TelnetLineTests(SynchronousTestCase):
    """Lines with telnet commands between their bytes."""

    # Line feeds within commands, an escaped 255, an interrupt, an option request.
    DATA = b"hel\xff\xfb\nlo \xff\xff\r\nwrong\xff\xf4\xff\xfd\x06right\n\xff\xfa\n\n\xff\xf0" + b"x" * 12 + b"\nend"

    def test_commands_are_gone_at_every_cut(self) -> None:
        for first in range(len(self.DATA) + 1):
            for second in range(first, len(self.DATA) + 1, 7):
                telnet = Telnet()
                splitter = LineSplitter(limit=10, unwrap=telnet.unwrap)
                lines = []
                for piece in cut(self.DATA, [first, second]):
                    splitter.feed(piece)
                    lines += drain(splitter)
                splitter.finish()
                lines += drain(splitter)
                self.assertEqual(lines, [b"hello \xff", b"right", TOO_LONG, b"end"])
                self.assertEqual(telnet.reply, b"\xff\xfe\n\xff\xfc\x06")
                self.assertEqual(splitter.waiting, 0)

    def test_a_request_is_answered_before_the_line_ends(self) -> None:
        telnet = Telnet()
        splitter = LineSplitter(unwrap=telnet.unwrap)
        splitter.feed(b"unfini\xff\xfd\x06")
        self.assertIsNone(splitter.next_line())
        self.assertEqual(telnet.reply, b"\xff\xfc\x06")

    def test_an_interrupt_spares_the_lines_before_it(self) -> None:
        splitter = LineSplitter(unwrap=Telnet().unwrap)
        splitter.feed(b"one\ntwo\nthr")
        splitter.feed(b"ee\xff\xf4four\n")
        self.assertEqual(drain(splitter), [b"one", b"two", b"four"])

    def test_an_overlong_line_that_is_interrupted_is_forgotten_whole(self) -> None:
        splitter = LineSplitter(limit=4, unwrap=Telnet().unwrap)
        splitter.feed(b"x" * 20)
        splitter.next_line()
        splitter.feed(b"\xff\xf4four\n")
        self.assertEqual(drain(splitter), [b"four"])

    def test_bytes_that_are_not_unwrapped_yet_are_waiting_too(self) -> None:
        splitter = LineSplitter(unwrap=Telnet().unwrap)
        splitter.feed(b"one\n\xff\xf1two\nthree\n")
        splitter.feed(b"four\n")
        self.assertEqual(splitter.waiting, 21)
        self.assertEqual(splitter.next_line(), b"one")
        self.assertEqual(splitter.waiting, 17)
        self.assertEqual(splitter.next_line(), b"two")
        self.assertEqual(splitter.waiting, 11)

    def test_an_endless_line_is_told_between_commands(self) -> None:
        splitter = LineSplitter(limit=10, endless=100, unwrap=Telnet().unwrap)
        for _ in range(51):
            self.assertFalse(splitter.endless_line)
            splitter.feed(b"xx\xff\xf1")
            self.assertIsNone(splitter.next_line())
            self.assertLessEqual(splitter.waiting, 12)
        self.assertTrue(splitter.endless_line)

    def test_lines_can_follow_raw_bytes_again(self) -> None:
        splitter = LineSplitter(unwrap=Telnet().unwrap)
        splitter.feed(b"\xff\xf1put\n\xff\xff")
        self.assertEqual(splitter.next_line(), b"put")
        self.assertEqual(splitter.take_rest(), b"\xff\xff")
        splitter.feed(b"\xff\xf1line\n")
        self.assertEqual(drain(splitter), [b"line"])

    def test_without_a_filter_255_is_a_byte_like_others(self) -> None:
        splitter = LineSplitter()
        splitter.feed(b"a\xff\xf4b\n")
        self.assertEqual(drain(splitter), [b"a\xff\xf4b"])
