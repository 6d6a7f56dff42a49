"""The configuration: one checked structure, read from TOML or JSON, over which the command line wins.

The keys are the fields of the classes below, and etc/chatd.toml explains every one. Paths, in the file as on the
command line and within endpoint strings, are relative to the directory that chatd is started in.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from chatd.chat.durations import DURATION

_NAME = r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]{1,64}\Z"

# What msgspec says, in the words of somebody who edits a file.
_IN_WORDS = {
    f"`str` matching regex {DURATION!r}": 'a whole number and s, m, h or d, such as "12h" or "7d"',
    f"`str` matching regex {_NAME!r}": "1 to 64 visible characters",
    "`str` of length >= 1": "some text",
    "`str` of length <= 200": "at most 200 characters",
    "`array` of length >= 1": "at least one item",
    "`int`": "a whole number",
    "`float`": "a number with a fraction",
    "`str`": "text in quotes",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a section",
    "`null`": "nothing",
}


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

    name: Annotated[str, Meta(pattern=_NAME)] = "chatd"
    motd: str = ""
    motd_file: str = ""
    data: Text = "chatd-data"

    def __post_init__(self) -> None:
        if self.motd and self.motd_file:
            raise ValueError("give motd or motd_file, not both")


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


_SECTIONS: Mapping[str, tuple[str, ...]] = {
    name: getattr(Config(), name).__struct_fields__ for name in Config.__struct_fields__
}


def load(path: str) -> Config:
    """The configuration in a file: JSON where its name ends in .json, else TOML.

    :raises ConfigError: it cannot be read, or something in it is wrong
    """
    text = _read(path)
    form = "JSON" if path.endswith(".json") else "TOML"
    try:
        raw = json.loads(text) if form == "JSON" else tomllib.loads(text)
        # JSON can write half a character ("\\ud800"), which nothing could send.
        json.dumps(raw, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        why = str(error).replace("at end of document", f"at line {text.count(chr(10)) + 1}, the end")
        raise _error(path, f"not {form}: {why}") from None
    return _checked(path, raw)


def with_options(
    config: Config,
    *,
    data: str | None = None,
    line: Sequence[str] | None = None,
    motd_file: str | None = None,
    web: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
) -> Config:
    """``config`` with what the command line says in place of its own; None is what the command line does not say.

    Checkers have no place here: twisted.cred's own option makes objects of them at once.

    :raises ConfigError: a value that the file may not have either
    """
    raw: dict[str, dict[str, object]] = msgspec.to_builtins(config)
    if data is not None:
        raw["server"]["data"] = data
    if line is not None:
        raw["listen"]["line"] = line
    if web is not None:
        raw["listen"]["web"] = web
    if metrics is not None:
        raw["listen"]["metrics"] = metrics
    if motd_file is not None:
        raw["server"] |= {"motd": "", "motd_file": motd_file}
    return _checked("command line", raw)


def _error(source: str, why: str) -> ConfigError:
    """The error in one line, with nothing in it that hides a part of it: a key in quotes may be anything."""
    return ConfigError("".join(c if c.isprintable() else repr(c)[1:-1] for c in f"{source}: {why}"))


def _read(path: str) -> str:
    try:
        # Editors on Windows begin a file with a byte order mark, which neither parser takes.
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _error(path, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _error(path, f"line {error.object.count(10, 0, error.start) + 1} is not UTF-8") from None


def _checked(source: str, raw: object) -> Config:
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise _error(source, _explain(error, raw)) from None


def _explain(error: msgspec.ValidationError, raw: object) -> str:
    """Where and why, in the words of the file; ``raw`` is what was read."""
    for stray in _strays(raw):
        return _unknown(*stray)
    why, _, path = str(error).partition(" - at `$.")
    section, _, key = path.rstrip("`").partition(".")
    if why.startswith("Invalid enum value"):
        why = "Expected one of " + ", ".join(_choices(section, key))
    for term, words in _IN_WORDS.items():
        why = why.replace(term, words)
    if isinstance(raw, dict) and " got " not in why:
        why += _given(raw.get(section), key)
    where = f"[{section}] " + re.sub(r"\[(\d+)\]", lambda index: f", item {int(index[1]) + 1}", key)
    return (f"{where.rstrip()}: " if section else "") + why[0].lower() + why[1:]


def _choices(section: str, key: str) -> list[str]:
    """The values that the key takes, quoted."""
    fields = {field.name: field.type for field in msgspec.structs.fields(getattr(Config(), section))}
    return [json.dumps(choice) for choice in get_args(fields[key])]


def _given(section: object, key: str) -> str:
    """What stands in the file for ``key``, where that is one short value."""
    value = section.get(key) if isinstance(section, dict) else None
    return f", got {json.dumps(value)}" if isinstance(value, int | float | str) and len(str(value)) <= 40 else ""


def _strays(raw: object) -> Iterator[tuple[str, str]]:
    """Section and key of whatever there is no such key for; the section is empty where it is itself what is unknown."""
    for section, keys in raw.items() if isinstance(raw, dict) else ():
        if section not in _SECTIONS:
            yield "", section
        elif isinstance(keys, dict):
            yield from ((section, key) for key in keys if key not in _SECTIONS[section])


def _unknown(section: str, key: str) -> str:
    """That there is no such key, or no such section where ``section`` is empty, and what may have been meant."""
    known = [f"[{name}]" for name in _SECTIONS] if not section else list(_SECTIONS[section])
    name, what = (f"[{section}] {key}", "key") if section else (f"[{key}]", "section")
    nearest = difflib.get_close_matches(key if section else name, known, 1)
    elsewhere = [f"[{other}] {key}" for other, keys in _SECTIONS.items() if key in keys]
    hint = f"did you mean {(nearest or elsewhere)[0]}?" if nearest or elsewhere else f"there are {', '.join(known)}"
    return f"{name}: no such {what}; {hint}"
