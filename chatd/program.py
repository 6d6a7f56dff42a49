"""The program that this process runs: how twistd was started, and how it is started again."""

from __future__ import annotations

import getopt
import os
import pwd
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from chatd.config import Config, ConfigError

_DONE_ALREADY = {"--nodaemon", "-n", "--uid", "-u", "--gid", "-g", "--euid", "--chroot", "--umask"}
"""Options of twistd that have made this process what it still is when it becomes a program anew."""

_LOGGING = ("logfile", "syslog", "logger")


class TwistdProgram:
    """twistd, with chatd in it.

    :param options: twistd's own, as it understood them
    :param read: reads the configuration anew, see :meth:`chatd.life.Program.read`
    """

    def __init__(self, options: Any, read: Callable[[], Config]) -> None:
        self._options = options
        self.read = read
        self._directory = os.getcwd()  # before twistd goes elsewhere
        self._program = os.path.abspath(sys.argv[0])

    @contextmanager
    def as_its_user(self) -> Iterator[None]:
        """As :meth:`chatd.life.Program.as_its_user`."""
        uid, gid = self._options.get("uid"), self._options.get("gid")
        if uid is None or os.geteuid():
            yield
            return
        # As twistd does it later, for good.
        os.setegid(pwd.getpwuid(uid).pw_gid if gid is None else gid)
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(os.getgid())

    def check(self) -> None:
        """As :meth:`chatd.life.Program.check`."""
        if self._options["chroot"]:
            raise ConfigError("from within --chroot there is no way back to the program")
        if not os.access(sys.executable, os.X_OK) or not os.access(self._program, os.R_OK):
            raise ConfigError(f"{sys.executable} {self._program} cannot be started any more")
        pid_file = self._options["pidfile"]
        if pid_file and not os.access(os.path.dirname(pid_file), os.W_OK):
            raise ConfigError(f"{pid_file} cannot be replaced")
        log = os.path.join(self._directory, self._log_file())
        if self._log_file() and not os.access(log if os.path.exists(log) else os.path.dirname(log), os.W_OK):
            raise ConfigError(f"{log} cannot be written as the user that this runs as")
        if not os.access(self._directory, os.X_OK):
            raise ConfigError(f"{self._directory}, where it was started, cannot be entered any more")

    def run_again(self, environment: dict[str, str]) -> None:
        """As :meth:`chatd.life.Program.run_again`."""
        pid_file = self._options["pidfile"]
        if pid_file:
            # twistd would take this process for another one.
            with suppress(FileNotFoundError):
                os.unlink(pid_file)
        here = os.getcwd()
        os.chdir(self._directory)
        try:
            os.execve(sys.executable, self.command(sys.orig_argv, sys.argv), os.environ | environment)
        finally:
            # Only where that has failed.
            os.chdir(here)
            if pid_file:
                with open(pid_file, "w") as file:
                    file.write(str(os.getpid()))

    def command(self, whole: Sequence[str], arguments: Sequence[str]) -> list[str]:
        """The command line that goes on where this process is: in the background or not, as whom and with which umask.

        :param whole: with the interpreter and its options, as it was started
        :param arguments: without
        """
        given, rest = getopt.getopt(list(arguments[1:]), self._options.shortOpt, self._options.longOpt)
        interpreter = list(whole[: len(whole) - len(arguments)])
        return [*interpreter, arguments[0], "--nodaemon", *self._kept(given), *rest]

    def _kept(self, given: list[tuple[str, str]]) -> Iterator[str]:
        for option, value in given:
            if option not in _DONE_ALREADY:
                yield option
                if f"{option[2:]}=" in self._options.longOpt or f"{option[1:]}:" in self._options.shortOpt:
                    yield value
        if self._log_file() and not self._options["logfile"]:
            yield f"--logfile={self._log_file()}"

    def _log_file(self) -> str:
        """What twistd logs to; empty for no file."""
        file = str(self._options["logfile"] or "")
        if self._options["nodaemon"] or any(self._options.get(kind) for kind in _LOGGING):
            return "" if file == "-" or self._options.get("logger") or self._options["syslog"] else file
        return "twistd.log"  # as twistd calls it in the background where nothing else is said
