"""What a house is put together from: stores that are open, and what of the world a test makes up."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from twisted.internet.interfaces import IReactorTime

from chatd.auth import Accounts
from chatd.chat.moderation import Ban
from chatd.chat.room import RoomRecord
from chatd.history import History
from chatd.roomlog import Journal, Past
from chatd.transfers.spool import InThread, Spool
from chatd.verbs import ignoring, records, redaction, sanctions
from chatd.verbs.post import LetterStore


class RoomTable(records.RoomStore, Protocol):
    """A :class:`chatd.verbs.records.RoomStore` that tells what it has."""

    def all(self) -> list[RoomRecord]:
        """Every room."""


class BanTable(sanctions.BanStore, Protocol):
    """A :class:`chatd.verbs.sanctions.BanStore` that tells what it has."""

    def all(self) -> list[Ban]:
        """Every ban and mute."""


class Stores(NamedTuple):
    """What is kept, opened.

    :param eraser: takes texts out of the journal
    :param past: what the journal knew when it was opened
    """

    accounts: Accounts
    rooms: RoomTable
    bans: BanTable
    letters: LetterStore
    ignores: ignoring.IgnoreStore
    spool: Spool
    journal: Journal
    eraser: redaction.Eraser
    past: Past
    history: History


class World(NamedTuple):
    """What a test makes up.

    :param clock: for time that passes
    :param now: milliseconds since 1970-01-01 UTC
    :param token: makes a word of 128 random bits
    :param in_thread: runs what waits for the disk
    :param secret: signs the codes with which sessions are gone on with
    :param run: a word that no other run of the server has
    """

    clock: IReactorTime
    now: Callable[[], int]
    token: Callable[[], str]
    in_thread: InThread
    secret: bytes
    run: str
