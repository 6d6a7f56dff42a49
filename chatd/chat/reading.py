"""Whose history somebody may read: that of rooms she is in, or may enter without more and know of."""

from __future__ import annotations

from chatd.chat.access import knows
from chatd.chat.answers import Refusal
from chatd.chat.hub import Hub
from chatd.chat.room import Room
from chatd.chat.user import User


def readable(hub: Hub, user: User, address: str, name: str = "") -> list[Room]:
    """The rooms whose history ``user``, who comes from ``address``, may read.

    :param name: the only room that counts, empty for all
    :raises Refusal: ``no-such-room``, ``not-in-room`` where that one is none of these
    """
    if not name:
        return [room for room in hub.rooms.values() if _may_read(hub, user, address, room)]
    room = hub.room_for(user, name)
    if not _may_read(hub, user, address, room):
        raise Refusal("not-in-room", room.name)
    return [room]


def _may_read(hub: Hub, user: User, address: str, room: Room) -> bool:
    if user.key in room.members:
        return True
    try:
        hub.check_enter(user, room, False, address)
    except Refusal:
        return False
    return knows(user, room)
