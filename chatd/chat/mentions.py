"""Mentions: whose names stand in what is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

MOST_WORDS = 64
"""Words of a line that are looked at."""

MOST_PARTS = 8
"""Parts of a word, between signs that no name holds, that are looked at."""

_BETWEEN = re.compile(r"[:,/\\#@<>*'\"`]+")
_SIGNS = ".!?;()[]{}&+=~|%$^-\u2013\u2014\u2026\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e"
_SIGNS += "\u3001\u3002\uff01\uff0c\uff1a\uff1f"  # as Chinese and Japanese write them


def mentioned(text: str, known: Mapping[str, object]) -> Collection[str]:
    """Those of ``known`` (keys of names) that stand in ``text`` as whole words, in any case, with ``@`` or without.

    Work is bounded by :data:`MOST_WORDS` and :data:`MOST_PARTS`. A word is compared as :func:`chatd.chat.names.key` has
    names, but without asking whether it could be one, which takes long.
    """
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFC", text.lower())
    words: set[str] = set()
    for word in folded.split(None, MOST_WORDS)[:MOST_WORDS]:
        if word.isalnum():
            words.add(word)
        else:
            # A name may end in a full stop, and so may a sentence.
            for part in _BETWEEN.split(word, MOST_PARTS)[:MOST_PARTS]:
                words.update((part, part.strip(_SIGNS)))
    return known.keys() & words
