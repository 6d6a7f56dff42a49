"""Pins: servers whose certificate nobody known has signed are known again by the certificate they had at first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from chatd.client.tls import Distrusted


def shown(sum_: str) -> str:
    """A sum as people compare it: in groups of four digits."""
    return " ".join(sum_[at : at + 4] for at in range(0, len(sum_), 4))


class Pins:
    """The file of them: on each line an address and the SHA-256 sum of its certificate, in hexadecimal.

    :param tell: tells the person a sentence
    :param may_add: whether a person is there to see it when a server is remembered
    """

    def __init__(self, file: Path, tell: Callable[[str], None], may_add: bool) -> None:
        self._file = file
        self._tell = tell
        self._may_add = may_add

    def judge(self, address: str, sum_: str) -> None:
        """Is the certificate with that sum believed to be that of ``address``?

        :raises chatd.client.tls.Distrusted: it is not
        """
        known = self._read().get(address)
        if known == sum_:
            return
        if known is not None:
            raise Distrusted(
                f"THE CERTIFICATE OF {address} HAS CHANGED, so somebody may be listening between you and the server; "
                f"nothing was sent. It was {shown(known)} and is {shown(sum_)}. If whoever runs the server says that "
                f"this is right, take the line of {address} out of {self._file}"
            )
        if not self._may_add:
            raise Distrusted(
                f"the certificate of {address} is not trusted; --ca FILE names the authority that signed it, and chatc "
                f"at a terminal remembers one that nobody has signed"
            )
        self._add(address, sum_)

    def _read(self) -> dict[str, str]:
        try:
            text = self._file.read_text()
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise Distrusted(f"{self._file}, the list of known servers, cannot be read: {why}") from None
        rows = (line.split() for line in text.split("\n"))
        return {row[0]: row[1].lower() for row in rows if len(row) == 2 and not row[0].startswith("#")}

    def _add(self, address: str, sum_: str) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
                file.write(f"{address} {sum_}\n")
        except OSError as error:
            raise Distrusted(f"{self._file}, the list of known servers, cannot be written: {error.strerror}") from None
        self._tell(
            f"WARNING: nobody known has signed the certificate of {address}. It is remembered, and you are told if it "
            f"changes. Compare its SHA-256 sum with what whoever runs the server says: {shown(sum_)}"
        )
