"""What ``twistd chatd`` runs: its options, and the service that they make."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import Any, NoReturn

from twisted.cred.credentials import IUsernamePassword
from twisted.cred.strcred import AuthOptionMixin
from twisted.logger import Logger
from twisted.python import usage

from chatd import __version__
from chatd.config import Config, ConfigError
from chatd.config_file import load, with_options
from chatd.daemon import Daemon
from chatd.program import TwistdProgram


class Options(usage.Options, AuthOptionMixin):
    """The options of ``twistd chatd``. What is not given is None, so that the configuration file can stand between."""

    synopsis = "[options]"
    longdesc = "Chat rooms for anything that can open a TCP connection: nc, telnet, openssl s_client, chatc."
    supportedInterfaces = (IUsernamePassword,)
    optParameters = [
        ["config", "c", None, "Configuration file: TOML, or JSON when it ends in .json; options here win."],
        ["data", "d", None, "Directory where everything is kept, made 0700. [default: chatd-data]"],
        ["motd", "m", None, "File with the message of the day."],
    ]
    compData = usage.Completions(  # noqa: N815 - Twisted looks for it
        optActions={"config": usage.CompleteFiles(), "data": usage.CompleteDirs(), "motd": usage.CompleteFiles()}
    )

    def opt_line(self, endpoint: str) -> None:
        self.setdefault("line", []).append(endpoint)

    # twistd shows a docstring as it stands, and all of it on lines of its own making.
    opt_line.__doc__ = (
        "Listener for the line protocol, a Twisted endpoint string such as tcp:9000, unix:chat.sock or "
        "ssl:9443:privateKey=key.pem:certKey=cert.pem; may be given more than once. "
        "[default: tcp:9000:interface=127.0.0.1]"
    )

    def opt_web(self, endpoint: str) -> None:
        self.setdefault("web", []).append(endpoint)

    opt_web.__doc__ = (
        "Listener for browsers, and for programs that speak WebSocket, an endpoint string such as tcp:8080; may be "
        "given more than once. [default: none]"
    )

    def opt_metrics(self, endpoint: str) -> None:
        self.setdefault("metrics", []).append(endpoint)

    opt_metrics.__doc__ = (
        "Listener that serves metrics for Prometheus at /metrics, an endpoint string such as "
        "tcp:9090:interface=127.0.0.1; may be given more than once. [default: none]"
    )

    def opt_version(self) -> None:
        """Print the version of chatd and exit."""
        print(f"chatd {__version__}")
        sys.exit(0)

    def parseOptions(self, options: Any = None) -> None:  # noqa: N802 - Twisted calls it
        """Read the command line; what is wrong with it is told in one line."""
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            why = " ".join(str(error).split("\n"))
            sys.exit(f"chatd: {why}; twistd chatd --help tells the options")

    def parseArgs(self, *rest: str) -> None:
        """There are none.

        :raises UsageError: where there are
        """
        if rest:
            raise usage.UsageError(f"there is nothing to do with {' '.join(rest)!r}")

    def postOptions(self) -> None:
        """Read the configuration file; what the command line says wins.

        :raises UsageError: where something in either cannot be
        """
        if self["config"]:
            # It is read again later, and twistd may be elsewhere by then.
            self._file = os.path.abspath(self["config"])
        try:
            self.checked = self._with_options(load(self["config"]) if self["config"] else Config())
        except ConfigError as error:
            raise usage.UsageError(str(error)) from None

    def read(self) -> Config:
        """The configuration as file and command line say now.

        :raises ConfigError: where something in it cannot be
        """
        return self._with_options(load(self._file) if self["config"] else Config())

    def _with_options(self, config: Config) -> Config:
        asked = {kind: self.get(kind) for kind in ("line", "web", "metrics")}
        return with_options(config, data=self["data"], motd_file=self["motd"], **asked)


def makeService(options: Options) -> Daemon:
    """The service that ``options`` ask for; nothing is opened before it starts."""
    from twisted.internet import reactor  # noqa: PLC0415 - twistd may be told to install another first

    # Twisted's timers go by the time of day: a clock that is set a day forward would end all of them at once.
    reactor.seconds = time.monotonic  # type: ignore[method-assign]
    give_up = partial(_give_up, options.parent)
    program = TwistdProgram(options.parent, options.read)
    return Daemon(reactor, options.checked, options.get("credCheckers") or [], give_up, program, os.environ)


def _give_up(parent: Any, why: str) -> NoReturn:
    """Tell in one line, where the start was asked for, that it failed."""
    if parent["pidfile"]:
        # First, for the shell goes on as soon as it is told.
        os.unlink(parent["pidfile"])
    waiting = parent.get("statusPipe")
    if waiting is None:
        # The usual name of it has been led to the log by now.
        print(f"chatd: {why}", file=sys.__stderr__)
    else:
        # A shell waits at the other end of this pipe, where twistd reads so much and no more.
        Logger("chatd.tap").critical("chatd cannot start: {why}", why=why)
        os.write(waiting, f"1 {why}".encode("ascii", "backslashreplace")[:100])
    sys.exit(1)
