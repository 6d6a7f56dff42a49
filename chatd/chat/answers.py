"""What requests are answered with, and what the server asks: values that :mod:`chatd.wire` words for its readers.

A refusal bears a stable identifier; the sentence a person reads for it stands in ``wire/prose.py`` alone.
"""

from __future__ import annotations

from typing import Any

import msgspec

from chatd.chat.events import Entry
from chatd.chat.moments import Moment


class Answer(msgspec.Struct, frozen=True, tag_field="type"):
    """Something the server tells one session."""


class Refused(Answer, frozen=True, tag="error", omit_defaults=True):
    """What was asked for is not done.

    :param error: the stable identifier, e.g. ``no-such-room``
    :param about: the name, word or number it is about; never a secret
    :param near: what may have been meant
    :param limit: the bound that was crossed, in the unit that the identifier implies
    :param why: the reason that a person gave for it
    :param until: when it ends, if ever
    """

    error: str
    about: str = ""
    near: tuple[str, ...] = ()
    limit: int = 0
    why: str = ""
    until: Moment = Moment(0)


class Refusal(Exception):
    """Raised by whoever refuses; bears the :class:`Refused` that the user is given."""

    def __init__(self, error: str, about: str = "", near: tuple[str, ...] = (), limit: int = 0, **ban: Any) -> None:
        super().__init__(error, about)
        self.answer = Refused(error, about, near, limit, **ban)


class Done(Answer, frozen=True, tag="done"):
    """What was asked for is done, and nothing more is to be said than that.

    :param done: the stable identifier, e.g. ``password-changed``
    :param about: the name it is about
    """

    done: str
    about: str = ""


class Prompt(Answer, frozen=True, tag="prompt"):
    """The client's turn: ``name`` says for programs what is asked, ``text`` says it for people."""

    name: str
    text: str


class Word(msgspec.Struct, frozen=True):
    """A word of the main menu, or a verb: what is typed, its arguments, and one line of help."""

    word: str
    arguments: str
    help: str
    aliases: tuple[str, ...] = ()


class MainMenu(Answer, frozen=True, tag="menu"):
    """The main menu, numbered from 1 in the order of ``words``."""

    words: tuple[Word, ...]


class Helped(Answer, frozen=True, tag="help"):
    """The verbs that there are, or the one that was asked about; ``mark`` is what stands before each."""

    words: tuple[Word, ...]
    mark: str = ""


class Greeting(Answer, frozen=True, tag="greeting"):
    """The first thing a connection is told."""

    server: str
    version: str


class Welcome(Answer, frozen=True, tag="welcome", omit_defaults=True):
    """Who this session is from now on.

    :param resume: the code with which it can be gone on with on another connection, empty for none
    :param seq: the last number in the user's own log
    """

    user: str
    guest: bool
    role: str
    resume: str = ""
    seq: int = 0


class ResumeCode(Answer, frozen=True, tag="resume"):
    """The code with which this session can be gone on with on another connection, and until when."""

    code: str
    until: Moment


class Gap(Answer, frozen=True, tag="gap"):
    """Stands for what came in a log and cannot be told again: the numbers from ``first`` to ``last``."""

    log: str
    first: int = msgspec.field(name="from")
    last: int = msgspec.field(name="to")


class Lines(Answer, frozen=True, tag="motd"):
    """The message of the day."""

    lines: tuple[str, ...]


class YouEntered(Answer, frozen=True, tag="you-entered", omit_defaults=True):
    """This session is in the room, and the room has the focus.

    What was said last comes before it, as :class:`Replayed`; what is said from now on comes behind it.

    :param new: how many events there were since the user left the room, where that is known
    :param seq: the last number in the room's log
    """

    room: str
    topic: str
    members: int
    new: int = 0
    seq: int = 0


class YouLeft(Answer, frozen=True, tag="you-left"):
    """This session is no longer in the room; ``focus`` is the room that has the focus now, empty for none."""

    room: str
    focus: str = ""


class ThrownOut(Answer, frozen=True, tag="thrown-out"):
    """As :class:`YouLeft`, but not by one's own will; ``why`` is ``kicked``, ``banned`` or ``room-deleted``."""

    room: str
    why: str
    focus: str = ""


class Person(msgspec.Struct, frozen=True):
    """A user as others see one."""

    name: str
    guest: bool
    role: str
    status: str
    text: str = ""


class Members(Answer, frozen=True, tag="who"):
    """Who is in a room; with an empty ``room``, who is on the server."""

    room: str
    members: tuple[Person, ...]


