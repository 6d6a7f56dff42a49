"""The table of verbs: name, request, arguments, help; lines are parsed by it, and all help is drawn from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from chatd.chat import requests as r
from chatd.chat.answers import Helped, Refusal, Word
from chatd.chat.names import closest
from chatd.chat.pastes import LONGEST


class Verb(NamedTuple):
    """One row.

    :param arguments: what is typed behind the name, optional ones in brackets; ``TEXT`` takes the rest of the line
    :param in_menu: whether the main menu has it as a word too
    :param form: a regular expression with a group for each argument, where words do not tell them apart
    """

    name: str
    request: type[r.Request]
    arguments: str
    help: str
    aliases: tuple[str, ...] = ()
    in_menu: bool = False
    form: str = ""

    @property
    def word(self) -> Word:
        """The row as help shows it."""
        return Word(self.name, self.arguments, self.help, self.aliases)


# A file's name may have spaces in it. Nothing in this is tried twice, however long a line is.
_SEND = r"(\S.*?)(?<=\S)\s++(-?\d++)(?:\s++(\S++))?"
_HISTORY = r"(?:(?P<count>-?\d{1,9})|since\s++(?P<since>\S++))?+(?:(?:(?<=\s)|\s++|^)before\s++(?P<before>\S++))?+"
# What begins with a digit is meant for a time, right or wrong: a ban for ever would be a bad surprise.
_BAN = r"(\S++)(?:\s++(\d\S*+))?(?:\s++(.+))?"
_ACCESS = (
    "show or set who may enter: open, accounts, password, invited; moderated or hidden on|off; limit N|none; owner NAME"
)
_BAN_ARGUMENTS = "NAME|ADDRESS [TIME] [REASON]"

VERBS = (
    Verb("help", r.Help, "[VERB]", "this list, or one verb"),
    Verb("who", r.Who, "[ROOM]", "who is in the room", ("names", "w"), True),
    Verb("whois", r.Whois, "NAME", "who somebody is", (), True),
    Verb("info", r.Info, "[ROOM]", "owner, topic, members and access of a room", (), True),
    Verb("rooms", r.Rooms, "", "the rooms there are", ("list",), True),
    Verb("create", r.Create, "ROOM", "make a room", (), True),
    Verb("delete", r.Delete, "ROOM", "delete a room of yours; its name is asked once more", (), True),
    Verb("enter", r.Enter, "ROOM [PASSWORD]", "enter one more room", ("join",), True),
    Verb("focus", r.Focus, "ROOM", "let what you type go to another of your rooms, or private chats"),
    Verb("leave", r.Leave, "[ROOM]", 'leave a room, as "Exit Chat" does', ("part", "exit")),
    Verb("menu", r.Menu, "", "leave all rooms, back to the main menu"),
    Verb("quit", r.Quit, "", "leave and disconnect", (), True),
    Verb("me", r.Emote, "TEXT", "say what you do: /me waves"),
    Verb("msg", r.Message, "NAME TEXT", "write to one person alone", (), True),
    Verb("reply", r.Reply, "TEXT", "answer who wrote to you last"),
    Verb("status", r.Status, "[STATUS] [TEXT]", "show or set your status: active, busy, away", (), True),
    Verb("chat", r.Chat, "NAME", "ask somebody for a private chat"),
    Verb("yes", r.Yes, "NAME", "agree to a private chat"),
    Verb("no", r.No, "NAME", "decline a private chat"),
    Verb("close", r.Close, "[NAME]", "end a private chat, or that which has the focus"),
    Verb("ignore", r.Ignore, "[NAME]", "hear no more of somebody; without a name, whom you ignore"),
    Verb("unignore", r.Unignore, "NAME", "hear of somebody again"),
    Verb("nick", r.Nick, "NAME", "guests: be called otherwise"),
    Verb("topic", r.Topic, "[TEXT]", "show or set the topic; - takes it away"),
    Verb("access", r.Access, "[ACCESS] [VALUE]", _ACCESS),
    Verb("invite", r.Invite, "NAME", "invite somebody who has an account into the room"),
    Verb("uninvite", r.Uninvite, "NAME", "take an invitation back"),
    Verb("voice", r.Voice, "NAME", "let somebody speak where the room is moderated"),
    Verb("unvoice", r.Unvoice, "NAME", "take that back"),
    Verb("kick", r.Kick, "NAME [TEXT]", "throw somebody out of the room"),
    Verb(
        "mute", r.Mute, "NAME [TIME] [REASON]", "let somebody say nothing here for a time: 30s, 10m, 2h, 1d", form=_BAN
    ),
    Verb("unmute", r.Unmute, "NAME", "let somebody speak again"),
    Verb("ban", r.Ban, _BAN_ARGUMENTS, "keep somebody out of the room, or everybody from an address", form=_BAN),
    Verb("unban", r.Unban, "NAME|ADDRESS", "let somebody in again"),
    Verb("bans", r.Bans, "", "who is banned or muted here, by whom, until when and why"),
    Verb("serverban", r.ServerBan, _BAN_ARGUMENTS, "for operators: keep somebody off this server", form=_BAN),
    Verb("serverunban", r.ServerUnban, "NAME|ADDRESS", "for operators: let somebody onto this server again"),
    Verb("redact", r.Redact, "ID", "take back what was said: your own last, within ten minutes"),
    Verb(
        "history",
        r.History,
        "[COUNT|since WHEN] [before ID]",
        "what was said before; /history @NAME [COUNT]: with NAME",
        form=_HISTORY,
    ),
    Verb("search", r.Search, "TEXT", "search what was said: words, @NAME, #ROOM, since:2h", (), True),
    Verb("more", r.More, "[ID]", "more of a long paste, or of what was found", (), True),
    Verb("files", r.Files, "[ROOM]", "the files of the room"),
    Verb("send", r.Send, "NAME SIZE [SHA256]", "give the room a file of SIZE bytes", form=_SEND),
    Verb("get", r.Get, "ID", "fetch a file"),
    Verb("resume", r.Resume, "", "the code with which you can go on with this session on another connection"),
    Verb("echo", r.Echo, "on|off", "whether you are shown your own lines"),
    Verb("bell", r.Bell, "on|off", "whether the bell rings where your name is said"),
    Verb("quiet", r.Quiet, "on|off", "whether who enters and leaves is kept from you"),
    Verb("time", r.Time, "ZONE", "show times in a zone: on (the server's), off, utc, Europe/Berlin"),
    Verb("verbatim", r.Verbatim, "", "say every further line as it is"),
    Verb("format", r.Format, "text|json", "lines for people or for programs", (), True),
    Verb("motd", r.Motd, "", "the message of the day", (), True),
    Verb("version", r.Version, "", "what this server runs", (), True),
)

_SHORTCUTS = {"away": "status away", "back": "status active"}
_BY_NAME = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}
_COMMAND = re.compile(r"/([a-z]+)(?: +(.*))?$", re.DOTALL)
_NOT_SAID = re.compile(rb"/[a-z]+(?:\s|\Z)|(?i:\s*exit chat\s*)\Z")
_TEXT = {"TEXT", "[TEXT]", "[PASSWORD]"}
_HINTED = {"help": "help", "quit": "quit", "exit": "leave", "who": "who"}
_SLIPS = ("help", "quit", "exit", "who", "send")


def find(word: str) -> Verb | None:
    """The verb of that name or alias."""
    return _BY_NAME.get(word)


def parse(line: str) -> r.Request:
    """What a line typed in a room asks for; an empty one is not parsed.

    :raises Refusal: ``unknown-verb``, ``usage``
    """
    if not line.startswith("/"):
        return r.Leave() if line.strip().casefold() == "exit chat" else r.Say(line)
    if line.startswith("//"):
        return r.Say(line[1:])
    match = _COMMAND.match(line)
    if match is None:
        return r.Say(line)
    word, rest = match[1], match[2] or ""
    if word in _SHORTCUTS:
        word, rest = "status", f"{_SHORTCUTS[word].partition(' ')[2]} {rest}"
    verb = find(word)
    if verb is None:
        raise Refusal("unknown-verb", word, tuple(f"/{name}" for name in closest(word, _BY_NAME)))
    return _history_with(verb, rest) if verb.request is r.History and rest.startswith("@") else fill(verb, rest, "/")


def _history_with(verb: Verb, rest: str) -> r.Request:
    name, _, count = rest.partition(" ")
    if len(name) < 2 or (count.strip() and not count.strip().isdecimal()):
        raise _usage(verb, "/")
    return r.History(int(count[:9] or 0), room=name)


def fill(verb: Verb, rest: str, mark: str = "") -> r.Request:
    """The request of ``verb`` with the arguments that ``rest`` holds.

    :param mark: what stands before the verb where it was typed, for telling its usage
    :raises Refusal: ``usage``
    """
    names = verb.arguments.split()
    match = re.fullmatch(verb.form, rest.strip()) if verb.form else None
    if match is not None and match.re.groupindex:
        values = {name: word for name, word in match.groupdict().items() if word is not None}
    else:
        words = _words(names, rest, match) if match or not verb.form else []
        required = sum(not name.startswith("[") for name in names)
        if (verb.form and not match) or not required <= len(words) <= len(names):
            raise _usage(verb, mark)
        values = dict(zip(verb.request.__struct_fields__, words, strict=False))
    try:
        return msgspec.convert(values, verb.request, strict=False)
    except msgspec.ValidationError:
        raise _usage(verb, mark) from None


def _words(names: list[str], rest: str, match: re.Match[str] | None) -> list[str]:
    if match is not None:
        words = [word or "" for word in match.groups()]
        while words and not words[-1]:
            words.pop()
        return words
    return rest.split(None, len(names) - 1) if names and names[-1] in _TEXT else rest.split()


def _usage(verb: Verb, mark: str) -> Refusal:
    return Refusal("usage", f"{mark}{verb.name} {verb.arguments}".rstrip())


def said_of(lines: Iterable[bytes], verbatim: bool) -> int:
    """How many of ``lines`` are said in a room before the first that is not; empty ones do not count.

    They are those behind the first line of a block, and no more than fit into it are counted.

    :param verbatim: whether no line is a verb
    """
    said = 0
    for line in lines:
        if said == LONGEST - 1 or (not verbatim and _NOT_SAID.match(line)):
            break
        said += not line.isspace() and bool(line)
    return said


def may_be_slip(line: str) -> bool:
    """Whether a line said in a room is worth a look by :func:`hinted`, or for the wish to give a file."""
    return line[:4].casefold().startswith(_SLIPS)


def hinted(line: str) -> str:
    """The verb that a lone word, said in a room, may have been meant for; empty for none."""
    return _HINTED.get(line.strip().casefold(), "")


def helped(about: str) -> Helped:
    """Help on one verb, or with an empty ``about`` on all.

    :raises Refusal: ``unknown-verb``
    """
    if not about:
        return Helped(tuple(verb.word for verb in VERBS), "/")
    name = about.removeprefix("/")
    verb = find(name)
    if verb is None:
        raise Refusal("unknown-verb", name, tuple(f"/{known}" for known in closest(name, _BY_NAME)))
    return Helped((verb.word,), "/")
