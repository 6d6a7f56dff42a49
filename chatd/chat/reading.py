"""Whose history somebody may read: that of rooms she is in, or may enter without more and know of."""

from __future__ import annotations

from chatd.chat.answers import Refusal
from chatd.chat.hub import Hub
from chatd.chat.names import closest, key
from chatd.chat.room import OPEN, Room
from chatd.chat.user import User


def readable(hub: Hub, user: User, name: str = "") -> list[Room]:
    """The rooms whose history ``user`` may read.

    :param name: the only room that counts, empty for all
    :raises Refusal: ``no-such-room``, ``not-in-room`` where that one is none of these
    """
    if not name:
        return [room for room in hub.rooms.values() if _may_read(hub, user, room)]
    room = hub.rooms.get(key(name))
    if room is not None and _may_read(hub, user, room):
        return [room]
    if room is not None and not room.record.hidden:
        raise Refusal("not-in-room", room.name)
    raise Refusal("no-such-room", name, closest(name, (r.name for r in hub.rooms.values() if not r.record.hidden)))


def _may_read(hub: Hub, user: User, room: Room) -> bool:
    if user.key in room.members:
        return True
    if room.record.hidden or room.record.access != OPEN:
        return False
    try:
        hub.check_enter(user, room)
    except Refusal:
        return False
    return True
