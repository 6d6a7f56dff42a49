"""Files by ticket over HTTP: fetched with GET, in ranges too, and given with PUT or POST, as the bytes come.

``/files/TICKET/NAME``: the name is for the client alone. Of any file no more than a piece is in memory.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar
from urllib.parse import quote

from twisted.internet.defer import Deferred

from chatd.chat.answers import Ready, Refusal, Refused
from chatd.frontends.web.peer import FilePeer
from chatd.frontends.web.ranges import NoSuchRange, given, wanted
from chatd.frontends.web.request import WebRequest
from chatd.outlet import Gone
from chatd.transfers.service import Transfers
from chatd.transfers.tickets import PUT, Offer

STATUS = {
    "no-such-ticket": HTTPStatus.NOT_FOUND,
    "no-such-file": HTTPStatus.NOT_FOUND,
    "no-such-room": HTTPStatus.NOT_FOUND,
    "expired": HTTPStatus.GONE,
    "stalled": HTTPStatus.REQUEST_TIMEOUT,
    "replaced": HTTPStatus.CONFLICT,
    "size-differs": HTTPStatus.CONFLICT,
    "bad-offset": HTTPStatus.CONFLICT,
    "size-needed": HTTPStatus.LENGTH_REQUIRED,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-many-files": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "room-quota": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "user-quota": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "sha256-differs": HTTPStatus.UNPROCESSABLE_ENTITY,
    "disk-full": HTTPStatus.INSUFFICIENT_STORAGE,
    "spool-failed": HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""What a refusal is in HTTP; of any other kind it is 400."""

_BYTES = b"application/octet-stream"

_POLICY = b"default-src 'none'; sandbox"


class Files:
    """All files for which there is a ticket."""

    methods: ClassVar[tuple[bytes, ...]] = (b"GET", b"HEAD", b"POST", b"PUT")
    for_files: ClassVar[bool] = True

    def __init__(self, transfers: Transfers) -> None:
        self._transfers = transfers

    def takes_body(self, request: WebRequest) -> bool:
        """Whether it is a file that comes."""
        return request.method in (b"POST", b"PUT")

    def render(self, request: WebRequest) -> None:
        """Take the file that comes, or send the one that is asked for."""
        Deferred.fromCoroutine(self._serve(request)).addErrback(request.failed)

    async def _serve(self, request: WebRequest) -> None:
        ticket = request.postpath[1].decode("ascii", "replace")
        try:
            if self.takes_body(request):
                await self._take(request, ticket)
            else:
                await self._give(request, ticket)
        except Refusal as refusal:
            answer = refusal.answer
            request.tell(STATUS.get(answer.error, HTTPStatus.BAD_REQUEST), answer)
        except Gone:
            pass

    async def _take(self, request: WebRequest, ticket: str) -> None:
        length = request.length
        if length is None or not request.requestHeaders.hasHeader("Content-Length"):
            raise Refusal("size-needed")
        request.channel.setTimeout(None)  # the transfer has a patience of its own
        offset = given(request.requestHeaders)
        await self._transfers.put(ticket, FilePeer(request), offset + length, offset)

    async def _give(self, request: WebRequest, ticket: str) -> None:
        offer, have = self._transfers.look(ticket)
        if offer.purpose == PUT:
            request.tell(HTTPStatus.OK, Ready(offer.size, have))
        elif request.method == b"HEAD":
            _describe(request, offer)
            request.answer(HTTPStatus.OK, b"", _BYTES, offer.size)
        else:
            await self._send(request, offer)

    async def _send(self, request: WebRequest, offer: Offer) -> None:
        try:
            part = wanted(request.requestHeaders, _tag(offer), offer.size)
        except NoSuchRange:
            request.setHeader(b"Content-Range", b"bytes */%d" % offer.size)
            answer = Refused("bad-offset", limit=offer.size)
            request.tell(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, answer)
            return
        start, end = part or (0, offer.size)

        def begin() -> None:
            _describe(request, offer)
            request.setHeader(b"Content-Type", _BYTES)
            request.setHeader(b"Content-Length", b"%d" % (end - start))
            if part is not None:
                request.setResponseCode(HTTPStatus.PARTIAL_CONTENT)
                request.setHeader(b"Content-Range", b"bytes %d-%d/%d" % (start, end - 1, offer.size))

        peer = FilePeer(request, begin, end - start)
        try:
            await self._transfers.get(offer.ticket, start, peer, end)
        finally:
            peer.end()


def _tag(offer: Offer) -> str:
    return f'"{offer.sha256}"'


def _describe(request: WebRequest, offer: Offer) -> None:
    """What is true of every answer with bytes of the file: never to be shown in place of the page."""
    request.setHeader(b"Accept-Ranges", b"bytes")
    request.setHeader(b"ETag", _tag(offer).encode())
    request.setHeader(b"Content-Security-Policy", _POLICY)
    request.setHeader(b"Content-Disposition", disposition(offer.name).encode())


def disposition(name: str) -> str:
    """Content-Disposition of a download that is called ``name`` (RFC 6266; the second form is that of RFC 8187)."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
