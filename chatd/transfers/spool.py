"""What is asked of whoever keeps the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from twisted.internet.defer import Deferred

from chatd.chat.files import Drop

T = TypeVar("T")


class InThread(Protocol):
    """Runs what waits for the disk."""

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        """Call ``work`` in a worker thread; fires, in the reactor's thread, with what it returned or raised."""


class Spool(Protocol):
    """Where the files are.

    ``begin``, ``append``, ``discard``, ``read`` and ``send`` wait for the disk, and may raise OSError.
    """

    def get(self, number: int, /) -> Drop | None:
        """The drop of that number, expired or not."""

    def drops(self) -> Sequence[Drop]:
        """Every drop that is known, expired ones too."""

    def next_id(self) -> int:
        """A number for a new drop, above all that were given out before."""

    def begin(self, part: int, /) -> None:
        """Make an empty part, in place of one of that number."""

    def append(self, part: int, offset: int, data: bytes, /) -> None:
        """Write ``data`` to the end of a part, which is at ``offset``."""

    def discard(self, part: int, /) -> None:
        """Remove a part, if there is one."""

    def read(self, number: int, offset: int, size: int, /) -> bytes:
        """Exactly ``size`` bytes of a drop from ``offset`` on."""

    def send(self, number: int, offset: int, size: int, socket: int, /) -> int:
        """Send bytes of a drop from ``offset`` on to the descriptor of a socket; how many of ``size`` it has taken."""

    def keep(self, part: int, drop: Drop, /) -> Deferred[None]:
        """Make a whole part the file of ``drop``; fires when both are on disk, or with an OSError and neither is."""

    def unlink(self, drops: Iterable[Drop], /) -> Deferred[None]:
        """Remove the files of ``drops``, but not what is known of them; fires when that is done."""

    def remove(self, drops: Sequence[Drop], /) -> Deferred[None]:
        """Remove the files of ``drops`` and forget them; fires when that is on disk, or with an OSError."""
