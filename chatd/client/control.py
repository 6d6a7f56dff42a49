"""``chatctl``: the client of the operator's console, one command at a time or many."""

from __future__ import annotations

import os
import sys
from argparse import REMAINDER, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from chatd import __version__
from chatd.client.completion import completion
from chatd.client.console import VARIABLE, Console, NoServer, find
from chatd.client.operator import Operator, Shown, Status
from chatd.wire.console import VERBS
from chatd.wire.console import find as verb

_ABOUT = "See and steer a chatd that runs on this machine. Without a command it asks for one after the other."

_STATUSES = "exit status: 0 done; 1 refused; 2 wrong usage; 3 there is no server"

_OURS = ("adduser --from", "backup ")
"""Commands about files of this side of the connection."""


class Wanted(NamedTuple):
    """What the command line asks for.

    :param command: empty where it asks for one after the other
    :param rows: that go with it
    """

    socket: str
    json: bool
    command: str
    rows: tuple[str, ...]


class _Parser(ArgumentParser):
    # argparse would print the whole usage in front of the sentence.
    def error(self, message: str) -> NoReturn:
        self.exit(Status.USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> ArgumentParser:
    width = max(len(f"{row.name} {row.arguments}") for row in VERBS)
    commands = "\n".join(f"  {f'{row.name} {row.arguments}':{width}}  {row.help}" for row in VERBS)
    parser = _Parser(
        "chatctl",
        description=_ABOUT,
        epilog=f"commands:\n{commands}\n\n{_STATUSES}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--socket", default="", metavar="PATH", help=f"the server's console, or its data directory; also in {VARIABLE}")
    add("--json", action="store_true", help="answers as JSON, one object a line")
    add("--completion", action="store_true", help="print what bash needs to complete commands")
    add("--version", action="version", version=f"chatctl {__version__}")
    add("command", nargs=REMAINDER, metavar="COMMAND ...", help="what is to be done")
    return parser


def read(arguments: Sequence[str]) -> Wanted:
    """What ``arguments`` ask for.

    :raises SystemExit: with status 2 after one line on stderr, or 0 after what was to be printed
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    words: list[str] = given.command
    if given.completion:
        sys.stdout.write(completion())
        sys.exit(Status.DONE)
    row = verb(words[0]) if words else None
    if "--json" in words and (row is None or "TEXT" not in row.arguments):
        words.remove("--json")
        given.json = True
    if any("\n" in word or "\r" in word for word in words):
        parser.error("a command is one line")
    try:
        return Wanted(given.socket, given.json, *_here(words))
    except (OSError, UnicodeDecodeError) as error:
        parser.error(_unreadable(error, words[-1]))


def _here(words: list[str]) -> tuple[str, tuple[str, ...]]:
    """The command, and its rows; what concerns files of this side of the connection is done here."""
    if words[:1] == ["adduser"] and len(words) == 2 and words[1].startswith("--from="):
        words = ["adduser", "--from", words[1].removeprefix("--from=")]
    if words[:2] == ["adduser", "--from"] and len(words) == 3:
        text = sys.stdin.read() if words[2] == "-" else Path(words[2]).read_text(encoding="utf-8-sig")
        # A name is no longer than a line may be, and what is would be two rows.
        return "adduser --from -", tuple(line.rstrip("\r")[:1000] for line in text.removesuffix("\n").split("\n"))
    if words[:1] == ["backup"] and len(words) > 1:
        return f"backup {os.path.abspath(' '.join(words[1:]))}", ()
    return " ".join(words), ()


def _unreadable(error: Exception, file: str) -> str:
    return f"{file} cannot be read: {error.strerror if isinstance(error, OSError) else 'it is not UTF-8'}"


def _complete_verbs() -> None:
    with suppress(ImportError):
        import readline  # noqa: PLC0415 - not every Python has it

        def complete(text: str, number: int) -> str | None:
            fitting = [row.name for row in VERBS if row.name.startswith(text) and not readline.get_begidx()]
            return f"{fitting[number]} " if number < len(fitting) else None

        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")


def _interactive(operator: Operator) -> Status:
    _complete_verbs()
    status = Status.DONE
    while True:
        try:
            line = input("chatd> " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return status
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            continue
        if line in ("quit", "exit"):
            return status
        if line:
            try:
                status = operator.do(*_here(line.split()) if line.startswith(_OURS) else (line, ()))
            except (OSError, UnicodeDecodeError) as error:
                sys.stderr.write(_unreadable(error, line.split()[-1]) + "\n")
                status = Status.USAGE


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """The program ``chatctl``; its exit status, see :class:`chatd.client.operator.Status`."""
    wanted = read(sys.argv[1:] if arguments is None else arguments)
    colours = sys.stdout.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    shown = Shown(sys.stdout, sys.stderr, wanted.json, colours)
    try:
        console = Console(find(wanted.socket, environment))
        try:
            operator = Operator(console, shown, sys.stdin.isatty())
            return int(operator.do(wanted.command, wanted.rows) if wanted.command else _interactive(operator))
        finally:
            console.close()
    except NoServer as error:
        sys.stderr.write(f"chatctl: {error}\n")
        return int(Status.NO_SERVER)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _write_no_more()  # nobody reads on, as with head(1)
        return int(Status.DONE)
    except OSError as error:
        _write_no_more()
        sys.stderr.write(f"chatctl: the answer cannot be written: {error.strerror}\n")
        return int(Status.REFUSED)


def _write_no_more() -> None:
    # What is still to be written at the end is thrown away.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
