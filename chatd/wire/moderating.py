"""The sentences for what moderators and owners do: who is kept out, who may speak, what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moderation import BAN, BanLine, BanList

When = Callable[[int], str]
"""Words a point in time, in milliseconds since 1970-01-01 UTC."""


def ending(text: str, until: int, when: When) -> str:
    """Until when something holds, and why: `` until 2026-01-31 12:01 (noise)``."""
    return (f" until {when(until)}" if until else "") + (f" ({text})" if text else "")


def _banned(v: e.Banned, when: When) -> str:
    return f"{v.user} banned {v.target or 'an address'}{ending(v.text, v.until, when)}"


def _muted(v: e.Muted, when: When) -> str:
    return f"{v.user} muted {v.target}{ending(v.text, v.until, when)}"


EVENTS: dict[type[e.Event], Callable[[Any, When], str]] = {
    e.Banned: _banned,
    e.Unbanned: lambda v, when: f"{v.user} lifted the ban of {v.target or 'an address'}",
    e.Muted: _muted,
    e.Unmuted: lambda v, when: f"{v.user} lets {v.target} speak again",
    e.Voiced: lambda v, when: f"{v.user} gave {v.target} a voice" if v.on else f"{v.user} took {v.target}'s voice",
    e.Invited: lambda v, when: f"{v.user} invites you into {v.into}; enter {v.into}",
    e.Redacted: lambda v, when: f"{v.user} took back {v.id}, which {v.target} had said",
}
"""What happened, for each kind of event."""


def _line(ban: BanLine, when: When, everywhere: bool) -> str:
    whom = " from ".join(filter(None, (ban.who, ban.address)))
    what = "banned" if ban.kind == BAN else "muted"
    where = (f" in {ban.room}" if everywhere else "") if ban.room else " on this server"
    by = f" by {ban.by}" if ban.by else ""
    until = f"until {when(ban.until)}" if ban.until else "for ever"
    return f"  {whom}: {what}{where}{by} on {when(ban.at)}, {until}" + (f" ({ban.why})" if ban.why else "")


def bans(v: BanList, when: When) -> list[str]:
    """Who is banned and muted."""
    where = f"in {v.room}" if v.room else "here"
    if not v.bans:
        return [f"nobody is banned or muted {where}"]
    return [f"banned and muted {where}:", *(_line(ban, when, not v.room) for ban in v.bans)]


def rights(v: a.RoomInfo) -> list[str]:
    """What is particular about who may do what in a room."""
    words = [word for word, on in (("moderated", v.moderated), ("hidden", v.hidden)) if on]
    if v.limit:
        words.append(f"at most {v.limit} members")
    lines = [f"  {', '.join(words)}"] if words else []
    lists = (("invited", v.invited), ("with a voice", v.voiced))
    return lines + [f"  {what}: {', '.join(names)}" for what, names in lists if names]
