"""The bytes of a line to its text, or to what is wrong with it."""

from __future__ import annotations

from chatd.chat.answers import Refusal
from chatd.chat.text import BadText, clean, decode
from chatd.wire.lines import TooLong


def to_text(line: bytes | TooLong, limit: int, secret: bool = False) -> str:
    """What a person has typed.

    :param limit: bytes that a line may have, for telling; and characters, once tabs are spaces
    :param secret: whether it is taken as it is
    :raises Refusal: ``line-too-long``, ``not-utf-8``
    """
    if isinstance(line, TooLong):
        raise Refusal("line-too-long", limit=limit)
    try:
        text = decode(line)
    except BadText as error:
        raise Refusal(error.reason) from None
    if secret:
        return text
    cleaned = clean(text)
    if len(cleaned) > limit:
        # Tabs are worth up to eight spaces.
        raise Refusal("line-too-long", limit=limit)
    return cleaned
