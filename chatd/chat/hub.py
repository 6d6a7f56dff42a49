"""The hub: who is here and which rooms there are; it checks what is asked for, and applies what has happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from chatd.chat import events as e
from chatd.chat.access import check_enter, knows
from chatd.chat.answers import Refusal, RoomList
from chatd.chat.ignores import Ignores
from chatd.chat.letters import Exchanged
from chatd.chat.moderation import Bans
from chatd.chat.names import Looks, closest, key
from chatd.chat.naming import checked
from chatd.chat.room import PUBLIC, Room, RoomRecord
from chatd.chat.talks import Talks
from chatd.chat.user import OPERATOR, User

_FORGETTABLE = (e.Entered, e.Left, e.Recording)
"""What a room does not tell again: it would push out what people said."""


class Past(Protocol):
    """What is known of the time before the start; see :class:`chatd.roomlog.Past`."""

    @property
    def recent(self) -> Mapping[str, Sequence[e.Entry]]:
        """The last entries of each log, oldest first."""

    @property
    def rooms(self) -> Mapping[str, tuple[str, ...]]:
        """The rooms of each user's last session."""

    @property
    def left(self) -> Mapping[str, Mapping[str, int]]:
        """The number of the entry by which each account left each room last, by the keys of room and account."""


class Hub:
    """Everybody and every room.

    :param history: how many entries a room remembers
    :param most_rooms: how many rooms there may be
    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, history: int = 200, most_rooms: int = 1000, now: Callable[[], int] = lambda: 0) -> None:
        self.users: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        self.looks = Looks()
        """The names of those who are here."""
        self._room_looks = Looks()
        self.bans = Bans(now)
        self.last_rooms: dict[str, tuple[str, ...]] = {}
        """The rooms of each user's last session, by key."""
        self.ignores = Ignores()
        self.talks = Talks()
        self.exchanged = Exchanged(history)
        self._history = history
        self.most_rooms = most_rooms
        self._apply: dict[type[e.Event], Callable[[Room, e.Entry], None]] = {
            e.Entered: self._entered,
            e.Left: self._left,
            e.Kicked: self._thrown_out,
            e.Banned: self._thrown_out,
            e.Voiced: self._voiced,
            e.Redacted: self._redacted,
            e.RoomDeleted: self._deleted,
            e.Renamed: self._renamed,
        }

    def load(self, records: Iterable[RoomRecord], past: Past) -> None:
        """Know the rooms there are, what was said in them last, and who was where; ``public`` is always among them."""
        for record in records:
            self.add_room(record)
        if key(PUBLIC) not in self.rooms:
            self.add_room(RoomRecord(PUBLIC))
        self.remember(past.recent)
        for log, left in past.left.items():
            if log in self.rooms:
                self.rooms[log].left.update(left)
        self.exchanged.load(past.recent)
        self.last_rooms.update((key(user), rooms) for user, rooms in past.rooms.items())

    def remember(self, older: Mapping[str, Sequence[e.Entry]]) -> None:
        """Know what was said in rooms before that which is known already."""
        for log, entries in older.items():
            room = self.rooms.get(key(log))
            if room is not None:
                told = [entry for entry in entries if not isinstance(entry.event, _FORGETTABLE)]
                room.recent = deque([*told, *room.recent], self._history)
                for number in {entry.seq for entry in told} & room.redacted:
                    room.take_back(number)

    def add_room(self, record: RoomRecord) -> None:
        """Know one more room."""
        self.rooms[key(record.name)] = Room(record, self._history)
        self._room_looks.add(record.name)

    # People

    def user(self, name: str) -> User:
        """The user of that name who is here.

        :raises Refusal: ``no-such-user``
        """
        user = self.users.get(key(name))
        if user is None:
            raise Refusal("no-such-user", name, closest(name, (u.name for u in self.users.values())))
        return user

    def arrive(self, user: User) -> None:
        """One more session of ``user``."""
        self.users[user.key] = user
        self.looks.add(user.name)
        user.sessions += 1

    def depart(self, user: User) -> None:
        """One session of ``user`` less; with the last, she is no longer here."""
        user.sessions -= 1
        if user.sessions <= 0 and self.users.get(user.key) is user:
            del self.users[user.key]
            self.looks.discard(user.name)
            if user.guest:
                # Whoever is called so next is somebody else.
                self.ignores.forget(user.name)
                self.ignores.lift(user.name)
                self.exchanged.forget(user.name)

    def rooms_of(self, user: User) -> list[Room]:
        """The rooms that ``user`` is in."""
        return [room for room in self.rooms.values() if user.key in room.members]

    def neighbours(self, user: User, most: int = 0) -> set[User]:
        """Everybody who shares a room with ``user``, and ``user``.

        :param most: above how many members a room does not count; 0 for any number
        """
        rooms = [room for room in self.rooms_of(user) if not most or len(room.members) <= most]
        return {member for room in rooms for member in room.members.values()} | {user}

    def check_message(self, user: User, to: User) -> None:
        """May ``user`` write to ``to``?

        :raises Refusal: ``share-a-room``
        """
        if user.guest and to not in self.neighbours(user):
            raise Refusal("share-a-room", to.name)

    # Rooms

    def room(self, name: str) -> Room:
        """The room of that name, whoever asks.

        :raises Refusal: ``no-such-room``
        """
        room = self.rooms.get(key(name))
        if room is None:
            raise self.no_such_room(name)
        return room

    def room_for(self, user: User | None, name: str) -> Room:
        """The room of that name, if ``user`` may know of it.

        :raises Refusal: ``no-such-room``, the same whether there is none or it is hidden
        """
        room = self.room(name)
        if not knows(user, room):
            raise self.no_such_room(name)
        return room

    def no_such_room(self, name: str) -> Refusal:
        """What is told of a room that is not there, and of a hidden one: nothing that tells the two apart."""
        return Refusal(
            "no-such-room", name, closest(name, (r.name for r in self.rooms.values() if not r.record.hidden))
        )

    def listing(self, user: User) -> RoomList:
        """The rooms that ``user`` may know of, the fullest first."""
        seen = [room for room in self.rooms.values() if knows(user, room)]
        return RoomList(tuple(r.summary for r in sorted(seen, key=lambda r: (-len(r.members), r.key))))

    def check_create(self, user: User, name: str) -> str:
        """May ``user`` make a room called ``name``? The name as it will be shown.

        :raises Refusal: ``no-account``, ``room-exists``, ``name-taken`` where the look is a room's, ``rooms-full``, or
            what is wrong with the name
        """
        if user.guest:
            raise Refusal("no-account")
        if key(name) in self.rooms:
            room = self.rooms[key(name)]
            raise Refusal("room-exists", room.name) if knows(user, room) else Refusal("name-taken", name)
        shown = checked(name)
        if self._room_looks.like(shown) is not None:
            raise Refusal("name-taken", shown)
        if len(self.rooms) >= self.most_rooms:
            raise Refusal("rooms-full", limit=self.most_rooms)
        return shown

    def check_enter(self, user: User, room: Room, password_fits: bool = True, address: str = "") -> None:
        """May ``user``, who comes from ``address``, enter ``room``?

        :raises Refusal: ``banned``, ``no-such-room`` where the room has gone meanwhile, or as
            :func:`chatd.chat.access.check_enter`
        """
        if room.is_closed or self.rooms.get(room.key) is not room:
            raise Refusal("no-such-room", room.name)
        if user.role != OPERATOR:
            self.bans.check(room.name, user.name, user.guest, address)
        check_enter(user, room, password_fits)

    # What has happened

    def apply(self, entry: e.Entry) -> Room | None:
        """Change what ``entry`` says has changed; the room it was in, if it was in one that is there."""
        if entry.log.startswith("@"):
            self._apply_personal(entry, entry.event)
            return None
        room = self.rooms.get(key(entry.log))
        if room is None:
            return None
        change = self._apply.get(type(entry.event))
        if change is not None:
            change(room, entry)
        if not isinstance(entry.event, _FORGETTABLE):
            room.recent.append(entry)
        return room

    def _apply_personal(self, entry: e.Entry, event: e.Event) -> None:
        if isinstance(event, e.LoggedOut):
            if event.text:
                self.last_rooms[key(event.user)] = tuple(event.text.split())
        elif isinstance(event, e.Registered | e.Unregistered):
            self.last_rooms.pop(key(event.user), None)
            for room in self.rooms.values():
                room.left.pop(key(event.user), None)
            self.exchanged.forget(event.user)
            self.ignores.forget(event.user)
        elif isinstance(event, e.Renamed):
            self._rename(event.user, event.name, entry.at)
        elif isinstance(event, e.Private) and not self.ignores.covers(entry.log[1:], event.user):
            self.exchanged.note(entry)
            if key(event.to) == key(entry.log[1:]) in self.users:
                self.users[key(event.to)].heard_from(event.user, self.users.get(key(event.user)))

    def _rename(self, old: str, new: str, at: int) -> None:
        user = self.users.pop(key(old), None)
        if user is None:
            return
        user.rename(new, at)
        self.users[user.key] = user
        self.looks.discard(old)
        self.looks.add(new)
        self.exchanged.rename(old, new)
        self.ignores.rename(old, new)
        self.talks.rename(key(old), user.key)

    def _renamed(self, room: Room, entry: e.Entry) -> None:
        # Her own log has told it before; here it is told to the room.
        assert isinstance(entry.event, e.Renamed)
        old, new = key(entry.event.user), key(entry.event.name)
        if old in room.members:
            room.members[new] = room.members.pop(old)
            room.attendance[new] = room.attendance.pop(old, ())
        if old in room.guest_voices:
            room.guest_voices = room.guest_voices - {old} | {new}

    def _entered(self, room: Room, entry: e.Entry) -> None:
        user = self.users.get(key(entry.event.user))
        if user is not None:
            room.members[user.key] = user

    def _left(self, room: Room, entry: e.Entry) -> None:
        room.put_away(key(entry.event.user), entry.seq)

    def _thrown_out(self, room: Room, entry: e.Entry) -> None:
        assert isinstance(entry.event, e.Kicked | e.Banned)
        room.put_away(key(entry.event.target), entry.seq)

    def _voiced(self, room: Room, entry: e.Entry) -> None:
        # Those of accounts are kept with the room.
        assert isinstance(entry.event, e.Voiced)
        target = room.members.get(key(entry.event.target))
        if target is not None and target.guest and entry.event.on:
            room.guest_voices.add(target.key)
        else:
            room.guest_voices.discard(key(entry.event.target))

    def _redacted(self, room: Room, entry: e.Entry) -> None:
        assert isinstance(entry.event, e.Redacted)
        room.take_back(entry.event.id)

    def _deleted(self, room: Room, entry: e.Entry) -> None:
        del self.rooms[room.key]
        self._room_looks.discard(room.name)
