"""What of a line may be shown: UTF-8, without anything that commands a terminal or turns the reading direction.

What :func:`clean` gives holds no control character whatever, so that nothing in it can become a sequence again, and
cleaning twice is cleaning once.
"""

from __future__ import annotations

import re

# ECMA-48 (5.4, 5.6, 8.3) and ECMA-35 (13.2), 7-bit and 8-bit forms. The repetitions are possessive, and none takes
# what begins a sequence, so that no character is looked at more than a few times whatever comes.
_SEQUENCE = re.compile(
    r"""(?: \x1b \[ | \x9b ) [0-?]*+ [ -/]*+ [@-~]                                    # control sequence (CSI)
    | (?: \x1b [\]PX^_] | [\x90\x98\x9d-\x9f] ) [^\x00-\x07\x0e-\x1f\x7f-\x9f]*+  # a string (OSC, DCS, SOS, PM, APC)
      (?: \x07 | \x9c | \x1b \\ )                                                     # and its end
    | \x1b (?! [\[\]PX^_] ) [ -/]*+ [0-~]                                             # two characters, or a few""",
    re.VERBOSE,
)

# C0 but the tab, DEL, C1; embeddings, overrides and isolates (UAX 9); surrogates, which nothing can encode.
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_UNICODE_LINE_ENDS = re.compile("[\u2028\u2029]")

TAB = 8
"""Columns from one tab stop to the next."""


class BadText(ValueError):
    """Bytes that are no text.

    :param reason: the stable identifier, ``not-utf-8``
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(line: bytes) -> str:
    """The text of a line, which may still hold control characters.

    :raises BadText: where it is not UTF-8 (RFC 3629)
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise BadText("not-utf-8") from None


def clean(text: str) -> str:
    """What of ``text`` is visible.

    Escape sequences vanish whole where they are well formed, any other control character alone; tabs become spaces up
    to the next multiple of :data:`TAB` columns, the line and paragraph separators of Unicode one space; white space at
    either end stays. The result is at most :data:`TAB` times as long.
    """
    # Most lines are plain. Nothing that is removed or replaced here is printable in Python's sense, but some things
    # that are kept are not either (no-break space, the joiner in emoji): they only take the longer way.
    if text.isprintable():
        return text
    text = _UNSEEN.sub("", _SEQUENCE.sub("", text))
    return _UNICODE_LINE_ENDS.sub(" ", text).expandtabs(TAB)
