"""What may be the name of a user or a room, when two names are the same, and when they look the same.

Form and equality are those of the PRECIS username profiles (RFC 8265); looks follow UTS 39.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data
from precis_i18n import get_profile

LONGEST = 32
"""Characters in a name, at most."""

_MENU = "login register guest resume public enter rejoin create delete info rooms who whois status msg password"
_MENU_TOO = "unregister logout help quit put get format encoding motd version oldest search more"
RESERVED = (*_MENU.split(), *_MENU_TOO.split(), "all", "here", "server", "system", "operator")
"""What no user and no new room is called: the words of the main menu, and who or what speaks for the server."""

# A name may be written with more characters than it is shown with (decomposed accents), but not with any number.
_LONGEST_WRITTEN = 4 * LONGEST

_FORBIDDEN = frozenset(":,/\\#@<>*'\"`")
_BRACKETS = frozenset("()[]{}")  # in them stands what is said of somebody: "mallory (operator)"
_LETTERS = frozenset({"Lu", "Ll", "Lo"})
_IN_NAMES = frozenset({"Lu", "Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

# UTS 39, 5.2 "Highly Restrictive": one script, or one of these sets. Anything else in one name serves to deceive.
_ANY_SCRIPT = {"COMMON", "INHERITED"}
_TOGETHER = (
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"},
    {"LATIN", "HAN", "BOPOMOFO"},
    {"LATIN", "HAN", "HANGUL"},
)
# UTS 39, 5.4: more than four nonspacing marks on one letter reach into the lines above and below.
_PILED_MARKS = 5

_MARK = "\u200e"
_INVISIBLE = {0x200C: "", 0x200D: ""}  # joiners, the only ones that PRECIS lets through

_DOTS = re.compile("(?<=[ij])\u0307")  # a dot above a letter that has one is not seen
_FRONT = re.compile(r"^[\W_]+")

_preserve = get_profile("UsernameCasePreserved").enforce
_map_case = get_profile("UsernameCaseMapped").enforce


class BadName(ValueError):
    """No user or room can have this name.

    :param reason: the stable identifier: ``empty-name``, ``long-name``, ``bad-name`` or ``reserved-name``
    :param suggestion: a name of the same kind that would be fine, empty where none can be made of it
    """

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def check(name: str, room: bool = False, kept: bool = False) -> str:
    """The form in which ``name`` is kept and shown; checking that again gives it again.

    :param room: whether it is a room's; only suggestions differ
    :param kept: whether somebody has it already: what is reserved, or not to be in a name, was not always so
    :raises BadName: it is none, or it is reserved or looks like a reserved one
    """
    fault = _fault(name, kept)
    if fault:
        raise BadName(fault, _suggestion(name, "_room" if room else "_1"))
    return _shown(name) or name


def key(name: str) -> str:
    """What stands for ``name`` in comparisons: its UsernameCaseMapped form, or, if it is no name, its NFC case folding.

    Names are the same where their keys are; ``key(check(name)) == key(name)``. Takes any text.
    """
    # In ASCII both forms are just that, and it is faster than any cache.
    return name.lower() if name.isascii() else _key(name) if len(name) <= _LONGEST_WRITTEN else _folded(name)


def skeleton(name: str) -> str:
    """The look of ``name``: names that cannot be told apart by eye have the same skeleton (UTS 39, 4).

    It is the case folding of the UTS 39 skeleton of the name as written. Case is folded last, since looks depend on it:
    ``Ian`` looks like ``lan``, ``ian`` does not. So names that are the same may have different skeletons, and
    :class:`Looks` compares by the skeletons of the shown form and of the key. Digits look as in UTS 39: ``b0b`` like
    ``bob``, ``a1`` like ``al``. Unlike there ``m`` does not look like ``rn``, which would refuse too many honest names.
    """
    if name.isascii():
        return name.translate(_LOOKS).lower()
    looks = unicodedata.normalize("NFD", name).translate(_LOOKS).casefold()
    return _DOTS.sub("", unicodedata.normalize("NFD", looks))


class Looks:
    """Names by their looks."""

    __slots__ = ("_names",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: dict[str, tuple[str, ...]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Take ``name`` in; once more changes nothing."""
        for look in _looks(name):
            names = self._names.get(look, ())
            if name not in names:
                self._names[look] = (*names, name)

    def discard(self, name: str) -> None:
        """Take ``name`` out, written as it was added, if it is in."""
        for look in _looks(name):
            names = tuple(other for other in self._names.get(look, ()) if other != name)
            if names:
                self._names[look] = names
            else:
                self._names.pop(look, None)

    def like(self, name: str) -> str | None:
        """A name in here that looks like ``name``, before all the same one; None where there is none."""
        found = [other for look in _looks(name) for other in self._names.get(look, ())]
        return next((other for other in found if key(other) == key(name)), found[0] if found else None)


