"""Bans and mutes: who is kept out of a room or of the server, who may not speak, and until when.

A ban of a guest bears her address too, since a guest comes back under another name: it keeps out every guest from
there, and nobody who has an account. A ban of an address alone keeps out everybody from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import msgspec

from chatd.chat.answers import Answer, Refusal
from chatd.chat.moments import Moment
from chatd.chat.names import key

BAN, MUTE = "ban", "mute"
KINDS = (BAN, MUTE)

SERVER = ""
"""Where a ban is that holds for all of the server."""


class Ban(msgspec.Struct, frozen=True):
    """A row of bans.csv.

    :param id: its number, which no other has
    :param kind: one of :data:`KINDS`
    :param who: shown name of a user, empty where it is about an address alone
    :param address: an IP network as :func:`network` writes it, empty for none; beside ``who`` it is about guests alone
    :param where: the room's shown name, or :data:`SERVER`
    :param by: shown name of whoever did it
    :param until: milliseconds since 1970-01-01 UTC, 0 for ever
    :param why: the reason, empty for none
    :param at: when it was done, as ``until``
    """

    id: int
    kind: str
    who: str
    address: str
    where: str
    by: str
    until: int
    why: str
    at: int

    def over(self, now: int) -> bool:
        """Whether its time is over."""
        return bool(self.until) and self.until <= now

    def same_subject(self, other: Ban) -> bool:
        """Whether ``other`` is about the same, so that one of the two is enough."""
        return self._subject == other._subject

    @property
    def _subject(self) -> tuple[str, str, str]:
        return self.kind, key(self.where), key(self.who) or self.address


class BanLine(msgspec.Struct, frozen=True):
    """A ban or mute in a listing.

    :param kind: ``ban`` or ``mute``
    :param who: a user's name, empty where it is about an address alone
    :param address: a network; of guests it is told to operators alone
    :param room: where it holds, empty for all of the server
    :param until: when it ends, if ever
    """

    kind: str
    who: str
    address: str
    room: str
    by: str
    at: Moment
    until: Moment
    why: str


class BanList(Answer, frozen=True, tag="bans"):
    """Who is banned and muted in a room, for operators also on the server; with an empty ``room``, everywhere."""

    room: str
    bans: tuple[BanLine, ...]


def network(text: str) -> str | None:
    """The IP network that ``text`` names, in one way of writing; None where it names none.

    ``192.0.2.7`` is a network of one address; bits behind the prefix count as 0; IPv4 addresses that are mapped into
    IPv6 (RFC 4291, 2.5.5.2) are IPv4 ones, as everywhere in the server.
    """
    try:
        return str(ip_network(text.removeprefix("::ffff:") if "." in text else text, strict=False))
    except ValueError:
        return None


def covers(address_or_network: str, address: str) -> bool:
    """Whether ``address``, as a session shows it, is in the network."""
    try:
        return ip_address(address.partition("%")[0]) in _network(address_or_network)
    except ValueError:
        return False


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


class Bans:
    """All bans and mutes there are.

    :param now: milliseconds since 1970-01-01 UTC
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._by_place: dict[tuple[str, str], dict[int, Ban]] = {}
        self._last = 0

    def load(self, bans: Iterable[Ban]) -> None:
        """Know these."""
        for ban in bans:
            self.add(ban)

    def next_id(self) -> int:
        """A number that no ban has had."""
        self._last += 1
        return self._last

    def add(self, ban: Ban) -> None:
        """Know one more."""
        self._last = max(self._last, ban.id)
        self._by_place.setdefault((ban.kind, key(ban.where)), {})[ban.id] = ban

    def remove(self, ban: Ban) -> None:
        """Know it no more."""
        place = ban.kind, key(ban.where)
        held = self._by_place.get(place, {})
        held.pop(ban.id, None)
        if not held:
            self._by_place.pop(place, None)

    def all(self) -> list[Ban]:
        """Every one, those that are over too."""
        return [ban for held in self._by_place.values() for ban in held.values()]

    def over(self) -> list[Ban]:
        """Those that are over."""
        now = self._now()
        return [ban for ban in self.all() if ban.over(now)]

    def holding(self, where: str) -> list[Ban]:
        """Those that hold at one place, the oldest first."""
        now = self._now()
        held = [ban for kind in KINDS for ban in self._by_place.get((kind, key(where)), {}).values()]
        return sorted((ban for ban in held if not ban.over(now)), key=lambda ban: ban.id)

    def of_room(self, room: str) -> list[Ban]:
        """Those of a room, over or not."""
        return [ban for ban in self.all() if ban.where and key(ban.where) == key(room)]

    def about(self, kind: str, where: str, who: str) -> list[Ban]:
        """Those that hold at one place for a name or network, as it was given."""
        wanted = network(who)
        return [
            ban
            for ban in self.holding(where)
            if ban.kind == kind and (ban.address == wanted and not ban.who if wanted else key(ban.who) == key(who))
        ]

    def find(self, kind: str, where: str, name: str, guest: bool, address: str) -> Ban | None:
        """The one that keeps a user from ``address`` from being at, or from speaking at, one place.

        :param name: the user's, empty for a connection that is nobody's yet
        """
        held = self._by_place.get((kind, key(where))) if self._by_place else None
        if not held:
            return None
        now, user = self._now(), key(name)
        for ban in held.values():
            if not ban.over(now) and _concerns(ban, user, guest, address):
                return ban
        return None

    def check(self, where: str, name: str, guest: bool, address: str) -> None:
        """May the user be in that room?

        :raises Refusal: ``banned``
        """
        ban = self.find(BAN, where, name, guest, address)
        if ban is not None:
            raise Refusal("banned", ban.where, **limits(ban))

    def check_rename(self, name: str) -> None:
        """May a guest of that name take another? Mutes hold by name.

        :raises Refusal: ``muted``
        """
        for mute in self.all():
            if mute.kind == MUTE and not mute.over(self._now()) and key(mute.who) == key(name):
                raise Refusal("muted", mute.where, **limits(mute))

    def check_server(self, name: str, guest: bool, address: str) -> None:
        """May the user be on the server?

        :raises Refusal: ``server-banned``
        """
        ban = self.find(BAN, SERVER, name, guest, address)
        if ban is not None:
            raise Refusal("server-banned", **limits(ban))


def limits(ban: Ban) -> dict[str, Any]:
    """What a refusal tells of ``ban``: why, and until when."""
    return {"why": ban.why, "until": Moment(ban.until)} if ban.until else {"why": ban.why}


def _concerns(ban: Ban, user: str, guest: bool, address: str) -> bool:
    if ban.who:
        return key(ban.who) == user or (guest and bool(ban.address) and covers(ban.address, address))
    return covers(ban.address, address)
