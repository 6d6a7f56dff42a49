"""The directory of the files that people give to rooms, under names of the server's own making, and its table.

A file that is still coming is ``NUMBER.part``, a whole one bears its id alone. Nothing that a user has named reaches
the file system, and no link that somebody may have put here is followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EIO
from functools import partial
from pathlib import Path

from twisted.internet.defer import Deferred, FirstError, gatherResults
from twisted.logger import Logger

from chatd.chat.files import Drop
from chatd.stores.datadir import DIRECTORY_MODE, open_private, prepare, sync_directory
from chatd.stores.drops import CsvDrops
from chatd.stores.table import InThread

_OURS = re.compile(r"[0-9]+(\.part)?", re.ASCII)


class FileSpool:
    """Implements :class:`chatd.transfers.spool.Spool`.

    :param directory: where the files are, made when it is not there
    :param table: drops.csv
    :param in_thread: runs what waits for the disk
    """

    log = Logger()

    def __init__(self, directory: Path, table: Path, in_thread: InThread) -> None:
        self._directory = directory
        self._drops = CsvDrops(table, in_thread)
        self._in_thread = in_thread

    def load(self) -> None:
        """Read the table, and remove what no row of it is about, such as parts that a former daemon left; once, first.

        :raises Unusable: where the directory cannot be made or written to
        :raises BrokenTable: where a person has to mend the table first
        :raises OSError: where something cannot be read
        """
        prepare(self._directory)
        self._directory.chmod(DIRECTORY_MODE)
        self._drops.load()
        known = {str(drop.id) for drop in self._drops.all()}
        for name in os.listdir(self._directory):
            if _OURS.fullmatch(name) and name not in known:
                self._unlink(name)

    def close(self) -> Deferred[None]:
        """Write what is waiting; fires when that is done."""
        return self._drops.close()

    def get(self, number: int) -> Drop | None:
        """The drop of that number, expired or not."""
        return self._drops.get(number)

    def drops(self) -> Sequence[Drop]:
        """Every drop that is known, expired ones too."""
        return self._drops.all()

    def next_id(self) -> int:
        """A number for a new drop, above all that were given out before."""
        return self._drops.next_id()

    def begin(self, part: int) -> None:
        """Make an empty part, in place of one of that number; waits for the disk."""
        self.discard(part)
        os.close(open_private(self._part(part), os.O_WRONLY | os.O_EXCL | os.O_NOFOLLOW))

    def append(self, part: int, offset: int, data: bytes) -> None:
        """Write ``data`` to the end of a part, which is at ``offset``; waits for the disk.

        :raises OSError: where it could not be written, or the part is not what it was
        """
        descriptor = os.open(self._part(part), os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if os.fstat(descriptor).st_size != offset:
                raise OSError(EIO, "a file that was coming has been changed by somebody else")
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)

    def discard(self, part: int) -> None:
        """Remove a part, if there is one; waits for the disk."""
        with suppress(FileNotFoundError):
            os.unlink(self._part(part))

    def read(self, number: int, offset: int, size: int) -> bytes:
        """``size`` bytes of a file from ``offset`` on; waits for the disk.

        :raises OSError: where there are not that many
        """
        with self._opened(number) as descriptor:
            data = os.pread(descriptor, size, offset)
        if len(data) != size:
            raise OSError(EIO, "a file is shorter than it was")
        return data

    def send(self, number: int, offset: int, size: int, socket: int) -> int:
        """Send up to ``size`` bytes of a file to a socket; waits for the disk, but not for the socket.

        :param socket: the descriptor of one that does not block
        :return: how many bytes it has taken, none where it takes none now or is not connected any more
        :raises OSError: where there are not that many
        """
        with self._opened(number) as descriptor:
            if os.fstat(descriptor).st_size < offset + size:
                raise OSError(EIO, "a file is shorter than it was")
            try:
                return os.sendfile(socket, descriptor, offset, size)
            except (BlockingIOError, ConnectionError, TimeoutError):
                return 0

    @contextmanager
    def _opened(self, number: int) -> Iterator[int]:
        # Without O_NONBLOCK a named pipe in its place would never be opened.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(self._directory / str(number), flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def keep(self, part: int, drop: Drop) -> Deferred[None]:
        """Make a part that is whole the file of ``drop``; fires when it and its row are on disk.

        :raises OSError: (in the Deferred) where they could not be written; neither is there then
        """
        return Deferred.fromCoroutine(self._keep(part, drop))

    async def _keep(self, part: int, drop: Drop) -> None:
        await self._in_thread(partial(self._settle, part, str(drop.id)))
        try:
            await self._drops.save(drop)
        except Exception:
            await self._in_thread(partial(self._unlink, str(drop.id)))
            raise

    def _settle(self, part: int, name: str) -> None:
        descriptor = os.open(self._part(part), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(self._part(part), self._directory / name)
        try:
            sync_directory(self._directory)
        except OSError:
            self._unlink(name)
            raise

    def unlink(self, drops: Iterable[Drop]) -> Deferred[None]:
        """Remove the files of ``drops``, but not their rows; fires when that is done."""
        return self._in_thread(partial(self._unlink_all, [str(drop.id) for drop in drops]))

    async def _remove(self, drops: Sequence[Drop]) -> None:
        # Files first: where the disk is full, there may be space for the rows after that.
        await self.unlink(drops)
        try:
            await gatherResults([self._drops.remove(drop) for drop in drops], consumeErrors=True)
        except FirstError as error:
            error.subFailure.raiseException()

    def remove(self, drops: Sequence[Drop]) -> Deferred[None]:
        """Remove the files of ``drops`` and forget them; fires when that is on disk.

        :raises OSError: (in the Deferred) where it could not be written
        """
        return Deferred.fromCoroutine(self._remove(drops))

    def _unlink_all(self, names: Iterable[str]) -> None:
        for name in names:
            self._unlink(name)

    def _unlink(self, name: str) -> None:
        """Remove a file, whatever it is; that it stays must not keep others from going, so it is only logged."""
        try:
            with suppress(FileNotFoundError):
                os.unlink(self._directory / name)
        except OSError as error:
            self.log.error("the file {name} cannot be removed: {error}", name=name, error=error)

    def _part(self, number: int) -> Path:
        return self._directory / f"{number}.part"
