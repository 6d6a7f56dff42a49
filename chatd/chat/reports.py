"""What the console answers: how the server is, who is there, and what has become of accounts and files."""

from __future__ import annotations

import msgspec

from chatd.chat.answers import Answer, Refused
from chatd.chat.moments import Moment


class UpSince(Answer, frozen=True, tag="uptime"):
    """What runs, as which process, and for how many seconds."""

    server: str
    version: str
    pid: int
    since: Moment
    seconds: int


class Use(msgspec.Struct, frozen=True):
    """A limit, and its present use.

    :param name: as in the configuration
    :param most: the limit; 0 for none
    :param used: the highest present use, -1 where there is nothing to count
    :param by: whose that is: an address, a user, a room
    """

    name: str
    most: int
    used: int = -1
    by: str = ""


class Health(Answer, frozen=True, tag="server-status"):
    """How the server is.

    :param connections: by frontend
    :param alarms: stable identifiers of what is wrong, such as ``journal``
    :param sent: bytes, as ``received``
    :param journal_lag: milliseconds that the last entries were on their way into the journal
    :param journal_pending: entries that still are
    :param reactor_lag: milliseconds that the reactor was late at most in 99 of 100 looks, rounded up
    :param hashing: passwords that wait
    :param queued: bytes that wait for slow readers
    :param memory: bytes, the most it had
    """

    up: UpSince
    alarms: tuple[str, ...]
    connections: dict[str, int]
    users: int
    guests: int
    accounts: int
    rooms: int
    messages: int
    deliveries: int
    received: int
    sent: int
    logins: dict[str, int]
    dropped: dict[str, int]
    journal_lag: int
    journal_pending: int
    reactor_lag: int
    hashing: int
    queued: int
    memory: int
    limits: tuple[Use, ...]


class UserLine(msgspec.Struct, frozen=True):
    """A user who is here, or an account.

    :param sessions: 0 for who is not here
    :param created: 0 for guests, as ``last_seen``
    """

    name: str
    guest: bool
    role: str
    disabled: bool
    status: str
    sessions: int
    rooms: tuple[str, ...]
    created: Moment
    last_seen: Moment


class UserList(Answer, frozen=True, tag="users"):
    """Some of the users; ``more`` says whether a further list follows."""

    users: tuple[UserLine, ...]
    more: bool = False


class SessionLine(msgspec.Struct, frozen=True):
    """A connection.

    :param user: empty where nobody has logged in
    :param idle: seconds without a line of that user
    :param queued: bytes that wait for it
    """

    user: str
    guest: bool
    frontend: str
    address: str
    since: Moment
    idle: int
    rooms: tuple[str, ...]
    queued: int


class SessionList(Answer, frozen=True, tag="sessions"):
    """Some of the connections; ``more`` as in :class:`UserList`."""

    sessions: tuple[SessionLine, ...]
    more: bool = False


class LogLine(Answer, frozen=True, tag="log"):
    """One event of the operator's log.

    :param level: ``debug``, ``info``, ``warn``, ``error`` or ``critical``
    :param system: which part of the program tells it
    """

    at: Moment
    level: str
    system: str
    text: str


class LogMissed(Answer, frozen=True, tag="log-missed"):
    """So many events came faster than this connection read them."""

    count: int


class AccountMade(Answer, frozen=True, tag="account-made"):
    """An account with a password that was made up; ``row`` is that of the list, 0 without one."""

    name: str
    password: str
    row: int = 0


class RowRefused(Answer, frozen=True, tag="row-refused"):
    """A row of a list that came to nothing, and why."""

    row: int
    name: str
    why: Refused


class AccountsMade(Answer, frozen=True, tag="accounts-made"):
    """A list is worked off."""

    made: int
    refused: int


class PasswordSet(Answer, frozen=True, tag="password-set"):
    """An account has another password; it is told where it was made up."""

    name: str
    password: str = ""


class Reloaded(Answer, frozen=True, tag="reloaded"):
    """What has changed by reading the configuration again, in sentences."""

    changes: tuple[str, ...]


class BackedUp(Answer, frozen=True, tag="backed-up"):
    """A backup is on disk, and has so many bytes."""

    file: str
    size: int


class Line(Answer, frozen=True, tag="line"):
    """A line of a document, which goes into a file as it is."""

    text: str


class Exported(Answer, frozen=True, tag="exported"):
    """Ends the history of a room: how many entries it had."""

    room: str
    count: int


REPORTS: tuple[type[Answer], ...] = (
    UpSince,
    Health,
    UserList,
    SessionList,
    LogLine,
    LogMissed,
    AccountMade,
    RowRefused,
    AccountsMade,
    PasswordSet,
    Reloaded,
    BackedUp,
    Line,
    Exported,
)
"""Every kind of report, for decoders."""
