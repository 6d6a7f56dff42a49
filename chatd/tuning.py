"""What the configuration says, in the terms of those who go by it."""

from __future__ import annotations

from chatd.chat.durations import parse_duration
from chatd.chat.files import Quotas
from chatd.chat.presence import Patience
from chatd.config import Config
from chatd.dialogue.sign_in import Rules


def rules(config: Config) -> Rules:
    """Who may come in."""
    who = config.accounts
    return Rules(who.register, who.guests, who.sessions_per_account)


def patience(config: Config) -> Patience:
    """How long somebody may be silent."""
    return Patience(config.presence.inactive_after, config.presence.disconnect_after)


def quotas(config: Config) -> Quotas:
    """How much room there is for files, and for how long."""
    f = config.files
    return Quotas(f.max_bytes, f.room_quota, f.user_quota, int(parse_duration(f.keep) * 1000))
