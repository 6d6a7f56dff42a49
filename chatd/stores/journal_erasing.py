"""Taking back what was said: its text in a file of the journal is overwritten with spaces, in place.

The row keeps its length, so that every other stays where it is, and its time, log, number and user. A crash in the
middle can leave at worst this one row unreadable, which readers skip: its line feed is not touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from twisted.internet.defer import Deferred

from chatd.chat.events import Emoted, Entry, Said
from chatd.stores import journal_files, journal_rows
from chatd.stores.journal_sync import InThread
from chatd.stores.rows import BadRow, encode

_TAGS = frozenset(str(kind.__struct_config__.tag).encode() for kind in (Said, Emoted))
_FIELDS_BEFORE_TEXT = len(journal_rows.Row._fields) - 1


class Eraser:
    """Takes back what was said, in the files of one directory.

    :param in_thread: runs what waits for the disk
    """

    def __init__(self, directory: Path, in_thread: InThread) -> None:
        self._directory = directory
        self._in_thread = in_thread

    def blank(self, log: str, seq: int) -> Deferred[Entry | None]:
        """Have the text of one entry gone from the disk.

        :param log: the room's shown name
        :returns: in the Deferred, the entry as it was; None where there is none that anybody said, or it is blank
        :raises OSError: (in the Deferred) where it cannot be read or overwritten
        """
        return self._in_thread(partial(_blank, self._directory, log, seq))


def _blank(directory: Path, log: str, seq: int) -> Entry | None:
    key = b",".join((_cell(log), str(seq).encode()))
    for descriptor in _files(directory):
        found = _find(descriptor, b"," + key + b",")
        if found is not None:
            return _overwrite(descriptor, *found)
    return None


def _files(directory: Path) -> Iterator[int]:
    """Descriptors of the journal's files, the newest first; one that is renamed meanwhile is not left out."""
    seen: set[int] = set()
    while True:
        files = [directory / journal_files.NAME, *reversed(journal_files.rotated(directory))]
        fresh = False
        for file in files:
            try:
                descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                number = os.fstat(descriptor).st_ino
                if number not in seen:
                    seen.add(number)
                    fresh = True
                    yield descriptor
            finally:
                os.close(descriptor)
        if not fresh:
            return


def _find(descriptor: int, wanted: bytes) -> tuple[int, bytes] | None:
    """The row of what was said that has ``wanted`` as its log and number, and where it begins."""
    at, rest = 0, b""
    while block := os.pread(descriptor, journal_files.CHUNK, at + len(rest)):
        data = rest + block
        end = data.rfind(b"\n") + 1
        place = data.find(wanted, 0, end)
        while place >= 0:
            start = data.rfind(b"\n", 0, place) + 1
            if data[start:place].partition(b",")[2] in _TAGS:
                return at + start, data[start : data.find(b"\n", place) + 1]
            place = data.find(wanted, place + 1, end)
        at, rest = at + end, data[end:]
    return None


def _overwrite(descriptor: int, start: int, line: bytes) -> Entry | None:
    try:
        entry = journal_rows.entry(journal_rows.fields(line))
    except BadRow:
        return None
    event = entry.event
    if not isinstance(event, Said | Emoted) or not event.text.strip():
        return None
    text = line.rstrip(b"\n").split(b",", _FIELDS_BEFORE_TEXT)[-1]
    _write(descriptor, _blanked(event, len(text)), start + len(line) - 1 - len(text))
    os.fsync(descriptor)
    return entry


def _blanked(event: Said | Emoted, size: int) -> bytes:
    """What stands in a row for ``event`` without its text: ``size`` bytes."""
    kept = journal_rows.text_of(msgspec.structs.replace(event, text=""))
    if not kept:
        return b" " * size
    missing = size - len(_cell(kept))
    return _cell(kept + " " * missing) if missing >= 0 else b" " * size


def _cell(field: str) -> bytes:
    return encode([[field]]).rstrip(b"\n")


def _write(descriptor: int, data: bytes, place: int) -> None:
    while data:
        done = os.pwrite(descriptor, data, place)
        place, data = place + done, data[done:]
