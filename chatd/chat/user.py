"""A user who is here: the name, what it may do, and the status that others see."""

from __future__ import annotations

from chatd.chat.answers import Person, Refusal
from chatd.chat.moments import Moment
from chatd.chat.names import key

USER, MODERATOR, OPERATOR = "user", "moderator", "operator"
ROLES = (USER, MODERATOR, OPERATOR)

ACTIVE, BUSY, AWAY, INACTIVE, OFFLINE = "active", "busy", "away", "inactive", "offline"
STATUSES = (ACTIVE, BUSY, AWAY)
"""Those that a user chooses."""


class User:
    """Somebody who is here with one session or more.

    ``heard_at`` is when her last line came, in seconds of a clock that only goes forward; ``inactive`` says whether
    that was so long ago that others are told; ``named`` is since when she has had her name. ``wrote_last`` is who wrote
    to her last, and ``guest_wrote`` the same where that was a guest: somebody else may have the name later.

    :param name: as shown
    :param guest: whether there is no account behind it
    :param since: when the first of the present sessions began
    """

    __slots__ = (
        "guest",
        "guest_wrote",
        "heard_at",
        "inactive",
        "key",
        "name",
        "named",
        "role",
        "sessions",
        "since",
        "status",
        "text",
        "wrote_last",
    )

    def __init__(self, name: str, guest: bool, role: str, since: int) -> None:
        self.name = name
        self.key = key(name)
        self.guest = guest
        self.role = role
        self.since = self.named = Moment(since)
        self.sessions = 0
        self.status = ACTIVE
        self.text = ""
        self.wrote_last = ""
        self.guest_wrote: User | None = None
        self.heard_at = 0.0
        self.inactive = False

    def rename(self, name: str, at: int) -> None:
        """Be called ``name``, since ``at`` (milliseconds since 1970-01-01 UTC)."""
        self.name, self.key, self.named = name, key(name), Moment(at)

    def heard_from(self, name: str, writer: User | None) -> None:
        """Somebody called ``name`` wrote to her: ``writer``, if he is here."""
        self.wrote_last = name
        self.guest_wrote = writer if writer is not None and writer.guest else None

    @property
    def is_active(self) -> bool:
        """Whether she has chosen no other status."""
        return self.status == ACTIVE

    @property
    def log(self) -> str:
        """The name of the log of what is told to this user alone."""
        return f"@{self.name}"

    @property
    def person(self) -> Person:
        """What others see."""
        status = INACTIVE if self.inactive and self.is_active else self.status
        return Person(self.name, self.guest, self.role, status, self.text)

    def set_status(self, status: str, text: str) -> None:
        """Change what others see.

        :raises Refusal: ``bad-status``
        """
        if status not in STATUSES:
            raise Refusal("bad-status")
        self.status, self.text = status, text
