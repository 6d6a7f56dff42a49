"""Names that somebody asks for: the form in which one is given, or what is refused."""

from __future__ import annotations

from chatd.chat.answers import Refusal
from chatd.chat.names import BadName, check


def checked(name: str) -> str:
    """``name`` as it is shown, if it may be the name of a user or room.

    :raises Refusal: what is wrong with it, with a name that would do
    """
    try:
        return check(name)
    except BadName as error:
        about = name if error.reason == "reserved-name" else ""
        raise Refusal(error.reason, about, (error.suggestion,) if error.suggestion else ()) from None
