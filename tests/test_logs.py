"""The operator's log, as JSON and in files."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from twisted.logger import FileLogObserver, Logger, globalLogPublisher, textFileLogObserver
from twisted.python.logfile import LogFile
from twisted.trial.unittest import SynchronousTestCase

from chatd.logs import json_lines, reopen


class JsonTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.output = io.StringIO()
        self.patch(sys, "stdout", self.output)
        self.log = Logger("chatd.somewhere", observer=json_lines())

    def events(self) -> list[dict[str, str]]:
        """What was written, one object a line."""
        lines = self.output.getvalue().split("\n")
        self.assertEqual(lines.pop(), "")
        return [json.loads(line) for line in lines]

    def test_an_event_is_a_line_whatever_is_in_it(self) -> None:
        self.log.warn("{who} said {what}", who="\x1b[2Jann\u2028", what="one\ntwo\r\x9b")
        (event,) = self.events()
        self.assertRegex(event.pop("time"), r"\A20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
        self.assertEqual(
            event, {"level": "warn", "from": "chatd.somewhere", "text": "\x1b[2Jann\u2028 said one\ntwo\r\x9b"}
        )
        self.assertTrue(self.output.getvalue().isascii())
        self.assertNotIn("\x1b", self.output.getvalue())

    def test_a_failure_has_its_traceback_in_the_same_line(self) -> None:
        try:
            raise ValueError("wrong")
        except ValueError:
            self.log.failure("it failed")
        (event,) = self.events()
        self.assertEqual(event["text"], "it failed")
        self.assertIn("builtins.ValueError: wrong", event["failure"])

    def test_text_continues_an_event_by_a_tab_and_by_nothing_else(self) -> None:
        Logger("chatd.somewhere", observer=textFileLogObserver(self.output)).info("one\n2026-01-01 two")
        first, second, _ = self.output.getvalue().split("\n")
        self.assertTrue(first.endswith("one"))
        self.assertEqual(second, "\t2026-01-01 two")


class FileTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = Path(self.mktemp()).absolute()
        file = LogFile.fromFullPath(str(self.path))
        self.addCleanup(file.close)
        observer = FileLogObserver(file, lambda event: f"{event['log_format']}\n")
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)
        self.log = Logger()

    def test_a_file_that_was_renamed_is_made_again(self) -> None:
        self.log.info("before")
        old = self.path.rename(self.path.with_suffix(".1"))
        self.log.info("between")
        self.assertEqual(reopen(), 1)
        self.log.info("after")
        self.assertEqual((old.read_text(), self.path.read_text()), ("before\nbetween\n", "after\n"))

    def test_one_that_cannot_be_made_goes_on_as_it_was(self) -> None:
        old = self.path.rename(self.path.with_suffix(".1"))
        self.path.mkdir()
        self.assertEqual(reopen(), 0)
        self.log.info("after")
        self.assertTrue(old.read_text().endswith("after\n"))
