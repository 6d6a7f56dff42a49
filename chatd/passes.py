"""Passes: the codes with which a session is gone on with on another connection, without a password.

A code says whose session it is, which one, and until when, and is signed with the server's secret and with what it
depends on: the hash of the password, so that a new password ends it, or, where there is none, this run of the server.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from itertools import count

import msgspec

from chatd.auth import Account, Accounts
from chatd.chat.answers import Refusal
from chatd.chat.moments import Moment
from chatd.chat.user import User

LASTS = 24 * 3600 * 1000
"""Milliseconds for which a code is good."""

_SIGNATURE = 16  # bytes


class Pass(msgspec.Struct, frozen=True, array_like=True):
    """What a code says.

    :param mark: which of the user's sessions it is
    :param until: milliseconds since 1970-01-01 UTC
    :param account: whether there is an account of this server behind it
    """

    name: str
    guest: bool
    account: bool
    mark: str
    until: int


class Passes:
    """Makes codes, and reads them.

    :param secret: 32 bytes that nobody else knows
    :param run: a word that no other run of the server has
    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, secret: bytes, run: str, accounts: Accounts, now: Callable[[], int]) -> None:
        self._secret = secret
        self._run = run
        self._accounts = accounts
        self._now = now
        self._marks = count(1)

    def new_mark(self) -> str:
        """A word that no other session has, in this run or another."""
        return f"{self._run}-{next(self._marks)}"

    def make(self, user: User, mark: str) -> tuple[str, Moment]:
        """A code for the session ``mark`` of ``user``, and until when it is good."""
        account = None if user.guest else self._accounts.get(user.name)
        until = self._now() + LASTS
        said = msgspec.msgpack.encode(Pass(user.name, user.guest, account is not None, mark, until))
        code = urlsafe_b64encode(self._sign(said, account) + said)
        return code.decode().rstrip("="), Moment(until)

    def read(self, code: str) -> Pass:
        """What ``code`` says.

        :raises Refusal: ``bad-code``
        """
        try:
            data = urlsafe_b64decode(code + "=" * (-len(code) % 4))
            told = msgspec.msgpack.decode(data[_SIGNATURE:], type=Pass)
        except (ValueError, msgspec.DecodeError):
            raise Refusal("bad-code") from None
        account = self._accounts.get(told.name) if told.account else None
        signed = hmac.compare_digest(self._sign(data[_SIGNATURE:], account), data[:_SIGNATURE])
        if not signed or told.until < self._now() or (told.account and account is None):
            raise Refusal("bad-code")
        return told

    def _sign(self, said: bytes, account: Account | None) -> bytes:
        fingerprint = account.password if account is not None else self._run
        return hmac.digest(self._secret, said + b"\0" + fingerprint.encode(), "sha256")[:_SIGNATURE]
