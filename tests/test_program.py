"""How twistd is started again."""

from __future__ import annotations

import os
import pwd
import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

from twisted.scripts._twistd_unix import ServerOptions
from twisted.trial.unittest import SynchronousTestCase

from chatd.config import Config, ConfigError
from chatd.program import TwistdProgram


def program(*arguments: str) -> TwistdProgram:
    """As twistd with these options would be."""
    options = ServerOptions()
    options.parseOptions(list(arguments))
    with patch.object(sys, "argv", [sys.executable]):
        return TwistdProgram(options, Config)


class CommandTests(SynchronousTestCase):
    def command(self, *arguments: str) -> list[str]:
        """What ``twistd ARGUMENTS`` becomes, from the first argument on."""
        own = [argument for argument in arguments if argument not in ("chatd", "--data", "d")]
        interpreter = ["python", "-W", "error"]
        command = program(*own).command([*interpreter, "twistd", *arguments], ["twistd", *arguments])
        self.assertEqual(command[:4], [*interpreter, "twistd"])
        return command[4:]

    def test_in_the_foreground_as_it_was(self) -> None:
        self.assertEqual(
            self.command("-n", "--pidfile=", "chatd", "--data", "d"),
            ["--nodaemon", "--pidfile", "", "chatd", "--data", "d"],
        )

    def test_in_the_background_there_is_no_further_way_there(self) -> None:
        self.assertEqual(self.command("chatd"), ["--nodaemon", "--logfile=twistd.log", "chatd"])
        self.assertEqual(self.command("-l", "x.log", "chatd"), ["--nodaemon", "-l", "x.log", "chatd"])
        self.assertEqual(self.command("--syslog", "chatd"), ["--nodaemon", "--syslog", "chatd"])

    def test_what_was_given_up_is_not_given_up_again(self) -> None:
        command = self.command("-n", "--uid", "0", "-g", "0", "--umask=077", "--rundir", "/", "chatd")
        self.assertEqual(command, ["--nodaemon", "--rundir", "/", "chatd"])

    def test_chatds_own_words_are_none_of_twistds(self) -> None:
        self.assertEqual(self.command("-n", "chatd", "--data", "d")[1:], ["chatd", "--data", "d"])


class CheckTests(SynchronousTestCase):
    def test_all_is_well(self) -> None:
        program("--pidfile=").check()

    def test_from_a_chroot_there_is_no_way_back(self) -> None:
        self.assertIn("--chroot", str(self.assertRaises(ConfigError, program("--chroot", "/srv").check)))

    def test_a_log_file_must_be_opened_again(self) -> None:
        self.patch(os, "access", lambda path, mode: not path.endswith("chatd.log"))
        path = Path(self.mktemp())
        path.mkdir()
        log = path / "chatd.log"
        program("--pidfile=", f"--logfile={log}").check()
        log.touch()
        error = self.assertRaises(ConfigError, program("--pidfile=", f"--logfile={log}").check)
        self.assertIn("chatd.log cannot be written", str(error))
        program("--pidfile=", "--logfile=-", "-n").check()

    def test_a_pid_file_must_be_replaced(self) -> None:
        path = Path(self.mktemp()) / "twistd.pid"
        error = self.assertRaises(ConfigError, program(f"--pidfile={path}").check)
        self.assertIn("twistd.pid cannot be replaced", str(error))


class UserTests(SynchronousTestCase):
    effective = 0

    def setUp(self) -> None:
        self.calls: list[tuple[str, int]] = []
        for name in ("seteuid", "setegid"):
            self.patch(os, name, partial(self.note, name))
        self.patch(os, "geteuid", lambda: self.effective)
        self.patch(os, "getgid", lambda: 0)

    def note(self, name: str, number: int) -> None:
        self.calls.append((name, number))

    def made(self, *arguments: str) -> list[tuple[str, int]]:
        """What is done before and after something is made."""
        with program(*arguments).as_its_user():
            self.note("made", 0)
        return self.calls

    def test_what_is_made_belongs_to_whom_it_will_run_as(self) -> None:
        back = [("seteuid", 0), ("setegid", 0)]
        self.assertEqual(
            self.made("--uid", "65534", "--gid", "7"), [("setegid", 7), ("seteuid", 65534), ("made", 0), *back]
        )

    def test_also_where_making_it_fails(self) -> None:
        with self.assertRaises(KeyError), program("--uid", "65534", "--gid", "7").as_its_user():
            os.environ["THERE_IS_NONE_OF_THAT_NAME"]
        self.assertEqual(self.calls[-2:], [("seteuid", 0), ("setegid", 0)])

    def test_without_a_group_it_is_that_of_the_user(self) -> None:
        user = pwd.getpwuid(os.getuid())
        self.assertEqual(self.made("--uid", str(user.pw_uid))[:2], [("setegid", user.pw_gid), ("seteuid", user.pw_uid)])

    def test_nothing_is_done_without_another_user_or_the_right_to_be_one(self) -> None:
        self.assertEqual(self.made(), [("made", 0)])
        self.calls.clear()
        self.effective = 1000
        self.assertEqual(self.made("--uid", "65534"), [("made", 0)])
