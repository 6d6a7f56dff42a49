"""Profiles: what the configuration file of ``chatc`` says, for everything and for each server by a name of its own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from chatd.chat.names import closest

FETCHED = 10 << 20
"""Bytes up to which files are fetched by themselves."""


class ConfigError(ValueError):
    """Something in the file is wrong; the message is one line that says what, and where."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[profile.NAME]``: a server, and who one is there; the keys are named as the options are.

    :param address: see :func:`chatd.client.address.parse`
    """

    address: str
    user: str = ""
    guest: str = ""
    room: str = ""
    password_file: str = ""
    ca: str = ""
    downloads: str = ""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file.

    :param default: the profile that is meant where the command line names no server
    :param fetch: files of up to so many bytes are fetched by themselves; 0 for none
    """

    default: str = ""
    downloads: str = ""
    theme: Literal["auto", "dark", "light", "none"] = "auto"
    plain: bool = False
    fetch: int = FETCHED
    profile: dict[str, Profile] = {}

    def __post_init__(self) -> None:
        if self.fetch < 0:
            raise ValueError("fetch is a number of bytes, 0 or more")
        if self.default and self.default not in self.profile:
            raise ValueError(f'default: there is no profile "{self.default}"')


def load(file: Path) -> Config:
    """What ``file`` says; the defaults where there is none.

    :raises ConfigError: it cannot be read, or something in it is wrong
    """
    try:
        raw = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from None
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{file}: {_stray(raw) or error}") from None


def _stray(raw: dict[str, Any]) -> str:
    """What is said of the first key that there is not."""
    tables: list[tuple[str, Any, tuple[str, ...]]] = [("", raw, Config.__struct_fields__)]
    profiles = raw.get("profile")
    if isinstance(profiles, dict):
        tables += [(f"[profile.{name}] ", table, Profile.__struct_fields__) for name, table in profiles.items()]
    for where, table, known in tables:
        for key in table if isinstance(table, dict) else ():
            if key not in known:
                near = closest(key, known)
                return f"{where}there is no key {key}" + (f"; did you mean {' or '.join(near)}?" if near else "")
    return ""
