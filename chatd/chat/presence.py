"""Presence: who has not been heard of for so long as to count as inactive, or to be sent away."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chatd.chat.user import User


class Patience(msgspec.Struct, frozen=True):
    """How long a user may be silent, in seconds; 0 for ever.

    :param inactive_after: before she counts as inactive
    :param disconnect_after: before her sessions are ended
    """

    inactive_after: float = 300.0
    disconnect_after: float = 0.0

    def fallen_silent(self, users: Iterable[User], now: float) -> list[User]:
        """Those who count as inactive from ``now`` on (seconds, of a clock that only goes forward), and do not yet.

        Who is busy or away has said so herself, and stays that.
        """
        after = self.inactive_after
        return [u for u in users if after and not u.inactive and u.is_active and now - u.heard_at >= after]

    def given_up(self, users: Iterable[User], now: float) -> list[User]:
        """Those who have been silent for so long that they are sent away."""
        after = self.disconnect_after
        return [user for user in users if after and now - user.heard_at >= after]
