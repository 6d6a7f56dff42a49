"""Copies of what is kept, from the console: backups, and the history of a room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.logger import Logger

from chatd.chat import operating as o
from chatd.chat.answers import Answer, Refusal, Replayed
from chatd.chat.events import Entry
from chatd.chat.names import closest
from chatd.chat.reports import BackedUp, Exported, Line
from chatd.house import House
from chatd.session import Session
from chatd.wire.codes import LISTEN
from chatd.wire.jsonlines import entry_object
from chatd.wire.prose import Prose

PIECE = 100
"""Lines that are told before the reader has to have them."""


class Archive(Protocol):
    """What copies the data directory, and reads the journal."""

    header: str
    """The names of the journal's columns, as a row."""

    def backup(self, target: Path) -> Deferred[int]:
        """Write a backup; its size in bytes.

        :raises FileExistsError: (in the Deferred) there is such a file
        :raises ValueError: (in the Deferred) it would be inside the data directory
        :raises OSError: (in the Deferred) where it cannot be written
        """

    def history(self, room: str) -> Callable[[], Deferred[list[tuple[str, Entry]] | None]]:
        """What happened in a room: each call gives some more of it, rows and what they say, at last None.

        :raises OSError: (in the Deferred) where it cannot be read
        """


class Keeping:
    """Handlers for copies."""

    log = Logger()

    def __init__(self, house: House, archive: Archive) -> None:
        self._house = house
        self._archive = archive

    async def backup(self, session: Session, command: o.Backup) -> Answer:
        """What has been confirmed to anybody is in it."""
        target = Path(command.file).absolute()
        await self._house.logs.settled()
        await self._house.stores.accounts.keep_seen()
        try:
            size = await self._archive.backup(target)
        except FileExistsError:
            raise Refusal("file-exists", str(target)) from None
        except ValueError:
            raise Refusal("inside-data", str(target)) from None
        except OSError as error:
            self.log.error("the backup {file} could not be written: {error}", file=str(target), error=error)
            raise Refusal("file-failed", str(target), why=error.strerror or type(error).__name__) from None
        return BackedUp(str(target), size)

    async def export(self, session: Session, command: o.Export) -> Answer:
        """Told as fast as it is read."""
        if command.form not in FORMS:
            raise Refusal("usage", "export ROOM [text|csv|json]", closest(command.form, FORMS))
        room = self._house.hub.room(command.room)
        await self._house.logs.settled()
        form = FORMS[command.form]()
        if command.form == "csv":
            session.tell(Line(self._archive.header))
        more, count = self._archive.history(room.name), 0
        while (piece := await self._read(more, room.name)) is not None:
            for row, entry in piece:
                for line in form(row, entry):
                    session.tell(Line(line))
                count += 1
                if count % PIECE == 0:
                    await session.outlet.ready()
                    await deferLater(self._house.world.clock, 0)
        return Exported(room.name, count)

    async def _read(self, more: Callable[[], Deferred[Any]], room: str) -> list[tuple[str, Entry]] | None:
        try:
            piece: list[tuple[str, Entry]] | None = await more()
        except OSError as error:
            self.log.error("the history of {room} cannot be read: {error}", room=room, error=error)
            raise Refusal("history-failed", room) from None
        return piece


Form = Callable[[str, Entry], list[str]]


def _text() -> Form:
    prose, before = Prose(), 1

    def lines(row: str, entry: Entry) -> list[str]:
        nonlocal before
        # As what is told again, for of that nothing is left out.
        told = prose.answer(LISTEN, Replayed(entry, day=before)).decode()
        before = entry.at
        return [line.partition(" ")[2] for line in told.split("\r\n")[:-1]]

    return lines


FORMS: dict[str, Callable[[], Form]] = {
    "text": _text,
    "csv": lambda: lambda row, entry: [row],
    "json": lambda: lambda row, entry: [entry_object(entry).decode()],
}
"""What words the entries of a history: for people, as the journal has them, and for programs."""


def handlers(keeping: Keeping) -> dict[type[o.Command], Callable[..., Any]]:
    """Which handler serves which command."""
    return {o.Backup: keeping.backup, o.Export: keeping.export}
