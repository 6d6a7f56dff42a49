"""How twistd is started again."""

from __future__ import annotations

from pathlib import Path

from twisted.scripts._twistd_unix import ServerOptions
from twisted.trial.unittest import SynchronousTestCase

from chatd.config import Config, ConfigError
from chatd.program import TwistdProgram


class CommandTests(SynchronousTestCase):
    def command(self, *arguments: str) -> list[str]:
        """What ``twistd ARGUMENTS`` becomes, from the first argument on."""
        options = ServerOptions()
        options.parseOptions([argument for argument in arguments if argument not in ("chatd", "--data", "d")])
        program = TwistdProgram(options, Config)
        interpreter = ["python", "-W", "error"]
        command = program.command([*interpreter, "twistd", *arguments], ["twistd", *arguments])
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
    def program(self, *arguments: str) -> TwistdProgram:
        options = ServerOptions()
        options.parseOptions(list(arguments))
        return TwistdProgram(options, Config)

    def test_all_is_well(self) -> None:
        self.program("--pidfile=").check()

    def test_from_a_chroot_there_is_no_way_back(self) -> None:
        self.assertIn("--chroot", str(self.assertRaises(ConfigError, self.program("--chroot", "/srv").check)))

    def test_a_pid_file_must_be_replaced(self) -> None:
        path = Path(self.mktemp()) / "twistd.pid"
        error = self.assertRaises(ConfigError, self.program(f"--pidfile={path}").check)
        self.assertIn("twistd.pid cannot be replaced", str(error))
