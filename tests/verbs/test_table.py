"""Every verb is one row: what is typed becomes its request, and all help is drawn from it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import requests as r
from chatd.chat.answers import Refusal, Refused
from chatd.chat.names import RESERVED
from chatd.chat.pastes import LONGEST
from chatd.dialogue.menu import ITEMS
from chatd.verbs.table import VERBS, Verb, fill, find, helped, hinted, may_be_slip, parse, said_of
from tests.refusing import refusal

_SAMPLES = {
    "TEXT": "two  words",
    "SIZE": "123",
    "TIME": "10m",
    "REASON": "two  words",
    "COUNT": "7",
    "SHA256": "ab" * 32,
    "on|off": "off",
    "text|json": "json",
}


def sample(argument: str) -> str:
    """What somebody may type for an argument."""
    return _SAMPLES.get(argument.strip("[]"), "word")


class RowTests(SynchronousTestCase):
    def test_no_name_or_alias_is_used_twice(self) -> None:
        names = [name for verb in VERBS for name in (verb.name, *verb.aliases)]
        self.assertEqual(sorted(names), sorted(set(names)))
        for name in names:
            self.assertRegex(name, r"\A[a-z]+\Z")
            found = find(name)
            assert found is not None
            self.assertIn(name, (found.name, *found.aliases))

    def test_every_request_but_saying_has_one_row(self) -> None:
        requests = [verb.request for verb in VERBS]
        self.assertEqual(len(requests), len(set(requests)))
        self.assertEqual(set(requests), set(r.Request.__subclasses__()) - {r.Say})

    def test_a_row_is_named_as_its_request_is(self) -> None:
        self.assertEqual({verb.name: verb.request.__struct_config__.tag for verb in VERBS if _untrue(verb)}, {})

    def test_required_arguments_come_before_optional_ones(self) -> None:
        for verb in VERBS:
            if has_names(verb):
                continue
            optional = [argument.startswith("[") for argument in verb.arguments.split()]
            self.assertEqual(optional, sorted(optional), verb.name)

    def test_each_fits_into_a_line_of_help(self) -> None:
        for verb in VERBS:
            self.assertTrue(verb.help)
            self.assertFalse(verb.help.endswith("."))


def has_names(verb: Verb) -> bool:
    """Whether its arguments are told apart by words among them."""
    return bool(re.compile(verb.form).groupindex)


def _untrue(verb: Verb) -> bool:
    return verb.name != verb.request.__struct_config__.tag


class ArgumentTests(SynchronousTestCase):
    def test_what_is_typed_fills_the_fields_in_order(self) -> None:
        for verb in VERBS:
            if has_names(verb):
                continue
            arguments = verb.arguments.split()
            required = sum(not argument.startswith("[") for argument in arguments)
            for count in range(required, len(arguments) + 1):
                typed = [sample(argument) for argument in arguments[:count]]
                request = parse(f"/{verb.name} {' '.join(typed)}".rstrip())
                self.assertIs(type(request), verb.request)
                values = [str(getattr(request, field)) for field in verb.request.__struct_fields__]
                self.assertEqual(values[:count], typed, verb.name)
                left = msgspec_defaults(verb.request)[count:]
                self.assertEqual(values[count:], left, verb.name)

    def test_too_few_are_answered_with_the_usage(self) -> None:
        for verb in VERBS:
            required = [argument for argument in verb.arguments.split() if not argument.startswith("[")]
            if required:
                typed = " ".join(sample(argument) for argument in required[:-1])
                usage = f"/{verb.name} {verb.arguments}"
                self.assertEqual(refusal(self, parse, f"/{verb.name} {typed}"), Refused("usage", usage))
                self.assertEqual(refusal(self, fill, verb, typed), Refused("usage", usage[1:]))

    def test_so_are_too_many(self) -> None:
        for verb in VERBS:
            if "TEXT" not in verb.arguments and not verb.form:
                usage = f"/{verb.name} {verb.arguments}".rstrip()
                self.assertEqual(refusal(self, parse, f"/{verb.name} 1 2 3 4 5"), Refused("usage", usage))

    def test_a_file_may_have_spaces_in_its_name(self) -> None:
        self.assertEqual(parse("/send my 2 notes.txt 5"), r.Send("my 2 notes.txt", 5))
        self.assertEqual(parse(f"/send my notes.txt 5 {'0' * 64}"), r.Send("my notes.txt", 5, "0" * 64))
        self.assertEqual(refusal(self, parse, "/send my notes.txt").error, "usage")

    def test_history_is_asked_for_by_number_time_and_place(self) -> None:
        for line, request in {
            "": r.History(),
            " 5": r.History(5),
            " since 2h": r.History(since="2h"),
            " before lab#42": r.History(before="lab#42"),
            " 5 before 42": r.History(5, before="42"),
            "  since 14:30   before 42 ": r.History(since="14:30", before="42"),
        }.items():
            self.assertEqual(parse(f"/history{line}"), request)
        for line in ("since", "5 before", "before", "5before 3", "5 since 2h", "since 2h 5", "before 3 5", "lab"):
            self.assertEqual(refusal(self, parse, f"/history {line}").error, "usage", line)

    def test_so_is_a_number_that_is_none(self) -> None:
        for line in ("/history ten", "/send a.txt big", "/send a.txt 1.5"):
            self.assertEqual(refusal(self, parse, line).error, "usage")

    def test_text_is_taken_as_it_stands(self) -> None:
        self.assertEqual(parse("/msg  bob  two  words "), r.Message("bob", "two  words "))
        self.assertEqual(parse("/me waves  and /quit"), r.Emote("waves  and /quit"))
        self.assertEqual(parse("/topic a  b"), r.Topic("a  b"))

    def test_a_room_is_named_where_the_verb_has_one(self) -> None:
        self.assertEqual(parse("/who den"), r.Who("den"))
        self.assertEqual(parse("/enter den secret"), r.Enter("den", "secret"))


def msgspec_defaults(request: type[r.Request]) -> list[str]:
    """The fields' defaults, written; those without one stand as nothing."""
    missing = len(request.__struct_fields__) - len(request.__struct_defaults__)
    return [*[""] * missing, *map(str, request.__struct_defaults__)]


