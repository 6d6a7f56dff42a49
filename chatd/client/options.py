"""The command line of ``chatc``."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from chatd import __version__
from chatd.client.address import Address, parse, trust

PASSWORD_VARIABLE = "CHATC_PASSWORD"
DOWNLOADS = "~/Downloads/chatd"

THEMES = ("auto", "dark", "light", "none")
"""Colours for a terminal; ``auto`` finds out, and NO_COLOR takes them away."""

_ABOUT = """\
Chat with a chatd server. What you type is said in the room; /help there lists what else there is.
"Send PATH" gives a file to the room, and files that others give are fetched into the downloads folder.

With a pipe or a file as standard input, every line of it is said in ROOM as it is:
  make 2>&1 | chatc --user bot --password-file pw --room lab"""

_STATUSES = """\
exit status: 0 said, or ended as asked for; 2 wrong command line; 3 nothing answers; 4 the certificate is not right;
5 not let in; 6 refused; 7 the connection was cut"""


class Options(msgspec.Struct, frozen=True):
    """What the command line asks for.

    :param trust_root: for TLS, see :func:`chatd.client.address.trust`; None without
    :param user: log in as this account
    :param guest: go in as this guest
    :param password: of ``user``; None where the person is asked for it
    :param room: the room to enter
    :param plain: whether a person gets lines, and not the full screen
    :param theme: of the full screen, or ``auto``
    """

    address: Address
    downloads: Path
    trust_root: Any = None
    user: str = ""
    guest: str = ""
    password: str | None = None
    room: str = ""
    plain: bool = False
    theme: str = "auto"


class _Parser(ArgumentParser):
    # argparse would print the whole usage in front of the sentence.
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> ArgumentParser:
    parser = _Parser(
        "chatc",
        description=_ABOUT,
        epilog=_STATUSES,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("address", nargs="?", default="", metavar="HOST[:PORT]", help="or unix:PATH; 127.0.0.1:9000 without")
    add("--tls", action="store_true", help="speak TLS; the certificate must be trusted and for HOST")
    add("--ca", type=Path, metavar="FILE", help="trust the authorities in this PEM file, instead of the system's")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--user", default="", metavar="NAME", help=f"log in; the password may be in {PASSWORD_VARIABLE}")
    who.add_argument("--guest", default="", metavar="NAME", help="go in as a guest")
    add("--password-file", type=Path, metavar="FILE", help="the password of --user is the first line of this file")
    add("--room", default="", metavar="ROOM", help="enter this room")
    add("--downloads", type=Path, default=DOWNLOADS, metavar="DIR", help="where fetched files go (%(default)s)")
    add("--plain", action="store_true", help="lines one below the other, and not the full screen")
    add("--theme", choices=THEMES, default="auto", help="colours of the full screen (%(default)s)")
    add("--version", action="version", version=f"chatc {__version__}")
    return parser


def read(arguments: Sequence[str], environment: Mapping[str, str] = os.environ, terminal: bool = True) -> Options:
    """What ``arguments`` ask for.

    :param terminal: whether a person is there to answer what is not given
    :raises SystemExit: with status 2 after one line on stderr, or 0 after ``--help`` and ``--version``
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return _options(given, environment, terminal)
    except OSError as error:
        parser.error(f"{error.filename} cannot be read: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))


def _options(given: Any, environment: Mapping[str, str], terminal: bool) -> Options:
    address = parse(given.address) if given.address else Address()
    for option in ("user", "guest", "room"):
        if any(c.isspace() or not c.isprintable() for c in getattr(given, option)):
            raise ValueError(f"--{option}: a name has no spaces")
    if given.ca and not given.tls:
        raise ValueError("--ca is for --tls")
    if given.tls and address.path:
        raise ValueError("--tls is not for Unix sockets")
    if given.password_file and not given.user:
        raise ValueError("--password-file is for --user")
    password = _password(given.password_file, environment) if given.user else None
    if not terminal:
        _check_script(given, password)
    return Options(
        address=address,
        downloads=given.downloads.expanduser(),
        trust_root=_trust(given.ca) if given.tls else None,
        user=given.user,
        guest=given.guest,
        password=password,
        room=given.room,
        plain=given.plain,
        theme=given.theme,
    )


def _trust(file: Path | None) -> Any:
    try:
        return trust(file)
    except ValueError:
        raise ValueError(f"--ca: there is no certificate in {file}") from None


def _password(file: Path | None, environment: Mapping[str, str]) -> str | None:
    if file:
        return file.read_text().partition("\n")[0].removesuffix("\r")
    password = environment.get(PASSWORD_VARIABLE)
    if password and ("\n" in password or "\r" in password):
        raise ValueError(f"{PASSWORD_VARIABLE} has more than one line")
    return password


def _check_script(given: Any, password: str | None) -> None:
    if not given.room or not (given.user or given.guest):
        raise ValueError("without a terminal, say who speaks and where: --user or --guest NAME, and --room ROOM")
    if given.user and password is None:
        raise ValueError(f"without a terminal, the password comes from {PASSWORD_VARIABLE} or --password-file")
