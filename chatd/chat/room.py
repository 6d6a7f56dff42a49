"""A room: who is in it, who owns it, who may enter, and what was said last."""

from __future__ import annotations

from collections import deque

import msgspec

from chatd.chat.answers import RoomInfo, RoomSummary
from chatd.chat.events import Entry
from chatd.chat.moments import Moment
from chatd.chat.names import key
from chatd.chat.redacted import blanked
from chatd.chat.user import OPERATOR, User

PUBLIC = "public"
"""The room that always exists."""

OPEN, ACCOUNTS, PASSWORD, INVITED = "open", "accounts", "password", "invited"
"""Who may enter: everybody, who has an account, who knows the password, or who is invited."""

ACCESS = (OPEN, ACCOUNTS, PASSWORD, INVITED)


class RoomRecord(msgspec.Struct, frozen=True):
    """A row of rooms.csv: what a room is, whoever is in it.

    :param owner: shown name of the account that owns it, empty for nobody
    :param access: one of :data:`ACCESS`
    :param password: an Argon2id hash in PHC string format, empty unless ``access`` is ``password``
    :param limit: the most members it takes, 0 for any number
    :param hidden: whether it is as if it were not there, for those who do not know it
    :param invited: accounts that may enter it whatever its access
    :param moderated: whether only those speak who have a voice
    :param voiced: accounts that have one
    :param created: milliseconds since 1970-01-01 UTC
    """

    name: str
    owner: str = ""
    topic: str = ""
    access: str = OPEN
    password: str = ""
    limit: int = 0
    hidden: bool = False
    invited: tuple[str, ...] = ()
    moderated: bool = False
    voiced: tuple[str, ...] = ()
    created: int = 0


class Room:
    """A room as it is now.

    ``members`` follows the log: whoever entered and has not left. ``attendance`` runs ahead of it: which sessions of
    each user are in the room or on their way in, so that two requests in one turn agree on who is first and last.

    :param history: how many entries are remembered
    :ivar guest_voices: the guests who have a voice, by key, until they leave
    :ivar redacted: the numbers of what was taken back since the start
    """

    __slots__ = ("attendance", "guest_voices", "is_closed", "key", "left", "members", "recent", "record", "redacted")

    def __init__(self, record: RoomRecord, history: int) -> None:
        self.record = record
        self.key = key(record.name)
        self.members: dict[str, User] = {}
        self.attendance: dict[str, tuple[object, ...]] = {}
        self.is_closed = False
        self.guest_voices: set[str] = set()
        self.left: dict[str, int] = {}
        """The number of the entry by which each account was out of the room last, by key."""
        self.recent: deque[Entry] = deque(maxlen=history)
        self.redacted: set[int] = set()

    @property
    def name(self) -> str:
        """The name as shown, which is that of the room's log too."""
        return self.record.name

    def owned_by(self, user: User) -> bool:
        """Whether ``user`` may do what owners may: an operator may it everywhere."""
        owns = not user.guest and bool(self.record.owner) and key(self.record.owner) == user.key
        return owns or user.role == OPERATOR

    def attend(self, user: User, session: object) -> bool:
        """One more session of ``user`` comes in; whether it is the first."""
        others = self.attendance.get(user.key, ())
        self.attendance[user.key] = (*others, session)
        return not others

    def depart(self, user: User, session: object) -> bool:
        """A session of ``user`` goes; whether it was the last. One that was put out already is nobody's last."""
        sessions = self.attendance.get(user.key, ())
        if session not in sessions:
            return False
        others = tuple(other for other in sessions if other is not session)
        if others:
            self.attendance[user.key] = others
        else:
            del self.attendance[user.key]
        return not others

    def is_attended(self, user: User, session: object) -> bool:
        """Whether the session is in the room or on its way in, and not put out."""
        return session in self.attendance.get(user.key, ())

    def put_out(self, user: User) -> None:
        """All sessions of ``user`` are on their way out, and none of them is the last."""
        self.attendance.pop(user.key, None)

    def put_away(self, name: str, seq: int) -> None:
        """The user with the key ``name`` is no member any more, by the entry ``seq``."""
        self.guest_voices.discard(name)
        user = self.members.pop(name, None)
        if user is not None and not user.guest:
            self.left[name] = seq

    def take_back(self, number: int) -> None:
        """What has that number has no text any more."""
        self.redacted.add(number)
        kept = (
            msgspec.structs.replace(old, event=blanked(old.event)) if old.seq == number else old for old in self.recent
        )
        self.recent = deque(kept, self.recent.maxlen)

    def close(self) -> None:
        """Everybody is put out, and nobody comes in any more."""
        self.is_closed = True
        self.attendance.clear()

    @property
    def remembers_all(self) -> bool:
        """Whether nothing that was told here has been forgotten."""
        return len(self.recent) != self.recent.maxlen

    @property
    def summary(self) -> RoomSummary:
        """The room in a listing, for somebody who is not in it."""
        return RoomSummary(self.name, len(self.members), self.record.topic, self.record.access, False)

    def info(self, inside: bool) -> RoomInfo:
        """All about the room.

        :param inside: whether it is told to somebody who is in it or may do what owners may
        """
        r = self.record
        people = tuple(sorted((user.name for user in self.members.values()), key=key))
        guests = (user.name for user in self.members.values() if user.key in self.guest_voices)
        voiced = (*r.voiced, *sorted(guests, key=key))
        return RoomInfo(
            r.name,
            r.owner,
            r.topic,
            r.access,
            Moment(r.created),
            people,
            moderated=r.moderated,
            hidden=r.hidden,
            limit=r.limit,
            invited=r.invited if inside else (),
            voiced=voiced if inside else (),
        )