class AheadTests(SynchronousTestCase):
    def test_lines_are_said_up_to_the_first_that_is_not(self) -> None:
        for lines, said in (
            ((b"a", b"b"), 2),
            ((b"a", b"", b" \r", b"b"), 2),
            ((b"a", b"/who", b"b"), 1),
            ((b"/who\r", b"b"), 0),
            ((b"a", b" Exit Chat\r", b"b"), 1),
            ((b"//who", b"/usr/bin", b"/Who", b"/who?"), 4),
            ((), 0),
            ((b"x",) * 1000, LONGEST),
        ):
            self.assertEqual(said_of(lines, False), said, lines[:5])

    def test_all_are_once_everything_is_said_as_it_is(self) -> None:
        self.assertEqual(said_of((b"/who", b"", b"exit chat"), True), 2)


class LineTests(SynchronousTestCase):
    def test_what_is_no_verb_is_said(self) -> None:
        for line in (
            "hello",
            " /who",
            "/usr/bin/ld: error",
            "/",
            "/ who",
            "/Who",
            "/who?",
            "/1",
            "/who\u00a0lab",
            "/é",
        ):
            self.assertEqual(parse(line), r.Say(line))

    def test_a_second_slash_says_the_first(self) -> None:
        self.assertEqual(parse("//who"), r.Say("/who"))
        self.assertEqual(parse("///"), r.Say("//"))

    def test_exit_chat_leaves_in_any_case(self) -> None:
        for line in ("Exit Chat", "exit chat", " EXIT CHAT "):
            self.assertEqual(parse(line), r.Leave())
        self.assertEqual(parse("exit chat now"), r.Say("exit chat now"))

    def test_aliases_and_shortcuts(self) -> None:
        for line in ("/part", "/exit", "/leave"):
            self.assertEqual(parse(line), r.Leave())
        self.assertEqual(parse("/w"), r.Who())
        self.assertEqual(parse("/away"), r.Status("away"))
        self.assertEqual(parse("/away out for tea"), r.Status("away", "out for tea"))
        self.assertEqual(parse("/back"), r.Status("active"))

    def test_an_unknown_verb_names_those_like_it(self) -> None:
        self.assertEqual(refusal(self, parse, "/qiut now"), Refused("unknown-verb", "qiut", ("/quit", "/quiet")))

    def test_a_file_may_have_spaces_in_its_name(self) -> None:
        self.assertEqual(parse("/send my  notes.txt 12"), r.Send("my  notes.txt", 12))
        self.assertEqual(parse(f"/send 12 12 {'ab' * 32}"), r.Send("12", 12, "ab" * 32))

    def test_no_line_is_looked_at_again_and_again(self) -> None:
        # With the square of its length, this would take hours.
        for line in ("/send a" + " " * 1_000_000 + "b", "/send " + "a 1 " * 100_000 + "b c"):
            self.assertEqual(refusal(self, parse, line).error, "usage")

    @given(st.text())
    def test_every_line_is_a_request_or_refused(self, line: str) -> None:
        for typed in (line, f"/{line}", f"/who {line}"):
            try:
                self.assertIsInstance(parse(typed), r.Request)
            except Refusal as refused:
                self.assertIn(refused.answer.error, ("unknown-verb", "usage"))


