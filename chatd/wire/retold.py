"""The words around what is told again, and around what is not shown at once."""

from __future__ import annotations

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.pastes import shown
from chatd.wire.measures import counted


def folded(room: str, event: e.Said) -> str:
    """What stands for the lines of a paste that are not shown."""
    more = event.lines - shown(event.lines)
    count = counted(more, "more line") if more > 0 else "more lines"
    return f"[{room}] -- … {count}: /more {room}#{event.block}"


def past(v: a.Past) -> list[str]:
    """What ends a replay."""
    older = f"; /history before {v.log}#{v.before} shows older" if v.before else ""
    missing = "" if v.complete else "; older cannot be looked up just now"
    return [f"end of what was said in {v.log}: {v.count}{older}{missing}"]


def paste(v: a.PasteLines) -> list[str]:
    """What ends the lines of a paste."""
    more = f"; /more {v.room}#{v.next} shows the next ones" if v.next else ""
    return [f"{counted(v.count, 'line')} of {v.room}#{v.block}{more}"]


def searched(v: a.Searched) -> list[str]:
    """What ends what was found."""
    more = "; more shows older" if v.more else ""
    missing = "" if v.complete else "; what was said before is still being read, so there may be more in a while"
    return [f"{v.count} found{more}{missing}"]
