"""Every identifier that the server uses has its sentence, and no sentence waits for nobody."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat.names import BadName, check
from chatd.chat.text import BadText, decode
from chatd.wire.codes import LISTEN
from chatd.wire.prose import Prose
from chatd.wire.sentences import CLOSING, DONE, REFUSED
from tests.source import SERVER

_SILENT = {"transfer": "behind a file comes nothing"}
"""Reasons of :class:`~chatd.chat.answers.Closing` that are never worded."""


def constants(node: ast.expr) -> Iterator[str]:
    """The strings that an expression may come to."""
    if isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def used(*names: str, argument: int = 0) -> dict[str, str]:
    """The identifiers with which something of these names is called in the server, and one place of each."""
    found = {}
    for module in SERVER:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and len(node.args) > argument:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    found.update(dict.fromkeys(constants(node.args[argument]), module.place(node)))
    return found


def bad_names() -> set[str]:
    """The reasons for which a name is refused, which become refusals as they are."""
    reasons = set()
    for name in ("", "x" * 200, "x" * 33, "a b", "1", "server"):
        try:
            check(name)
        except BadName as error:
            reasons.add(error.reason)
    return reasons


def bad_texts() -> set[str]:
    try:
        decode(b"\xff")
    except BadText as error:
        return {error.reason}
    return set()


class SentenceTests(SynchronousTestCase):
    def check(self, used: Mapping[str, str], sentences: Mapping[str, str]) -> None:
        self.assertTrue(used)
        self.assertEqual({name: place for name, place in used.items() if name not in sentences}, {}, "no sentence")
        self.assertEqual(set(sentences) - set(used), set(), "a sentence that nobody needs")

    def test_of_refusals(self) -> None:
        through = dict.fromkeys(bad_names() | bad_texts(), "chatd/chat")
        self.check(used("Refusal", "Refused") | through, REFUSED)

    def test_of_what_is_done(self) -> None:
        self.check(used("Done"), DONE)

    def test_of_ends(self) -> None:
        ends = used("Closing")
        self.assertEqual(set(_SILENT) - set(ends), set())
        self.check({name: place for name, place in ends.items() if name not in _SILENT}, CLOSING)

    def test_of_settings_and_of_being_thrown_out(self) -> None:
        prose = Prose()
        settings, reasons = used("Setting"), used("thrown_out", argument=1)
        self.assertTrue(settings and reasons)
        for name in settings:
            prose.answer(LISTEN, a.Setting(name, "value"))
        for why in reasons:
            prose.answer(LISTEN, a.ThrownOut("lab", why))

    def test_they_say_what_they_are_given_and_no_more(self) -> None:
        for sentences in (REFUSED, DONE, CLOSING):
            for name, sentence in sentences.items():
                told = sentence.format(about="ABOUT", limit=77, size="SIZE")
                self.assertNotRegex(told, r"[{}]", name)
                self.assertFalse(told.endswith("."), f"{name}: other sentences have no full stop either")

    def test_what_a_refusal_is_about_is_never_taken_for_a_field(self) -> None:
        told = Prose().answer(LISTEN, a.Refused("no-such-room", "{limit}{0}%s"))
        self.assertEqual(told, b"00 there is no room {limit}{0}%s\r\n")
