"""Words as they are searched for: what makes two texts equal, and what a person may type to find one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from chatd.chat.answers import Refusal
from chatd.chat.events import Dropped, Emoted, Event, Private, Said, TopicSet
from chatd.chat.names import key

TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
"""What FTS5 takes for a word in a text that :func:`fold` has prepared: letters and digits in a row."""

MOST_WORDS = 16
"""In one search."""

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")

# Thai, Lao, Burmese, Khmer, Chinese and Japanese are written without spaces between words. Each character stands alone
# there, and what is searched for is a row of them, so that it is found wherever it begins.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff"
_ALONE = re.compile(f"([{_UNSPACED}])|[{_EMOJI}]")

_ASKED = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')


def fold(text: str) -> str:
    """``text`` in the form in which it is indexed: equal for all that shall count as equal."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.encode(errors="replace").decode()).casefold()
    return _ALONE.sub(_apart, unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)))


def match(words: str) -> str:
    """The FTS5 expression for texts that have all of ``words``, empty where there is nothing to look for.

    :raises Refusal: ``too-many-words``
    """
    words = words.rstrip()
    terms = (_term(found, found.end() == len(words)) for found in _ASKED.finditer(words))
    known = [term for term in terms if term]
    if len(known) > MOST_WORDS:
        raise Refusal("too-many-words", limit=MOST_WORDS)
    return " ".join(known)


def said(event: Event) -> str:
    """What of ``event`` can be searched for, empty for nothing."""
    match event:
        case Said(text=text) | Emoted(text=text) | Private(text=text) | TopicSet(text=text) | Dropped(name=text):
            return text
    return ""


def tags(log: int, user: str) -> str:
    """What is indexed of an entry beside its text: the log of this number, and the user of this name, as words."""
    return f"{log_tag(log)} {user_tag(user)}"


def log_tag(log: int | str) -> str:
    """The word that stands for a log."""
    return f"l{log}"


@lru_cache(maxsize=1 << 13)
def user_tag(user: str) -> str:
    """The word that stands for a user, however the name is written."""
    return "u" + key(user).encode(errors="replace").hex()


def _apart(found: re.Match[str]) -> str:
    # What is no letter is not indexed, so an emoji is replaced by a character for private use.
    return f" {found[1] or chr(0xF0000 | ord(found[0]) & 0xFFFF)} "


def _term(found: re.Match[str], last: bool) -> str:
    quoted, star, bare = found.groups()
    text = fold((bare or quoted).replace("\0", " "))
    if not any(unicodedata.category(character)[0] in "LMN" or character >= "\U000f0000" for character in text):
        return ""
    begins = star or (bare and (last or bare.endswith("*")))
    # What begins with a certain letter is far too much.
    return f'"{text}" *' if begins and len(text.strip(" *")) > 1 else f'"{text}"'
