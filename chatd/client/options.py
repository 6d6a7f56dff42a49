"""The command line of ``chatc``."""

from __future__ import annotations

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from chatd import __version__
from chatd.client.address import Address, parse
from chatd.client.profiles import FETCHED, Config
from chatd.client.tls import trust

PASSWORD_VARIABLE = "CHATC_PASSWORD"
USER_VARIABLE = "CHATC_USER"
DOWNLOADS = "~/Downloads/chatd"

THEMES = ("auto", "dark", "light", "none")
"""Colours for a terminal; ``auto`` finds out, and NO_COLOR takes them away."""

_ABOUT = """\
Chat with a chatd server. What you type is said in the room; /help there lists what else there is.
"Send PATH" gives a file to the room, and files that others give are fetched into the downloads folder.

With a pipe or a file as standard input, every line of it is said in ROOM as it is:
  make 2>&1 | chatc --user bot --password-file pw --room lab
A script may also follow a room, give it a file, or fetch one:
  chatc --guest eye --room lab --follow --json
  chatc send report.pdf --user bot --password-file pw --room lab
  chatc get 17 --guest eye --room lab"""

_STATUSES = """\
exit status: 0 said, or ended as asked for; 2 wrong command line; 3 nothing answers; 4 the certificate is not right;
5 not let in; 6 refused; 7 the connection was cut; 70 a defect of chatc itself"""


class Options(msgspec.Struct, frozen=True):
    """What the command line and the configuration file ask for.

    :param trust_root: for TLS, see :func:`chatd.client.tls.trust`; None without
    :param user: log in as this account
    :param guest: go in as this guest
    :param password: of ``user``; None where the person is asked for it
    :param room: the room to enter
    :param plain: whether a person gets lines, and not the full screen
    :param theme: of the full screen, or ``auto``
    :param pins: whether a server whose certificate nobody has signed may be known by it
    :param fetch: files of up to so many bytes are fetched by themselves
    :param follow: whether what is said in the room is shown, as a script wants it
    :param json: whether that is shown as JSON objects
    :param send: the path of a file that a script gives to the room; empty for none
    :param get: the number of a file of the room that a script fetches; empty for none
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
    pins: bool = False
    fetch: int = FETCHED
    follow: bool = False
    json: bool = False
    send: str = ""
    get: str = ""

    @property
    def is_errand(self) -> bool:
        """Whether a script has something done, whether or not a person looks on."""
        return bool(self.follow or self.send or self.get)


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
    add(
        "words",
        nargs="*",
        metavar="SERVER",
        help="HOST[:PORT], tls://HOST, unix:PATH, or a profile; before it, send FILE or get ID, for a file of --room",
    )
    add("--tls", action="store_true", help="speak TLS, as on port 9443; the certificate must be trusted and for HOST")
    add("--ca", type=Path, metavar="FILE", help="trust the authorities in this PEM file, instead of the system's")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--user", default="", metavar="NAME", help=f"log in; the password may be in {PASSWORD_VARIABLE}")
    who.add_argument("--guest", default="", metavar="NAME", help="go in as a guest")
    add("--password-file", type=Path, metavar="FILE", help="the password of --user is the first line of this file")
    add("--room", default="", metavar="ROOM", help="enter this room")
    add("--follow", action="store_true", help="show what is said in --room, until the end")
    add("--json", action="store_true", help="with --follow: as JSON objects, one a line")
    add("--downloads", type=Path, metavar="DIR", help=f"where fetched files go ({DOWNLOADS})")
    add("--plain", action="store_true", help="lines one below the other, and not the full screen")
    add("--theme", choices=THEMES, help="colours of the full screen (auto)")
    add("--version", action="version", version=f"chatc {__version__}")
    return parser


def read(
    arguments: Sequence[str],
    environment: Mapping[str, str] = os.environ,
    terminal: bool = True,
    config: Config | None = None,
) -> Options:
    """What ``arguments`` ask for.

    :param terminal: whether a person is there to answer what is not given
    :param config: what holds where the arguments say nothing
    :raises SystemExit: with status 2 after one line on stderr, or 0 after ``--help`` and ``--version``
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return _options(_merged(given, config or Config()), environment, terminal)
    except OSError as error:
        parser.error(f"{error.filename} cannot be read: {error.strerror}")
    except ValueError as error:
        parser.error(str(error))


def _merged(given: Any, config: Config) -> Any:
    """The arguments, with what the profile that they name and the rest of the file say where they say nothing."""
    given.send, given.get, given.address = _words(given.words)
    profile = config.profile.get(given.address or config.default)
    if profile is not None:
        given.address = profile.address
        named = bool(given.user or given.guest)
        for key in ("room", "ca", "downloads", *(() if named else ("user", "guest", "password_file"))):
            if not getattr(given, key):
                setattr(given, key, getattr(profile, key))
    given.downloads = _path(given.downloads or config.downloads or DOWNLOADS)
    given.ca, given.password_file = _path(given.ca), _path(given.password_file)
    given.theme = given.theme or config.theme
    given.plain = given.plain or config.plain
    given.fetch = config.fetch
    return given


def _words(words: list[str]) -> tuple[str, str, str]:
    """The file to be sent, the one to be fetched, and the server, each empty for none."""
    verb, what = (words[0], words[1]) if len(words) > 1 and words[0] in ("send", "get") else ("", "")
    rest = words[2:] if verb else words
    if len(rest) > 1:
        raise ValueError(f"{rest[1]!r} is one word too many")
    return what if verb == "send" else "", what if verb == "get" else "", rest[0] if rest else ""


def _path(text: str | Path | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _options(given: Any, environment: Mapping[str, str], terminal: bool) -> Options:
    address = parse(given.address, given.tls) if given.address else Address(tls=given.tls)
    for option in ("user", "guest", "room"):
        if any(c.isspace() or not c.isprintable() for c in getattr(given, option)):
            raise ValueError(f"--{option}: a name has no spaces")
    if given.tls and address.path:
        raise ValueError("--tls is not for Unix sockets")
    if given.tls and not address.tls:
        raise ValueError("--tls is not for tcp://")
    if given.ca and not address.tls:
        raise ValueError("--ca is for --tls")
    if given.user and given.guest:
        raise ValueError("one is either a user or a guest")
    if given.password_file and not given.user:
        raise ValueError("--password-file is for --user")
    if not (given.user or given.guest):
        given.user = environment.get(USER_VARIABLE, "")
    password = _password(given.password_file, environment) if given.user else None
    if given.json and not given.follow:
        raise ValueError("--json is for --follow")
    if not terminal or given.follow or given.send or given.get:
        _check_script(given, password)
    return Options(
        address=address,
        downloads=given.downloads,
        trust_root=_trust(given.ca) if address.tls else None,
        user=given.user,
        guest=given.guest,
        password=password,
        room=given.room,
        plain=given.plain,
        theme=given.theme,
        pins=address.tls and not given.ca,
        fetch=given.fetch,
        follow=given.follow,
        json=given.json,
        send=given.send,
        get=given.get,
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
        raise ValueError("for a script, say who speaks and where: --user or --guest NAME, and --room ROOM")
    if given.user and password is None:
        raise ValueError(f"for a script, the password comes from {PASSWORD_VARIABLE} or --password-file")
