"""Reading the configuration: from TOML or JSON, over which the command line wins; and saying what is wrong with it."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from chatd.chat.durations import DURATION
from chatd.config import NAME, Config, ConfigError

# What msgspec says, in the words of somebody who edits a file.
_IN_WORDS = {
    f"`str` matching regex {DURATION!r}": 'a whole number and s, m, h or d, such as "12h" or "7d"',
    f"`str` matching regex {NAME!r}": "1 to 64 visible characters",
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
