"""What of a line may be shown."""

from __future__ import annotations

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.text import TAB, BadText, clean, decode

C0_AND_DEL = [*map(chr, range(0x20)), "\x7f"]
C1 = [*map(chr, range(0x80, 0xA0))]
BIDI = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]

# Text in which sequences begin, go on and end more often than by chance.
sequences = st.lists(
    st.sampled_from([*"\x1b\x9b\x9d\x90\x9c\x07\x18\t\n\r\x08[]P^_X\\0;:?!mHJq \u2028\u202e\u2066\ud800é", "52;c;QQ=="])
).map("".join)
texts = st.one_of(sequences, st.text(), st.text(st.characters(codec=None)))


class DecodeTests(SynchronousTestCase):
    def test_utf_8_is_text(self) -> None:
        self.assertEqual(decode("grüße 👋\0".encode()), "grüße 👋\0")

    def test_anything_else_is_refused(self) -> None:
        for line in (b"\xff", b"gr\xfc\xdfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            with self.assertRaises(BadText) as caught:
                decode(line)
            self.assertEqual(caught.exception.reason, "not-utf-8")


class CleanTests(SynchronousTestCase):
    def test_plain_text_stays_as_it_is(self) -> None:
        for text in (
            "",
            "hello",
            "  indented, and trailing  ",
            "grüße",
            "नमस्ते",
            "שלום",
            "a\u00a0b",
            "👩\u200d💻",
            "~!@#$%^&*()",
        ):
            self.assertEqual(clean(text), text)

    def test_control_sequences_vanish_whole(self) -> None:
        for sequence in (
            "\x1b[31m",
            "\x9b31m",
            "\x1b[2J",
            "\x1b[?25l",
            "\x1b[1;1H",
            "\x1b[38:2::1:2:3m",
            "\x1b[0 q",
            "\x1b[A",
        ):
            self.assertEqual(clean(f"a{sequence}b"), "ab", ascii(sequence))

    def test_control_strings_vanish_with_what_is_in_them(self) -> None:
        for begin in ("\x1b]", "\x9d", "\x1bP", "\x90", "\x1b^", "\x9e", "\x1b_", "\x9f", "\x1bX", "\x98"):
            for end in ("\x07", "\x1b\\", "\x9c"):
                self.assertEqual(clean(f"a{begin}52;c;é\t QUJD{end}b"), "ab", ascii((begin, end)))

    def test_short_escapes_vanish_whole(self) -> None:
        for sequence in ("\x1bc", "\x1b7", "\x1b=", "\x1bM", "\x1b(0", "\x1b#8", "\x1b%G", "\x1b !A", "\x1b\\"):
            self.assertEqual(clean(f"a{sequence}b"), "ab", ascii(sequence))

    def test_of_a_broken_sequence_the_visible_part_stays(self) -> None:
        self.assertEqual(clean("a\x1b[31\nmb"), "a[31mb")
        self.assertEqual(clean("a\x1b]0;title"), "a]0;title")
        self.assertEqual(clean("a\x9d0;ti\x1b[1mtle\x07"), "a0;title")
        self.assertEqual(clean("a\x1b[31"), "a[31")
        self.assertEqual(clean("a\x1b"), "a")
        self.assertEqual(clean("a\x1b\x1b[1mb"), "ab")

    def test_every_other_control_character_vanishes_alone(self) -> None:
        for control in {*C0_AND_DEL, *C1} - {"\t"}:
            self.assertEqual(clean(f"a{control}\x00é"), "aé", ascii(control))

    def test_embeddings_overrides_and_isolates_vanish(self) -> None:
        for control in BIDI:
            self.assertEqual(clean(f"a{control}b"), "ab", ascii(control))

    def test_tabs_go_to_the_next_column(self) -> None:
        self.assertEqual(clean("a\tb\t\tc"), "a       b               c")
        self.assertEqual(clean("\x1b[1mab\x00\tc"), "ab      c")

    def test_line_and_paragraph_separators_become_a_space(self) -> None:
        self.assertEqual(clean("a\u2028b\u2029c"), "a b c")

    def test_white_space_at_the_ends_stays(self) -> None:
        self.assertEqual(clean("\x00  a \x07 "), "  a  ")

    def test_what_is_left_over_makes_no_new_sequence(self) -> None:
        self.assertEqual(clean("\x1b\x1b[1m[31mred"), "[31mred")
        self.assertEqual(clean("\x1b\x00[31mred"), "[31mred")

    @settings(deadline=None)
    @given(texts)
    def test_nothing_that_commands_a_terminal_comes_through(self, text: str) -> None:
        self.assertTrue({*C0_AND_DEL, *C1, *BIDI, "\u2028", "\u2029"}.isdisjoint(clean(text)))

    @settings(deadline=None)
    @given(texts)
    def test_cleaning_twice_is_cleaning_once(self, text: str) -> None:
        self.assertEqual(clean(clean(text)), clean(text))

    @settings(deadline=None)
    @given(texts)
    def test_the_result_can_be_sent_and_its_length_is_bounded(self, text: str) -> None:
        self.assertLessEqual(len(clean(text).encode()), TAB * max(1, len(text.encode(errors="surrogatepass"))))

    @settings(deadline=None)
    @given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))))
    def test_visible_characters_all_stay(self, text: str) -> None:
        self.assertEqual(clean(f"{text}\x1b[1m{text}\x07"), text + text)

    @settings(deadline=None)
    @given(sequences)
    def test_a_terminal_shows_the_speaker_first_and_does_nothing_else(self, text: str) -> None:
        screen = pyte.Screen(80, 24)
        stream = pyte.Stream(screen)
        mode, shown = set(screen.mode), clean(text)[:300]
        stream.feed(f"111 alice: {shown}")
        self.assertTrue(screen.display[0].startswith("111 alice: "))
        self.assertEqual("".join(screen.display).rstrip(), f"111 alice: {shown}".rstrip())
        self.assertEqual((screen.title, screen.icon_name, set(screen.mode)), ("", "", mode))
        self.assertEqual(screen.cursor.attrs, pyte.Screen(1, 1).cursor.attrs)
