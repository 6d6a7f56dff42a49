"""The dialect of small course-work clients: their objects to messages, and what they are told to objects of theirs.

It has one room, ``public``, and users who are guests. What it has no word for is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moments import iso
from chatd.chat.names import closest, key
from chatd.chat.notices import Stopping
from chatd.chat.text import clean
from chatd.wire.codes import LISTEN, Code
from chatd.wire.frames import frame
from chatd.wire.prose import Prose
from chatd.wire.webjson import Fields

ROOM = "public"
SERVER = "server"
"""Who speaks where nobody does."""

MOST = 64
"""Characters of an unknown type that are told again."""

_STATUSES = {
    "active": "active",
    "activo": "active",
    "busy": "busy",
    "ocupado": "busy",
    **dict.fromkeys(("away", "idle", "inactive", "inactivo"), "away"),
}
_GONE = "OFFLINE"


def is_spoken(fields: Fields) -> bool:
    """Whether the first object of a connection shows that all are of the dialect."""
    return "sender" in fields


def translated(fields: Fields, own: str) -> Fields:
    """The message, as :mod:`chatd.wire.webjson` takes it, that asks for the same as an object of the dialect.

    For ``register`` it asks for a guest, who is to enter :data:`ROOM` then; see :class:`Registered`.

    :param own: the name of whoever sent it, empty for nobody yet
    :raises Refusal: ``unknown-type``, ``bad-field``
    """
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise a.Refusal("bad-field", "type", why="every message has one, which is a string")
    if kind not in TYPES:
        raise a.Refusal("unknown-type", clean(kind[:MOST]), closest(kind, TYPES))
    sender = _text(fields, "sender")
    if own and kind != "register" and key(sender) != key(own):
        raise a.Refusal("bad-field", "sender", why=f"you are {own}")
    return TYPES[kind](fields)


def _text(fields: Fields, name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        raise a.Refusal("bad-field", name, why="a string is needed that is not empty")
    return text


def _status(fields: Fields) -> str:
    status = _STATUSES.get(_text(fields, "content").strip().casefold())
    if status is None:
        raise a.Refusal("bad-field", "content", why="a status is ACTIVE, BUSY or AWAY")
    return status


TYPES: dict[str, Callable[[Fields], Fields]] = {
    "register": lambda f: {"type": "guest", "name": _text(f, "sender")},
    "broadcast": lambda f: {"type": "say", "room": ROOM, "text": _text(f, "content")},
    "private": lambda f: {"type": "msg", "name": _text(f, "target"), "text": _text(f, "content")},
    "list_users": lambda f: {"type": "who", "room": ROOM},
    "user_info": lambda f: {"type": "whois", "name": _text(f, "target")},
    "change_status": lambda f: {"type": "status", "status": _status(f)},
    "disconnect": lambda f: {"type": "quit"},
}


def _broadcast(sender: str, content: str) -> Fields:
    return {"type": "broadcast", "sender": sender, "content": content}


def _told(kind: str, content: Any, **more: Any) -> Fields:
    return {"type": kind, "sender": SERVER, "content": content, **more}


def _update(user: str, status: str) -> Fields:
    return _told("status_update", {"user": user, "status": status.upper()})


_EVENTS: dict[type[e.Event], Callable[[Any], list[Fields]]] = {
    e.Said: lambda v: [_broadcast(v.user, v.text)],
    e.Emoted: lambda v: [_broadcast(v.user, f"* {v.text}")],
    e.Announced: lambda v: [_broadcast(v.user or SERVER, v.text)],
    e.Private: lambda v: [{"type": "private", "sender": v.user, "target": v.to, "content": v.text}],
    e.Entered: lambda v: [_update(v.user, "active")],
    e.Left: lambda v: [_update(v.user, _GONE)],
    e.Kicked: lambda v: [_update(v.target, _GONE)],
    e.Banned: lambda v: [_update(v.target, _GONE)] if v.target else [],
    e.Renamed: lambda v: [_update(v.user, _GONE), _update(v.name, "active")],
}


class Registered(a.Members, frozen=True, tag="register_success"):
    """Who is in :data:`ROOM`, for one who has just come there by ``register``."""


class Dialect:
    """Renders for course-work clients.

    :param now: milliseconds since 1970-01-01 UTC
    """

    name = "dialect"

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._prose = Prose()
        self._answers: dict[type[a.Answer], Callable[[Any], Fields | None]] = {
            a.Refused: self._error,
            a.ThrownOut: self._error,
            a.Closing: lambda v: None if v.reason in ("quit", "end-of-input") else self._error(v),
            Stopping: lambda v: _broadcast(SERVER, self._words(v)),
            Registered: lambda v: _told("register_success", "welcome", userList=_names(v)),
            a.Members: lambda v: _told("list_users_response", _names(v)),
            a.About: _info,
            a.StatusChanged: lambda v: _update(v.person.name, v.person.status),
        }

    def event(self, code: Code, entry: e.Entry, before: e.Entry | None = None) -> bytes:
        """The frames of ``entry``."""
        told = _EVENTS.get(type(entry.event))
        return b"".join([_framed(fields, entry.at) for fields in told(entry.event)]) if told else b""

    mention = event

    def answer(self, code: Code, answer: a.Answer) -> bytes:
        """The frame of ``answer``."""
        told = self._answers.get(type(answer))
        fields = told(answer) if told else None
        return _framed(fields, self._now()) if fields else b""

    def answered(self, answer: a.Answer, to: str | int | None) -> bytes:
        """The same: requests of the dialect bear no ids."""
        return self.answer(LISTEN, answer)

    def _words(self, answer: a.Answer) -> str:
        if isinstance(answer, a.Refused) and answer.error == "not-logged-in":
            return "register first"
        line = self._prose.answer(LISTEN, answer).decode()
        return line.removeprefix(f"{LISTEN.value} ").removesuffix("\r\n")

    def _error(self, v: a.Answer) -> Fields:
        return _told("error", self._words(v))


def _names(v: a.Members) -> list[str]:
    return [person.name for person in v.members]


def _info(v: a.About) -> Fields:
    content = {"ip": v.address or None, "status": v.person.status.upper()}
    return _told("user_info_response", content, target=v.person.name)


def _framed(fields: Fields, at: int) -> bytes:
    return frame(msgspec.json.encode({**fields, "timestamp": iso(at)}))
