"""What is asked for at the entrance, all in one piece: to be somebody, to be somebody else, or to be nobody again.

Frontends that lead a conversation ask for it bit by bit instead; see :mod:`chatd.dialogue`.
"""

from __future__ import annotations

import msgspec


class Entrance(msgspec.Struct, frozen=True, tag_field="type"):
    """Something that changes who a session is."""


class Login(Entrance, frozen=True, tag="login"):
    """Be the one who has the account ``name``."""

    name: str
    password: str


class Register(Entrance, frozen=True, tag="register"):
    """Make an account; ``code`` is what whoever runs the server has given out for that."""

    name: str
    password: str
    code: str = ""


class Guest(Entrance, frozen=True, tag="guest"):
    """Be a guest of that name, or of one that is made up."""

    name: str = ""


class Oldest(Entrance, frozen=True, tag="oldest"):
    """End the oldest session of the account, of which there were too many for the login before this."""


class Logout(Entrance, frozen=True, tag="logout"):
    """Be nobody, and stay connected."""


class Rejoin(Entrance, frozen=True, tag="rejoin"):
    """Enter the rooms of the last session."""


class GoOn(Entrance, frozen=True, tag="resume"):
    """Go on with the session of ``code``; without one, ask for that of this session.

    :param seen: the number of the last entry received of each log, a room or one's own (``@alice``
        or ``@me``); None for unknown
    """

    code: str = ""
    seen: dict[str, int | None] = {}


class Password(Entrance, frozen=True, tag="password"):
    """Have ``new`` be the password instead of ``password``."""

    password: str
    new: str


class Unregister(Entrance, frozen=True, tag="unregister"):
    """Give the account up."""

    password: str


SECRETS = frozenset({"password", "new", "code"})
"""Fields that are taken as they come, and shown nowhere."""