class HintTests(SynchronousTestCase):
    def test_a_lone_word_may_have_been_meant_as_a_verb(self) -> None:
        meant = {"help": "help", "Quit": "quit", "exit": "leave", "WHO": "who", "who ": "who"}
        self.assertEqual({line: hinted(line) for line in meant}, meant)
        for line in ("who is it", "helpful", "", "hello"):
            self.assertEqual(hinted(line), "")

    def test_every_line_that_is_hinted_at_is_looked_at(self) -> None:
        for line in ("help", "Quit", "exit", "WHO", "Send: a.txt", "send ./a.txt"):
            self.assertTrue(may_be_slip(line), line)
        self.assertFalse(may_be_slip("hello"))

    def test_the_hint_is_a_verb(self) -> None:
        for line in ("help", "quit", "exit", "who"):
            self.assertIsNotNone(find(hinted(line)))


class HelpTests(SynchronousTestCase):
    def test_it_has_every_verb(self) -> None:
        self.assertEqual([word.word for word in helped("").words], [verb.name for verb in VERBS])

    def test_one_verb_is_found_with_and_without_its_slash_and_by_its_alias(self) -> None:
        for about in ("who", "/who", "names"):
            self.assertEqual([word.word for word in helped(about).words], ["who"])

    def test_an_unknown_one_names_those_like_it(self) -> None:
        self.assertEqual(refusal(self, helped, "qiut"), Refused("unknown-verb", "qiut", ("/quit", "/quiet")))


class MenuTests(SynchronousTestCase):
    def test_its_words_are_unique_and_no_numbers(self) -> None:
        words = [item.word.word for item in ITEMS]
        self.assertEqual(sorted(words), sorted(set(words)))
        for word in words:
            self.assertRegex(word, r"\A[a-z]+\Z")

    def test_nobody_is_called_as_a_word_of_it(self) -> None:
        self.assertEqual({item.word.word for item in ITEMS} - set(RESERVED), set())

    def test_it_has_every_verb_that_is_meant_for_it(self) -> None:
        self.assertEqual({verb.name for verb in VERBS if verb.in_menu} - {item.word.word for item in ITEMS}, set())
