"""What the configuration says, in the terms of those who go by it."""

from __future__ import annotations

from chatd.chat.durations import parse_duration
from chatd.chat.files import Quotas
from chatd.chat.presence import Patience
from chatd.config import Config
from chatd.dialogue.sign_in import Rules
from chatd.frontends.door import Bounds


def rules(config: Config) -> Rules:
    """Who may come in."""
    who = config.accounts
    return Rules(who.register, who.guests, who.sessions_per_account, who.register_code)


def rates(config: Config) -> tuple[int, int]:
    """How often an address may log in in a minute, and register in an hour; 0 for as often as it likes."""
    limits = config.limits
    return (limits.logins_per_minute, limits.registrations_per_hour) if limits.flood else (0, 0)


def bounds(config: Config) -> Bounds:
    """How many connections an address may have, and how long nobody may log in on one."""
    limits = config.limits
    return Bounds(limits.connections_per_address, limits.idle_login_seconds, limits.login_seconds)


def patience(config: Config) -> Patience:
    """How long somebody may be silent."""
    return Patience(config.presence.inactive_after, config.presence.disconnect_after)


def quotas(config: Config) -> Quotas:
    """How much room there is for files, and for how long."""
    f = config.files
    return Quotas(f.max_bytes, f.room_quota, f.user_quota, int(parse_duration(f.keep) * 1000))