class About(Answer, frozen=True, tag="whois"):
    """One user: the rooms (those the asker may see) and since when she is here.

    ``sessions`` and ``address`` are told to herself and to operators alone; ``idle`` is in seconds.
    """

    person: Person
    online: bool
    since: Moment
    rooms: tuple[str, ...]
    sessions: int = 0
    address: str = ""
    idle: int = 0


class RoomSummary(msgspec.Struct, frozen=True):
    """A room in a listing; ``here`` says whether the asking session is in it."""

    room: str
    members: int
    topic: str
    access: str
    here: bool


class RoomList(Answer, frozen=True, tag="rooms"):
    """The rooms that there are."""

    rooms: tuple[RoomSummary, ...]


class RoomInfo(Answer, frozen=True, tag="info"):
    """All about a room; who is ``invited`` and ``voiced`` is told to those who are in it, or may do what owners may."""

    room: str
    owner: str
    topic: str
    access: str
    created: Moment
    members: tuple[str, ...]
    moderated: bool = False
    hidden: bool = False
    limit: int = 0
    invited: tuple[str, ...] = ()
    voiced: tuple[str, ...] = ()


class TopicIs(Answer, frozen=True, tag="topic-is"):
    """The topic of a room, empty for none."""

    room: str
    text: str


class Replayed(Answer, frozen=True, tag="replayed"):
    """Something that was said before, told again.

    :param day: a moment of the day that the reader takes it to be of, in milliseconds; 0 where that does not matter
    :param goes_on: whether it is a line of the same paste as what was told just before
    """

    entry: Entry
    day: int = 0
    goes_on: bool = False


class Past(Answer, frozen=True, tag="history"):
    """Ends a replay: how many entries of which log it had.

    :param before: the number of the first of them where there are older ones, to go on with; else 0
    :param complete: whether older ones could be looked up at all
    """

    log: str
    count: int
    before: int = 0
    complete: bool = True


class PasteLines(Answer, frozen=True, tag="paste"):
    """Ends the replay of lines of a paste: how many lines it had.

    :param block: the number of the paste's first line
    :param next: the number of the line to go on with, 0 for none
    """

    room: str
    block: int
    count: int
    next: int = 0


class Searched(Answer, frozen=True, tag="search"):
    """Ends what a search found, the newest first.

    :param more: whether ``more`` goes on with it
    :param complete: whether all was searched that was ever said; if not, it is still being read
    """

    count: int
    more: bool = False
    complete: bool = True


class FileLine(msgspec.Struct, frozen=True):
    """A file in a listing."""

    id: int
    name: str
    size: int
    sha256: str
    user: str
    at: Moment
    expires: Moment


class FileList(Answer, frozen=True, tag="files"):
    """The files that a room has."""

    room: str
    files: tuple[FileLine, ...]


class Ticket(Answer, frozen=True, tag="ticket"):
    """The right to put or get one file, until it is done or expires.

    :param purpose: ``put`` or ``get``
    :param name: the safe base name
    :param size: bytes; -1 where ``put TICKET SIZE`` is to tell it
    :param command: a shell command that does the transfer with netcat
    """

    ticket: str
    purpose: str = msgspec.field(name="for")
    name: str
    size: int
    expires: Moment
    command: str


class Ready(Answer, frozen=True, tag="ready"):
    """The server takes ``size`` − ``offset`` raw bytes now."""

    size: int
    offset: int


class Stored(Answer, frozen=True, tag="stored"):
    """The file has come whole."""

    sha256: str


class Sending(Answer, frozen=True, tag="sending"):
    """``size`` − the asked offset raw bytes follow at once."""

    size: int
    sha256: str


class Setting(Answer, frozen=True, tag="setting"):
    """A setting of this session has this value now."""

    name: str
    value: str


class StatusChanged(Answer, frozen=True, tag="status"):
    """A user's status; told once to whoever shares a room, and not kept."""

    person: Person


class Chat(Answer, frozen=True, tag="chat"):
    """How it stands with the private chat with ``name``: asked, open, declined, unanswered or closed by that one."""

    name: str
    state: str


class Ignoring(Answer, frozen=True, tag="ignoring"):
    """Whom one ignores."""

    names: tuple[str, ...]


class VersionIs(Answer, frozen=True, tag="version"):
    """The server's name, program and version."""

    server: str
    program: str
    version: str


class Closing(Answer, frozen=True, tag="closing", omit_defaults=True):
    """The connection ends; ``reason`` is a stable identifier, ``why`` and ``until`` are as in :class:`Refused`."""

    reason: str
    about: str = ""
    why: str = ""
    until: Moment = Moment(0)
