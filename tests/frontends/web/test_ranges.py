"""Which bytes a request is about."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from chatd.frontends.web.ranges import NoSuchRange, given, wanted

TAG = '"sum"'


def asked(*ranges: str, size: int = 100, condition: str = "") -> tuple[int, int] | None:
    headers = Headers({"Range": list(ranges)} if ranges else {})
    if condition:
        headers.setRawHeaders("If-Range", [condition])
    return wanted(headers, TAG, size)


class WantedTests(SynchronousTestCase):
    def test_one_range(self) -> None:
        for text, expected in {
            "bytes=0-0": (0, 1),
            "bytes=0-99": (0, 100),
            "bytes=5-": (5, 100),
            "bytes=99-": (99, 100),
            "bytes=10-1000": (10, 100),
            "bytes=-1": (99, 100),
            "bytes=-1000": (0, 100),
            " Bytes = 1-2 ": (1, 3),
        }.items():
            self.assertEqual(asked(text), expected, text)

    def test_what_is_none_and_several_at_once_are_the_whole_file(self) -> None:
        self.assertIsNone(asked())
        self.assertIsNone(asked("bytes=0-1", "bytes=2-3"))
        for text in (
            "",
            "bytes=",
            "bytes=-",
            "bytes=2-1",
            "bytes=0-1,5-6",
            "lines=1-2",
            "bytes=a-b",
            "bytes=٣-",
            "5-6",
        ):
            self.assertIsNone(asked(text), text)
        self.assertIsNone(asked("bytes=" + "9" * 5000 + "-"))

    def test_bytes_that_are_not_there(self) -> None:
        for text, size in (
            ("bytes=100-", 100),
            ("bytes=100-200", 100),
            ("bytes=-0", 100),
            ("bytes=0-", 0),
            ("bytes=-5", 0),
        ):
            with self.assertRaises(NoSuchRange):
                asked(text, size=size)

    def test_another_file_comes_whole(self) -> None:
        self.assertEqual(asked("bytes=5-", condition=TAG), (5, 100))
        for condition in ('"other"', "sum", f"W/{TAG}", "Sat, 31 Jan 2026 12:00:00 GMT"):
            self.assertIsNone(asked("bytes=5-", condition=condition))


class GivenTests(SynchronousTestCase):
    def test_the_first_byte(self) -> None:
        self.assertEqual(given(Headers()), 0)
        for text, expected in {
            "bytes 0-4/5": 0,
            "bytes 1000-4999/5000": 1000,
            "bytes 7-8/*": 7,
            "": -1,
            "bytes */5": -1,
            "bytes=5-": -1,
            "lines 1-2/3": -1,
            "bytes -5-6/7": -1,
        }.items():
            self.assertEqual(given(Headers({"Content-Range": [text]})), expected, text)
        self.assertEqual(given(Headers({"Content-Range": ["bytes 1-2/3", "bytes 2-2/3"]})), -1)
