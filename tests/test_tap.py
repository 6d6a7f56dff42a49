"""The options of ``twistd chatd``: what wins, and what is said where something is wrong."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.python.usage import Options as AnyOptions
from twisted.trial.unittest import SynchronousTestCase

from chatd import __version__
from chatd.auth import CsvChecker
from chatd.config import Config
from chatd.daemon import Daemon
from chatd.tap import Options, makeService


class TapTestCase(SynchronousTestCase):
    def file(self, content: str, name: str = "chatd.toml") -> str:
        directory = Path(self.mktemp())
        directory.mkdir()
        (directory / name).write_text(content)
        return str(directory / name)

    def parse(self, *arguments: str) -> Options:
        options = Options()
        options.parseOptions(list(arguments))
        return options

    def refused(self, *arguments: str) -> str:
        """The one line that is said of arguments that cannot be."""
        code = self.assertRaises(SystemExit, self.parse, *arguments).code
        self.assertIsInstance(code, str, "twistd would end as if nothing were wrong")
        self.assertEqual(len(code.split("\n")), 1, code)
        return str(code).removeprefix("chatd: ").removesuffix("; twistd chatd --help tells the options")

    def printed(self, *arguments: str) -> str:
        """What is printed by an option that ends the program well."""
        output = io.StringIO()
        self.patch(Options, "authOutput", output)
        with contextlib.redirect_stdout(output):
            self.assertIn(self.assertRaises(SystemExit, self.parse, *arguments).code, (0, None))
        return output.getvalue()


class PrecedenceTests(TapTestCase):
    def test_without_any_all_is_as_documented(self) -> None:
        self.assertEqual(self.parse().checked, Config())

    def test_the_file_stands_before_the_defaults(self) -> None:
        path = self.file('[server]\ndata = "there"\n[listen]\nline = ["tcp:1", "tcp:2"]\n[rooms]\nmax = 7\n')
        checked = self.parse("--config", path).checked
        self.assertEqual(
            (checked.server.data, checked.listen.line, checked.rooms.max), ("there", ("tcp:1", "tcp:2"), 7)
        )

    def test_the_command_line_stands_before_the_file(self) -> None:
        path = self.file('[server]\ndata = "there"\nmotd = "hi"\n[listen]\nline = ["tcp:1"]\n[rooms]\nmax = 7\n')
        options = ("--data", "here", "--line", "tcp:3", "--line", "unix:chat", "--motd", "motd.txt")
        checked = self.parse("--config", path, *options).checked
        self.assertEqual((checked.server.data, checked.listen.line), ("here", ("tcp:3", "unix:chat")))
        self.assertEqual((checked.server.motd, checked.server.motd_file), ("", "motd.txt"))
        self.assertEqual(checked.rooms.max, 7)

    def test_metrics_are_served_where_that_is_asked_for(self) -> None:
        path = self.file('[listen]\nmetrics = ["tcp:1"]\n')
        self.assertEqual(self.parse().checked.listen.metrics, ())
        self.assertEqual(self.parse("-c", path).checked.listen.metrics, ("tcp:1",))
        given = self.parse("-c", path, "--metrics", "tcp:2", "--metrics", "unix:m").checked.listen.metrics
        self.assertEqual(given, ("tcp:2", "unix:m"))

    def test_and_so_is_the_web(self) -> None:
        path = self.file('[listen]\nweb = ["tcp:1"]\n')
        self.assertEqual(self.parse().checked.listen.web, ())
        self.assertEqual(self.parse("-c", path).checked.listen.web, ("tcp:1",))
        given = self.parse("-c", path, "--web", "tcp:2", "--web", "unix:w").checked.listen.web
        self.assertEqual(given, ("tcp:2", "unix:w"))

    def test_the_order_of_options_is_of_no_matter(self) -> None:
        path = self.file('[server]\ndata = "there"\n')
        self.assertEqual(self.parse("--data", "here", "--config", path).checked.server.data, "here")

    def test_short_forms(self) -> None:
        path = self.file('[server]\nname = "den"\n')
        checked = self.parse("-c", path, "-d", "here", "-m", "motd.txt").checked
        self.assertEqual(
            (checked.server.name, checked.server.data, checked.server.motd_file), ("den", "here", "motd.txt")
        )

    def test_a_name_that_ends_in_json_is_json(self) -> None:
        self.assertEqual(self.parse("-c", self.file('{"rooms": {"max": 7}}', "chatd.json")).checked.rooms.max, 7)

    def test_checkers_are_made_by_name(self) -> None:
        options = self.parse("--auth", "csv:people.csv", "--auth", "memory:alice:sesame")
        csv, memory = options["credCheckers"]
        assert isinstance(csv, CsvChecker)
        self.assertEqual(csv.path, "people.csv")
        self.assertEqual(memory.users, {"alice": "sesame"})


class RefusalTests(TapTestCase):
    def test_an_unknown_option(self) -> None:
        self.assertIn("--nonsense", self.refused("--nonsense"))

    def test_an_argument(self) -> None:
        self.assertEqual(self.refused("start", "now"), "there is nothing to do with 'start now'")

    def test_an_option_without_its_value(self) -> None:
        self.assertIn("--data", self.refused("--data"))

    def test_an_empty_value(self) -> None:
        for option in ("--data", "--line"):
            self.assertIn("command line: [", self.refused(option, ""))

    def test_a_file_that_is_not_there(self) -> None:
        self.assertEqual(self.refused("--config", "nowhere.toml"), "nowhere.toml: No such file or directory")

    def test_a_file_that_is_wrong(self) -> None:
        path = self.file("[limits]\nqueue_byte = 3\n")
        self.assertEqual(
            self.refused("--config", path), f"{path}: [limits] queue_byte: no such key; did you mean queue_bytes?"
        )

    def test_a_checker_that_is_not_there(self) -> None:
        self.assertIn("nonsense", self.refused("--auth", "nonsense:x"))

    def test_a_checker_that_does_not_take_its_argument(self) -> None:
        self.assertIn("format U:P", self.refused("--auth", "memory:alice"))

    def test_names_that_would_begin_another_line(self) -> None:
        for arguments in (("--config", "a\nb"), ("a\nb",), ("--a\nb",), ("--auth", "a\nb:c")):
            self.refused(*arguments)


class TellingTests(TapTestCase):
    def test_the_version(self) -> None:
        self.assertEqual(self.printed("--version"), f"chatd {__version__}\n")

    def test_help_tells_every_option_and_what_it_is_without(self) -> None:
        told = self.printed("--help")
        for option in ("--config=", "--data=", "--line=", "--motd=", "--auth=", "--version"):
            self.assertIn(option, told)
        for default in ("chatd-data]", "tcp:9000:interface=127.0.0.1]"):
            self.assertIn(default, "".join(told.split()).replace("[default:", ""))
        self.assertNotIn(":param", told)

    def test_checkers_are_told_with_ours_among_them(self) -> None:
        told = self.printed("--help-auth")
        self.assertIn("csv", told)
        self.assertIn("memory", told)
        self.assertIn("users.csv", self.printed("--help-auth-type", "csv"))


class ServiceTests(TapTestCase):
    def setUp(self) -> None:
        # Which is made one that goes by another clock.
        self.patch(reactor, "seconds", reactor.seconds)

    def test_timers_go_by_a_clock_that_is_never_set(self) -> None:
        options = self.parse()
        options.parent = AnyOptions()
        makeService(options)
        self.assertIs(reactor.seconds, time.monotonic)

    def test_nothing_is_opened_before_it_starts(self) -> None:
        directory = Path(self.mktemp())
        options = self.parse("--data", str(directory))
        parent: Any = AnyOptions()
        options.parent = parent
        self.assertIsInstance(makeService(options), Daemon)
        self.assertFalse(directory.exists())

    def starting(self, **parent: Any) -> Path:
        """Let a daemon fail to start, as twistd with these options does; gives where it tried to keep its files."""
        path = Path(self.mktemp())
        path.write_text("in the way")
        options = self.parse("--data", str(path))
        twistd: Any = parent
        options.parent = twistd
        start = makeService(options).privilegedStartService
        self.assertEqual(self.assertRaises(SystemExit, start).code, 1)
        return path

    def test_what_keeps_it_from_starting_is_told_in_one_line(self) -> None:
        output, pidfile = io.StringIO(), Path(self.mktemp())
        pidfile.write_text("1")
        self.patch(sys, "__stderr__", output)
        path = self.starting(pidfile=str(pidfile))
        self.assertTrue(output.getvalue().startswith(f"chatd: {path}"))
        self.assertEqual(output.getvalue().count("\n"), 1)
        self.assertFalse(pidfile.exists())

    def test_a_shell_that_waits_for_it_is_told_as_much_as_twistd_reads(self) -> None:
        reading, writing = os.pipe()
        for end in (reading, writing):
            self.addCleanup(os.close, end)
        path = self.starting(pidfile=None, statusPipe=writing)
        told = os.read(reading, 1000)
        self.assertTrue(told.startswith(f"1 {path}".encode()[:100]))
        self.assertLessEqual(len(told), 100)
