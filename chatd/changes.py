"""What another configuration changes: what holds at once, and what a restart is needed for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from chatd.config import Config

AT_START: frozenset[tuple[str, str]] = frozenset(
    {
        ("server", "data"),  # everything that is open lies there
        ("listen", "*"),  # a socket that is replaced would refuse connections; a restart keeps it
        ("accounts", "auth"),  # checkers are made from twistd's options, and hold files open
        ("rooms", "history"),  # as much is read from the journal at the start
        ("journal", "*"),  # what waits for the disk in one mode would be overtaken in another
    }
)
"""Sections and keys that are looked at when chatd starts and never again; ``*`` is every key of a section."""


def _differences(old: Config, new: Config) -> Iterator[tuple[str, str, Any, Any]]:
    for section in Config.__struct_fields__:
        was, now = getattr(old, section), getattr(new, section)
        for key in was.__struct_fields__:
            if getattr(was, key) != getattr(now, key):
                yield section, key, getattr(was, key), getattr(now, key)


def _waits(section: str, key: str) -> bool:
    return (section, key) in AT_START or (section, "*") in AT_START


def told(old: Config, new: Config) -> list[str]:
    """A sentence for each key that is not the same. Texts are not repeated in it: a code or a password may be one."""
    sentences = []
    for section, key, was, now in _differences(old, new):
        shown = isinstance(now, bool | int)
        if _waits(section, key):
            sentences.append(f"[{section}] {key} has changed, and holds from the next restart on")
        elif shown:
            sentences.append(f"[{section}] {key} is {_value(now)} now, and was {_value(was)}")
        else:
            sentences.append(f"[{section}] {key} has changed")
    return sentences


def _value(value: bool | int) -> str:
    return str(value).lower()


def effective(old: Config, new: Config) -> Config:
    """``new``, but for what only a restart can change: that is still as in ``old``."""
    kept: dict[str, dict[str, Any]] = {}
    for section, key, was, _ in _differences(old, new):
        if _waits(section, key):
            kept.setdefault(section, {})[key] = was
    sections = {section: msgspec.structs.replace(getattr(new, section), **keys) for section, keys in kept.items()}
    return msgspec.structs.replace(new, **sections)
