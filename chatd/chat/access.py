"""Who may know of a room, enter it, speak in it and moderate it, and what its owner may change of that."""

from __future__ import annotations

import msgspec

from chatd.chat.answers import Refusal
from chatd.chat.moderation import MUTE, Bans, limits
from chatd.chat.names import closest, key
from chatd.chat.room import ACCESS, ACCOUNTS, INVITED, PASSWORD, PUBLIC, Room, RoomRecord
from chatd.chat.user import MODERATOR, OPERATOR, User

MOST_MEMBERS = 999_999_999
"""The highest limit that can be set; more cannot be meant."""

MOST_NAMES = 1000
"""That may be invited into a room, or have a voice there."""

_SWITCHES = {"on": True, "off": False}
LIMIT, HIDDEN, MODERATED, OWNER = "limit", "hidden", "moderated", "owner"


def knows(user: User | None, room: Room) -> bool:
    """Whether ``user`` may know that there is such a room."""
    if not room.record.hidden:
        return True
    return user is not None and (user.key in room.attendance or user.key in room.members or is_expected(user, room))


def is_expected(user: User, room: Room) -> bool:
    """Whether ``user`` may enter whatever the access: invited, or as its owner or an operator."""
    return room.owned_by(user) or (not user.guest and is_named(room.record.invited, user.name))


def is_named(names: tuple[str, ...], name: str) -> bool:
    """Whether ``name`` is one of ``names``."""
    return any(key(one) == key(name) for one in names) if names else False


def without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """``names`` but for ``name``."""
    return tuple(one for one in names if key(one) != key(name))


def check_enter(user: User, room: Room, password_fits: bool) -> None:
    """May ``user`` enter ``room``?

    :raises Refusal: ``accounts-only``, ``invited-only``, ``wrong-room-password``, ``room-full``
    """
    access = room.record.access
    if not is_expected(user, room):
        if access == ACCOUNTS and user.guest:
            raise Refusal("accounts-only", room.name)
        if access == INVITED:
            raise Refusal("invited-only", room.name)
        if access == PASSWORD and not password_fits:
            raise Refusal("wrong-room-password", room.name)
    limit = room.record.limit
    if limit and len(room.attendance) >= limit and user.key not in room.attendance and not room.owned_by(user):
        raise Refusal("room-full", room.name, limit=limit)


def has_voice(user: User, room: Room) -> bool:
    """Whether ``user`` may speak where not everybody may."""
    if room.owned_by(user) or user.role == MODERATOR:
        return True
    return user.key in room.guest_voices if user.guest else is_named(room.record.voiced, user.name)


def check_speak(user: User, room: Room, bans: Bans) -> None:
    """May ``user``, who is in ``room``, say something there?

    :raises Refusal: ``muted``, ``moderated``
    """
    if room.record.moderated and not has_voice(user, room):
        raise Refusal("moderated", room.name)
    mute = bans.find(MUTE, room.name, user.name, user.guest, "")
    if mute is not None:
        raise Refusal("muted", room.name, **limits(mute))


def check_owner(user: User, room: Room) -> None:
    """May ``user`` do with ``room`` what owners may?

    :raises Refusal: ``not-owner``
    """
    if not room.owned_by(user):
        raise Refusal("not-owner", room.name)


def check_delete(user: User, room: Room) -> None:
    """May ``user`` delete ``room``?

    :raises Refusal: ``public-stays``, ``not-owner``
    """
    if room.key == key(PUBLIC):
        raise Refusal("public-stays")
    check_owner(user, room)


def check_moderate(user: User, room: Room) -> None:
    """May ``user`` throw others out of ``room``, mute them and take back what they said?

    :raises Refusal: ``not-owner``
    """
    if user.role != MODERATOR:
        check_owner(user, room)


def check_target(user: User, name: str, role: str) -> None:
    """May ``user``, who moderates, do that to whoever is called ``name`` and has that role?

    :raises Refusal: ``cannot-kick``
    """
    if role == OPERATOR and user.role != OPERATOR:
        raise Refusal("cannot-kick", name)


def check_kick(user: User, room: Room, name: str) -> User:
    """May ``user`` throw whoever is called ``name`` out of ``room``? The one it is about.

    :raises Refusal: ``not-owner``, ``not-here``, ``cannot-kick``
    """
    check_moderate(user, room)
    target = room.members.get(key(name))
    if target is None or target.key not in room.attendance:
        raise Refusal("not-here", name, closest(name, (m.name for m in room.members.values())))
    check_target(user, target.name, target.role)
    return target


def changed(record: RoomRecord, what: str, value: str) -> RoomRecord:
    """``record`` with one thing of its access changed, as ``/access WHAT VALUE`` asks for.

    :raises Refusal: ``bad-access``
    """
    replace = msgspec.structs.replace
    if what in ACCESS and not value:
        return replace(record, access=what, password="")
    if what in (HIDDEN, MODERATED) and value in _SWITCHES:
        return replace(record, **{what: _SWITCHES[value]})
    if what == LIMIT and (value == "none" or _is_limit(value)):
        return replace(record, limit=0 if value == "none" else int(value))
    if what == OWNER and value:
        return replace(record, owner=value)
    raise Refusal("bad-access")


def _is_limit(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= len(str(MOST_MEMBERS)) and int(value) > 0


def described(record: RoomRecord) -> str:
    """The access of a room in the words by which it is set: ``password, moderated, limit 12, hidden``."""
    words = [record.access]
    words += [word for word, on in ((MODERATED, record.moderated), (HIDDEN, record.hidden)) if on]
    if record.limit:
        words.append(f"{LIMIT} {record.limit}")
    return ", ".join(words)
