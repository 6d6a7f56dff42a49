"""The table of the console's verbs: name, command, arguments, help; lines are parsed by it, help is drawn from it.

What does each is found by the type of the command, see :mod:`chatd.console`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from chatd.chat import operating as o
from chatd.chat.answers import Helped, Refusal, Word
from chatd.chat.names import closest

_LOG = r"(?:(?:-n\s*(?P<count>\d{1,5})|(?P<follow>-f))(?:\s+|$))*"
_ADD = r"--from\s+(?P<source>\S.*)|(?P<name>(?!-)\S+)"
# What begins with a digit is meant for a time, right or wrong: a ban for ever would be a bad surprise.
_TIME = r"(?:\s+(?P<time>\d\S*))?(?:\s+(?P<text>.+))?"
_BAN = rf"(?P<name>\S+){_TIME}"
_MUTE = rf"(?P<name>\S+)\s+(?P<room>\S+){_TIME}"
_STOP = r"(?:--in\s+(?P<delay>\S+)(?:\s+|$))?(?P<text>(?!-).+)?"


class Row(NamedTuple):
    """A verb.

    :param arguments: what is typed behind it, optional ones in brackets; ``TEXT`` and ``FILE`` take the rest
    :param form: a regular expression with a group for each field, where words do not tell them apart
    """

    name: str
    command: type[o.Command]
    arguments: str
    help: str
    form: str = ""

    @property
    def word(self) -> Word:
        """The row as help shows it."""
        return Word(self.name, self.arguments, self.help)


VERBS = (
    Row("status", o.Status, "", "how the server is, and how much of each limit is used"),
    Row("uptime", o.Uptime, "", "since when it runs"),
    Row("users", o.Users, "[-a]", "who is here; -a: every account too", r"(?P<everybody>-a)?"),
    Row("rooms", o.Rooms, "", "every room, hidden ones too"),
    Row("sessions", o.Sessions, "", "every connection: whose, from where, since when"),
    Row("log", o.Log, "[-n N] [-f]", "the last N lines of the operator's log; -f: and those to come", _LOG),
    Row("say", o.Announce, "TEXT", "say something to everybody who is here"),
    Row("kick", o.Kick, "NAME [TEXT]", "disconnect somebody"),
    Row("ban", o.Ban, "NAME|ADDRESS [TIME] [TEXT]", "keep somebody off the server: 30s, 10m, 2h, 1d", _BAN),
    Row("unban", o.Unban, "NAME|ADDRESS", "let somebody in again"),
    Row("bans", o.Bans, "[ROOM]", "who is banned or muted, where, by whom, until when and why"),
    Row("mute", o.Mute, "NAME ROOM [TIME] [TEXT]", "let somebody say nothing in a room", _MUTE),
    Row("unmute", o.Unmute, "NAME ROOM", "let somebody speak again in a room"),
    Row("role", o.Role, "NAME user|moderator|operator", "give an account a role"),
    Row("passwd", o.Passwd, "NAME", "give an account another password, which is asked for or made up"),
    Row("adduser", o.AddUser, "NAME | --from FILE", "make an account, or one for each row, with passwords", _ADD),
    Row("disable", o.Disable, "NAME", "let nobody log in to an account, and end its sessions"),
    Row("enable", o.Enable, "NAME", "let its owner log in again"),
    Row("deluser", o.DelUser, "NAME", "remove an account, and end its sessions"),
    Row("motd", o.Motd, "[TEXT]", "show the message of the day, or set it until the next reload; - takes it away"),
    Row("reload", o.Reload, "", "read configuration, message of the day and certificates again"),
    Row("stop", o.Stop, "[--in TIME] [TEXT]", "stop the server, now or in 30s, 5m, 1h; everybody is told", _STOP),
    Row("restart", o.Restart, "[TEXT]", "stop it and start it again; nobody who connects meanwhile is refused"),
    Row("backup", o.Backup, "FILE", "write the data directory into FILE, a .tar.gz"),
    Row("export", o.Export, "ROOM [text|csv|json]", "the whole history of a room"),
    Row("help", o.Help, "[VERB]", "this list, or one verb"),
    Row("format", o.Format, "text|json", "lines for people or for programs"),
    Row("quit", o.Quit, "", "leave the console"),
)  # fmt: skip

_BY_NAME = {row.name: row for row in VERBS}
_REST = {"TEXT", "[TEXT]", "FILE"}
FLAGS = ("-a", "-f")


def find(word: str) -> Row | None:
    """The verb of that name."""
    return _BY_NAME.get(word)


def parse(line: str) -> o.Command:
    """What a line asks for; it is not empty.

    :raises Refusal: ``unknown-command``, ``usage``
    """
    word, _, rest = line.strip().partition(" ")
    row = find(word)
    if row is None:
        raise _unknown(word)
    fields = _fields(row, rest.strip())
    try:
        return msgspec.convert(fields, row.command, strict=False)
    except msgspec.ValidationError:
        raise _usage(row) from None


def _fields(row: Row, rest: str) -> dict[str, object]:
    if row.form:
        match = re.fullmatch(row.form, rest)
        if match is None:
            raise _usage(row)
        return {name: text in FLAGS or text for name, text in match.groupdict().items() if text}
    names = [name for name in row.arguments.split() if name != "|"]
    words = rest.split(None, len(names) - 1) if names and names[-1] in _REST else rest.split()
    if not sum(not name.startswith("[") for name in names) <= len(words) <= len(names):
        raise _usage(row)
    return dict(zip(row.command.__struct_fields__, words, strict=False))


def _usage(row: Row) -> Refusal:
    return Refusal("usage", f"{row.name} {row.arguments}".rstrip())


def _unknown(word: str) -> Refusal:
    return Refusal("unknown-command", word, closest(word, _BY_NAME))


def helped(about: str) -> Helped:
    """Help on one verb, or with an empty ``about`` on all.

    :raises Refusal: ``unknown-command``
    """
    row = find(about)
    if about and row is None:
        raise _unknown(about)
    return Helped(tuple(row.word for row in (VERBS if row is None else (row,))))
