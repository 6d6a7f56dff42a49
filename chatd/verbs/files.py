"""Files: giving them to a room and fetching them, by tickets for a second connection."""

from __future__ import annotations

import re
from collections.abc import Callable

from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.access import check_speak
from chatd.chat.answers import Answer, Done, FileLine, FileList, Refusal, Ticket
from chatd.chat.files import Drop
from chatd.chat.hub import Hub
from chatd.chat.moments import Moment
from chatd.roomlog import Logs
from chatd.session import Handling, Session
from chatd.transfers.service import Transfers
from chatd.transfers.tickets import Offer
from chatd.verbs.talking import room_of, user_of

# "Send: PATH" says it is a path; behind a bare "Send" a single word with a dot or a slash in it looks like one. Nothing
# in this is tried twice, however long a line is.
_SEND = re.compile(
    r"send(?: :\s*+(?P<told>\S.*) | \s++(?P<likely>[^\s./]*+[./]\S*+)\s*+)\Z", re.IGNORECASE | re.DOTALL | re.VERBOSE
)


LONGEST_NUMBER = 18
"""Digits; no file has a longer one."""


class Files:
    """Handlers for files."""

    def __init__(self, hub: Hub, transfers: Transfers) -> None:
        self._hub = hub
        self._transfers = transfers

    def listing(self, session: Session, request: r.Files) -> FileList:
        """The files of one room."""
        room = room_of(session, self._hub, request.room)
        files = tuple(
            FileLine(d.id, d.name, d.size, d.sha256, d.user, Moment(d.at), Moment(d.expires))
            for d in self._transfers.listing(room.name)
        )
        return FileList(room.name, files)

    def send(self, session: Session, request: r.Send) -> Ticket:
        """The right to put one file."""
        if request.size < 0:
            raise Refusal("bad-size")
        return self._offer(session, request.name, request.size, request.sha256, request.room)

    def _offer(self, session: Session, path: str, size: int, sha256: str, room_name: str) -> Ticket:
        user, room = user_of(session), room_of(session, self._hub, room_name)
        if user.guest:
            raise Refusal("guests-send-nothing")
        check_speak(user, room, self._hub.bans)
        offer = self._transfers.offer(user.name, room.name, path, size, sha256)
        return _ticket(offer, session.way.put(offer.ticket, path, size_known=size >= 0))

    def get(self, session: Session, request: r.Get) -> Ticket:
        """The right to get one file."""
        name, _, number = request.file.rpartition("#")
        room = room_of(session, self._hub, request.room or name)
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            raise Refusal("no-such-file", request.file)
        offer = self._transfers.fetch(user_of(session).name, int(number), room.name)
        return _ticket(offer, session.way.get(offer.ticket, offer.name))

    def hint(self, session: Session, text: str) -> Answer | None:
        """For a line that looks like the wish to give a file: the command by which netcat does it."""
        match = _SEND.match(text)
        if match is None or session.voice.renderer.name != "text":
            return None
        path = (match["told"] or match["likely"]).strip()
        return Done("file-hint", self._offer(session, path, -1, "", "").command)


def tell_room(logs: Logs, drop: Drop) -> None:
    """``drop`` is whole: let its room know."""
    logs.append(drop.room, e.Dropped(drop.user, drop.id, drop.name, drop.size, drop.sha256))


def _ticket(offer: Offer, command: str) -> Ticket:
    return Ticket(offer.ticket, offer.purpose, offer.name, offer.size, Moment(offer.expires), command)


def handlers(files: Files) -> dict[type[r.Request], Callable[..., Answer | Handling | None]]:
    """Which handler serves which request."""
    return {r.Files: files.listing, r.Send: files.send, r.Get: files.get}
