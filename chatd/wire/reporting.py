"""The sentences of the console: how the server is, who is there, and what has become of accounts and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chatd.chat import reports as p
from chatd.chat.answers import Answer, Refused
from chatd.wire.measures import counted, lasting, sized

When = Callable[[int], str]
"""Words a point in time, in milliseconds since 1970-01-01 UTC."""

_BYTES = {"queue_bytes", "line_bytes", "max_bytes", "room_quota", "user_quota"}
_SWITCHES = {"flood"}
_SECONDS = {"idle_login_seconds", "login_seconds", "inactive_after", "disconnect_after"}
ALARMS = {
    "journal": "the journal cannot be written: what is said is not recorded",
    "disk": "the disk cannot be written: accounts, rooms and files cannot be kept",
}
"""What is told for each of the alarms of :class:`chatd.chat.reports.Health`."""


def _up(v: p.UpSince, when: When) -> str:
    return f"{v.server} runs chatd {v.version} as process {v.pid}, for {lasting(v.seconds)}, since {when(v.since)}"


def _each(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _use(use: p.Use) -> str:
    if use.name in _SWITCHES:
        return f"{use.name}: {'on' if use.most else 'off'}"
    if use.name in _SECONDS:
        return f"{use.name}: {f'{use.most} s' if use.most else 'none'}"
    show: Callable[[int], str] = sized if use.name in _BYTES else str
    most = show(use.most) if use.most else "never" if use.name == "expire_days" else "any number"
    if use.used < 0:
        return f"{use.name}: {most}"
    return f"{use.name}: {show(use.used)} of {most}" + (f" ({use.by})" if use.by else "")


def _health(v: p.Health, when: When) -> list[str]:
    alarms = [f"ALARM: {ALARMS.get(name, name)}" for name in v.alarms]
    return [
        _up(v.up, when),
        *(alarms or ["no alarm"]),
        f"connections: {_each(v.connections)}",
        f"here: {counted(v.users, 'user')}, {counted(v.guests, 'guest')}",
        f"there are: {counted(v.accounts, 'account')}, {counted(v.rooms, 'room')}",
        f"said since the start: {counted(v.messages, 'message')}, told {counted(v.deliveries, 'time')}",
        f"bytes since the start: {sized(v.received)} came, {sized(v.sent)} went",
        f"logins: {_each(v.logins)}; disconnected: {_each(v.dropped)}",
        f"journal: {v.journal_lag} ms behind, {v.journal_pending} on the way; reactor: up to {v.reactor_lag} ms late",
        f"waiting: {counted(v.hashing, 'password')} to be hashed, {sized(v.queued)} for slow readers",
        f"memory: {sized(v.memory)} at most",
        "limits:",
        *(f"  {_use(use)}" for use in v.limits),
    ]


def _user(user: p.UserLine, when: When) -> str:
    marks = [mark for mark, on in (("guest", user.guest), ("disabled", user.disabled)) if on]
    marks += [user.role] if user.role != "user" else []
    words = [user.name + (f" ({', '.join(marks)})" if marks else "")]
    if user.sessions:
        words.append(f"{user.status}, {counted(user.sessions, 'session')}")
        if user.rooms:
            words.append(f"in {', '.join(user.rooms)}")
    elif user.last_seen:
        words.append(f"here last {when(user.last_seen)}")
    else:
        words.append("never here")
    if user.created:
        words.append(f"account since {when(user.created)}")
    return "; ".join(words)


def _users(v: p.UserList, when: When) -> list[str]:
    return [_user(user, when) for user in v.users] or ["nobody is here"]


def _session(s: p.SessionLine, when: When) -> str:
    who = (s.user or "nobody yet") + (" (guest)" if s.guest else "")
    words = [who, f"{s.frontend} from {s.address}", f"since {when(s.since)}"]
    if s.rooms:
        words.append(f"in {', '.join(s.rooms)}")
    if s.idle >= 60:
        words.append(f"silent for {lasting(s.idle)}")
    if s.queued:
        words.append(f"{sized(s.queued)} wait for it")
    return "; ".join(words)


def _sessions(v: p.SessionList, when: When) -> list[str]:
    return [_session(session, when) for session in v.sessions] or ["there is no connection but this one"]


def table(when: When, refused: Callable[[Refused], list[str]]) -> dict[type[Answer], Callable[[Any], list[str]]]:
    """The lines of each kind of report.

    :param refused: words a refusal
    """
    return {
        p.UpSince: lambda v: [_up(v, when)],
        p.Health: lambda v: _health(v, when),
        p.UserList: lambda v: _users(v, when),
        p.SessionList: lambda v: _sessions(v, when),
        p.LogLine: lambda v: [f"{when(v.at)} {v.level} {v.system}: {v.text}"],
        p.LogMissed: lambda v: [f"{counted(v.count, 'line')} came too fast, and are left out here"],
        p.AccountMade: lambda v: [f"{f'row {v.row}: ' if v.row else ''}account {v.name}, password {v.password}"],
        p.RowRefused: lambda v: [f"row {v.row}: {line}" for line in refused(v.why)],
        p.AccountsMade: lambda v: [f"{counted(v.made, 'account')} made, {counted(v.refused, 'row')} refused"],
        p.PasswordSet: lambda v: [f"{v.name} has a new password" + (f": {v.password}" if v.password else "")],
        p.Reloaded: lambda v: list(v.changes) or ["nothing has changed"],
        p.BackedUp: lambda v: [f"the backup is in {v.file}, {sized(v.size)}"],
        p.Line: lambda v: [v.text],
        p.Exported: lambda v: [f"end of what was said in {v.room}: {v.count}"],
    }
