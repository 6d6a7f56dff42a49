"""The files that people give to a room: what one is, what it may be called, and how much space there is for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import count
from unicodedata import category, normalize

import msgspec

from chatd.chat.answers import Refusal
from chatd.chat.text import clean

MAX_CHARACTERS = 100
"""The longest name that a file keeps, in characters."""

MAX_NAME_BYTES = 200
"""The same in bytes of UTF-8; file systems take 255, and `` (2)`` must still fit."""

FILES_PER_ROOM = 1000
"""Files that a room may have at once, whatever their size: small ones cost something too."""

FILES_PER_USER = 250
"""Files of one user at once, in all rooms."""

UNNAMED = "file"
"""The name of a file of whose name nothing can be used."""

# What Windows does not take in a name; a colon would even reach another stream of the file.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Names of devices there, in any directory, in any case and with any extension.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)
# Shown as nothing, though no format character: fillers, the grapheme joiner, variation selectors.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_EXTENSION = re.compile(r"(?<=.)(?:\.tar)?\.[^. ]{1,12}\Z", re.DOTALL)


class Drop(msgspec.Struct, frozen=True):
    """A file given to a room.

    :param id: rises over the whole server, and is never used again
    :param room: the room's shown name
    :param name: a safe base name, see :func:`safe_name`
    :param size: bytes
    :param sha256: 64 hexadecimal digits, lower case
    :param user: shown name of who gave it
    :param at: when it was whole, in milliseconds since 1970-01-01 UTC
    :param expires: when it goes, in milliseconds since 1970-01-01 UTC
    """

    id: int
    room: str
    name: str
    size: int
    sha256: str
    user: str
    at: int
    expires: int


class Quotas(msgspec.Struct, frozen=True):
    """How much space there is, and for how long.

    :param max_bytes: of one file
    :param room_quota: of all files of a room, in bytes
    :param user_quota: of all files of a user, in bytes
    :param keep: milliseconds
    """

    max_bytes: int
    room_quota: int
    user_quota: int
    keep: int


def safe_name(path: str) -> str:
    """What a file is called that somebody else calls ``path``.

    The last component of a path of any system, in NFC, without a character that is not seen, without what hides a file
    or looks like an option, and with nothing that a file system treats in a way of its own. Never empty, never longer
    than :data:`MAX_CHARACTERS` and :data:`MAX_NAME_BYTES`, and the same when it is made safe once more.
    """
    base = _visible(path).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", base).lstrip(" .-").rstrip(" .") or UNNAMED
    return _fit("_" + name if _DEVICE.match(name) else name)


def unused(name: str, taken: Callable[[str], bool]) -> str:
    """``name``, or ``name (2)`` and so on before its extension: the first that is not taken."""
    if not taken(name):
        return name
    return next(other for number in count(2) if not taken(other := _fit(name, f" ({number})")))


def forgotten(drop: Drop, now: int) -> bool:
    """Whether an expired file has been remembered as such for as long as it was kept."""
    return drop.expires + (drop.expires - drop.at) <= now


def check_space(quotas: Quotas, size: int, room: str, in_room: Collection[int], of_user: Collection[int]) -> None:
    """See that a file of ``size`` bytes has space.

    :param in_room: the sizes of the room's other files, those on their way included
    :param of_user: the sizes of the user's other files, in all rooms, the same
    :raises Refusal: ``too-large``, ``room-quota`` and ``user-quota`` (bytes), ``too-many-files`` (a number)
    """
    if size > quotas.max_bytes:
        raise Refusal("too-large", limit=quotas.max_bytes)
    if len(in_room) >= FILES_PER_ROOM:
        raise Refusal("too-many-files", room, limit=FILES_PER_ROOM)
    if len(of_user) >= FILES_PER_USER:
        raise Refusal("too-many-files", limit=FILES_PER_USER)
    if sum(in_room) + size > quotas.room_quota:
        raise Refusal("room-quota", room, limit=quotas.room_quota)
    if sum(of_user) + size > quotas.user_quota:
        raise Refusal("user-quota", limit=quotas.user_quota)


def _visible(text: str) -> str:
    """``text`` on one line, in NFC, with nothing in it that is not seen, and single spaces for whatever white space."""
    text = _BLANK.sub("", clean(text))
    text = "".join(character for character in text if category(character) not in ("Cc", "Cf", "Cs"))
    return " ".join(normalize("NFC", text).split())


def _fit(name: str, mark: str = "") -> str:
    """``name`` with ``mark`` before its extension, cut there as far as need be."""
    match = _EXTENSION.search(name)
    extension = match[0] if match else ""
    stem, end = name.removesuffix(extension), mark + extension
    short = stem[: MAX_CHARACTERS - len(end)].encode()[: MAX_NAME_BYTES - len(end.encode())].decode(errors="ignore")
    return (short.rstrip(" .") if mark or short != stem else stem) + end
