"""docs/websocket.rst: every object is in it, and every example is one."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from docutils import nodes
from docutils.core import publish_doctree
from twisted.trial.unittest import SynchronousTestCase

from chatd.wire import schema, webjson
from chatd.wire.dialect import TYPES, translated
from chatd.wire.sentences import REFUSED
from tests.schemas import faults
from tests.source import ROOT

PAGE = (ROOT / "docs" / "websocket.rst").read_text()
_MAIN, _, _DIALECT = PAGE.partition("\nThe dialect of course work\n")
_EXAMPLE = re.compile(r"^    (> )?(\{.*\})$", re.MULTILINE)

_NOT_HERE = """
    not-utf-8 dropped-lines unknown-word room-verb not-registered passwords-differ unknown-command file-is-yours
    accounts-elsewhere bad-role is-disabled not-disabled file-exists file-failed inside-data history-failed no-rows
    not-reloaded not-restarted
"""
"""What is told on the line protocol or the console alone."""


class Example(NamedTuple):
    """One object; ``side`` is who sends it."""

    side: str
    fields: dict[str, Any]


def examples(text: str) -> list[Example]:
    return [Example("client" if mark else "server", json.loads(told)) for mark, told in _EXAMPLE.findall(text)]


class ExamplesTests(SynchronousTestCase):
    def test_each_is_as_the_schema_says(self) -> None:
        for side, fields in examples(_MAIN):
            by_http = fields["type"] in ("stored", "ready")
            self.assertEqual(faults(fields, "upload" if by_http else side), [], fields)

    def test_there_is_one_of_each_type(self) -> None:
        shown = {(side, fields["type"]) for side, fields in examples(_MAIN)}
        for side in ("server", "client"):
            kinds = set(schema.document()["$defs"][side]["discriminator"]["mapping"])
            self.assertEqual(kinds - {kind for s, kind in shown if s == side}, set(), side)

    def test_each_request_is_taken(self) -> None:
        for side, fields in examples(_MAIN):
            if side == "client":
                asked = webjson.parse(json.dumps(fields).encode(), 4096)
                self.assertEqual([one.refused for one in asked if one.refused is not None], [], fields)

    def test_those_of_the_dialect_are_taken_too(self) -> None:
        asked = [fields for side, fields in examples(_DIALECT) if side == "client"]
        self.assertEqual({fields["type"] for fields in asked}, set(TYPES))
        for fields in asked:
            self.assertIn(translated(fields, "ana")["type"], webjson.KINDS)


class PageTests(SynchronousTestCase):
    def test_every_error_stands_in_its_table(self) -> None:
        [errors] = [s for s in publish_doctree(PAGE).findall(nodes.section) if "errors" in s["names"]]
        rows = [[entry.astext() for entry in row.findall(nodes.entry)] for row in errors.findall(nodes.row)]
        told = {name: " ".join(text.split()) for name, text in rows[1:]}
        self.assertEqual(
            told,
            {
                name: sentence.format(about="about", limit="limit", size="limit")
                for name, sentence in REFUSED.items()
                if name not in _NOT_HERE.split()
            },
        )

    def test_it_is_whole(self) -> None:
        problems = [node.astext() for node in publish_doctree(PAGE).findall(nodes.system_message)]
        self.assertEqual(problems, [])
