"""Mentions: whose names stand in what is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

MOST_WORDS = 64
"""Words of a line that are looked at."""

# What no name holds, and white space, which no name holds either.
_BETWEEN = re.compile(r"[\s:,/\\#@<>*'\"`]+")
_EDGES = re.compile(r"^\W+|\W+$")


def mentioned(text: str, known: Container[str]) -> list[str]:
    """Those of ``known`` (keys of names) that stand in ``text`` as whole words, in any case, with ``@`` or without.

    Work is bounded by :data:`MOST_WORDS`, and a word is compared as :func:`chatd.chat.names.key` has names, but without
    asking whether it could be one, which takes long.
    """
    found: dict[str, None] = {}
    for word in _BETWEEN.split(text, MOST_WORDS)[:MOST_WORDS]:
        folded = word.lower() if word.isascii() else unicodedata.normalize("NFC", word.lower())
        # A name may end in a full stop, and so may a sentence.
        for candidate in (folded, _EDGES.sub("", folded)):
            if candidate and candidate in known:
                found[candidate] = None
    return list(found)
