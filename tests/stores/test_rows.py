"""Rows of CSV come back as they went in, and are one line each."""

from __future__ import annotations

import contextlib
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.moments import iso
from chatd.chat.names import LONGEST, BadName, check
from chatd.stores.rows import (
    BadRow,
    decode,
    decode_all,
    encode,
    escape,
    moment,
    name,
    quoted,
    unescape,
)

NASTY = st.text(st.sampled_from(",\"'\\\r\n\x00\t\x1b\x7f\x85\u2028=+-@ anx0ä")) | st.text()
ROWS = st.lists(st.lists(NASTY, min_size=1), min_size=1)


class RoundTripTests(SynchronousTestCase):
    @given(ROWS)
    def test_rows_come_back_as_they_went_in(self, rows: list[list[str]]) -> None:
        self.assertEqual(list(decode_all(encode(rows))), list(enumerate(rows, 1)))

    @given(st.lists(NASTY, min_size=1))
    def test_one_row_comes_back_with_or_without_its_line_feed(self, row: list[str]) -> None:
        line = encode([row])
        self.assertEqual([decode(line), decode(line[:-1])], [row, row])

    @given(ROWS)
    def test_a_row_is_one_physical_line_without_control_characters(self, rows: list[list[str]]) -> None:
        lines = encode(rows).decode().split("\n")
        self.assertEqual(len(lines), len(rows) + 1)
        self.assertFalse([c for line in lines for c in line if unicodedata.category(c) == "Cc"])

    @given(NASTY)
    def test_no_field_is_calculated_by_a_spreadsheet(self, field: str) -> None:
        self.assertFalse(escape(field).startswith(("=", "+", "-", "@", "\t", "\r")))

    def test_every_single_character_comes_back(self) -> None:
        for character in map(chr, [*range(0xD800), *range(0xE000, 0x11000)]):
            self.assertEqual(unescape(escape(character)), character)

    def test_escapes_are_those_that_the_documentation_shows(self) -> None:
        self.assertEqual(
            encode([["=1", "a\\b", "one\ntwo", "\x1b[m", 'say "hi", bob']]),
            b'\\x3d1,a\\\\b,one\\ntwo,\\x1b[m,"say ""hi"", bob"\n',
        )


class HandEditedTests(SynchronousTestCase):
    def test_lines_may_end_in_crlf_and_be_blank_and_are_still_counted(self) -> None:
        self.assertEqual(list(decode_all(b"a,b\r\n\r\n\nc,d\n")), [(1, ["a", "b"]), (4, ["c", "d"])])

    def assertBroken(self, data: bytes, line: int, reason: str) -> None:
        error = self.assertRaises(BadRow, list, decode_all(data))
        self.assertEqual((error.line, str(error)), (line, reason))

    def test_what_is_not_utf_8_is_named_by_line_and_byte(self) -> None:
        self.assertBroken(b"a\nb\nab\xe9\nc\n", 3, "not UTF-8 at byte 3")

    def test_an_open_quote_is_named_by_the_line_where_it_opens(self) -> None:
        self.assertBroken(b'a\n"b\nc\n', 2, "a quote is not closed on its line")
        self.assertBroken(b'a\n"b\nc"\nd\n', 2, "a quote is not closed on its line")

    def test_an_open_quote_in_a_large_file_is_found_where_it_opens(self) -> None:
        self.assertBroken(b'a\n"b\n' + b"c\n" * 100_000, 2, "a quote is not closed on its line")

    def test_an_unknown_escape_is_named_by_its_line(self) -> None:
        self.assertBroken(b"a\nx\\y\n", 2, r"a backslash must be written \\ (column 2 of a field)")

    def test_text_behind_a_closing_quote_is_refused(self) -> None:
        self.assertBroken(b'a\n"b"c\n', 2, "',' expected after '\"'")

    def test_one_line_is_one_row(self) -> None:
        for data in (b"", b"\n", b"a\nb\n"):
            self.assertEqual(str(self.assertRaises(BadRow, decode, data)), "not one row")


class NameTests(SynchronousTestCase):
    @given(st.text() | st.text(st.characters(codec="ascii"), max_size=LONGEST + 1))
    def test_what_nobody_can_have_is_no_name_here_either(self, text: str) -> None:
        try:
            expected = check(text, kept=True)
        except BadName:
            expected = ""
        if expected:
            self.assertEqual(name(text), expected)
        else:
            self.assertRaises(BadRow, name, text)

    def test_every_plain_name_that_is_read_may_be_registered(self) -> None:
        for character in set(map(chr, range(128))) - set("()[]{}"):  # that could be had before
            for text in (character, "x" + character, "x" * (LONGEST - 1) + character, "x" * LONGEST + character):
                with contextlib.suppress(BadRow):
                    self.assertEqual(check(name(text)), text)

    def test_the_error_repeats_the_name_and_suggests_another(self) -> None:
        self.assertEqual(
            str(self.assertRaises(BadRow, name, "anna maria")), 'name cannot be "anna maria"; anna_maria would do'
        )
        self.assertEqual(str(self.assertRaises(BadRow, name, "")), 'name cannot be ""')

    def test_reserved_names_are_read(self) -> None:
        self.assertEqual([name("public"), name("pub1ic")], ["public", "pub1ic"])


class MomentTests(SynchronousTestCase):
    @given(st.integers(0, 253_402_300_799_999))
    def test_a_time_comes_back_to_the_millisecond(self, at: int) -> None:
        self.assertEqual(moment("created", iso(at)), at)

    def test_what_is_no_time_or_has_no_zone_is_refused_with_an_example(self) -> None:
        for field in ("yesterday", "2026-01-31T12:01:02.345", "2026-13-31T12:01:02.345Z"):
            error = self.assertRaises(BadRow, moment, "created", field)
            self.assertEqual(str(error), f'created must be a time such as 2026-01-31T12:01:02.345Z, not "{field}"')


class QuotedTests(SynchronousTestCase):
    def test_an_error_message_repeats_a_field_on_one_line_and_not_at_any_length(self) -> None:
        self.assertEqual(quoted("-king\n\x1b"), '"-king\\n\\x1b"')
        self.assertEqual(quoted("x" * 41), '"' + "x" * 40 + '…"')
