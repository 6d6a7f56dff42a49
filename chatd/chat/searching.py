"""What a person types to search: words, and by whom, where and since when they were said."""

from __future__ import annotations

import re

import msgspec

_PARTS = re.compile(r'"[^"]*"?\*?|\S+')


class Query(msgspec.Struct, frozen=True):
    """What is searched for.

    :param words: as :meth:`chatd.history.History.search` takes them
    :param user: who said it, empty for anybody
    :param room: where, empty for everywhere
    :param since: since when, as :func:`chatd.chat.moments.since` reads it, empty for ever
    """

    words: str
    user: str = ""
    room: str = ""
    since: str = ""


def parse(text: str) -> Query:
    """``@NAME``, ``#ROOM`` and ``since:2h`` narrow a search, wherever they stand; all else is words.

    What stands in double quotes is never taken for one of these.
    """
    words: list[str] = []
    narrow: dict[str, str] = {}
    for part in _PARTS.findall(text):
        if part[0] == "@" and len(part) > 1:
            narrow["user"] = part[1:]
        elif part[0] == "#" and len(part) > 1:
            narrow["room"] = part[1:]
        elif part.startswith("since:") and len(part) > 6:
            narrow["since"] = part[6:]
        else:
            words.append(part)
    return Query(" ".join(words), **narrow)


class Search(msgspec.Struct, frozen=True):
    """A search that has found more than was told.

    :param since: the first millisecond since 1970-01-01 UTC that counts
    :param before: where it goes on
    """

    query: Query
    since: int
    before: int
