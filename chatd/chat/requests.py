"""What a user asks for: one value for each thing, whichever frontend or format it came by.

The fields stand in the order in which a person types them; ``room`` left empty means the room with the focus.
"""

from __future__ import annotations

import msgspec


class Request(msgspec.Struct, frozen=True, tag_field="type"):
    """Something a user wants done."""


class Say(Request, frozen=True, tag="say"):
    text: str
    room: str = ""


class Emote(Request, frozen=True, tag="me"):
    text: str
    room: str = ""


class Message(Request, frozen=True, tag="msg"):
    name: str
    text: str


class Reply(Request, frozen=True, tag="reply"):
    text: str


class Chat(Request, frozen=True, tag="chat"):
    """Ask ``name`` for a private chat."""

    name: str


class Resume(Request, frozen=True, tag="resume"):
    """Ask for the code with which the session can be gone on with."""


class Yes(Request, frozen=True, tag="yes"):
    name: str


class No(Request, frozen=True, tag="no"):
    name: str


class Close(Request, frozen=True, tag="close"):
    """End the private chat with ``name``, or with an empty one that which has the focus."""

    name: str = ""


class Ignore(Request, frozen=True, tag="ignore"):
    """Hear no more of ``name``; with an empty one, see who is ignored."""

    name: str = ""


class Unignore(Request, frozen=True, tag="unignore"):
    name: str


class Help(Request, frozen=True, tag="help"):
    verb: str = ""


class Who(Request, frozen=True, tag="who"):
    room: str = ""


class Whois(Request, frozen=True, tag="whois"):
    name: str


class Info(Request, frozen=True, tag="info"):
    room: str = ""


class Rooms(Request, frozen=True, tag="rooms"):
    pass


class Create(Request, frozen=True, tag="create"):
    room: str


class Delete(Request, frozen=True, tag="delete"):
    room: str


class Enter(Request, frozen=True, tag="enter"):
    room: str
    password: str = ""


class Focus(Request, frozen=True, tag="focus"):
    room: str


class Leave(Request, frozen=True, tag="leave"):
    room: str = ""


class Menu(Request, frozen=True, tag="menu"):
    pass


class Quit(Request, frozen=True, tag="quit"):
    pass


class Topic(Request, frozen=True, tag="topic"):
    text: str = ""
    room: str = ""


class Access(Request, frozen=True, tag="access"):
    """Shown, or set: ``access`` is who may enter, or what else is set to ``value``."""

    access: str = ""
    value: str = ""
    room: str = ""


class Invite(Request, frozen=True, tag="invite"):
    name: str
    room: str = ""


class Uninvite(Request, frozen=True, tag="uninvite"):
    name: str
    room: str = ""


class Voice(Request, frozen=True, tag="voice"):
    name: str
    room: str = ""


class Unvoice(Request, frozen=True, tag="unvoice"):
    name: str
    room: str = ""


class Kick(Request, frozen=True, tag="kick"):
    name: str
    text: str = ""
    room: str = ""


class Ban(Request, frozen=True, tag="ban"):
    """``name`` is a user's, or an IP address or network; ``time`` how long, empty for ever."""

    name: str
    time: str = ""
    text: str = ""
    room: str = ""


class Unban(Request, frozen=True, tag="unban"):
    name: str
    room: str = ""


class Bans(Request, frozen=True, tag="bans"):
    room: str = ""


class Mute(Request, frozen=True, tag="mute"):
    name: str
    time: str = ""
    text: str = ""
    room: str = ""


class Unmute(Request, frozen=True, tag="unmute"):
    name: str
    room: str = ""


class ServerBan(Request, frozen=True, tag="serverban"):
    """As :class:`Ban`, from all of the server."""

    name: str
    time: str = ""
    text: str = ""


class ServerUnban(Request, frozen=True, tag="serverunban"):
    name: str


class Redact(Request, frozen=True, tag="redact"):
    """``entry`` is the number of what was said, or ``ROOM#NUMBER``."""

    entry: str
    room: str = ""


class History(Request, frozen=True, tag="history"):
    """``count`` entries, or with 0 the last few; those ``since`` a moment, and only those ``before`` an id."""

    count: int = 0
    since: str = ""
    before: str = ""
    room: str = ""


class Search(Request, frozen=True, tag="search"):
    """``words`` as :func:`chatd.chat.searching.parse` reads them."""

    words: str


class More(Request, frozen=True, tag="more"):
    """The other lines of the paste with the line ``entry``; without that, what else was found by the last search."""

    entry: str = ""


class Files(Request, frozen=True, tag="files"):
    room: str = ""


class Send(Request, frozen=True, tag="send"):
    """Give a file of ``size`` bytes to the room; ``sha256``, where given, is checked when it has come."""

    name: str
    size: int
    sha256: str = ""
    room: str = ""


class Get(Request, frozen=True, tag="get"):
    """``file`` is a file's number, or ``ROOM#NUMBER``."""

    file: str
    room: str = ""


class Status(Request, frozen=True, tag="status"):
    status: str = ""
    text: str = ""


class Nick(Request, frozen=True, tag="nick"):
    name: str


class Bell(Request, frozen=True, tag="bell"):
    on: str


class Quiet(Request, frozen=True, tag="quiet"):
    on: str


class Time(Request, frozen=True, tag="time"):
    """``zone`` is ``off``, ``on`` for the server's, ``utc`` or a name of the tz database."""

    zone: str


class Echo(Request, frozen=True, tag="echo"):
    on: str


class Verbatim(Request, frozen=True, tag="verbatim"):
    pass


class Format(Request, frozen=True, tag="format"):
    format: str


class Motd(Request, frozen=True, tag="motd"):
    pass


class Version(Request, frozen=True, tag="version"):
    pass
