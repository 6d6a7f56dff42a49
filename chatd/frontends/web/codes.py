"""Why a WebSocket is closed, in numbers (RFC 6455, 7.4.1)."""

from __future__ import annotations

from chatd.chat.answers import Closing

NORMAL, GOING_AWAY, POLICY, TOO_BIG = 1000, 1001, 1008, 1009
"""Why a connection is closed (RFC 6455, 7.4.1)."""

_CODES = {
    "stopping": GOING_AWAY,
    "restarting": GOING_AWAY,
    "banned": POLICY,
    "too-many-connections": POLICY,
    "too-slow": POLICY,
    "message-too-long": TOO_BIG,
}


def code_of(ending: Closing | None) -> int:
    """What stands for the reason that people are told."""
    return _CODES.get(ending.reason, NORMAL) if ending is not None else NORMAL
