"""The journal in CSV files: every event is handed to the operating system before anybody sees it.

Rows are written in the reactor's thread, what waits for the disk is done in another. While rows cannot be written chat
goes on; what they would have told of numbers and rooms is noted as soon as that is possible again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from chatd.chat.events import Entry, Recording
from chatd.roomlog import Past, Record
from chatd.stores import journal_files, journal_rows
from chatd.stores.datadir import sync_directory
from chatd.stores.journal_backfill import Backfill
from chatd.stores.journal_output import Output
from chatd.stores.journal_reading import Scan
from chatd.stores.journal_state import State
from chatd.stores.journal_sync import Fsync, InThread, Syncer

JUMP = 10_000
"""How far numbers go on after an unclean stop: nobody knows how many were given out after the last row on disk."""


class CsvJournal:
    """The journal in ``directory``, an implementation of :class:`chatd.roomlog.Journal`.

    :param fsync: when rows are forced to the disk
    :param rotate_bytes: how much a file grows before a new one is begun
    :param keep: how many files that no longer grow are kept, 0 for all
    :param in_thread: runs what waits for the disk; it must go on until :meth:`close` has fired
    :param now: milliseconds since 1970-01-01 UTC
    :param alarm: told false once when rows can no longer be kept, and true once when they can again
    """

    log = Logger()
    _output: Output
    _syncer: Syncer
    _state: State
    _backfill: Backfill

    def __init__(
        self,
        directory: Path,
        *,
        fsync: Fsync = "interval",
        rotate_bytes: int = 64 << 20,
        keep: int = 0,
        in_thread: InThread,
        clock: IReactorTime,
        now: Callable[[], int],
        alarm: Callable[[bool], None],
    ) -> None:
        self._directory = directory
        self._fsync: Fsync = fsync
        self._rotate_bytes = self._rotate_at = rotate_bytes
        self._keep = keep
        self._in_thread = in_thread
        self._clock = clock
        self._now = now
        self._alarm = alarm
        # What the file tells, while that is less than what happened.
        self._told: State | None = None
        self._lost = 0
        self._sync_error: BaseException | None = None
        self._alarmed = self._closed = False
        self._rotation: Deferred[None] | None = None

    def open(self, recent: int = 200) -> Past:
        """Read the newest file and go on with it; once, before anything else, and before the reactor runs.

        :param recent: how many entries are read of each log, at most, not counting who entered and left
        :raises OSError: where the files cannot be read, mended or opened
        """
        older = journal_files.rotated(self._directory)
        newest = journal_files.newest(self._directory, older)
        scan = Scan(recent)
        for lines in journal_files.chunks(newest) if newest else ():
            scan.feed(lines)
        self._state, known = scan.state(), scan.entries()
        if newest:
            journal_files.tell_broken(newest, scan.broken)
        older = [file for file in older if file != newest]
        self._backfill = Backfill(older, scan, known, recent, self._in_thread)
        self._start(newest, scan.is_closed())
        return Past(
            self._state.last.copy(), known, self._state.rooms.copy(), self._state.left, self._state.first.copy()
        )

    def _start(self, newest: Path | None, closed: bool) -> None:
        state, at = self._state, self._now()
        if not closed:
            state.jump(JUMP)
        state.everyone_out()
        rows = [journal_rows.note(at, journal_rows.STARTED)]
        if newest and newest.name == journal_files.NAME:
            descriptor, size = journal_files.open_current(self._directory)
            rows = [*state.checkpoints(at, () if closed else state.last), *rows]
        else:
            descriptor, size = journal_files.begin(self._directory, state.rows(at))
            journal_files.install(self._directory)
        self._output = Output(descriptor, size)
        self._syncer = Syncer(descriptor, self._fsync, self._in_thread, self._clock, self._synced)
        self._put(b"".join(rows))
        if self._told is not None:
            self._told = State()
        os.fsync(descriptor)
        sync_directory(self._directory)

    def backfill(self) -> Deferred[dict[str, list[Entry]]]:
        """Look into older files for rooms of which the newest has less than was asked for; once.

        :returns: in the Deferred, the entries that come before those in :attr:`Past.recent`, by room, oldest first
        """
        return Deferred.fromCoroutine(self._backfill.run())

    def write(self, records: Sequence[Record], written: Callable[[], None]) -> None:
        """Keep ``records``, then call ``written``, as :class:`chatd.roomlog.Journal` says.

        Once :meth:`close` has fired nothing is kept.
        """
        if self._closed:
            written()
            return
        self._keep_records(records)
        self._syncer.wrote(written)
        self._tell()
        if self._output.size >= self._rotate_at and self._rotation is None:
            self._rotation = Deferred.fromCoroutine(self._rotate())
            self._rotation.addErrback(self._not_rotated).addBoth(self._rotated)

    def close(self) -> Deferred[None]:
        """Note that the daemon stopped, and have all on disk; fires when that is done, and never fails."""
        return Deferred.fromCoroutine(self._close())

    async def _close(self) -> None:
        self._backfill.stop()
        if self._rotation is not None:
            await self._rotation
        self._put(journal_rows.note(self._now(), journal_rows.STOPPED))
        self._closed = True
        await self._syncer.finish()
        os.close(self._output.descriptor)

    def _keep_records(self, records: Sequence[Record]) -> None:
        rows = [record for record in records if type(record.entry.event) is not Recording]
        if rows:
            self._put(journal_rows.encode(rows))
        if len(rows) < len(records):
            self._remember()
        for entry, _ in records:
            self._state.apply(entry)

    def _put(self, rows: bytes) -> None:
        """Write ``rows``, after what is missing before them."""
        if self._told is None:
            lost = self._output.write(rows)
            if lost:
                self._lost = lost
                self._remember()
        elif self._output.write(self._missing(self._told) + rows, together=True):
            self._lost += rows.count(b"\n")
        else:
            self._told, self._lost = None, 0

    def _remember(self) -> None:
        """What comes now is not in the file; it is to be told what that changes as soon as that is possible."""
        if self._told is None:
            self._told = self._state.copy()

    def _missing(self, told: State) -> bytes:
        at = self._now()
        gap = [journal_rows.note(at, journal_rows.GAP, text=str(self._lost))] if self._lost else []
        return b"".join([*gap, *self._state.rows(at, since=told)])

    def _synced(self, error: BaseException | None) -> None:
        self._sync_error = error
        self._tell()

    def _tell(self) -> None:
        failing = bool(self._lost or self._sync_error)
        if failing == self._alarmed:
            return
        self._alarmed = failing
        if failing:
            error = self._output.error if self._lost else self._sync_error
            self.log.error("log.csv cannot be written: {error}; chat goes on, and is not recorded", error=error)
        else:
            self.log.warn("log.csv is written again")
        self._alarm(not failing)

    async def _rotate(self) -> None:
        self._state.forget_guests()
        then = self._state.copy()
        begin = partial(journal_files.begin, self._directory, then.rows(self._now()))
        output = Output(*await self._in_thread(begin))
        try:
            if output.write(b"".join(self._state.rows(self._now(), since=then))):
                raise output.error or OSError()
            journal_files.switch(self._directory, self._now())
        except OSError:
            os.close(output.descriptor)
            raise
        old, self._output = self._output.descriptor, output
        self._rotate_at = output.size + self._rotate_bytes
        self._syncer.use(output.descriptor, partial(journal_files.retire, old, self._directory, self._keep))

    def _not_rotated(self, failure: Failure) -> None:
        self._rotate_at = self._output.size + self._rotate_bytes
        self.log.warn("log.csv goes on growing, a new one cannot be begun: {error}", error=failure.value)

    def _rotated(self, _: None) -> None:
        self._rotation = None
