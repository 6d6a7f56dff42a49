"""Values to sentences: the lines that people read, and the only place where the server's English stands.

The start of a line is the server's alone: a room's line begins with ``[room]``, a private one with ``<name>`` or
``>name<``, everything else in a room with ``--``. Names hold none of these, and what users write comes after.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moderation import BanList
from chatd.chat.pastes import is_next_line, shown
from chatd.wire import moderating, notices, reporting
from chatd.wire.codes import CREDENTIALS, DUPLEX, Code
from chatd.wire.measures import counted, lasting, sized
from chatd.wire.persons import joined, members, person, status
from chatd.wire.retold import folded, past, paste, searched
from chatd.wire.sentences import CHAT, CLOSING, DONE, REFUSED, SETTINGS, THROWN
from chatd.wire.transferring import TRANSFERS

_CODES = "00 listen, 11 your turn, 01 your turn (secret), 111 talk freely"


def _listing(what: str, names: tuple[str, ...]) -> list[str]:
    return [f"{what}:", *("  " + line for line in joined(names))] if names else [f"{what} nobody"]


def _reason(text: str) -> str:
    return f" ({text})" if text else ""


def _topic(event: Any) -> str:
    return f"{event.user} set the topic: {event.text}" if event.text else f"{event.user} took the topic away"


_EVENTS: dict[type[e.Event], Callable[[Any], str]] = {
    e.Entered: lambda v: f"{v.user} entered" + (" (guest)" if v.guest else ""),
    e.Left: lambda v: f"{v.user} left{_reason(v.text)}",
    e.Moved: lambda v: " and ".join(f"{n} {did}" for n, did in ((v.entered, "entered"), (v.left, "left")) if n),
    e.Renamed: lambda v: f"{v.user} is {v.name} now",
    e.TopicSet: _topic,
    e.AccessSet: lambda v: f"{v.user} set the access: {v.access}",
    e.Kicked: lambda v: f"{v.target} was thrown out by {v.user}{_reason(v.text)}",
    e.Dropped: lambda v: (
        f"{v.user} gives a file of {sized(v.size)}, /get {v.id} fetches it (sha256 {v.sha256}): {v.name}"
    ),
    e.RoomCreated: lambda v: f"{v.user} made this room",
    e.RoomDeleted: lambda v: f"{v.user} deleted this room" if v.user else "this room is deleted",
    e.Announced: lambda v: f"to everybody: {v.text}",
    e.Recording: lambda v: (
        "what is said is recorded again"
        if v.on
        else "what is said is not recorded: the server cannot write its journal"
    ),
}


def _listed(words: tuple[a.Word, ...], mark: str) -> list[str]:
    shown = [f"{mark}{w.word} {w.arguments}".rstrip() for w in words]
    width = max(map(len, shown), default=0)
    also = [f" (also {', '.join(mark + alias for alias in w.aliases)})" if w.aliases else "" for w in words]
    return [f"{form:{width}}  {w.help}{more}" for form, w, more in zip(shown, words, also, strict=True)]


@lru_cache(maxsize=16)  # everybody who comes is shown one of a few menus
def _numbered(words: tuple[a.Word, ...]) -> tuple[str, ...]:
    return tuple(f"{number:2} {line}" for number, line in enumerate(_listed(words, ""), 1))


def _entered(v: a.YouEntered) -> list[str]:
    lines = [f'[{v.room}] -- you are in; /help lists commands, "Exit Chat" leaves']
    if v.topic:
        lines.append(f"[{v.room}] -- topic: {v.topic}")
    lines.append(f"[{v.room}] -- {counted(v.members, 'member')}")
    return [*lines, f"[{v.room}] -- {v.new} new since you were here"] if v.new else lines


def _rooms(v: a.RoomList) -> list[str]:
    lines = [
        f"  {r.room}: {counted(r.members, 'member')}"
        + ("" if r.access == "open" else f", {r.access}")
        + (", you are in" if r.here else "")
        + (f" - {r.topic}" if r.topic else "")
        for r in v.rooms
    ]
    return [f"{counted(len(v.rooms), 'room')}:", *lines]


_PLAIN: dict[type[a.Answer], Callable[[Any], list[str]]] = {
    a.Prompt: lambda v: [v.text],
    a.Gap: lambda v: [f"[{v.log}] -- {v.first} to {v.last} are kept no more, or cannot be told just now"],
    a.TopicIs: lambda v: [f"topic of {v.room}: {v.text}" if v.text else f"{v.room} has no topic"],
    a.VersionIs: lambda v: [f"{v.server} runs {v.program} {v.version}"],
}
"""What needs neither times nor settings."""

_FOCUS = "; what you type goes to {} now"


class Prose:
    """Renders for people, with times of day in one zone.

    :param zone: the zone; None for the server's
    :param raw: whether the reader's program may be one that shows a secret while it is typed
    :param times: whether what is said bears its time of day
    """

    name = "text"

    def __init__(self, zone: tzinfo | None = None, raw: bool = False, times: bool = True) -> None:
        self._zone = zone
        self._time = "%H:%M " if times else ""
        self._raw = raw
        self._minute = lru_cache(maxsize=8)(self._find_minute)
        self._answers: dict[type[a.Answer], Callable[[Any], list[str]]] = self._table()

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone)

    def _find_minute(self, minute: int) -> tuple[str, int]:
        moment = self._local(minute * 60000)
        return moment.strftime(self._time), moment.toordinal()

    def _when(self, at: int) -> str:
        return f"{self._local(at):%Y-%m-%d %H:%M}" if at else "unknown"

    def _date(self, log: str, at: int) -> str:
        return f"{f'[{log}] ' if not log.startswith('@') else ''}-- {self._local(at):%A, %d %B %Y}"

    def event(self, code: Code, entry: e.Entry, before: e.Entry | None = None) -> bytes:
        """The line of ``entry``; with the date in front where ``before`` was on another day.

        Of a long paste only the first lines are shown, and one that says how the others are.
        """
        event = entry.event
        if type(event) is e.Said and event.block and event.line > shown(event.lines):
            if event.line > shown(event.lines) + 1:
                return b""
            told = folded(entry.log, event)
        else:
            told = self._event(entry, entry.log, before is not None and is_next_line(entry, before))
        line = f"{code.value} {told}\r\n"
        if before is not None and self._is_other_day(before.at, entry.at):
            line = f"{code.value} {self._date(entry.log, entry.at)}\r\n{line}"
        return line.encode()

    def mention(self, code: Code, entry: e.Entry, before: e.Entry | None = None) -> bytes:
        """As :meth:`event`, and the bell rings: the one control character that is sent, and by the server alone."""
        told = self.event(code, entry, before)
        return told.removesuffix(b"\r\n") + b"\a\r\n" if told else b""

    def _is_other_day(self, before: int, at: int) -> bool:
        return self._minute(before // 60000)[1] != self._minute(at // 60000)[1]

    def _event(self, entry: e.Entry, place: str, goes_on: bool = False) -> str:
        event = entry.event
        kind = type(event)
        if kind is e.Said and goes_on:
            return f"[{place}] | {event.text}"  # type: ignore[attr-defined]
        if kind is e.Said:
            return f"[{place}] {self._minute(entry.at // 60000)[0]}{event.user}: {event.text}"  # type: ignore[attr-defined]
        if kind is e.Emoted:
            return f"[{place}] {self._minute(entry.at // 60000)[0]}* {event.user} {event.text}"  # type: ignore[attr-defined]
        if isinstance(event, e.Private):
            own = event.user == entry.log[1:] != event.to
            return f">{event.to}< {event.text}" if own else f"<{event.user}> {event.text}"
        told = _EVENTS[kind](event) if kind in _EVENTS else moderating.EVENTS[kind](event, self._when)
        return f"[{place}] -- {told}" if entry.log[:1] not in ("", "@") else f"-- {told}"

    def _replayed(self, v: a.Replayed) -> list[str]:
        entry = v.entry
        line = self._event(entry, f"{entry.log}#{entry.seq}", v.goes_on)
        if isinstance(entry.event, e.Private):
            # It may have waited for days.
            return [f"[{entry.log}#{entry.seq}] {self._when(entry.at)} {line}"]
        return [self._date(entry.log, entry.at), line] if v.day and self._is_other_day(v.day, entry.at) else [line]

    def answer(self, code: Code, answer: a.Answer) -> bytes:
        """The lines of ``answer``, as many as it needs."""
        lines = self._answers[type(answer)](answer)
        if code is CREDENTIALS and self._raw:
            lines[-1] = f"{lines[-1].removesuffix(':')} (netcat shows what you type):"
        # In a room everything must be told apart from what people say there.
        start = f"{code.value} -- " if code is DUPLEX and type(answer) not in _MARKED else f"{code.value} "
        return "".join([f"{start}{line}\r\n" for line in lines]).encode()

    def _table(self) -> dict[type[a.Answer], Callable[[Any], list[str]]]:
        return {
            **_PLAIN,
            **TRANSFERS,
            a.Refused: self._refused,
            a.Done: lambda v: [DONE[v.done].format(about=v.about)],
            a.MainMenu: lambda v: list(_numbered(v.words)),
            a.Helped: lambda v: _listed(v.words, v.mark),
            a.Greeting: lambda v: [f"{v.server} {v.version} - every line starts with a code: {_CODES}"],
            a.Welcome: lambda v: [
                f"welcome, {v.user}" + (" (guest)" if v.guest else f" ({v.role})" * (v.role != "user"))
            ],
            a.Lines: lambda v: list(v.lines) or ["there is no message of the day"],
            a.ResumeCode: lambda v: [
                f"to go on with this session on another connection, until {self._when(v.until)}:",
                f"  resume {v.code}",
            ],
            a.YouEntered: _entered,
            a.YouLeft: lambda v: [f"you left {v.room}" + (_FOCUS.format(v.focus) if v.focus else "")],
            a.ThrownOut: lambda v: [THROWN[v.why].format(v.room) + (_FOCUS.format(v.focus) if v.focus else "")],
            a.Members: members,
            a.About: self._about,
            a.RoomList: _rooms,
            a.RoomInfo: self._info,
            BanList: lambda v: moderating.bans(v, self._when),
            a.Replayed: self._replayed,
            a.Past: past,
            a.PasteLines: paste,
            a.Searched: searched,
            a.FileList: self._files,
            a.Setting: lambda v: [SETTINGS[v.name].format(v.value)],
            a.StatusChanged: status,
            a.Chat: lambda v: [CHAT[v.state].format(v.name)],
            a.Ignoring: lambda v: _listing("you ignore", v.names),
            **notices.ANSWERS,
            **reporting.table(self._when, self._refused),
            a.Closing: self._closing,
        }

    def _closing(self, v: a.Closing) -> list[str]:
        return [CLOSING[v.reason].format(about=v.about) + moderating.ending(v.why, v.until, self._when)]

    def _refused(self, v: a.Refused) -> list[str]:
        sentence = REFUSED.get(v.error, v.error.replace("-", " ") + ": {about}")
        ending = moderating.ending(v.why, v.until, self._when)
        close = f"; did you mean {' or '.join(v.near)}?" if v.near else ""
        return [sentence.format(about=v.about, limit=v.limit, size=sized(v.limit)) + ending + close]

    def _about(self, v: a.About) -> list[str]:
        here = f"here since {self._when(v.since)}" if v.online else "not here"
        if v.idle >= 60:
            here += f", silent for {lasting(v.idle)}"
        lines = [f"{person(v.person)}: {here}"]
        if v.person.text:
            lines.append(f"  {v.person.status}: {v.person.text}")
        if v.rooms:
            lines.append(f"  in {', '.join(v.rooms)}")
        if v.sessions:
            lines.append(f"  {counted(v.sessions, 'session')}, from {v.address}")
        return lines

    def _info(self, v: a.RoomInfo) -> list[str]:
        return [
            f"{v.room}: topic: {v.topic or 'none'}",
            f"  owner: {v.owner or 'nobody'}; access: {v.access}; created: {self._when(v.created)}",
            *moderating.rights(v),
            f"  {counted(len(v.members), 'member')}{':' if v.members else ''}",
            *("  " + line for line in joined(v.members)),
        ]

    def _files(self, v: a.FileList) -> list[str]:
        lines = [
            f"  {f.id}: {sized(f.size)}, from {f.user}, until {self._when(f.expires)} (sha256 {f.sha256}): {f.name}"
            for f in v.files
        ]
        return [f"{counted(len(v.files), 'file')} in {v.room}{'; /get ID fetches one:' if lines else ''}", *lines]


# These begin with what tells them apart already.
_MARKED = {a.YouEntered, a.Replayed, a.Gap}
