"""Entering the rooms of the last session again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from chatd.chat import requests as r
from chatd.chat.answers import Refusal
from chatd.chat.names import key
from chatd.session import Session


async def rejoin(
    session: Session,
    last_rooms: Mapping[str, tuple[str, ...]],
    enter: Callable[[r.Enter], Awaitable[None]],
) -> None:
    """Enter every room that ``session``'s user was in last; one that cannot be entered is told, and the rest are.

    :raises Refusal: ``not-logged-in``, ``no-account``, ``no-last-rooms``
    """
    if session.user is None:
        raise Refusal("not-logged-in")
    if session.user.guest:
        raise Refusal("no-account")
    names = last_rooms.get(key(session.user.name), ())
    if not names:
        raise Refusal("no-last-rooms")
    for name in names:
        try:
            await enter(r.Enter(name))
        except Refusal as refusal:
            session.tell(refusal.answer)
