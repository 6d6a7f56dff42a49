"""People in words: who somebody is, how she is, and who is there."""

from __future__ import annotations

from collections.abc import Iterable

from chatd.chat import answers as a

_WIDTH = 100


def joined(words: Iterable[str]) -> list[str]:
    """Words with commas between, on lines of about :data:`_WIDTH` columns."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > _WIDTH:
            lines.append(line + ",")
            line = word
        else:
            line = f"{line}, {word}" if line else word
    return [*lines, line] if line else lines


def person(one: a.Person) -> str:
    """Her name, and what is to be said of it."""
    marks = ["guest"] if one.guest else [one.role] if one.role != "user" else []
    if one.status != "active" or one.text:
        marks.append(one.status)
    return f"{one.name} ({', '.join(marks)})" if marks else one.name


def members(v: a.Members) -> list[str]:
    """Who is in a room, or here."""
    # A text that somebody has written could name others, so it stands where no other name does.
    people = joined(person(one) for one in v.members if not one.text)
    people += [f"{person(one)}: {one.text}" for one in v.members if one.text]
    where = f"in {v.room}" if v.room else "here"
    return [f"{len(v.members)} {where}:", *("  " + line for line in people)]


def status(v: a.StatusChanged) -> list[str]:
    """How somebody is now."""
    return [f"{v.person.name} is {v.person.status}" + (f": {v.person.text}" if v.person.text else "")]
