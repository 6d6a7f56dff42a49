"""What an operator wants of the console: one value for each thing, as :mod:`chatd.chat.requests` are for everybody."""

from __future__ import annotations

import msgspec


class Command(msgspec.Struct, frozen=True, tag_field="type"):
    """Something the operator wants done or told; its fields stand in the order in which a person types them."""


class Status(Command, frozen=True, tag="status"):
    """How the server is, and how much of each limit is used."""


class Uptime(Command, frozen=True, tag="uptime"):
    """Since when it runs."""


class Users(Command, frozen=True, tag="users"):
    """Who is here; with ``everybody``, every account too."""

    everybody: bool = False


class Rooms(Command, frozen=True, tag="rooms"):
    """Every room, hidden ones too."""


class Sessions(Command, frozen=True, tag="sessions"):
    """Every connection."""


class Log(Command, frozen=True, tag="log"):
    """The last lines of the operator's log; with ``follow``, those to come too."""

    count: int = 20
    follow: bool = False


class Announce(Command, frozen=True, tag="say"):
    """Say ``text`` to everybody who is here."""

    text: str


class Kick(Command, frozen=True, tag="kick"):
    """End all sessions of a user."""

    name: str
    text: str = ""


class Ban(Command, frozen=True, tag="ban"):
    """Keep a user, an address or a network off the server."""

    name: str
    time: str = ""
    text: str = ""


class Unban(Command, frozen=True, tag="unban"):
    """Let them in again."""

    name: str


class Bans(Command, frozen=True, tag="bans"):
    """Who is banned or muted in one room; without one, on the server and in all rooms."""

    room: str = ""


class Mute(Command, frozen=True, tag="mute"):
    """Let a user say nothing in a room."""

    name: str
    room: str
    time: str = ""
    text: str = ""


class Unmute(Command, frozen=True, tag="unmute"):
    """Let a user speak again in a room."""

    name: str
    room: str


class Role(Command, frozen=True, tag="role"):
    """Give an account a role."""

    name: str
    role: str


class Passwd(Command, frozen=True, tag="passwd"):
    """Give an account another password, which is asked for."""

    name: str


class AddUser(Command, frozen=True, tag="adduser"):
    """Make an account; with ``source`` one for each of the rows that follow."""

    name: str = ""
    source: str = ""


class Disable(Command, frozen=True, tag="disable"):
    """Let nobody log in to an account, and end its sessions."""

    name: str


class Enable(Command, frozen=True, tag="enable"):
    """Let its owner log in again."""

    name: str


class DelUser(Command, frozen=True, tag="deluser"):
    """Remove an account, and end its sessions."""

    name: str


class Motd(Command, frozen=True, tag="motd"):
    """Show the message of the day, or make ``text`` it until the next reload; ``-`` takes it away."""

    text: str = ""


class Reload(Command, frozen=True, tag="reload"):
    """Read configuration, message of the day and certificates again."""


class Stop(Command, frozen=True, tag="stop"):
    """Stop the server; everybody is told ``text``."""

    delay: str = ""
    text: str = ""


class Restart(Command, frozen=True, tag="restart"):
    """Stop it, and start it again on the same listeners."""

    text: str = ""


class Backup(Command, frozen=True, tag="backup"):
    """Write the data directory into one file."""

    file: str


class Export(Command, frozen=True, tag="export"):
    """Tell the whole history of a room; ``form`` is text, csv or json."""

    room: str
    form: str = "text"


class Help(Command, frozen=True, tag="help"):
    """What can be said here."""

    verb: str = ""


class Format(Command, frozen=True, tag="format"):
    """Lines for people or for programs."""

    format: str


class Quit(Command, frozen=True, tag="quit"):
    """Leave the console."""
