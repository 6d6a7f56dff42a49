"""The files of the page: all in memory, packed beforehand, and named by their sums for those who have them already."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from twisted.web import http

from chatd.frontends.web.request import WebRequest

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What a file may be, by how its name ends; no others are served."""

_TAG = re.compile(rb'"[^"]*"')
_NOT_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*\Z", re.IGNORECASE)


class Asset:
    """A file of which everybody gets the same.

    :param kind: its media type
    """

    methods: ClassVar[tuple[bytes, ...]] = (b"GET", b"HEAD")
    for_files: ClassVar[bool] = False

    def __init__(self, content: bytes, kind: str) -> None:
        self._content, self._kind = content, kind.encode()
        packed = gzip.compress(content, mtime=0)
        self._packed = packed if len(packed) < len(content) else b""
        self._sum = sha256(content).hexdigest()[:32].encode()

    def takes_body(self, request: WebRequest) -> bool:
        """It takes none."""
        return False

    def render(self, request: WebRequest) -> None:
        """Send it, unless it is there already."""
        packed = bool(self._packed) and _takes_gzip(request)
        tag = b'"%b-gzip"' % self._sum if packed else b'"%b"' % self._sum
        request.setHeader(b"ETag", tag)
        request.setHeader(b"Cache-Control", b"no-cache")
        if self._packed:
            request.setHeader(b"Vary", b"Accept-Encoding")
        if _has(request, tag):
            request.answer(http.NOT_MODIFIED)
            return
        if packed:
            request.setHeader(b"Content-Encoding", b"gzip")
        request.answer(http.OK, self._packed if packed else self._content, self._kind)


def load(directory: Path) -> dict[bytes, Asset]:
    """All files of ``directory``, by name."""
    return {
        path.name.encode(): Asset(path.read_bytes(), KINDS[path.suffix])
        for path in sorted(directory.iterdir())
        if path.suffix in KINDS
    }


def _takes_gzip(request: WebRequest) -> bool:
    wishes = ",".join(request.requestHeaders.getRawHeaders("Accept-Encoding", [])).split(",")
    return any(wish.strip().lower().startswith("gzip") and not _NOT_GZIP.match(wish.strip()) for wish in wishes)


def _has(request: WebRequest, tag: bytes) -> bool:
    told = b",".join(request.requestHeaders.getRawHeaders(b"If-None-Match", []))
    return told.strip() == b"*" or tag in _TAG.findall(told)
