"""The file ``secret.key``: 32 random bytes with which codes are signed; whoever has them can be anybody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from chatd.stores.datadir import Unusable, check_private, open_private, sync_directory

SIZE = 32


def load(file: Path, chance: Callable[[int], bytes]) -> bytes:
    """The secret in ``file``, which is made where it is not there yet.

    :param chance: gives so many bytes that nobody can foresee
    :raises Unusable: others may read the file, or it is no secret of that size
    :raises OSError: it can be neither read nor written
    """
    check_private(file)
    try:
        secret = file.read_bytes()
    except FileNotFoundError:
        return _made(file, chance(SIZE))
    if len(secret) != SIZE:
        raise Unusable(f"{file.name} has {len(secret)} bytes and not {SIZE}; remove it, and every code to resume ends")
    return secret


def _made(file: Path, secret: bytes) -> bytes:
    # A torn one must never be found.
    new = file.with_suffix(".new")
    descriptor = open_private(new, os.O_WRONLY | os.O_TRUNC)
    try:
        os.write(descriptor, secret)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.replace(file)
    sync_directory(file.parent)
    return secret
