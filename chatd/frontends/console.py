"""The console's Unix socket: its owner and root alone may come in, as the kernel says who they are."""

from __future__ import annotations

import os
import socket
import stat
import struct
from pathlib import Path
from typing import Any

from twisted.internet.interfaces import IListeningPort

from chatd.chat.answers import Closing
from chatd.frontends.door import Caller
from chatd.frontends.line import LineFactory

NAME = "console"
"""What the socket is called, in the data directory."""

_LONGEST = 100
"""Bytes of a path that fit into an address of a Unix socket (unix(7)), with some to spare."""

_CREDENTIALS = struct.Struct("3i")  # process, user and group: struct ucred


class OwnersOnly:
    """Lets in whoever the kernel says is the user that the server runs as, or root (SO_PEERCRED, unix(7)).

    It need not: only they can open the socket. But a directory may be given away by mistake.
    """

    refusal = Closing("not-yours")

    def enter(self, caller: Caller, address: str) -> bool:
        """Whether ``caller`` is one of them."""
        credentials = caller.transport.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return _CREDENTIALS.unpack(credentials)[1] in (os.geteuid(), 0)

    def has_only_tickets(self, caller: Caller) -> bool:
        """They may do everything."""
        return False

    def uncount(self, caller: Caller) -> None:
        """Nobody is counted."""

    def leave(self, caller: Caller) -> None:
        """Nobody is remembered."""


def listen(reactor: Any, directory: Path, factory: LineFactory) -> IListeningPort:
    """Listen on ``console`` in ``directory``, of which the lock is held: a socket that is there is a dead server's.

    :param reactor: or what stands in for it with a socket that was kept over a restart
    :raises OSError: where that cannot be
    :raises CannotListenError: as well
    """
    path = directory / NAME
    if os.path.lexists(path) and not getattr(reactor, "is_adopting", False):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise FileExistsError(f"{path} is there, and is no socket; move it away")
        path.unlink()
    port: IListeningPort = reactor.listenUNIX(address(path), factory, mode=0o600)
    return port


def address(path: Path) -> str:
    """What stands for ``path`` in an address, however long it is."""
    shown = os.path.abspath(path)
    if len(os.fsencode(shown)) <= _LONGEST:
        return shown
    # Kept open for as long as the server runs: the socket is removed by the same name.
    directory = os.open(path.parent, os.O_PATH | os.O_CLOEXEC)
    return f"/proc/self/fd/{directory}/{path.name}"
