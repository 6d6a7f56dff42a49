"""All tickets that there are, and what is done by them: files put, got, and gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from re import fullmatch
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from chatd.chat.answers import Refusal, Sending, Stored
from chatd.chat.files import Drop, Quotas, check_space, forgotten, safe_name
from chatd.transfers.peer import STALLED_SECONDS, Inbox, Peer, Wait
from chatd.transfers.sender import Sender
from chatd.transfers.spool import InThread, Spool
from chatd.transfers.tickets import GET, PUT, UNKNOWN, Offer, Ticket
from chatd.transfers.upload import Upload

TICKET_SECONDS = 3600
"""How long a ticket is good; one that is in use then, until it is not."""

SENT_SECONDS = 60
"""How long one is good whose file was sent."""

MOST_TICKETS = {PUT: 16, GET: 64}
"""How many open ones a user may have."""

S = TypeVar("S", Drop, Upload)
T = TypeVar("T")


class Transfers:
    """Gives tickets, and does what they allow.

    :param in_thread: runs what waits for the disk
    :param clock: for time that passes
    :param now: milliseconds since 1970-01-01 UTC, for times that are told and kept
    :param token: makes a word of 128 random bits
    :param stored: called with every file that has come whole, after its giver was told so
    """

    log = Logger()

    def __init__(
        self,
        spool: Spool,
        quotas: Quotas,
        in_thread: InThread,
        clock: IReactorTime,
        now: Callable[[], int],
        token: Callable[[], str],
        stored: Callable[[Drop], None],
    ) -> None:
        self._spool, self.quotas, self._in_thread = spool, quotas, in_thread
        self._sender = Sender(spool, in_thread)
        self._clock, self._now, self._token, self._stored = clock, now, token, stored
        self._tickets: dict[str, Ticket] = {}
        self._parts = count(1)

    # Tickets

    def offer(self, user: str, room: str, name: str, size: int, sha256: str = "") -> Offer:
        """A ticket for ``user`` to give a file to ``room``.

        :param name: as the user calls it, see :func:`~chatd.chat.files.safe_name`
        :param size: bytes, or :data:`~chatd.transfers.tickets.UNKNOWN`
        :param sha256: checked when the file has come; empty for no check
        :raises Refusal: ``bad-size``, ``bad-sha256``, ``too-many-tickets``, or as :func:`~chatd.chat.files.check_space`
        """
        if sha256 and not fullmatch("[0-9a-fA-F]{64}", sha256):
            raise Refusal("bad-sha256")
        if size != UNKNOWN:
            self._check_space(user, room, size)
        subject = Upload(self._spool, self._in_thread, self._clock, next(self._parts))
        return self._open(user, room, subject, (PUT, safe_name(name), size, sha256.lower()))

    def fetch(self, user: str, number: int, room: str) -> Offer:
        """A ticket for ``user`` to fetch a file of ``room``.

        :raises Refusal: ``no-such-file``, ``expired`` or ``too-many-tickets``
        """
        drop = self._spool.get(number)
        if drop is None or drop.room != room:
            raise Refusal("no-such-file", str(number))
        self._check_there(drop)
        return self._open(user, room, drop, (GET, drop.name, drop.size, drop.sha256))

    def revoke(self, user: str, room: str = "") -> None:
        """End the tickets of a user who is thrown out of ``room``, or whose account is gone."""
        for ticket in list(self._tickets.values()):
            if ticket.user == user and room in ("", ticket.room):
                self._close(ticket, Refusal("no-such-ticket"))

    def _open(self, user: str, room: str, subject: Drop | Upload, what: tuple[str, str, int, str]) -> Offer:
        limit = MOST_TICKETS[what[0]]
        if sum(t.user == user and t.offer.purpose == what[0] and not t.sent for t in self._tickets.values()) >= limit:
            raise Refusal("too-many-tickets", limit=limit)
        offer = Offer(self._token(), *what, expires=self._now() + TICKET_SECONDS * 1000)
        self._tickets[offer.ticket] = Ticket(offer, user, room, subject, self._clock)
        self._clock.callLater(TICKET_SECONDS, self._lapse, offer.ticket)
        return offer

    def _find(self, ticket: str, kind: type[S]) -> tuple[Ticket, S]:
        found = self._tickets.get(ticket)
        if found is None or not isinstance(found.subject, kind):
            raise Refusal("no-such-ticket")
        return found, found.subject

    def _lapse(self, ticket: str) -> None:
        found = self._tickets.get(ticket)
        if found is not None and found.used:
            self._clock.callLater(STALLED_SECONDS, self._lapse, ticket)
        elif found is not None:
            self._close(found, Refusal("no-such-ticket"))

    def _close(self, ticket: Ticket, why: Refusal) -> None:
        self._tickets.pop(ticket.offer.ticket, None)
        ticket.close(why)

    # Space and time

    def listing(self, room: str) -> list[Drop]:
        """The files that ``room`` has now, the oldest first."""
        return sorted((drop for drop in self._live() if drop.room == room), key=lambda drop: drop.id)

    def rooms(self) -> set[str]:
        """The rooms that have files now."""
        return {drop.room for drop in self._live()}

    def forget_room(self, room: str) -> Deferred[None]:
        """End the tickets of a room that is deleted, and remove its files; what fails is logged, and never told."""
        for ticket in list(self._tickets.values()):
            if ticket.room == room:
                self._close(ticket, Refusal("no-such-room", room))
        return self._removed([drop for drop in self._spool.drops() if drop.room == room])

    async def _expire(self) -> None:
        now = self._now()
        over = [drop for drop in self._spool.drops() if drop.expires <= now]
        await self._spool.unlink(over)
        await self._removed([drop for drop in over if forgotten(drop, now)])

    def expire(self) -> Deferred[None]:
        """Remove the files whose time is over, now and then; what fails is logged, and never told."""
        return Deferred.fromCoroutine(self._expire())

    def _removed(self, drops: list[Drop]) -> Deferred[None]:
        return self._spool.remove(drops).addErrback(partial(self.log.failure, "files cannot be removed"))

    def _live(self) -> list[Drop]:
        now = self._now()
        return [drop for drop in self._spool.drops() if drop.expires > now]

    def _check_there(self, drop: Drop) -> None:
        if drop.expires <= self._now():
            raise Refusal("expired", drop.name)

    def _check_space(self, user: str, room: str, size: int) -> None:
        if size < 0:
            raise Refusal("bad-size")
        coming = [t for t in self._tickets.values() if t.offer.purpose == PUT and t.size != UNKNOWN]
        files: list[Drop | Ticket] = [*self._live(), *coming]
        in_room = [file.size for file in files if file.room == room]
        of_user = [file.size for file in files if file.user == user]
        check_space(self.quotas, size, room, in_room, of_user)

    # What tickets are for

    def look(self, ticket: str) -> tuple[Offer, int]:
        """What ``ticket`` is for, and how many bytes of a file to be put have come already.

        :raises Refusal: ``no-such-ticket``, ``expired``
        """
        found = self._tickets.get(ticket)
        if found is None:
            raise Refusal("no-such-ticket")
        if isinstance(found.subject, Upload):
            return found.offer, found.subject.have
        self._check_there(found.subject)
        return found.offer, 0

    async def put(self, ticket: str, peer: Peer, size: int = UNKNOWN, offset: int | None = None) -> None:
        """Take the bytes of a file from ``peer``; to be closed afterwards, whatever came of it.

        From the call on nothing that comes from the peer is a command any more; what is not of the file is thrown away.
        Cancelling ends the waiting for the peer, but not what has to be brought to its end on disk.

        :param size: bytes, where the ticket does not say it yet
        :param offset: of the first byte that comes, 0 to begin anew; None where the peer is yet to be told it
        :raises Refusal: to be told to the peer: ``no-such-ticket``, ``size-needed``, ``size-differs``, ``bad-offset``,
            ``cut-off``, ``stalled``, ``replaced``, ``sha256-differs``, ``no-such-room``, ``disk-full``,
            ``spool-failed``, or as :meth:`offer`
        """
        inbox = Inbox(peer)
        try:
            found, upload = self._find(ticket, Upload)
            self._tell_size(found, size)
            await found.use(lambda wait: self._take(found, upload, wait, inbox, peer, offset))
        finally:
            inbox.close()

    def _tell_size(self, ticket: Ticket, size: int) -> None:
        if ticket.size == UNKNOWN:
            if size == UNKNOWN:
                raise Refusal("size-needed")
            self._check_space(ticket.user, ticket.room, size)
            ticket.size = size
        elif size not in (UNKNOWN, ticket.size):
            raise Refusal("size-differs", limit=ticket.size)

    async def _take(
        self, ticket: Ticket, upload: Upload, wait: Wait, inbox: Inbox, peer: Peer, offset: int | None
    ) -> None:
        await upload.take(ticket.size, wait, inbox, peer, offset)
        inbox.close()
        offer, sha256 = ticket.offer, upload.sha256
        if offer.sha256 not in ("", sha256):
            await upload.throw_away()
            raise Refusal("sha256-differs")
        now = self._now()
        number = self._spool.next_id()
        drop = Drop(number, ticket.room, offer.name, ticket.size, sha256, ticket.user, now, now + self.quotas.keep)
        await upload.keep(drop)
        if ticket.closed is not None:
            await self._removed([drop])
            raise ticket.closed
        self._close(ticket, Refusal("no-such-ticket"))
        peer.tell(Stored(sha256))
        self._stored(drop)

    async def get(self, ticket: str, offset: int, peer: Peer, end: int | None = None) -> None:
        """Send the bytes of a file from ``offset`` on to ``peer``; to be closed afterwards, whatever came of it.

        Returns when they are sent, and when that had to be given up: among the bytes of a file nothing can be told.
        What the system has taken may still be lost, so the ticket is good for a little longer.

        :param end: the offset of the first byte that is not to be sent; None for all up to the last
        :raises Refusal: before anything is sent: ``no-such-ticket``, ``bad-offset``, ``expired``, ``no-such-room``,
            ``replaced``, ``spool-failed``
        :raises Exception: what ``peer.drained()`` raises
        """
        found, drop = self._find(ticket, Drop)
        end = drop.size if end is None else end
        if not 0 <= offset <= end <= drop.size:
            raise Refusal("bad-offset", limit=drop.size)
        await found.use(lambda wait: self._send(found, drop, wait, offset, end, peer))

    async def _send(self, ticket: Ticket, drop: Drop, wait: Wait, offset: int, end: int, peer: Peer) -> None:
        self._check_there(drop)
        data = await self._sender.read(drop, offset, end)
        wait.check()
        peer.tell(Sending(drop.size, drop.sha256))
        try:
            while data:
                peer.write(data)
                offset = await self._sender.straight(drop, offset + len(data), end, wait, peer)
                data = await self._sender.read(drop, offset, end)
        except Refusal as refusal:
            self.log.info("sending a file was given up: {error}", error=refusal.answer.error)
            return
        if end == drop.size:
            ticket.sent = True
            self._clock.callLater(SENT_SECONDS, self._lapse, ticket.offer.ticket)