def closest(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Those of ``known`` that ``word`` may have been meant to be, the closest first, whatever the case.

    Work is bounded: only the first 500 of ``known``, and 32 characters of each, are looked at.

    :param most: how many at most
    """
    folded = {name[:LONGEST].casefold(): name for name in islice(known, 500)}
    return tuple(folded[match] for match in difflib.get_close_matches(word[:LONGEST].casefold(), folded, most))


@lru_cache(1 << 13)
def _key(name: str) -> str:
    lower = name.lower()
    if _is_settled(name) and _is_settled(lower) and lower.lower() == lower:
        return lower
    try:
        return _map_case(_preserve(name))
    except UnicodeEncodeError:
        return _folded(name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _shown(name: str) -> str | None:
    """The UsernameCasePreserved form, None where there is none."""
    if name.isascii():  # what the profiles come to there, without going through their tables
        return name if name.isprintable() and " " not in name else None
    try:
        return name if _is_settled(name) else _preserve(name)
    except UnicodeEncodeError:
        return None


def _is_settled(name: str) -> bool:
    """Whether the UsernameCasePreserved form of ``name`` is certainly ``name`` itself.

    Nearly every name is of such characters, and the profile takes fifty times as long to find the same.
    """
    return all(map(_is_plain, name)) and unicodedata.is_normalized("NFC", name)


@lru_cache(1 << 14)
def _is_plain(character: str) -> bool:
    """Whether the profile takes ``character`` as it is, whatever stands around it.

    It does where it takes it alone, for then no rule of context needs others (RFC 5892, A), unless the character brings
    the rule of direction upon all of the name (RFC 5893); the digits that others exclude have such a direction too.
    """
    try:
        return _preserve(character) == character and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
    except UnicodeEncodeError:
        return False


@lru_cache(1 << 14)
def _script(character: str) -> str:
    return str(alias(character))


def _fault(name: str, kept: bool = False) -> str:
    """Why ``name`` is none, as an identifier; empty where it is one."""
    if not name:
        return "empty-name"
    if len(name) > _LONGEST_WRITTEN:
        return "long-name"
    shown = _shown(name)
    if shown is None or not _is_well_formed(shown) or not (kept or _BRACKETS.isdisjoint(shown)):
        return "bad-name"
    if len(shown) > LONGEST:
        return "long-name"
    return "reserved-name" if not kept and _reserved.like(shown) else ""


def _is_well_formed(shown: str) -> bool:
    return (
        unicodedata.category(shown[0]) in _LETTERS
        and _FORBIDDEN.isdisjoint(shown)
        and (shown.isascii() or (_is_of_one_script(shown) and not _has_piled_marks(shown)))
    )


def _is_of_one_script(shown: str) -> bool:
    scripts = set(map(_script, shown)) - _ANY_SCRIPT
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)


def _has_piled_marks(shown: str) -> bool:
    marks = ["M" if unicodedata.category(c) == "Mn" else c for c in unicodedata.normalize("NFD", shown)]
    return "M" * _PILED_MARKS in "".join(marks)


def _suggestion(name: str, suffix: str) -> str:
    """A name made of what is left of ``name``, ``suffix`` behind it where that alone is reserved."""
    written = unicodedata.normalize("NFKC", name[:_LONGEST_WRITTEN])
    fit = "".join(c if _fits(c) else " " for c in written)
    word = _FRONT.sub("", "_".join(fit.split()))
    if word[:1].isdecimal():
        word = "n" + word
    candidates = (word[:LONGEST].rstrip("_"), word[: LONGEST - len(suffix)].rstrip("_") + suffix)
    return next((_shown(candidate) or "" for candidate in candidates if not _fault(candidate)), "")


def _fits(character: str) -> bool:
    return character not in _FORBIDDEN | _BRACKETS and (
        character.isascii() or unicodedata.category(character) in _IN_NAMES
    )


def _looks(name: str) -> set[str]:
    same = key(name)
    return {skeleton(name)} if same == name else {skeleton(name), skeleton(same)}


def _look_table() -> dict[int, str]:
    """What each character looks like, by code point, where that is not itself (UTS 39, 4, confusables.txt)."""
    # The library has every pair in both directions, and left-to-right marks around what is written the other way.
    pairs = {one.strip(_MARK): [pair["c"].strip(_MARK) for pair in others] for one, others in confusables_data.items()}
    looks = {ord(one): unicodedata.normalize("NFD", _prototype(one, pairs)) for one in pairs if len(one) == 1}
    return {code: look.translate(looks) for code, look in looks.items() if look != chr(code)} | _INVISIBLE


def _prototype(character: str, pairs: dict[str, list[str]]) -> str:
    """What stands for all that look like ``character``: the one that has several others, in ASCII where possible."""
    others = pairs[character]
    if len(others) > 1:
        return character
    look, sources = others[0], pairs[others[0]]
    if len(look) > 1:
        return min(filter(str.isascii, sources), default=look)
    return look if len(sources) > 1 else min(character, look)


_LOOKS = _look_table()
_reserved = Looks(RESERVED)
