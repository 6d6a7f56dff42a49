"""What those who run the server have everybody, or its operators, told."""

from __future__ import annotations

from chatd.chat.answers import Answer


class Stopping(Answer, frozen=True, tag="stopping", omit_defaults=True):
    """The server stops in ``seconds``; ``text`` is what its operator says about that."""

    seconds: int
    text: str = ""


class Alarm(Answer, frozen=True, tag="alarm"):
    """Something is wrong with the server, or, where not ``on``, no longer is.

    :param name: the stable identifier, ``journal`` or ``disk``
    :param text: says what it is, and what is to be done
    """

    name: str
    on: bool
    text: str
