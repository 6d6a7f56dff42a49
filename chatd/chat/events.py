"""What happened: the events of a log, and the numbered entries in which they come back from it.

An event is a value without place or time; an :class:`Entry` says where it stands in which log, and when. The names in
``tag`` are the ``type`` of the JSON objects and the ``event`` column of the journal, so they never change.
"""

from __future__ import annotations

import msgspec

from chatd.chat.moments import Moment


class Event(msgspec.Struct, frozen=True, tag_field="type"):
    """Something that happened, and who did it.

    :param user: the shown name of the user, empty where it was the server itself
    """

    user: str


class Said(Event, frozen=True, tag="said", omit_defaults=True):
    """``user`` said ``text`` in a room.

    :param block: the number of the first line of the paste that this is a line of; 0 for a line that stands alone
    :param line: its place in that, from 1
    :param lines: how many lines of it were known when the first was said; there may be more
    """

    text: str
    block: int = 0
    line: int = 0
    lines: int = 0


class Emoted(Event, frozen=True, tag="emoted"):
    """``user`` did what ``text`` tells (``/me``)."""

    text: str


class Private(Event, frozen=True, tag="private"):
    """``user`` wrote ``text`` to the user ``to`` alone."""

    to: str
    text: str


class Entered(Event, frozen=True, tag="entered"):
    """The first session of ``user`` came into a room."""

    guest: bool = False


class Left(Event, frozen=True, tag="left"):
    """The last session of ``user`` in a room went; ``text`` is the reason, empty for none."""

    text: str = ""


class Moved(Event, frozen=True, tag="moved"):
    """So many came into a crowded room and left it, told as one sum; the log has each of them, and not this."""

    entered: int
    left: int


class Renamed(Event, frozen=True, tag="renamed"):
    """The guest ``user`` is called ``name`` from now on."""

    name: str


class TopicSet(Event, frozen=True, tag="topic"):
    """``user`` made ``text`` the topic of a room; empty: took it away."""

    text: str


class AccessSet(Event, frozen=True, tag="access"):
    """``user`` changed who may do what in a room: ``access`` is as it was typed, ``open`` or ``moderated on``."""

    access: str


class Kicked(Event, frozen=True, tag="kicked"):
    """``user`` threw ``target`` out of a room; ``text`` is the reason, empty for none."""

    target: str
    text: str = ""


class Banned(Event, frozen=True, tag="banned"):
    """``user`` keeps ``target`` out of a room, and throws her out if she is in it.

    In a user's own log: out of the server.

    :param target: empty for everybody from some address, which a room is not told
    :param until: when it ends, if ever
    :param text: the reason, empty for none
    """

    target: str
    until: Moment = Moment(0)
    text: str = ""


class Unbanned(Event, frozen=True, tag="unbanned"):
    """``user`` lets ``target`` in again; fields are as in :class:`Banned`."""

    target: str


class Muted(Event, frozen=True, tag="muted"):
    """``target`` may not speak in a room; fields are as in :class:`Banned`."""

    target: str
    until: Moment = Moment(0)
    text: str = ""


class Unmuted(Event, frozen=True, tag="unmuted"):
    """``target`` may speak again."""

    target: str


class Voiced(Event, frozen=True, tag="voiced"):
    """``user`` gave ``target`` a voice in a room, or with ``on`` false took it away."""

    target: str
    on: bool


class Invited(Event, frozen=True, tag="invited"):
    """``user`` invites whoever's log it is into the room ``into``."""

    into: str


class Redacted(Event, frozen=True, tag="redacted"):
    """``user`` took back what ``target`` had said in a room.

    :param id: the number of the entry, whose text is gone
    """

    id: int
    target: str


class Dropped(Event, frozen=True, tag="dropped"):
    """``user`` gave a file to a room.

    :param id: the number by which it is fetched
    :param name: a safe base name
    :param size: bytes
    :param sha256: 64 hexadecimal digits
    """

    id: int
    name: str
    size: int
    sha256: str


class RoomCreated(Event, frozen=True, tag="room-created"):
    """``user`` made the room; what an older room of that name had said is not its history."""


class RoomDeleted(Event, frozen=True, tag="room-deleted"):
    """``user`` deleted the room."""


class Recording(Event, frozen=True, tag="recording"):
    """The journal cannot be written (``on`` false), or can be again; told to every room, and kept in none."""

    on: bool


class Announced(Event, frozen=True, tag="announced"):
    """``user``, or the server's operator, said ``text`` to everybody who was here."""

    text: str


class Registered(Event, frozen=True, tag="registered"):
    """``user`` made an account; older private messages of that name are not hers."""


class Unregistered(Event, frozen=True, tag="unregistered"):
    """``user`` gave the account up."""


class LoggedIn(Event, frozen=True, tag="login"):
    """A session of ``user`` began."""


class LoginFailed(Event, frozen=True, tag="login-failed"):
    """Somebody gave a wrong password for the account ``user``; empty: there is no such account."""


class LoggedOut(Event, frozen=True, tag="logout"):
    """A session of ``user`` ended; ``text`` names the rooms it was in, in order, with spaces between."""

    text: str = ""


AnyEvent = (
    Said
    | Emoted
    | Private
    | Entered
    | Left
    | Moved
    | Renamed
    | TopicSet
    | AccessSet
    | Kicked
    | Banned
    | Unbanned
    | Muted
    | Unmuted
    | Voiced
    | Invited
    | Redacted
    | Dropped
    | RoomCreated
    | RoomDeleted
    | Recording
    | Announced
    | Registered
    | Unregistered
    | LoggedIn
    | LoginFailed
    | LoggedOut
)
"""Every kind of event, for decoders."""

ACCOUNT_EVENTS = (Registered, Unregistered, LoggedIn, LoginFailed, LoggedOut)
"""Noted in the journal with no number of their own: they belong to no conversation, and are told to nobody."""


UNNUMBERED = (*ACCOUNT_EVENTS, Announced)
"""Those with no number: they stand in no log that anybody is told again."""


class Entry(msgspec.Struct, frozen=True):
    """An event at its place in a log.

    :param log: the room's shown name, or ``@`` and the user's; empty for an account event of nobody, and for everybody
    :param seq: its number in that log, rising, from 1, gaps allowed; 0 for what has no number
    :param at: milliseconds since 1970-01-01 UTC
    """

    log: str
    seq: int
    at: int
    event: Event
