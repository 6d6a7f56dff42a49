"""The desk: everything that the full screen shows, and what each thing that the server says changes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.events import Entry
from chatd.chat.names import key
from chatd.client.model.completion import Completed, Known, Vocabulary, complete
from chatd.client.model.editor import Editor
from chatd.client.model.rows import Clockface, Kind, Row, counts, row_of
from chatd.client.model.talks import SERVER, Talk, Talks
from chatd.client.words import Words
from chatd.wire.codes import LISTEN
from chatd.wire.objects import Value

CHOOSE = "choose"
"""The name of the prompt of the menu."""


_AT_BEGINNING = (a.Greeting, a.Lines, a.MainMenu, a.Welcome, a.YouEntered)
"""What is not shown again to whoever goes on with a session."""


class Desk:
    """What one person sees.

    ``rings`` counts how often the bell is to ring; ``wishes`` are the verbs that the desk wants the server to be asked.

    :param place: where the server is, for showing
    """

    def __init__(self, place: str, clock: Clockface, words: Words) -> None:
        self.place = place
        self.clock = clock
        self.talks = Talks()
        self.editor = Editor()
        self.state = "connecting"
        self.is_connected = False
        self.user = ""
        self.prompt = ""
        self.asked = ""
        """The name of what the server asks, empty where it asks nothing; ``prompt`` says it in words."""
        self.focus = ""
        self.choices: tuple[str, ...] = ()
        self.resuming = False
        """Whether what comes goes on with what was there before the connection was lost."""
        self.rings = 0
        self.bell = True
        self.wishes: deque[str] = deque()
        self._words = words
        self._draft = ("", 0)
        self._vocabulary = Vocabulary()
        self._changes: dict[type[Any], Callable[[Any], None]] = {
            a.Welcome: self._welcomed,
            a.YouEntered: self._entered,
            a.YouLeft: lambda v: self._left(v.room, v.focus),
            a.ThrownOut: lambda v: self._left(v.room, v.focus),
            a.Members: self._members,
            a.StatusChanged: self._status,
            a.MainMenu: self._at_menu,
            a.Helped: self._helped,
            a.RoomList: self._listed,
            a.TopicIs: lambda v: self._topic(v.room, v.text),
            a.Setting: self._setting,
            a.Done: self._done,
        }

    # What the server says

    def heard(self, value: Value | None, text: str = "", quiet: bool = False) -> None:
        """Take note of ``value``, or of ``text`` where the line is none.

        :param quiet: whether it answers what only the desk wanted to know, and is not shown
        """
        if isinstance(value, Entry):
            self._happened(value)
        elif isinstance(value, a.Replayed):
            self._happened(value.entry, old=True)
        else:
            if type(value) in self._changes:
                self._changes[type(value)](value)
            if not quiet and not (self.resuming and isinstance(value, _AT_BEGINNING)):
                self._show(value, text)

    def _show(self, value: Value | None, text: str) -> None:
        if isinstance(value, a.Setting) and value.name == "focus":
            return  # it is what is looked at
        lines = [text] if value is None else self._words.lines(LISTEN, value)
        kind = Kind.REFUSAL if isinstance(value, a.Refused) else Kind.ANSWER
        talk = self.talks.shown
        if isinstance(value, a.MainMenu | a.Greeting | a.Lines | a.Welcome) and not self.in_rooms:
            talk = self.talks.server
        elif isinstance(value, a.Gap):
            talk = self.talks.get(value.log) or talk
        elif isinstance(value, a.YouEntered | a.YouLeft | a.ThrownOut):
            talk = self.talks.get(value.room) or talk
        elif isinstance(value, a.Chat):
            self.attract(talk := self.talks.open(f"@{value.name}"), mention=value.state == "asked")
        for line in lines:
            talk.add(Row(kind, line.removeprefix(f"[{talk.name}] -- ")), self.clock)

    def tell(self, sentence: str) -> None:
        """This program itself has something to say."""
        self.talks.shown.add(Row(Kind.CHATC, sentence), self.clock)

    def ask(self, name: str, text: str, secret: bool) -> None:
        """The server asks for a line."""
        if secret != self.editor.masked:
            self._mask(secret)
        self.asked, self.prompt = name, text

    def unask(self) -> None:
        """Nothing is asked any more."""
        if self.editor.masked:
            self._mask(False)
        self.asked = self.prompt = ""

    def _mask(self, secret: bool) -> None:
        # What was half typed is no part of a secret, and comes back behind it; nothing of a secret is ever shown.
        draft, self._draft = self._draft, (self.editor.text, self.editor.cursor) if secret else ("", 0)
        self.editor.replace(*(("", 0) if secret else draft))
        self.editor.masked = secret

    @property
    def in_rooms(self) -> bool:
        """Whether one is in any room."""
        return any(self.is_room(talk) and not talk.is_left for talk in self.talks.all)

    @staticmethod
    def is_room(talk: Talk) -> bool:
        """Whether it is a room's."""
        return talk.name != SERVER and not talk.name.startswith("@")

    # Entries

    def _happened(self, entry: Entry, old: bool = False) -> None:
        talk = self._talk_of(entry)
        if old and self.resuming and entry.seq <= talk.seen:
            return
        talk.seen = max(talk.seen, entry.seq)
        if not old and self._is_room_event(entry):
            self._note(talk, entry.event)
        if isinstance(entry.event, e.Redacted):
            talk.redact(entry.event.id, f"{entry.event.user} took back what {entry.event.target} had said")
            return
        row = row_of(entry, self.user, self._words, old)
        talk.add(row, self.clock)
        if not old and row.kind is not Kind.OWN and counts(entry):
            self.attract(talk, mention=row.mention or talk.name.startswith("@"))

    def _talk_of(self, entry: Entry) -> Talk:
        event = entry.event
        if isinstance(event, e.Private):
            return self.talks.open(f"@{event.to if key(event.user) == key(self.user) else event.user}")
        return self.talks.shown if entry.log.startswith("@") else self.talks.open(entry.log)

    @staticmethod
    def _is_room_event(entry: Entry) -> bool:
        return not entry.log.startswith("@")

    def attract(self, talk: Talk, mention: bool) -> None:
        """There is something new in ``talk``."""
        self.rings += mention
        if talk is not self.talks.shown:
            talk.unread += 1
            talk.mentions += mention

    def _note(self, talk: Talk, event: e.Event) -> None:
        if isinstance(event, e.Entered):
            talk.come(a.Person(event.user, event.guest, "user", "active"))
        elif isinstance(event, e.Left):
            talk.go(event.user)
        elif isinstance(event, e.Kicked | e.Banned):
            talk.go(event.target)
        elif isinstance(event, e.Moved):
            self.wish(f"/who {talk.name}")
        elif isinstance(event, e.Renamed):
            self._renamed(event)
        elif isinstance(event, e.TopicSet):
            talk.topic = event.text

    def _renamed(self, event: e.Renamed) -> None:
        for talk in self.talks.all:
            person = talk.people.get(key(event.user))
            if person is not None:
                talk.go(event.user)
                talk.come(a.Person(event.name, person.guest, person.role, person.status, person.text))
        old, new = self.talks.get(f"@{event.user}"), self.talks.get(f"@{event.name}")
        if old is not None and new in (None, old):
            self.talks.rename(old, f"@{event.name}")
        if key(event.user) == key(self.user):
            self.user = event.name

    # Answers

    def _welcomed(self, welcome: a.Welcome) -> None:
        self.user = welcome.user
        if self.resuming:
            self.tell("connected again")

    def _entered(self, entered: a.YouEntered) -> None:
        talk = self.talks.open(entered.room)
        talk.is_left = False
        talk.topic = entered.topic
        self.focus = entered.room
        if not self.resuming:
            self.talks.show(talk)
        for wish in ("/help", f"/who {entered.room}", "/rooms"):
            if wish != "/help" or not self._vocabulary.verbs:
                self.wish(wish)

    def _left(self, room: str, focus: str) -> None:
        self.focus = focus
        talk = self.talks.get(room)
        if talk is not None:
            talk.is_left = True
            talk.people.clear()
        here = self.talks.get(focus) if focus else None
        if talk is self.talks.shown and here is not None:
            self.talks.show(here)
        elif not self.in_rooms:
            self.talks.show(self.talks.server)

    def _members(self, members: a.Members) -> None:
        talk = self.talks.get(members.room) if members.room else None
        if talk is not None:
            talk.people = {key(person.name): person for person in members.members}

    def _status(self, changed: a.StatusChanged) -> None:
        for talk in self.talks.all:
            if key(changed.person.name) in talk.people:
                talk.come(changed.person)

    def _at_menu(self, menu: a.MainMenu) -> None:
        self._vocabulary.menu = menu.words
        if self.resuming and self.user:
            for talk in self.talks.all:
                talk.is_left = self.is_room(talk)

    def _helped(self, helped: a.Helped) -> None:
        if len(helped.words) > 1 or not self._vocabulary.verbs:
            self._vocabulary.verbs = helped.words

    def _listed(self, rooms: a.RoomList) -> None:
        self._vocabulary.rooms = tuple(one.room for one in rooms.rooms)

    def _topic(self, room: str, text: str) -> None:
        talk = self.talks.get(room)
        if talk is not None:
            talk.topic = text

    def _setting(self, setting: a.Setting) -> None:
        if setting.name == "focus":
            self.focus = setting.value
            if not self.resuming:
                self.talks.show(self.talks.open(setting.value))
            self.resuming = False
        elif setting.name == "bell":
            self.bell = setting.value == "on"
        elif setting.name == "time":
            self.clock.shown = setting.value != "off"
            if setting.value not in ("on", "off"):
                self.clock.zone = UTC if setting.value == "UTC" else ZoneInfo(setting.value)

    def _done(self, done: a.Done) -> None:
        if done.done == "renamed":
            self.user = done.about
            self.wish("/resume")
        elif done.done == "logged-out":
            self.user = ""

    def wish(self, line: str) -> None:
        """Have the server asked by ``line``, once."""
        if line not in self.wishes:
            self.wishes.append(line)

    # What the person does

    def complete(self) -> None:
        """Complete the word before the cursor."""
        editor = self.editor
        if editor.masked:
            return
        done: Completed = complete(editor.text, editor.cursor, self._known())
        editor.replace(done.text, done.cursor)
        self.choices = done.choices

    def _known(self) -> Known:
        talks = self.talks.all
        rooms = {talk.name for talk in talks if self.is_room(talk)}
        people = {person.name for talk in talks for person in talk.people.values()}
        people |= {talk.name[1:] for talk in talks if talk.name.startswith("@")}
        return self._vocabulary.known(self.asked == CHOOSE, bool(self.asked), people, rooms)
