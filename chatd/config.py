"""The configuration: one checked structure. :mod:`chatd.config_file` reads it.

The keys are the fields of the classes below, and etc/chatd.toml explains every one. Paths, in the file as on the
command line and within endpoint strings, are relative to the directory that chatd is started in.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chatd.chat.durations import DURATION

NAME = r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,64}\Z"

Text = Annotated[str, Meta(min_length=1)]
Duration = Annotated[str, Meta(pattern=DURATION)]
Natural = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


class ConfigError(Exception):
    """A configuration that cannot be used; its text is one line that says where and why."""


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """``[server]``: what it is called, what it says first, and where it keeps everything.

    :param name: shown in the greeting
    :param motd: the message of the day itself, with line feeds between its lines; empty for none
    :param motd_file: a file that holds it; at most one of the two may be given
    :param data: the data directory
    """

    name: Annotated[str, Meta(pattern=NAME)] = "chatd"
    motd: str = ""
    motd_file: str = ""
    data: Text = "chatd-data"

    def __post_init__(self) -> None:
        if self.motd and self.motd_file:
            raise ValueError("give motd or motd_file, not both")


_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\sA-Z]+")  # as browsers write it (RFC 6454, 6.2)


class Listen(Struct, frozen=True, forbid_unknown_fields=True):
    """``[listen]``: endpoint strings (:func:`twisted.internet.endpoints.serverFromString`) by kind of listener."""

    line: Annotated[tuple[Text, ...], Meta(min_length=1)] = ("tcp:9000:interface=127.0.0.1",)
    web: tuple[Text, ...] = ()
    metrics: tuple[Text, ...] = ()


class Web(Struct, frozen=True, forbid_unknown_fields=True):
    """``[web]``: what stands between the web listeners and those who come.

    :param origins: pages of which other sites may connect, as browsers name them: ``https://chat.example.org``
    :param proxies: addresses and networks, or ``unix`` for Unix sockets, that are believed what they say of whom they
        speak for
    """

    origins: tuple[Text, ...] = ()
    proxies: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"origins: one is like https://chat.example.org, {origin} is none")
        for name in self.proxies:
            try:
                ip_network("::1" if name == "unix" else name)
            except ValueError as error:
                raise ValueError(f"proxies: {error}") from None


class Accounts(Struct, frozen=True, forbid_unknown_fields=True):
    """``[accounts]``: who may come in.

    :param register: whether people may make accounts
    :param register_code: what they must know for that; empty for nothing
    :param guests: whether people may come in without one
    :param sessions_per_account: how many sessions one account may have at once
    :param auth: twisted.cred checkers by name (:mod:`twisted.cred.strcred`); empty for users.csv in the data directory
    :param expire_days: after how many days an account is removed that nobody uses, 0 for never
    """

    register: bool = True
    register_code: Annotated[str, Meta(max_length=200)] = ""
    guests: bool = True
    sessions_per_account: Annotated[int, Meta(ge=1, le=1000)] = 5
    auth: tuple[Text, ...] = ()
    expire_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


class Rooms(Struct, frozen=True, forbid_unknown_fields=True):
    """``[rooms]``: how many there may be, and how many events each keeps at hand for those who enter or ask."""

    max: Positive = 1000
    history: Annotated[int, Meta(ge=0, le=10_000)] = 200


class Presence(Struct, frozen=True, forbid_unknown_fields=True):
    """``[presence]``: for how many seconds somebody may be silent, 0 for ever.

    :param inactive_after: before being shown as inactive
    :param disconnect_after: before being disconnected
    """

    inactive_after: Natural = 300
    disconnect_after: Natural = 0


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """``[limits]``: what one session may do, and one address.

    :param flood: whether there are rules about rates at all
    :param connections_per_address: at once, 0 for any number; of IPv6, 64 bits count as one address
    :param logins_per_minute: from one address, 0 for any number
    :param registrations_per_hour: from one address, 0 for any number
    :param line_bytes: the longest line that is taken, without its end
    :param queue_bytes: how much may wait for a session that reads slowly, before it is closed
    :param idle_login_seconds: without a line, before a connection is closed that nobody has logged in on
    :param login_seconds: without a login, whatever comes
    """

    flood: bool = True
    connections_per_address: Natural = 200
    logins_per_minute: Natural = 120
    registrations_per_hour: Natural = 60
    line_bytes: Annotated[int, Meta(ge=64, le=65_536)] = 4096
    queue_bytes: Annotated[int, Meta(ge=16_384, le=1 << 30)] = 262_144
    idle_login_seconds: Positive = 60
    login_seconds: Positive = 300

    def __post_init__(self) -> None:
        if self.queue_bytes < 4 * self.line_bytes:
            raise ValueError("queue_bytes must be at least four times line_bytes")


class Files(Struct, frozen=True, forbid_unknown_fields=True):
    """``[files]``: the files that people give each other, in bytes, and how long they are kept.

    :param max_bytes: one file
    :param room_quota: all files of a room
    :param user_quota: all files of a user
    :param keep: see :func:`chatd.chat.durations.parse_duration`
    """

    max_bytes: Positive = 100 << 20
    room_quota: Positive = 1 << 30
    user_quota: Positive = 500 << 20
    keep: Duration = "7d"


class Journal(Struct, frozen=True, forbid_unknown_fields=True):
    """``[journal]``: how log.csv reaches the disk.

    :param fsync: ``always`` before anything is delivered, at an ``interval`` of a second, or ``never``
    :param rotate_bytes: from which size on a new file is begun
    :param keep: how many older files are kept, 0 for all
    """

    fsync: Literal["interval", "always", "never"] = "interval"
    rotate_bytes: Annotated[int, Meta(ge=65_536)] = 64 << 20
    keep: Natural = 0


class Config(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration, section by section."""

    server: Server = Server()
    listen: Listen = Listen()
    web: Web = Web()
    accounts: Accounts = Accounts()
    rooms: Rooms = Rooms()
    presence: Presence = Presence()
    limits: Limits = Limits()
    files: Files = Files()
    journal: Journal = Journal()
