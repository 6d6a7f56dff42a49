"""What ``twistd chatd`` runs: its options, and the service that they make."""

from __future__ import annotations

import os
import sys
from typing import Any

from twisted.cred.credentials import IUsernamePassword
from twisted.cred.strcred import AuthOptionMixin
from twisted.python import usage

from chatd import __version__
from chatd.config import Config, ConfigError, load, with_options
from chatd.daemon import CannotStart, Daemon


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

    def opt_version(self) -> None:
        """Print the version of chatd and exit."""
        print(f"chatd {__version__}")
        sys.exit(0)

    def parseOptions(self, options: Any = None) -> None:  # noqa: N802 - Twisted calls it
        """Read the command line; what is wrong with it is told in one line."""
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            sys.exit(f"chatd: {error}; twistd chatd --help tells the options")

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
        try:
            config = load(self["config"]) if self["config"] else Config()
            self.checked = with_options(config, data=self["data"], line=self.get("line"), motd_file=self["motd"])
        except ConfigError as error:
            raise usage.UsageError(str(error)) from None


def makeService(options: Options) -> Daemon:
    """The service that ``options`` ask for; nothing is opened before it starts."""
    from twisted.internet import reactor  # noqa: PLC0415 - twistd may be told to install another first

    parent: Any = options.parent

    def give_up(why: str) -> None:
        if not parent["nodaemon"]:
            # twistd hands the message of an exception to the shell that waits for the daemon.
            raise CannotStart(why)
        if parent["pidfile"]:
            os.unlink(parent["pidfile"])
        sys.exit(f"chatd: {why}")

    return Daemon(reactor, options.checked, options.get("credCheckers") or [], give_up)
