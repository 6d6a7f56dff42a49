"""Passwords that are made up, and can be read aloud."""

from __future__ import annotations

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _OF = 4, 4


def readable(token: str) -> str:
    """A password of 16 letters and digits in groups of four, 79 random bits.

    :param token: 128 random bits, in hexadecimal
    """
    number = int(token, 16)
    groups = []
    for _ in range(_GROUPS):
        group = ""
        for _ in range(_OF):
            number, digit = divmod(number, len(_LETTERS))
            group += _LETTERS[digit]
        groups.append(group)
    return "-".join(groups)
